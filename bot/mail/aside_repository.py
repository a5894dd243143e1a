"""Keep the bytes of mails that could not be read, for a newer version of the program to try again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.stored import SetAside
from bot.storage.database import Database
from bot.storage.schema import mail_aside

MOST_KEPT: Final = 50
"""How many mails are kept for a list; the oldest go first."""
MOST_BYTES: Final = 2_000_000
"""How large a mail may be to be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAside:
    """A mail that no version up to a certain one could read."""

    id: int
    list_id: int
    content: bytes
    reason: str


class AsideRepository:
    """The mails that were set aside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_aside(
        self,
        connection: AsyncConnection,
        list_id: int,
        mails: Sequence[SetAside],
        *,
        version: str,
        now: datetime,
    ) -> None:
        """Keep mails that could not be read, as far as there is room for them.

        Args:
            connection: The transaction that moves the cursor behind them.
            list_id: The list that they came over.
            mails: The mails, and why each could not be read.
            version: The program's.
            now: The present.
        """
        rows = [
            {
                "list_id": list_id,
                "content": each.content,
                "reason": each.reason,
                "version": version,
                "set_aside_at": now,
            }
            for each in mails[-MOST_KEPT:]
            if len(each.content) <= MOST_BYTES
        ]
        if not rows:
            return
        await connection.execute(insert(mail_aside), rows)
        is_of_list = mail_aside.c.list_id == list_id
        newest = select(mail_aside.c.id).where(is_of_list).order_by(mail_aside.c.id.desc()).limit(MOST_KEPT)
        await connection.execute(delete(mail_aside).where(is_of_list, mail_aside.c.id.not_in(newest)))

    async def list_aside(self, *, version: str, limit: int) -> tuple[KeptAside, ...]:
        """Return mails that this version has not tried to read yet, the oldest first."""
        columns = (mail_aside.c.id, mail_aside.c.list_id, mail_aside.c.content, mail_aside.c.reason)
        statement = (
            select(*columns).where(mail_aside.c.version != version).order_by(mail_aside.c.id).limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple(KeptAside(**row) for row in (await connection.execute(statement)).mappings())

    async def remove_aside(self, connection: AsyncConnection, aside_id: int) -> None:
        """Let go of a mail that was read at last."""
        await connection.execute(delete(mail_aside).where(mail_aside.c.id == aside_id))

    async def leave_aside(
        self, connection: AsyncConnection, aside_id: int, *, reason: str, version: str
    ) -> None:
        """Note that this version cannot read a mail either."""
        values = {"reason": reason, "version": version}
        await connection.execute(update(mail_aside).where(mail_aside.c.id == aside_id).values(values))

    async def count_aside(self, list_id: int) -> tuple[int, str]:
        """Return how many mails of a list are kept so, and why the newest of them was."""
        is_of_list = mail_aside.c.list_id == list_id
        newest = select(func.max(mail_aside.c.id)).where(is_of_list).scalar_subquery()
        async with self._database.reading() as connection:
            count = await connection.scalar(select(func.count()).where(is_of_list))
            reason = await connection.scalar(
                select(mail_aside.c.reason).where(and_(is_of_list, mail_aside.c.id == newest))
            )
        return int(count or 0), str(reason or "")
