"""A backup in the store's place: what was there is kept, and what it means for posting is remembered."""

import asyncio
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.storage.backup import examine, make_backup
from bot.storage.database import Database
from bot.storage.meta import set_meta
from bot.storage.restoration import (
    Restored,
    RestoreError,
    find_restoration,
    forget_restoration,
    mark_restored,
    restore,
)
from tests.clocks import NOON
from tests.integration.storage.rows import ROOT, keys

LATER = NOON + timedelta(days=3)


async def write(url, *names):
    async with Database(url) as database:
        await database.migrate()
        for name in names:
            await set_meta(database, name, "v")


@pytest.fixture
async def store(sqlite_url):
    await write(sqlite_url, "old")
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def copy(store, tmp_path):
    """A backup of a store that went on afterwards."""
    make_backup(store, tmp_path / "copy.sqlite3", now=NOON)
    return tmp_path / "copy.sqlite3"


async def own_keys(url):
    async with Database(url) as database:
        return {key for key in await keys(database) if ":" not in key}


async def test_restored_store_is_the_backup_and_the_former_one_is_kept(sqlite_url, store, copy):
    await write(sqlite_url, "new")
    done = restore(copy, sqlite_url, now=LATER)
    assert await own_keys(sqlite_url) == {"old"}
    assert await own_keys(f"sqlite:///{done.former}") == {"old", "new"}
    assert done.former.name == "rapporteur.sqlite3.replaced-20260104T120000Z"
    assert oct(store.stat().st_mode)[-3:] == oct(done.former.stat().st_mode)[-3:] == "600"


async def test_restored_store_remembers_it_until_it_is_settled(sqlite_url, copy):
    async with Database(sqlite_url) as database:
        assert await find_restoration(database) is None
    restore(copy, sqlite_url, now=LATER)
    async with Database(sqlite_url) as database:
        assert await find_restoration(database) == Restored(backup_at=NOON, restored_at=LATER)
        await forget_restoration(database)
        assert await find_restoration(database) is None


async def test_postgresqls_own_tools_are_noted(database):
    await mark_restored(database, backup_at=NOON, now=LATER)
    assert await find_restoration(database) == Restored(backup_at=NOON, restored_at=LATER)


async def test_commits_that_only_the_journal_holds_are_kept_with_the_former_store(sqlite_url, store, copy):
    program = textwrap.dedent("""
        import asyncio, os, signal, sys
        from bot.storage.database import Database
        from bot.storage.meta import set_meta

        async def main(url):
            async with Database(url) as database:
                await set_meta(database, "new", "v")
                os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main(sys.argv[1]))
    """)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, sqlite_url, cwd=ROOT)
    await process.wait()
    assert store.with_name("rapporteur.sqlite3-wal").stat().st_size > 0
    done = restore(copy, sqlite_url, now=LATER)
    assert await own_keys(sqlite_url) == {"old"}
    assert await own_keys(f"sqlite:///{done.former}") == {"old", "new"}


async def test_damaged_store_is_replaced_and_kept_as_it_is(sqlite_url, store, copy):
    damaged = b"\x5a" * store.stat().st_size
    store.write_bytes(damaged)
    done = restore(copy, sqlite_url, now=LATER)
    assert await own_keys(sqlite_url) == {"old"}
    assert done.former.read_bytes() == damaged


async def test_restore_into_a_new_host(copy, tmp_path):
    url = f"sqlite:///{tmp_path / 'elsewhere' / 'rapporteur.sqlite3'}"
    assert restore(copy, url, now=LATER).former is None
    assert await own_keys(url) == {"old"}


async def test_copy_made_by_hand_counts_from_its_last_change(sqlite_url, store, tmp_path):
    import os
    import shutil

    copy = Path(shutil.copy(store, tmp_path / "by hand.sqlite3"))
    os.utime(copy, (1_700_000_000, 1_700_000_000))
    assert restore(copy, sqlite_url, now=LATER).backup_at == datetime.fromtimestamp(1_700_000_000, UTC)


