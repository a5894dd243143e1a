"""A server of the database that is away for a moment, or for longer."""

import logging
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.storage.database import Database
from bot.storage.failures import StorageAwayError, StorageFullError
from bot.storage.meta import get_meta, set_meta
from bot.storage.reach import Reach
from tests.integration.conftest import NEEDS_SERVER
from tests.integration.storage.rows import end_all_connections

REFUSED = ConnectionRefusedError(111, "Connect call failed")


class Engine:
    """Refuses the first connections, as the server does that is being restarted."""

    def __init__(self, *refusals: Exception) -> None:
        self.refusals = list(refusals)

    @asynccontextmanager
    async def connect(self):
        if self.refusals:
            raise self.refusals.pop(0)
        yield "a connection"


async def test_server_that_is_back_in_a_moment_is_waited_for(caplog):
    engine = Engine(REFUSED, TimeoutError())
    async with Reach(pauses=(0.0, 0.0)).connected(engine) as connection:
        assert connection == "a connection"
    assert caplog.records == []


async def test_server_that_stays_away_is_told_of_once_and_its_return_too(caplog):
    caplog.set_level(logging.INFO)
    reach, engine = Reach(pauses=(0.0,)), Engine(*[REFUSED] * 6)
    for _ in range(3):
        with pytest.raises(StorageAwayError, match="Connect call failed"):
            async with reach.connected(engine):
                pytest.fail("there is no connection")
    async with reach.connected(engine):
        pass
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "the database cannot be reached: [Errno 111] Connect call failed"),
        ("INFO", "the database can be reached again"),
    ]


@pytest.mark.parametrize("error", [ValueError("a password"), StorageFullError()])
async def test_what_waiting_cannot_mend_is_not_waited_for(error):
    engine = Engine(error)
    with pytest.raises(type(error)):
        async with Reach(pauses=(0.0,)).connected(engine):
            pytest.fail("there is no connection")
    assert engine.refusals == []


@NEEDS_SERVER
async def test_connections_that_ended_while_nobody_used_them_are_not_noticed(postgresql_url):
    name = postgresql_url.rpartition("=")[2]
    async with Database(f"{postgresql_url}&application_name={name}") as database:
        await database.migrate()
        for turn in range(5):
            await set_meta(database, "turn", str(turn))
            assert await end_all_connections(postgresql_url, name) >= 1
            assert await get_meta(database, "turn") == str(turn)


async def write_through_the_end(database: Database, url: str, name: str) -> None:
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO meta (key, value) VALUES ('a', 'b')"))
        await end_all_connections(url, name)
        await connection.execute(text("SELECT 1"))


@NEEDS_SERVER
async def test_connection_that_ends_in_the_middle_keeps_nothing_and_the_next_works(postgresql_url):
    name = postgresql_url.rpartition("=")[2]
    async with Database(f"{postgresql_url}&application_name={name}") as database:
        await database.migrate()
        with pytest.raises(StorageAwayError):
            await write_through_the_end(database, postgresql_url, name)
        assert await get_meta(database, "a") is None
        await set_meta(database, "a", "c")
        assert await get_meta(database, "a") == "c"


async def test_an_error_of_what_was_asked_stays_what_it_is(database):
    with pytest.raises(IntegrityError):
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO meta (key, value) VALUES ('a', NULL)"))
