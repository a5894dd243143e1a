"""What the tests of the store share: rows to write, keys to read, refusals to hear."""

from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import Boolean, Connection, Integer, LargeBinary, MetaData, Numeric, insert, select, text

from bot.errors import SettingsError
from bot.storage.database import Database
from bot.storage.schema import VERSION, meta
from bot.storage.text_search import is_search_table

ROOT = Path(__file__).parents[3]
OLD_VERSIONS = [f"{number:04}" for number in range(1, int(VERSION))]


async def keys(database):
    async with database.reading() as connection:
        found = await connection.execute(select(meta.c.key).order_by(meta.c.key))
        return tuple(found.scalars())


async def add(connection, *names):
    await connection.execute(insert(meta), [{"key": name, "value": "v"} for name in names])


async def refusal_of(url):
    with pytest.raises(SettingsError) as caught:
        async with Database(url) as database:
            await database.migrate()
    (line,) = caught.value.problems
    assert "\n" not in line
    return line


async def break_connections_of_claims(database):
    """What a restart of the server, or a cut line, does to the connections that hold locks."""
    async with database.reading() as connection:
        statement = (
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND "
            "objid::bigint = hashtextextended(current_schema() || :name, 0) & 4294967295"
        )
        await connection.execute(text(statement), {"name": ":gateway"})


async def end_all_connections(url, name):
    """Do what a restart of the server does to every open connection of that name; return to how many."""
    other = await asyncpg.connect(url)
    ended = await other.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = $1 AND pid <> pg_backend_pid()",
        name,
    )
    await other.close()
    return ended


async def make_old_store(url, version):
    """Make a store as the version of the program with that schema left it."""
    from alembic import command
    from alembic.config import Config

    def steps(connection):
        config = Config()
        config.set_main_option("script_location", str(ROOT / "bot/storage/migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    async with Database(url) as database, database.writing() as connection:
        await connection.run_sync(steps)


Rows = dict[str, list[dict[str, object]]]


async def fill_tables(database) -> Rows:
    """Put a row into each table that a store has, whatever its version; return all rows, by table."""

    def fill(connection: Connection) -> Rows:
        tables = _reflected(connection)
        for table in tables.sorted_tables:
            row = {column.name: _value(column.type) for column in table.columns}
            connection.execute(insert(table).values(row))
        return _read_all(connection, tables)

    async with database.writing() as connection:
        return await connection.run_sync(fill)


async def read_tables(database) -> Rows:
    """Return all rows of a store, by table."""
    async with database.reading() as connection:
        return await connection.run_sync(lambda sync: _read_all(sync, _reflected(sync)))


def _reflected(connection: Connection) -> MetaData:
    tables = MetaData()
    is_ours = lambda name, _: name != "alembic_version" and not is_search_table(name)  # noqa: E731
    tables.reflect(connection, only=is_ours)
    return tables


def _value(kind: object) -> object:
    """Return a value of a column's type; the same in all, so that rows refer to each other."""
    match kind:
        case Boolean():
            return True
        case Integer() | Numeric():
            return 7
        case LargeBinary():
            return b"7"
    return "7"


def _read_all(connection: Connection, tables: MetaData) -> Rows:
    found = {table.name: connection.execute(select(table)).mappings() for table in tables.sorted_tables}
    return {name: [dict(row) for row in rows] for name, rows in found.items()}
