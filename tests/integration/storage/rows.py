"""What the tests of the store share: rows to write, keys to read, refusals to hear."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select

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
