"""Insert or update in one statement: the one place where the two engines' statements differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_missing(connection: AsyncConnection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless one like it is there; return whether it was inserted."""
    statement = _insert(connection, table).values(dict(values)).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount > 0


async def insert_all_missing(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows, leaving out those like which one is there."""
    if rows:
        statement = _insert(connection, table).on_conflict_do_nothing()
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
    keys = [column.name for column in table.primary_key]
    if update is None:
        update = {name: value for name, value in values.items() if name not in keys}
    statement = _insert(connection, table).values(dict(values))
    statement = statement.on_conflict_do_update(index_elements=keys, set_=dict(update), where=where)
    return (await connection.execute(statement)).rowcount > 0


async def insert_or_update_all(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows; those whose primary key is taken are updated with the same values. All name the same."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = _insert(connection, table)
    update = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=update)
    await connection.execute(statement, [dict(row) for row in rows])


def _insert(connection: AsyncConnection, table: Table) -> Any:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