async def test_running_bots_store_is_not_touched(sqlite_url, store, copy):
    program = textwrap.dedent("""
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from bot.errors import SettingsError
        from bot.storage.restoration import restore
        try:
            restore(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 1, 4, tzinfo=UTC))
        except SettingsError as error:
            print(error)
    """)
    async with Database(sqlite_url) as database:
        await set_meta(database, "new", "v")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, str(copy), sqlite_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        said = (await process.communicate())[0].decode()
        assert said.startswith(f"another Rapporteur is already running on {store} (process ")
        assert "new" in await keys(database)
    assert list(store.parent.glob("*replaced*")) == []


@pytest.mark.parametrize("fault", ["nothing", "text", "damaged", "newer", "itself"])
async def test_what_is_no_good_backup_changes_nothing(sqlite_url, store, copy, tmp_path, fault):
    match fault:
        case "nothing":
            copy = tmp_path / "nothing.sqlite3"
        case "text":
            copy.write_text("a text " * 1000)
        case "damaged":
            copy.write_bytes(copy.read_bytes()[:4096] + b"\x5a" * (copy.stat().st_size - 4096))
        case "newer":
            import sqlite3

            with sqlite3.connect(copy) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.close()
        case "itself":
            copy = store
    before = store.read_bytes()
    with pytest.raises(RestoreError) as caught:
        restore(copy, sqlite_url, now=LATER)
    assert str(caught.value).startswith(f"{copy}: ")
    assert "\n" not in str(caught.value)
    assert store.read_bytes() == before
    assert sorted(path.name for path in store.parent.iterdir()) == [
        "rapporteur.sqlite3",
        "rapporteur.sqlite3.lock",
    ]


FULL = textwrap.dedent("""
    import resource, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from bot.storage.restoration import RestoreError, restore

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        restore(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 1, 4, tzinfo=UTC))
    except RestoreError as error:
        print(error)
""")


@pytest.mark.parametrize("is_new", [True, False])
async def test_restore_without_room_changes_nothing(sqlite_url, store, copy, tmp_path, is_new):
    url = f"sqlite:///{tmp_path / 'elsewhere' / 'rapporteur.sqlite3'}" if is_new else sqlite_url
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FULL, str(copy), url, "50000", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said = (await process.communicate())[0].decode()
    assert "the backup could not be put there (" in said
    place = Path(url.removeprefix("sqlite:///"))
    assert [path.name for path in place.parent.iterdir() if path.suffix != ".lock"] == (
        [] if is_new else ["rapporteur.sqlite3"]
    )


async def test_restore_killed_at_any_moment_leaves_a_store_that_opens(sqlite_url, store, copy):
    """Old or new, never none: a start without a store would begin an empty one."""
    program = textwrap.dedent("""
        import os, signal, sys, threading, time
        from datetime import UTC, datetime
        from pathlib import Path
        from bot.storage.restoration import restore

        def kill():
            time.sleep(float(sys.argv[3]))
            os.kill(os.getpid(), signal.SIGKILL)

        print("ready", flush=True)
        threading.Thread(target=kill, daemon=True).start()
        while True:
            restore(Path(sys.argv[1]), sys.argv[2], now=datetime.now(UTC))
    """)
    for delay in (0.002, 0.006, 0.011, 0.017, 0.024, 0.032):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, str(copy), sqlite_url, str(delay), cwd=ROOT
        )
        await process.wait()
        assert examine(store).is_good
        assert await own_keys(sqlite_url) == {"old"}


async def test_restored_store_of_an_older_schema_is_brought_up_to_date(sqlite_url, store, tmp_path):
    from tests.integration.storage.rows import make_old_store

    old = tmp_path / "old.sqlite3"
    await make_old_store(f"sqlite:///{old}", "0001")
    restore(old, sqlite_url, now=LATER)
    await write(sqlite_url, "works")
    assert await own_keys(sqlite_url) == {"works"}


async def test_refusal_of_a_directory_that_cannot_be_written(copy, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError):
        restore(copy, f"sqlite:///{tmp_path / 'file' / 'rapporteur.sqlite3'}", now=LATER)
