"""What one process rings, the others hear: when the transaction is kept, once, and never themselves."""

import asyncio
import secrets
from contextlib import suppress

import pytest
from sqlalchemy import text

from bot.storage.bells import Bells, ring
from bot.storage.database import Database
from tests.integration.conftest import NEEDS_SERVER


class Ear:
    """Another process, and what it heard."""

    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self.bells = Bells(database)
        self.heard: list[str] = []
        self._news = asyncio.Event()

    def answer(self, name: str) -> None:
        self.heard.append(name)
        self._news.set()

    async def until(self, *names: str) -> None:
        async with asyncio.timeout(10):
            while self.heard != list(names):
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def ours(postgresql_url):
    async with Database(postgresql_url) as database:
        await database.migrate()
        yield database


@pytest.fixture
async def ear(postgresql_url, ours):
    name = f"ear_{secrets.token_hex(6)}"
    async with Database(f"{postgresql_url}&application_name={name}") as database:
        ear = Ear(database, name)
        async with ear.bells:
            ear.bells.listen(ear.answer)
            await ear.until("")  # what rang before may have been missed
            yield ear


@NEEDS_SERVER
async def test_a_bell_is_heard_once_when_the_transaction_is_kept(ours, ear):
    async with ours.writing() as connection:
        for _ in range(3):
            await ring(connection, "delivery")
        await asyncio.sleep(0.1)
        assert ear.heard == [""]
    await ear.until("", "delivery")
    with suppress(RuntimeError):
        async with ours.writing() as connection:
            await ring(connection, "never")
            raise RuntimeError
    async with ours.writing() as connection:
        await ring(connection, "faq memory")
    await ear.until("", "delivery", "faq memory")


@NEEDS_SERVER
async def test_nobody_hears_its_own_bells_or_those_of_another_schema(ours, ear):
    ear.bells.ring_soon("own")
    async with ours.writing() as connection:
        await connection.exec_driver_sql("SELECT pg_notify('rapporteur', 'elsewhere:1:delivery')")
        await ring(connection, "last")
    await ear.until("", "last")


@NEEDS_SERVER
async def test_after_a_broken_connection_everything_is_looked_at(ours, ear):
    async with ours.reading() as connection:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
        await connection.execute(text(kill), {"name": ear.name})
    await ear.until("", "")
    async with ours.writing() as connection:
        await ring(connection, "delivery")
    await ear.until("", "", "delivery")


async def test_on_sqlite_there_is_nobody_to_ring_for(sqlite_url):
    async with Database(sqlite_url) as database, Bells(database) as bells:
        await database.migrate()
        bells.listen(pytest.fail)
        bells.ring_soon("delivery")
        async with database.writing() as connection:
            await ring(connection, "delivery")
