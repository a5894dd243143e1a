"""Insert many rows of one table at once, with numbers that are known before.

SQLAlchemy makes a dictionary of every row and treats every value by itself: for the mails of an archive that
took longer than the database did. Here each column's own rule is applied to all of its values in one go.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

_TAKEN_ON_SQLITE = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :name")
_TAKEN_ON_POSTGRESQL = text(
    "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, CAST(:count AS bigint))"
)


async def insert_rows(
    connection: AsyncConnection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows.

    Args:
        connection: The transaction.
        table: Where they belong.
        names: The columns that are given, in the order of the rows' values; all others stay NULL.
        rows: Their values, as the columns' types take them.
    """
    if not rows:
        return
    dialect = connection.dialect
    given = dict(zip(names, zip(*rows, strict=True), strict=True))
    columns = [column for column in table.c if column.name in given]  # so the statement names them
    values: list[Sequence[Any]] = []
    for column in columns:
        treat = column.type.dialect_impl(dialect).bind_processor(dialect)
        some = given[column.name]
        values.append(some if treat is None else list(map(treat, some)))
    statement = insert(table).inline().compile(dialect=dialect, column_keys=[each.name for each in columns])
    await connection.exec_driver_sql(str(statement), list(zip(*values, strict=True)))


async def take_numbers(connection: AsyncConnection, table: Table, count: int) -> Sequence[int]:
    """Return numbers for rows that will be inserted in this transaction, in growing order.

    Args:
        connection: The transaction.
        table: Its rows are numbered by the database, in the column `id`; none gets a number twice.
        count: How many.
    """
    if connection.dialect.name == "sqlite":  # one transaction writes at a time
        taken = (await connection.execute(_TAKEN_ON_SQLITE, {"name": table.name})).scalar_one()
        return range(taken + 1, taken + 1 + count)
    found = await connection.execute(_TAKEN_ON_POSTGRESQL, {"name": table.name, "count": count})
    return sorted(found.scalars())
