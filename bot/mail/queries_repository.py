"""Remember what was looked for while people turn the pages: a query is too long for a button."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, delete, select

from bot.mail.views import Query
from bot.storage.database import Database
from bot.storage.schema import mail_query
from bot.storage.upsert import insert_missing

REMEMBERED: Final = timedelta(days=30)
_TOKEN_LENGTH: Final = 12


class Queries:
    """The queries of the last weeks, by a short name that the same query always has."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, guild_id: int, query: Query, now: datetime) -> str:
        """Return what stands for a guild's query; the oldest are forgotten."""
        row = _write(query)
        told = "\n".join(f"{name}={value}" for name, value in row.items())
        token = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:_TOKEN_LENGTH]
        values = {"guild_id": guild_id, "token": token, "query": row, "asked_at": now}
        async with self._database.writing() as connection:
            await connection.execute(delete(mail_query).where(mail_query.c.asked_at < now - REMEMBERED))
            await insert_missing(connection, mail_query, values)
        return token

    async def find(self, guild_id: int, token: str) -> Query | None:
        """Return the query; None when it was long ago, or another guild's."""
        is_it = and_(mail_query.c.guild_id == guild_id, mail_query.c.token == token)
        async with self._database.reading() as connection:
            row = (await connection.execute(select(mail_query.c.query).where(is_it))).scalar_one_or_none()
        return None if row is None else _read(row)


def _write(query: Query) -> Mapping[str, Any]:
    return {
        "words": query.words,
        "author": query.author,
        "after": query.after.isoformat() if query.after else None,
        "before": query.before.isoformat() if query.before else None,
        "lists": list(query.lists),
    }


def _read(row: Mapping[str, Any]) -> Query:
    return Query(
        words=row["words"],
        author=row["author"],
        after=datetime.fromisoformat(row["after"]) if row["after"] else None,
        before=datetime.fromisoformat(row["before"]) if row["before"] else None,
        lists=tuple(row["lists"]),
    )
