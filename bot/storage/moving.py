"""Move a store from SQLite to PostgreSQL: every row, in one transaction, counted on both sides.

The server keeps all of it or nothing. Only then is the file put aside under another name, so that no later
start on it could say again what has been said since.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import UserError
from bot.storage.backup import stamp
from bot.storage.database import Database, is_postgresql
from bot.storage.failures import StorageAwayError, StorageFullError, reason
from bot.storage.schema import METADATA, lease
from bot.storage.text_search import Searchable, index_texts

_ROWS_AT_ONCE: Final = 500
_SEARCH: Final = text("SELECT rowid AS id, subject, author, words FROM mail_search ORDER BY rowid")
_SEARCH_NAME: Final = "mail_search"


class MoveError(UserError):
    """The store was not moved; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was moved.

    Attributes:
        counts: Rows by table, in the order in which they were copied; the same on both sides.
        kept: The SQLite file under its new name.
    """

    counts: dict[str, int]
    kept: Path


async def move_store(
    source_url: str, target_url: str, *, now: datetime, tell: Callable[[str, int], None]
) -> Moved:
    """Copy a SQLite store into an empty PostgreSQL one, and put the file aside.

    Args:
        source_url: "sqlite:///path"; no bot may have it open.
        target_url: "postgresql://…".
        now: Names the file that is put aside.
        tell: Told each table's name and rows as it is copied.

    Raises:
        MoveError: There is nothing to move, or no empty place to move it to; nothing was changed.
        SettingsError: A store cannot be opened, or a bot is running on it.
    """
    path = Path(source_url.removeprefix("sqlite:///"))
    if not is_postgresql(target_url):
        raise MoveError("set DATABASE_URL to the PostgreSQL database that the store is to move to")
    if not await asyncio.to_thread(path.is_file):
        raise MoveError(f"{path}: there is no SQLite store to move; set DATA_DIR to its directory")
    async with Database(source_url) as source:
        await source.migrate()
        async with Database(target_url) as target:
            await target.migrate()
            counts = await _copy_all(source, target, tell)
    return Moved(counts=counts, kept=_put_aside(path, now))


async def _copy_all(source: Database, target: Database, tell: Callable[[str, int], None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    try:
        async with source.reading() as old, target.writing() as new:
            await _refuse_what_is_there(new)
            for table in _tables():
                counts[table.name] = await _copy(table, old, new)
                tell(table.name, counts[table.name])
            counts[_SEARCH_NAME] = await _copy_search(old, new)
            tell(_SEARCH_NAME, counts[_SEARCH_NAME])
            await _compare(counts, new)
            await _advance_numbers(new)
    except StorageFullError as error:
        raise MoveError("the PostgreSQL server has no room for the store; nothing was moved") from error
    except StorageAwayError as error:
        raise MoveError(f"PostgreSQL went away ({error}); nothing was moved: start again") from error
    except DBAPIError as error:
        raise MoveError(
            f"PostgreSQL refused what the store holds ({reason(error)}); nothing was moved"
        ) from error
    return counts


def _tables() -> list[Table]:
    """Return the tables to copy, those that others refer to first; leases belong to processes that ended."""
    return [table for table in METADATA.sorted_tables if table is not lease]


async def _refuse_what_is_there(new: AsyncConnection) -> None:
    for table in _tables():
        if (await new.execute(select(func.count()).select_from(table))).scalar_one():
            raise MoveError(
                f"the PostgreSQL database is not empty (table {table.name} has rows): a bot ran on it, or the"
                " store was moved before; name an empty database"
            )


async def _copy(table: Table, old: AsyncConnection, new: AsyncConnection) -> int:
    number = 0
    async for rows in _pieces(old, select(table).order_by(*table.primary_key)):
        await new.execute(insert(table), rows)
        number += len(rows)
    return number


async def _copy_search(old: AsyncConnection, new: AsyncConnection) -> int:
    """Fill the full-text index, which has another form there."""
    number = 0
    async for rows in _pieces(old, _SEARCH):
        await index_texts(new, [Searchable(**row) for row in rows])
        number += len(rows)
    return number


async def _pieces(old: AsyncConnection, wanted: Any) -> AsyncIterator[list[dict[str, Any]]]:
    """Read in pieces: a store may be larger than the memory."""
    result = await old.stream(wanted)
    async for piece in result.mappings().partitions(_ROWS_AT_ONCE):
        yield [dict(row) for row in piece]


async def _compare(counts: dict[str, int], new: AsyncConnection) -> None:
    for name, number in counts.items():
        found = (await new.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()  # noqa: S608 (our own names)
        if found != number:
            raise MoveError(f"table {name}: {number} rows were read, {found} arrived; nothing was moved")


async def _advance_numbers(new: AsyncConnection) -> None:
    """Let the next row of each table get a number that none has had."""
    for table in _tables():
        for column in filter(_counts_up, table.primary_key):
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            await new.execute(select(func.setval(sequence, highest, False)).where(sequence.is_not(None)))


def _counts_up(column: Column[Any]) -> bool:
    return column.autoincrement is True


def _put_aside(path: Path, now: datetime) -> Path:
    kept = path.with_name(f"{path.name}.moved-{stamp(now)}")
    path.rename(kept)
    return kept
