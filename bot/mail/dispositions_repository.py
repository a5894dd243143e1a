"""Keep what became of each mail in each channel that follows its list, so that nobody has to guess.

Whoever decides about a mail records it in the transaction of the decision. What is recorded first stays: a
mail has one fate for each way in which a channel hears of its list.
"""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.dispositions import Disposition, Fate, Way
from bot.storage.database import Database
from bot.storage.schema import mail_disposition
from bot.storage.upsert import insert_all_missing

_TABLE = mail_disposition.c
_NAMES = tuple(field.name for field in fields(Disposition))


class Dispositions:
    """The ledger. Every statement that a guild asks for names the guild."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, connection: AsyncConnection, dispositions: Iterable[Disposition]) -> None:
        """Note decisions in the caller's transaction; one that was noted before stays as it was."""
        await insert_all_missing(connection, mail_disposition, [_row(each) for each in dispositions])

    async def list_of_email(self, guild_id: int, email_id: int) -> tuple[Disposition, ...]:
        """Return what became of a mail in a guild's channels, the oldest decision first."""
        statement = (
            select(mail_disposition)
            .where(_TABLE.guild_id == guild_id, _TABLE.email_id == email_id)
            .order_by(_TABLE.at, _TABLE.channel_id, _TABLE.way)
        )
        async with self._database.reading() as connection:
            return tuple(_read(row) for row in (await connection.execute(statement)).mappings())

    async def list_since(
        self,
        connection: AsyncConnection,
        list_id: int,
        channel_id: int,
        way: Way,
        *,
        since: datetime,
        fates: Collection[Fate],
    ) -> tuple[Disposition, ...]:
        """Return what was decided for a channel since then, in the order of the decisions."""
        wanted = and_(_is_of(list_id, channel_id, way), _TABLE.at >= since, _TABLE.fate.in_(tuple(fates)))
        statement = select(mail_disposition).where(wanted).order_by(_TABLE.at, _TABLE.email_id)
        return tuple(_read(row) for row in (await connection.execute(statement)).mappings())

    async def count_fates(self, list_id: int, channel_id: int, way: Way) -> dict[Fate, int]:
        """Count a channel's mails of a list by what became of them."""
        statement = select(_TABLE.fate, func.count()).where(_is_of(list_id, channel_id, way))
        async with self._database.reading() as connection:
            found = await connection.execute(statement.group_by(_TABLE.fate))
            return {Fate(fate): number for fate, number in found}


def _row(disposition: Disposition) -> dict[str, object]:
    """Return a row; dataclasses.asdict copies every value and takes ten times as long."""
    return {name: getattr(disposition, name) for name in _NAMES}


def _is_of(list_id: int, channel_id: int, way: Way) -> ColumnElement[bool]:
    return and_(_TABLE.channel_id == channel_id, _TABLE.list_id == list_id, _TABLE.way == way)


def _read(row: RowMapping) -> Disposition:
    values = {field.name: row[field.name] for field in fields(Disposition)}
    return Disposition(**values | {"way": Way(row["way"]), "fate": Fate(row["fate"])})
