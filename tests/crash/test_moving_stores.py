"""`python -m bot migrate-store`, started for real: what it prints, and what a kill in the middle leaves."""

import asyncio
import re
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from bot.storage.database import Database
from tests.crash.bot_process import BotProcess, run_to_end
from tests.crash.campaign import enqueue_posts
from tests.integration.conftest import NEEDS_SERVER

POSTS = 2_000


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "rapporteur.sqlite3"
    await enqueue_posts(f"sqlite:///{path}", POSTS)
    return path


async def count_posts(url: str) -> int:
    """Count the rows of the outbox; a store without tables has none."""
    async with Database(url, only_looks=True) as database, database.reading() as connection:
        is_there = (await connection.execute(text("SELECT to_regclass('outbox')"))).scalar_one()
        return (await connection.execute(text("SELECT count(*) FROM outbox"))).scalar_one() if is_there else 0


async def until_waiting(server: asyncpg.Connection, table: str) -> None:
    """Wait until somebody waits for a table."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = $1::regclass"
    while not await server.fetchval(waiting, table):  # noqa: ASYNC110 (another process, which tells nobody)
        await asyncio.sleep(0.05)


@NEEDS_SERVER
async def test_it_prints_the_tables_that_have_rows_and_their_total(
    tmp_path: Path, store: Path, postgresql_url: str
) -> None:
    code, moving = await run_to_end(tmp_path, "migrate-store", DATABASE_URL=postgresql_url)
    assert code == 0, moving.output
    *lines, total, kept = moving.printed.splitlines()
    counted = {name: int(rows) for rows, name in (line.split() for line in lines)}
    assert counted["outbox"] == POSTS
    assert 0 not in counted.values()
    assert total.split(maxsplit=1) == [str(sum(counted.values())), "rows in all, counted on both sides"]
    assert re.fullmatch(rf"the old store is kept as {re.escape(str(store))}\.moved-\w+", kept)
    assert not store.exists()
    assert await count_posts(postgresql_url) == POSTS


@NEEDS_SERVER
async def test_a_kill_in_the_middle_leaves_both_as_they_were_and_it_can_be_said_again(
    tmp_path: Path, store: Path, postgresql_url: str
) -> None:
    async with Database(postgresql_url) as database:
        await database.migrate()
    blocker = await asyncpg.connect(postgresql_url.partition("?")[0])
    schema = postgresql_url.rpartition("search_path=")[2]
    # It waits for this lock with part of its work done, none of which is kept yet.
    held = blocker.transaction()
    await held.start()
    await blocker.execute(f"LOCK TABLE {schema}.outbox IN SHARE MODE")
    async with BotProcess(tmp_path, "migrate-store", DATABASE_URL=postgresql_url) as moving:
        async with asyncio.timeout(30):
            await until_waiting(blocker, f"{schema}.outbox")
        moving.kill()
        assert await moving.wait() != 0
    await held.rollback()
    await blocker.close()
    assert store.exists()
    code, again = await run_to_end(tmp_path, "migrate-store", DATABASE_URL=postgresql_url)
    assert code == 0, again.output
    assert await count_posts(postgresql_url) == POSTS
    await enqueue_posts(f"sqlite:///{store}", 1)
    code, refused = await run_to_end(tmp_path, "migrate-store", DATABASE_URL=postgresql_url)
    assert (code, "is not empty" in refused.output, store.exists()) == (1, True, True)
