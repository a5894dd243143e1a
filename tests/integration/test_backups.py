"""The nightly backup: at three by the community's clock, seven of them, and made up for after a night off."""

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import build
from bot.errors import SettingsError
from bot.operations.backup import Backups, back_up
from bot.storage.backup import MADE_AT, BackupError, examine
from bot.storage.database import Database
from bot.storage.meta import set_meta
from bot.storage.restoration import BACKUP_TIME, RESTORED_AT, find_restoration, restore
from bot.storage.schema import METADATA, VERSION, meeting_default
from bot.wiring.backup import lately_restored
from config.community import Community, Guild
from config.sections.settings import DeclaredSettings
from config.settings import load_settings
from tests.integration.storage.rows import OLD_VERSIONS, fill_tables, make_old_store, read_tables

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 3, 27, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
MEMBER = 833_333_333_333_333_333


def kept(folder, *but):
    return [path for path in folder.iterdir() if path not in but]


def holding(folder, number):
    """Return the copies in which a number stands anywhere in a row of a guild."""
    found = []
    for path in kept(folder):
        with contextlib.closing(sqlite3.connect(path)) as copy:
            rows = (row for table in METADATA.tables for row in copy.execute(f"SELECT * FROM {table}"))
            found += [path.name] if any(str(number) in str(row) for row in rows) else []
    return found


class Nights:
    """Calls the job as the scheduler would: at its tick, and when it wants to be woken."""

    def __init__(self, store, now):
        self.wishes = []
        self.folder = store.with_name("backups")
        self.now = now
        self.backups = Backups(store=store, folder=self.folder, zone=BERLIN, wake_at=self.wishes.append)

    async def until(self, end):
        while self.now < end:
            await self.backups.nightly(self.now)
            self.now = min(self.wishes[-1], self.now + HOUR)

    def made(self):
        found = self.folder.glob("rapporteur-nightly-*.sqlite3")
        return sorted(path.stem.removeprefix("rapporteur-nightly-") for path in found)


@pytest.fixture
async def store(sqlite_url):
    async with Database(sqlite_url) as database:
        await database.migrate()
    return Path(sqlite_url.removeprefix("sqlite:///"))


async def test_backups_are_made_at_three_by_the_communitys_clock_through_the_change_of_time(store):
    nights = Nights(store, EVENING)
    await nights.until(EVENING + timedelta(days=3))
    assert nights.made() == ["20260327T210000Z", "20260328T020000Z", "20260329T010000Z", "20260330T010000Z"]
    assert all(examine(path).is_good for path in nights.folder.iterdir())


async def test_the_newest_seven_are_kept_and_those_made_by_hand_stay(store, sqlite_url):
    by_hand = [back_up(sqlite_url, None, now=EVENING + number * HOUR) for number in range(3)]
    nights = Nights(store, EVENING)
    await nights.until(EVENING + timedelta(days=12))
    assert len(nights.made()) == 7
    assert all(path.exists() for path in by_hand)
    assert nights.made()[-1] == "20260408T010000Z"


async def test_night_off_is_made_up_for_once(store):
    nights = Nights(store, EVENING)
    await nights.until(EVENING + timedelta(days=1))
    count = len(nights.made())
    later = Nights(store, EVENING + timedelta(days=3, hours=1))
    await later.until(later.now + 4 * HOUR)
    assert later.made()[count:] == ["20260330T210000Z"]


async def test_no_copy_of_the_bots_own_is_older_than_thirty_days_whatever_it_was_off(store, sqlite_url):
    """What a member had deleted, and what the guild was that is gone, is in none of them any more."""
    hand, upgrade = (
        back_up(sqlite_url, None, now=EVENING, name=name)
        for name in ("rapporteur-", "rapporteur-before-upgrade-")
    )
    async with Database(sqlite_url) as database, database.writing() as connection:
        await connection.execute(meeting_default.insert().values(guild_id=MEMBER, settings={}))
    before = Nights(store, EVENING)
    await before.until(EVENING + timedelta(days=4))
    assert len(holding(before.folder, MEMBER)) == len(before.made()) == 5
    async with Database(sqlite_url) as database, database.writing() as connection:
        await connection.execute(meeting_default.delete())
    back = Nights(store, EVENING + timedelta(days=30, hours=4))
    await back.backups.nightly(back.now)
    assert not upgrade.exists()
    assert all(back.now - examine(path).made_at <= timedelta(days=30) for path in kept(back.folder, hand))
    assert len(holding(back.folder, MEMBER)) == 4  # those of the last thirty days
    later = Nights(store, EVENING + timedelta(days=60))
    await later.backups.nightly(later.now)
    assert holding(later.folder, MEMBER) == []
    assert hand.exists()


async def test_nothing_is_dropped_while_no_new_copy_can_be_made(store):
    nights = Nights(store, EVENING)
    await nights.until(EVENING + 2 * HOUR)
    store.write_bytes(b"x" * store.stat().st_size)
    nights.now += timedelta(days=90)
    with pytest.raises(BackupError):
        await nights.backups.nightly(nights.now)
    assert len(nights.made()) == 1


