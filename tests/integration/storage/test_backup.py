"""Copies of a SQLite store: made while it is written to, whole or not there, and told from bad ones."""

import asyncio
import os
import signal
import sqlite3
import stat
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.backup import BackupError, examine, find_good_backup, list_backups, make_backup
from bot.storage.database import Database
from bot.storage.schema import VERSION
from tests.clocks import NOON
from tests.integration.storage.rows import ROOT, add, keys


@pytest.fixture
async def store(sqlite_url):
    """A store with some rows, closed."""
    async with Database(sqlite_url) as database:
        await database.migrate()
        async with database.writing() as connection:
            await add(connection, *(f"{number:05}-{'x' * 400}" for number in range(500)))
    return Path(sqlite_url.removeprefix("sqlite:///"))


def damage(path):
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\x5a" * 80_000)


def backup(store, target, now=NOON):
    make_backup(store, target, now=now)
    return target


async def test_backup_is_the_whole_store_for_its_owner_alone_and_knows_its_time(store, tmp_path):
    target = backup(store, tmp_path / "new" / "copy.sqlite3")
    found = examine(target)
    assert (found.is_good, found.made_at, found.version) == (True, NOON, VERSION)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["copy.sqlite3"]
    async with Database(f"sqlite:///{target}") as database:
        assert len(await keys(database)) == 501


async def test_backup_while_eight_writers_write_is_one_moments_state(sqlite_url, tmp_path):
    """Every writer adds pairs; a copy that holds half of one is no moment's state."""
    store, copies = Path(sqlite_url.removeprefix("sqlite:///")), []

    async def write(database, name):
        for number in range(60):
            async with database.writing() as connection:
                await add(connection, f"{name}-{number:03}-a-{'x' * 2000}", f"{name}-{number:03}-b")

    async with Database(sqlite_url) as database:
        await database.migrate()
        writing = [asyncio.create_task(write(database, name)) for name in "abcdefgh"]
        while not all(task.done() for task in writing):
            copies.append(tmp_path / f"{len(copies)}.sqlite3")
            await asyncio.to_thread(backup, store, copies[-1])
        await asyncio.gather(*writing)
        assert len(await keys(database)) == 8 * 60 * 2
    counts = []
    for copy in copies:
        assert examine(copy).is_good
        async with Database(f"sqlite:///{copy}") as database:
            found = [key for key in await keys(database) if key != "backup:made_at"]
        first, second = ({key[:5] for key in found if mark in key[5:8]} for mark in ("-a", "-b"))
        assert first == second
        counts.append(len(found))
    assert len(copies) >= 2
    assert counts == sorted(counts)


async def test_backup_of_what_was_killed_while_writing_is_good(sqlite_url, tmp_path):
    program = textwrap.dedent("""
        import asyncio, os, signal, sys
        from bot.storage.database import Database
        from bot.storage.meta import set_meta

        async def main(url):
            async with Database(url) as database:
                await database.migrate()
                await set_meta(database, "kept", "yes")
                os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main(sys.argv[1]))
    """)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, sqlite_url, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    target = backup(Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "copy.sqlite3")
    async with Database(f"sqlite:///{target}") as database:
        assert "kept" in await keys(database)


@pytest.mark.parametrize("fault", ["no store", "damaged", "taken", "no folder"])
async def test_backup_that_cannot_be_made_is_told_and_leaves_nothing(store, tmp_path, fault):
    target = tmp_path / "copies" / "copy.sqlite3"
    match fault:
        case "no store":
            store = tmp_path / "nothing"
        case "damaged":
            damage(store)
        case "taken":
            target = backup(store, target)
        case "no folder":
            (tmp_path / "copies").write_text("in the way")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BackupError) as caught:
        backup(store, target)
    assert str(caught.value).startswith(f"{store if fault == 'no store' else target}: ")
    assert "\n" not in str(caught.value)
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.is_file()] == []


FULL = textwrap.dedent("""
    import resource, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from bot.storage.backup import BackupError, make_backup

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        make_backup(Path(sys.argv[1]), Path(sys.argv[2]), now=datetime(2026, 1, 1, tzinfo=UTC))
    except BackupError as error:
        print(error)
    else:
        print("made")
""")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 2])
async def test_backup_without_room_is_told_and_leaves_nothing(store, tmp_path, share):
    target = tmp_path / "copies" / "copy.sqlite3"
    room = str(int(store.stat().st_size * share))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FULL, str(store), str(target), room, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said = (await process.communicate())[0].decode()
    if share > 1:
        assert said == "made\n"
        assert examine(target).is_good
    else:
        assert said.startswith(f"{target}: the backup could not be made (")
        assert list(target.parent.iterdir()) == []
    assert examine(store).is_good


async def test_backup_killed_at_any_moment_is_whole_or_not_there(store, tmp_path):
    program = textwrap.dedent("""
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from bot.storage.backup import make_backup
        for number in range(1000):
            make_backup(Path(sys.argv[1]), Path(sys.argv[2]) / f"{number}.sqlite3", now=datetime.now(UTC))
            print(number, flush=True)
    """)
    for delay in (0.001, 0.004, 0.008, 0.013):
        folder = tmp_path / str(delay)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, str(store), str(folder), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        await process.stdout.readline()
        await asyncio.sleep(delay)
        process.kill()
        await process.wait()
        assert list_backups(folder)
        assert all(examine(path).is_good for path in list_backups(folder))


async def test_newest_good_backup_is_found_past_bad_ones(store, tmp_path):
    folder = tmp_path / "backups"
    assert find_good_backup(folder) is None
    copies = [
        backup(store, folder / f"{number}.sqlite3", NOON + timedelta(days=number)) for number in range(4)
    ]
    for number, copy in enumerate(copies):
        os.utime(copy, (number, number))
    damage(copies[3])
    copies[2].write_bytes(b"")
    os.utime(copies[3], (9, 9))
    (folder / "notes.txt").write_text("no backup")
    assert find_good_backup(folder) == copies[1]


def test_what_is_no_store_is_no_good_backup(tmp_path):
    text, other = tmp_path / "text.sqlite3", tmp_path / "other.sqlite3"
    text.write_text("this is a text " * 1000)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    for path in (text, other, tmp_path / "nothing", tmp_path):
        assert not examine(path).is_good
