"""What the tests of the store share: rows to write, keys to read, refusals to hear."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from bot.errors import SettingsError
from bot.storage.database import Database
from bot.storage.schema import meta

ROOT = Path(__file__).parents[3]


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
