import asyncio
import random
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from bot.storage.meta import get_meta, set_meta
from bot.storage.schema import meta
from tests.integration.storage.rows import add, keys, refusal_of

ROOT = Path(__file__).parents[3]


async def test_writing_commits_when_the_block_ends_well(database):
    async with database.writing() as connection:
        await add(connection, "a", "b")
    assert await keys(database) == ("a", "b")


async def test_writing_keeps_nothing_after_an_error(database):
    async def write_and_fail():
        async with database.writing() as connection:
            await add(connection, "a")
            raise LookupError

    with pytest.raises(LookupError):
        await write_and_fail()
    assert await keys(database) == ()


@pytest.mark.parametrize("is_repeatable", [False, True])
async def test_what_can_be_repeated_does_not_wait_for_the_disk_and_is_all_there_at_the_end(
    database_url, is_repeatable
):
    async with Database(database_url, is_repeatable=is_repeatable) as database:
        await database.migrate()
        asked = "SHOW synchronous_commit" if database.is_shared else "PRAGMA synchronous"
        async with database.writing() as connection:
            waits = (await connection.exec_driver_sql(asked)).scalar_one()
            await add(connection, "a")
    async with Database(database_url) as database:
        assert await keys(database) == ("a",)

    assert waits in ({"off", 1} if is_repeatable else {"on", 2})


async def test_writing_keeps_nothing_after_a_refused_statement(database):
    async def write_twice():
        async with database.writing() as connection:
            await add(connection, "a")
            await add(connection, "a")

    with pytest.raises(DBAPIError):
        await write_twice()
    await set_meta(database, "b", "v")
    assert await keys(database) == ("b",)


async def test_writing_keeps_all_or_nothing_when_cancelled_anywhere(database):
    chance = random.Random(7)

    async def write(number):
        async with database.writing() as connection:
            await add(connection, f"{number:03}-a")
            await add(connection, f"{number:03}-b")

    for number in range(60):
        task = asyncio.create_task(write(number))
        await asyncio.sleep(chance.random() * 0.004)
        task.cancel()
        await asyncio.wait({task})
    await write(999)

    found = await keys(database)
    assert [key for key in found if key.endswith("a")] == [
        f"{key[:3]}-a" for key in found if key.endswith("b")
    ]
    assert found[-2:] == ("999-a", "999-b")
    assert len(found) < 122


async def test_reading_sees_one_moment(database):
    await set_meta(database, "a", "1")
    async with database.reading() as connection:
        before = (await connection.execute(select(func.count()).select_from(meta))).scalar_one()
        await set_meta(database, "b", "2")
        after = (await connection.execute(select(func.count()).select_from(meta))).scalar_one()
    assert (before, after) == (1, 1)
    assert await keys(database) == ("a", "b")


async def test_reading_cannot_write(database):
    with pytest.raises(DBAPIError):
        async with database.reading() as connection:
            await add(connection, "a")
    assert await keys(database) == ()


async def test_reading_waits_for_no_writer_and_sees_what_was_committed(database):
    await set_meta(database, "a", "1")
    async with database.writing() as connection:
        await add(connection, "b")
        assert await asyncio.wait_for(keys(database), timeout=5) == ("a",)
    assert await keys(database) == ("a", "b")


async def test_eight_writers_and_eight_readers_never_meet_a_lock(database):
    await set_meta(database, "count", "0")
    reads = 0

    async def write():
        for _ in range(25):
            async with database.writing() as connection:
                statement = select(meta.c.value).where(meta.c.key == "count").with_for_update()
                count = int((await connection.execute(statement)).scalar_one())
                await connection.execute(meta.update().values(value=str(count + 1)))

    async def read():
        nonlocal reads
        last = 0
        for _ in range(25):
            last, before = int(await get_meta(database, "count")), last
            reads += last >= before

    async with asyncio.TaskGroup() as tasks:
        for _ in range(8):
            tasks.create_task(write())
            tasks.create_task(read())

    assert await get_meta(database, "count") == "200"
    assert reads == 200


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://h/n"]
)
async def test_address_that_names_no_store_is_refused(url):
    assert "address" in await refusal_of(url)


WRITER = """
import asyncio, sys
from bot.storage.database import Database
from bot.storage.schema import meta

async def write():
    async with Database(sys.argv[1]) as database:
        for number in range(10_000):
            async with database.writing() as connection:
                for part in "abc":
                    row = {"key": f"{number:05}-{part}", "value": "v"}
                    await connection.execute(meta.insert().values(row))
            print(number, flush=True)

asyncio.run(write())
"""


@pytest.mark.parametrize("commits", [1, 5, 20])
async def test_killed_in_a_transaction_the_store_is_old_or_new(database_url, commits):
    async with Database(database_url) as database:
        await database.migrate()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, database_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    for _ in range(commits):
        heard = int(await process.stdout.readline())
    await asyncio.sleep(random.Random(commits).random() * 0.005)
    process.kill()
    heard = int(((await process.stdout.read()).split() or [heard])[-1])
    await process.wait()

    async with Database(database_url) as database:
        found = await keys(database)
        await set_meta(database, "after", "works")
    whole = tuple(f"{number:05}-{part}" for number in range(len(found) // 3) for part in "abc")
    assert found == whole
    assert len(found) // 3 in {heard + 1, heard + 2}  # what was heard of is there; one more may be
