"""Keep the lists: which there are, where each is read and how far, and which channels follow them.

A list belongs to nobody; what a guild may see of it is settled by its follows. Every statement for a guild
names the guild.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.models import Place, Problem
from bot.mail.stored import Follow, MailingList, MailSource, as_wished
from bot.storage.database import Database
from bot.storage.schema import guild, mail_follow, mail_list, mail_source
from bot.storage.upsert import insert_missing
from bot.text.moves import Move, read_move, write_move

MOST_PROBLEMS = 20
_FOLLOW_KEY = ("guild_id", "list_id", "channel_id")
_LIST_COLUMNS = tuple(field.name for field in fields(MailingList))


class ListRepository:
    """The lists, their sources and their followers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_source(
        self,
        connection: AsyncConnection,
        place: Place,
        *,
        cursor: Mapping[str, Any],
        now: datetime,
        list_id: int | None = None,
        is_polled: bool = True,
    ) -> MailSource:
        """Return the source at a place, which is due at once if it was not known before.

        Args:
            connection: The transaction.
            place: Where the list is read.
            cursor: Where a new source starts.
            now: The present.
            list_id: The list that it is another source of; None makes a list of its own.
            is_polled: It is looked at by itself; False for what is read once, by hand.
        """
        known = await self._find_source(connection, place.kind, place.address)
        if known is not None:
            return known
        new_list = list_id is None
        if list_id is None:
            list_id = await add_list(connection, place, now)
        values = {
            "list_id": list_id,
            "kind": place.kind,
            "address": place.address,
            "cursor": dict(cursor),
            "is_complete": False,
            "created_at": now,
            "next_check_at": now if is_polled else None,
            "failures": 0,
            "error": "",
            "problems": [],
        }
        if not await insert_missing(connection, mail_source, values) and new_list:
            # Another process was faster; its list stays.
            await connection.execute(delete(mail_list).where(mail_list.c.id == list_id))
        found = await self._find_source(connection, place.kind, place.address)
        if found is None:
            raise RuntimeError("a source that was just stored is gone")
        return found

    async def find_source(self, kind: str, address: str) -> MailSource | None:
        """Return the source at a place; None if no list is read there."""
        async with self._database.reading() as connection:
            return await self._find_source(connection, kind, address)

    async def list_sources(self, list_id: int) -> tuple[MailSource, ...]:
        """Return the places where a list is read, the oldest first."""
        statement = select(mail_source).where(mail_source.c.list_id == list_id).order_by(mail_source.c.id)
        return await self._sources(statement)

    async def list_due_sources(self, now: datetime, limit: int) -> tuple[MailSource, ...]:
        """Return sources whose time has come, of lists that a guild follows in which the bot is."""
        statement = (
            select(mail_source)
            .where(mail_source.c.next_check_at <= now, _is_followed(mail_source.c.list_id))
            .order_by(mail_source.c.next_check_at, mail_source.c.id)
            .limit(limit)
        )
        return await self._sources(statement)

    async def list_watched(self, kinds: Sequence[str], limit: int) -> tuple[MailSource, ...]:
        """Return the sources of some kinds, of lists that a guild follows in which the bot is."""
        is_it = and_(
            mail_source.c.kind.in_(tuple(kinds)),
            mail_source.c.next_check_at.is_not(None),
            _is_followed(mail_source.c.list_id),
        )
        return await self._sources(select(mail_source).where(is_it).order_by(mail_source.c.id).limit(limit))

    async def save_fetch(
        self,
        connection: AsyncConnection,
        source_id: int,
        *,
        before: Mapping[str, Any],
        cursor: Mapping[str, Any],
        is_complete: bool,
        problems: Sequence[Problem],
        now: datetime,
        next_check_at: datetime | None,
        move: Move | None = None,
        list_id: int | None = None,
    ) -> bool:
        """Move a source's cursor, in the transaction that stores what was read before it.

        Args:
            connection: The transaction.
            source_id: Which source.
            before: The cursor that the fetch began with.
            cursor: The one that the next fetch begins with.
            is_complete: It was read to its end, now or before.
            problems: What could not be read.
            now: The present.
            next_check_at: When to look again; None for what is not polled.
            move: Where its address leads for good.
            list_id: The list that the mails were stored for; None to take it for unchanged.

        Returns:
            Whether the cursor was still where the fetch began. If not, another process has read on: whoever
            gets False undoes the transaction. So it is where the source is another list's by now.
        """
        values = {
            "cursor": dict(cursor),
            "is_complete": is_complete,
            "checked_at": now,
            "succeeded_at": now,
            "next_check_at": next_check_at,
            "failures": 0,
            "error": "",
            "problems": [[each.where, each.what] for each in problems[:MOST_PROBLEMS]],
            "move": write_move(move),
        }
        is_it = and_(mail_source.c.id == source_id, mail_source.c.cursor == dict(before))
        if list_id is not None:
            is_it = and_(is_it, mail_source.c.list_id == list_id)
        return (await connection.execute(update(mail_source).where(is_it).values(values))).rowcount > 0

    async def save_failure(
        self,
        connection: AsyncConnection,
        source_id: int,
        *,
        error: str,
        now: datetime,
        next_check_at: datetime,
    ) -> None:
        """Note that a fetch went wrong; the cursor stays."""
        values = {
            "checked_at": now,
            "next_check_at": next_check_at,
            "failures": mail_source.c.failures + 1,
            "error": error,
            "move": None,
        }
        await connection.execute(update(mail_source).where(mail_source.c.id == source_id).values(values))

    async def read_anew(self, connection: AsyncConnection, list_id: int, now: datetime) -> None:
        """Begin with a list that nobody followed meanwhile: what waits there is old, and is read at once."""
        values = {"is_complete": False, "next_check_at": now}
        is_polled = and_(mail_source.c.list_id == list_id, mail_source.c.next_check_at.is_not(None))
        await connection.execute(update(mail_source).where(is_polled).values(values))

    async def list_failing(self, least_failures: int, limit: int) -> tuple[tuple[int, MailSource], ...]:
        """Return the sources that failed so often in a row, with each guild that follows their lists."""
        fails = and_(mail_source.c.failures >= least_failures, _is_followed(mail_source.c.list_id))
        statement = select(mail_source).where(fails).order_by(mail_source.c.id).limit(limit)
        found: list[tuple[int, MailSource]] = []
        for source in await self._sources(statement):
            guilds = {each.guild_id: None for each in await self.list_followers(source.list_id)}
            found += [(guild_id, source) for guild_id in guilds]
        return tuple(found)

    async def save_facts(
        self, connection: AsyncConnection, list_id: int, *, identifier: str, address: str, archive_url: str
    ) -> None:
        """Fill in what a list's mails tell of it, where that is not known yet."""
        facts = {"identifier": identifier, "address": address, "archive_url": archive_url}
        values = {
            name: case((mail_list.c[name] == "", value), else_=mail_list.c[name])
            for name, value in facts.items()
            if value
        }
        if values:
            await connection.execute(update(mail_list).where(mail_list.c.id == list_id).values(values))

    async def get_list(self, list_id: int) -> MailingList | None:
        """Return a list for work that no guild asked for; None if there is none."""
        lists = await self._lists(mail_list.c.id == list_id)
        return lists[0] if lists else None

    async def find_list(self, guild_id: int, list_id: int) -> MailingList | None:
        """Return a list that a guild follows, as it wants it; None if it follows no such list."""
        lists = await self.list_lists(guild_id)
        return next((each for each in lists if each.id == list_id), None)

    async def list_lists(self, guild_id: int) -> tuple[MailingList, ...]:
        """Return the lists that a guild follows, as it wants them, by name."""
        lists = await self._lists(follows(guild_id, mail_list.c.id))
        wished = as_wished(lists, await self.list_follows(guild_id))
        return tuple(sorted(wished, key=lambda each: (each.name, each.id)))

    async def list_by_identifier(self, identifier: str) -> tuple[MailingList, ...]:
        """Return the lists of a List-Id, so that another source of one can be joined to it."""
        return await self._lists(mail_list.c.identifier == identifier) if identifier else ()

    async def follow(self, connection: AsyncConnection, follow: Follow) -> bool:
        """Have a list followed in a channel; return whether it was not before.

        What community.toml declares takes up what it is called there, and whether it is private, each time.
        """
        row = {field.name: getattr(follow, field.name) for field in fields(Follow)}
        if await insert_missing(connection, mail_follow, row):
            return True
        if follow.is_declared:
            here = and_(
                *(mail_follow.c[name] == row[name] for name in _FOLLOW_KEY), mail_follow.c.is_declared
            )
            wish = {"name": follow.name, "is_private": follow.is_private}
            await connection.execute(update(mail_follow).where(here).values(wish))
        return False

    async def unfollow(
        self, connection: AsyncConnection, guild_id: int, list_id: int, channel_id: int | None = None
    ) -> int:
        """End a follow, or all of a guild's for a list; return how many there were.

        The list itself, and what was read of it, stays until `remove_unfollowed`.
        """
        here = and_(mail_follow.c.guild_id == guild_id, mail_follow.c.list_id == list_id)
        if channel_id is not None:
            here = and_(here, mail_follow.c.channel_id == channel_id)
        return (await connection.execute(delete(mail_follow).where(here))).rowcount

    async def list_follows(self, guild_id: int) -> tuple[Follow, ...]:
        """Return a guild's follows, the oldest first."""
        return await self._follows(mail_follow.c.guild_id == guild_id)

    async def list_followers(self, list_id: int) -> tuple[Follow, ...]:
        """Return who follows a list, the oldest first."""
        return await self._follows(mail_follow.c.list_id == list_id)

    async def remove_unfollowed(self, connection: AsyncConnection, created_before: datetime) -> int:
        """Remove the lists that nobody follows, mails and all; return how many.

        Args:
            connection: The transaction.
            created_before: Younger lists stay: a follow or an import may be under way.
        """
        is_followed = select(mail_follow.c.list_id).where(mail_follow.c.list_id == mail_list.c.id).exists()
        statement = delete(mail_list).where(mail_list.c.created_at < created_before, ~is_followed)
        return (await connection.execute(statement)).rowcount

    async def _find_source(self, connection: AsyncConnection, kind: str, address: str) -> MailSource | None:
        is_it = and_(mail_source.c.kind == kind, mail_source.c.address == address)
        row = (await connection.execute(select(mail_source).where(is_it))).mappings().one_or_none()
        return None if row is None else _source({**row})

    async def _sources(self, statement: Select[Any]) -> tuple[MailSource, ...]:
        async with self._database.reading() as connection:
            return tuple(_source(row) for row in (await connection.execute(statement)).mappings())

    async def _lists(self, condition: ColumnElement[bool]) -> tuple[MailingList, ...]:
        columns = (mail_list.c[name] for name in _LIST_COLUMNS)
        statement = select(*columns).where(condition).order_by(mail_list.c.name, mail_list.c.id)
        async with self._database.reading() as connection:
            return tuple(MailingList(**row) for row in (await connection.execute(statement)).mappings())

    async def _follows(self, condition: ColumnElement[bool]) -> tuple[Follow, ...]:
        order = (mail_follow.c.followed_at, mail_follow.c.list_id, mail_follow.c.channel_id)
        statement = select(mail_follow).where(condition).order_by(*order)
        async with self._database.reading() as connection:
            return tuple(Follow(**row) for row in (await connection.execute(statement)).mappings())


def follows(guild_id: int, list_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a guild follows a list."""
    return list_id.in_(select(mail_follow.c.list_id).where(mail_follow.c.guild_id == guild_id))


def _is_followed(list_id: ColumnElement[int]) -> ColumnElement[bool]:
    left = select(guild.c.guild_id).where(
        guild.c.guild_id == mail_follow.c.guild_id, guild.c.left_at.is_not(None)
    )
    return select(mail_follow.c.list_id).where(mail_follow.c.list_id == list_id, ~left.exists()).exists()


async def add_list(connection: AsyncConnection, place: Place, now: datetime) -> int:
    """Insert a list that is read at a place; return its number."""
    values = {
        "name": place.name,
        "identifier": "",
        "address": "",
        "archive_url": place.archive_url,
        "is_private": place.is_private,
        "next_thread": 1,
        "created_at": now,
    }
    added = await connection.execute(insert(mail_list).values(values).returning(mail_list.c.id))
    return int(added.scalar_one())


def _source(row: Mapping[str, Any]) -> MailSource:
    problems: Iterable[Sequence[str]] = row["problems"]
    read = {
        "problems": tuple(Problem(where=where, what=what) for where, what in problems),
        "move": read_move(row["move"]),
    }
    return MailSource(**{**row, **read})