async def test_clock_that_was_wrong_does_not_keep_the_next_night_from_coming(store):
    nights = Nights(store, EVENING + timedelta(days=365))
    await nights.until(nights.now + 2 * HOUR)
    right = Nights(store, EVENING)
    await right.until(EVENING + timedelta(days=1))
    assert right.made()[:2] == ["20260327T210000Z", "20260328T020000Z"]


async def test_night_that_fails_is_told_and_tried_again(store):
    nights = Nights(store, EVENING)
    await nights.until(EVENING + 2 * HOUR)
    nights.now = datetime(2026, 3, 28, 2, tzinfo=UTC)
    content = store.read_bytes()
    store.write_bytes(b"x" * len(content))
    for _ in range(2):
        with pytest.raises(BackupError, match="could not be made"):
            await nights.backups.nightly(nights.now)
    assert len(nights.made()) == 1
    store.write_bytes(content)
    await nights.backups.nightly(nights.now)
    assert len(nights.made()) == 2


async def test_running_bot_makes_its_backup_by_its_own_scheduler(tmp_path):
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "none.env")
    moments = [EVENING]
    async with build(settings, Community(), clock=lambda: moments[-1]) as app:
        await app.scheduler.run_now("backup")
        assert not (tmp_path / "backups").exists()
        moments.append(EVENING + timedelta(days=1))
        await app.scheduler.run_now("backup")
        assert app.scheduler.health["backup"].error == ""
        (backup,) = (tmp_path / "backups").iterdir()
    assert examine(backup).made_at == moments[-1]


@pytest.mark.parametrize(
    ("zones", "hour"), [((), 3), (("Asia/Kolkata",), 21), (("Asia/Kolkata", "Europe/Berlin"), 3)]
)
async def test_night_is_the_communitys_where_there_is_one(tmp_path, zones, hour):
    guilds = tuple(
        Guild(id=number, settings=DeclaredSettings(zone=zone)) for number, zone in enumerate(zones, 1)
    )
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "none.env")
    moments = [EVENING]
    async with build(settings, Community(guilds=guilds), clock=lambda: moments[-1]) as app:
        await app.scheduler.run_now("backup")
        moments.append(EVENING + HOUR)
        await app.scheduler.run_now("backup")
        (due_at,) = {app.scheduler._entries["backup"].turns.wake_at}
    assert due_at.hour == hour


async def test_restored_store_has_its_posts_looked_for_and_forgets_it_in_time(sqlite_url, store, tmp_path):
    async with Database(sqlite_url) as database:
        assert await lately_restored(database, now=EVENING) is None
    copy = back_up(sqlite_url, tmp_path / "elsewhere", now=EVENING)
    restore(copy, sqlite_url, now=EVENING + HOUR)
    async with Database(sqlite_url) as database:
        found = await lately_restored(database, now=EVENING + 2 * HOUR)
        assert found.backup_at == EVENING
        assert found.restored_at > EVENING + 2 * HOUR
        assert await lately_restored(database, now=EVENING + timedelta(days=40)) is None
        assert await find_restoration(database) is None


async def test_store_of_an_older_version_is_kept_before_it_is_upgraded(tmp_path):
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "none.env")
    await make_old_store(f"sqlite:///{tmp_path / 'rapporteur.sqlite3'}", "0001")
    for _ in range(2):  # the second start has nothing to upgrade
        async with build(settings, Community(), clock=lambda: EVENING):
            pass
    (kept,) = (tmp_path / "backups").iterdir()
    assert (examine(kept).is_good, examine(kept).version) == (True, "0001")
    assert examine(tmp_path / "rapporteur.sqlite3").version == VERSION


@pytest.mark.parametrize("version", [OLD_VERSIONS[0], OLD_VERSIONS[-1]])
async def test_what_was_kept_before_an_upgrade_takes_the_store_back_with_every_row(tmp_path, version):
    """The way back: the older program restores the copy, and finds all that it had left there."""
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "none.env")
    url = f"sqlite:///{tmp_path / 'rapporteur.sqlite3'}"
    await make_old_store(url, version)
    async with Database(url) as database:
        before = await fill_tables(database)
    async with build(settings, Community(), clock=lambda: EVENING) as app:
        await set_meta(app.database, "since", "then")
    (kept,) = (tmp_path / "backups").iterdir()
    restore(kept, url, now=EVENING)
    assert examine(tmp_path / "rapporteur.sqlite3").version == version
    async with Database(url) as database:
        after = await read_tables(database)
    marks = {BACKUP_TIME, RESTORED_AT, MADE_AT}
    after["meta"] = [row for row in after["meta"] if row["key"] not in marks]
    assert after == before


async def test_store_that_cannot_be_kept_is_not_upgraded(tmp_path):
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "none.env")
    await make_old_store(f"sqlite:///{tmp_path / 'rapporteur.sqlite3'}", "0001")
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(SettingsError) as caught:
        async with build(settings, Community(), clock=lambda: EVENING):
            pass
    (line,) = caught.value.problems
    assert line.startswith("the store is of an older version, and no backup of it can be made")
    assert examine(tmp_path / "rapporteur.sqlite3").version == "0001"


def test_names_of_the_marks_are_what_the_documents_say():
    assert (BACKUP_TIME, RESTORED_AT) == ("restored:backup_time", "restored:at")
