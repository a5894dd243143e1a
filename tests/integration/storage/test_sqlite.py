import asyncio
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.failures import StorageFullError
from bot.storage.meta import set_meta
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
        "restore it from a backup, or move it away to start empty"
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
    await asyncio.to_thread(overwrite, path, place)
    line = await refusal_of(sqlite_url)
    assert line.startswith(f"{path}: this file is damaged, or no database (")
    assert line.endswith("restore it from a backup, or move it away to start empty")


async def test_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "rapporteur.sqlite3"
    assert (await refusal_of(f"sqlite:///{path}")).endswith("set DATA_DIR to a directory that can be")
    (tmp_path / "folder").mkdir()
    assert "cannot be opened" in await refusal_of(f"sqlite:///{tmp_path / 'folder'}")
