"""Small steps in shared transactions: what fails takes nothing with it, whether alone or among others."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import select

from bot.delivery.ledger import Ledger
from bot.storage.schema import meta
from bot.storage.upsert import insert_missing


class OutOfLuckError(Exception):
    """A step went wrong."""


async def note(connection, key, *, fails=False):
    """Write a row, and fail then if that is wished for."""
    await insert_missing(connection, meta, {"key": key, "value": ""})
    if fails:
        raise OutOfLuckError(key)
    return key


async def noted(database):
    async with database.reading() as connection:
        found = await connection.execute(select(meta.c.key).where(meta.c.key.startswith("step ")))
        return set(found.scalars())


async def test_a_step_that_fails_alone_leaves_nothing_behind(database):
    ledger = Ledger(database)
    with pytest.raises(OutOfLuckError):
        await ledger.write(partial(note, key="step 1", fails=True))
    assert await ledger.write(partial(note, key="step 2")) == "step 2"
    assert await noted(database) == {"step 2"}


async def test_a_step_that_fails_among_others_takes_none_of_them_with_it(database):
    ledger = Ledger(database)
    steps = [ledger.write(partial(note, key=f"step {n}", fails=n == 2)) for n in range(5)]
    results = await asyncio.gather(*steps, return_exceptions=True)
    assert [type(each) for each in results] == [str, str, OutOfLuckError, str, str]
    assert await noted(database) == {"step 0", "step 1", "step 3", "step 4"}
    await ledger.finish()
