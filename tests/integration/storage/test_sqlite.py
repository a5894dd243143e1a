import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage.backup import make_backup
from bot.storage.database import Database
from bot.storage.failures import StorageFullError
from bot.storage.meta import get_meta, set_meta
from bot.storage.schema import meta
from tests.clocks import NOON
from tests.integration.storage.rows import add, keys, refusal_of

ROOT = Path(__file__).parents[3]


async def test_sqlite_waits_while_another_program_writes(sqlite_url):
    async with Database(sqlite_url) as database:
        await database.migrate()
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(set_meta(database, "a", "1"))
        await asyncio.sleep(0.3)
        assert not write.done()
        other.execute("ROLLBACK")
        other.close()
        await write
        assert await keys(database) == ("a",)


async def test_writers_and_readers_wait_out_another_programs_long_lock(sqlite_url):
    """Eight of each for some seconds, a lock of four seconds from outside: nobody hears of a locked store."""
    stop_at = time.monotonic() + 6
    read = 0

    def hold_lock():
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(4)
        other.execute("ROLLBACK")
        other.close()

    async with Database(sqlite_url) as database:
        await database.migrate()
        await set_meta(database, "count", "0")

        async def write():
            written = 0
            while time.monotonic() < stop_at:
                async with database.writing() as connection:
                    # Read, then write: by a deferred transaction this would fail at once.
                    found = await connection.execute(select(meta.c.value).where(meta.c.key == "count"))
                    count = int(found.scalar_one()) + 1
                    await connection.execute(meta.update().values(value=str(count)))
                written += 1
            return written

        async def look():
            nonlocal read
            last = 0
            while time.monotonic() < stop_at:
                count = int(await get_meta(database, "count"))
                assert count >= last
                last = count
                read += 1
                await asyncio.sleep(0.001)

        async with asyncio.TaskGroup() as tasks:
            writers = [tasks.create_task(write()) for _ in range(8)]
            for _ in range(8):
                tasks.create_task(look())
            await asyncio.sleep(0.5)
            tasks.create_task(asyncio.to_thread(hold_lock))
        assert int(await get_meta(database, "count")) == sum(task.result() for task in writers) > 0
    assert read > 100


async def test_sqlite_commits_survive_a_power_cut_and_keys_are_enforced(sqlite_url):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    async with Database(sqlite_url) as database:
        for transaction in (database.writing, database.reading):
            async with transaction() as connection:
                found = {
                    name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in wanted
                }
            assert found == wanted


async def test_sqlite_store_is_for_its_owner_alone(sqlite_url, tmp_path):
    async with Database(sqlite_url) as database:
        await database.migrate()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}
    assert "rapporteur.sqlite3" in modes
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


async def test_sqlite_store_leaves_no_journal_when_closed(sqlite_url, tmp_path):
    async with Database(sqlite_url) as database:
        await database.migrate()
    names = sorted(path.name for path in (tmp_path / "data").iterdir())
    assert names == ["rapporteur.sqlite3", "rapporteur.sqlite3.lock"]


async def test_full_sqlite_store_says_so_still_reads_and_recovers(sqlite_url, caplog):
    async with Database(sqlite_url) as database:
        await database.migrate()
        await set_meta(database, "a", "1")
        async with database.writing() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for _ in range(2):
            with pytest.raises(StorageFullError, match="disk is full"):
                await set_meta(database, "b", "x" * 100_000)
        assert await keys(database) == ("a",)

        async with database.writing() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        await set_meta(database, "b", "x" * 100_000)
        assert await keys(database) == ("a", "b")
    said = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert said == ["the store is full: nothing can be saved until there is room"]


async def test_sqlite_store_that_fills_up_at_any_page_is_whole_and_goes_on(sqlite_url):
    """Also in the middle of a transaction that has written much already."""
    async with Database(sqlite_url) as database:
        await database.migrate()
        async with database.writing() as connection:
            first = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()

        async def limit(pages):
            async with database.writing() as connection:
                await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        async def write(number):
            async with database.writing() as connection:
                for part in range(12):
                    await add(connection, f"{number:03}-{part:02}-{'x' * 3000}")

        outcomes = []
        for number in range(30):
            await limit(first + number)
            try:
                await write(number)
            except StorageFullError:
                outcomes.append("full")
            else:
                outcomes.append("written")
            found = await keys(database)  # what was saved can be read
            assert {key[:3] for key in found} == {
                f"{each:03}" for each, outcome in enumerate(outcomes) if outcome == "written"
            }
            assert len(found) == 12 * outcomes.count("written")
        await limit(2**31)
        await write(999)
        async with database.reading() as connection:
            check = await connection.exec_driver_sql("PRAGMA integrity_check")
            assert check.scalar_one() == "ok"
    assert {"full", "written"} == set(outcomes)


