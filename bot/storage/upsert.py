"""Insert or update in one statement: the one place where the two engines' statements differ."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_missing(connection: AsyncConnection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless one like it is there; return whether it was inserted."""
    statement = _insert_missing(connection.dialect.name, table)
    return (await _execute(connection, statement, values)).rowcount > 0


async def insert_all_missing(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows, leaving out those like which one is there."""
    if rows:
        statement = _insert_missing(connection.dialect.name, table)
        await connection.execute(statement, [dict(row) for row in rows])


async def insert_or_update(
    connection: AsyncConnection,
    table: Table,
    values: Mapping[str, object],
    *,
    update: Mapping[str, object] | None = None,
    where: ColumnElement[bool] | None = None,
) -> bool:
    """Insert a row; where its primary key is taken, update that row, by default with the same values.

    In `update` and `where`, the table's columns stand for what the row held before. A row of which `where`
    does not hold is left alone; return whether one was written.
    """
    if update is None and where is None:
        statement = _insert_or_update(connection.dialect.name, table, tuple(values))
        return (await _execute(connection, statement, values)).rowcount > 0
    keys = _keys(table)
    if update is None:
        update = {name: value for name, value in values.items() if name not in keys}
    statement = _insert(connection.dialect.name, table)
    statement = statement.on_conflict_do_update(index_elements=keys, set_=dict(update), where=where)
    return (await _execute(connection, statement, values)).rowcount > 0


async def insert_or_update_all(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows; those whose primary key is taken are updated with the same values. All name the same."""
    if rows:
        statement = _insert_or_update(connection.dialect.name, table, tuple(rows[0]))
        await connection.execute(statement, [dict(row) for row in rows])


async def _execute(
    connection: AsyncConnection, statement: Any, values: Mapping[str, object]
) -> CursorResult[Any]:
    is_plain = not any(isinstance(value, ClauseElement) for value in values.values())
    ready, given = (statement, dict(values)) if is_plain else (statement.values(dict(values)), None)
    result: CursorResult[Any] = await connection.execute(ready, given)
    return result


# Making a statement costs several times what running it does, and the same few are run for every post.
@cache
def _insert_missing(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _insert_or_update(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    """Make the statement for rows of some columns; those of the key stay as they are."""
    statement, keys = _insert(dialect, table), _keys(table)
    update = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=update)


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _insert(dialect: str, table: Table) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