FULL = """
import asyncio, resource, sys
from bot.storage.database import Database
from bot.storage.failures import StorageFullError
from bot.storage.meta import get_meta, set_meta

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main(url, room):
    outcomes = []
    async with Database(url) as database:
        await database.migrate()
        await set_meta(database, "before", "v")
        limit(room)
        for number in range(40):
            try:
                await set_meta(database, f"{number}", "x" * 20_000)
                outcomes.append("written")
            except StorageFullError:
                outcomes.append("full")
            assert await get_meta(database, "before") == "v"
        limit(resource.RLIM_INFINITY)
        await set_meta(database, "after", "v")
        assert await get_meta(database, "after") == "v"
    print(sorted(set(outcomes)), outcomes.index("full"))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@pytest.mark.parametrize("room", [100_000, 300_000, 500_000])
async def test_disk_without_room_is_told_and_the_process_goes_on_when_there_is_some(sqlite_url, room):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FULL, sqlite_url, str(room), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0
    assert said.startswith("['full'")
    async with Database(sqlite_url) as database:
        assert {"before", "after"} <= set(await keys(database))


SECOND = """
import asyncio, sys
from bot.errors import SettingsError
from bot.storage.database import Database

async def open_store():
    try:
        async with Database(sys.argv[1]):
            print("opened")
    except SettingsError as error:
        print(error)

asyncio.run(open_store())
"""


def open_elsewhere(url):
    done = subprocess.run(
        [sys.executable, "-c", SECOND, url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


async def test_second_instance_on_the_same_sqlite_store_is_refused(sqlite_url):
    path = sqlite_url.removeprefix("sqlite:///")
    async with Database(sqlite_url):
        refusal = await asyncio.to_thread(open_elsewhere, sqlite_url)
    assert refusal.startswith(f"another Rapporteur is already running on {path} (process ")
    assert refusal.endswith("stop it, or give this one a DATA_DIR of its own")
    assert "\n" not in refusal
    assert await asyncio.to_thread(open_elsewhere, sqlite_url) == "opened"


async def test_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "rapporteur.sqlite3"
    path.write_bytes(b"this is a text, and a long one at that. " * 200)
    assert await refusal_of(f"sqlite:///{path}") == (
        f"{path}: this file is damaged, or no database (file is not a database); "
        "no good backup is beside it: restore one from elsewhere, or move it away to start empty"
    )


def overwrite(path, place):
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * place))
        file.write(b"\x5a" * 80_000)


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
async def test_damaged_database_is_refused(sqlite_url, place):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    async with Database(sqlite_url) as database:
        await database.migrate()
        async with database.writing() as connection:
            await add(connection, *(f"{number:05}{'x' * 500}" for number in range(500)))
    backups = path.with_name("backups")
    for number in range(3):
        make_backup(path, backups / f"{number} a.sqlite3", now=NOON)
        os.utime(backups / f"{number} a.sqlite3", (number, number))
    for damaged in (path, backups / "2 a.sqlite3"):
        await asyncio.to_thread(overwrite, damaged, place)
    os.utime(backups / "2 a.sqlite3", (2, 2))
    line = await refusal_of(sqlite_url)
    assert line.startswith(f"{path}: this file is damaged, or no database (")
    assert line.endswith(f"; restore the newest good backup: python -m bot restore '{backups}/1 a.sqlite3'")


async def test_store_that_got_lost_is_begun_empty_with_a_word_about_its_backups(sqlite_url, caplog):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    async with Database(sqlite_url) as database:
        await database.migrate()
    backup = path.with_name("backups") / "1.sqlite3"
    make_backup(path, backup, now=NOON)
    path.unlink()
    async with Database(sqlite_url):
        pass
    (line,) = caplog.messages
    assert line.startswith("there is no store, but there are backups; ")
    assert line.endswith(f"python -m bot restore {backup}")


async def test_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "rapporteur.sqlite3"
    assert (await refusal_of(f"sqlite:///{path}")).endswith("set DATA_DIR to a directory that can be")
    (tmp_path / "folder").mkdir()
    assert "cannot be opened" in await refusal_of(f"sqlite:///{tmp_path / 'folder'}")
