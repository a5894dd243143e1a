"""Make backups, each night and by hand, and bring one back."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path

from bot.errors import SettingsError, UserError
from bot.storage.backup import SUFFIX, make_backup, stamp
from bot.storage.database import Database, is_postgresql
from bot.storage.restoration import mark_restored, restore
from bot.storage.sqlite import BACKUPS, SqliteFile
from bot.text.wall_time import next_occurrence

logger = logging.getLogger(__name__)

_NIGHT = time(3)
_KEPT = 7
# What somebody had deleted stands in no copy of the bot's own for longer, also after weeks of being off.
OLDEST_BACKUP = timedelta(days=30)
_NIGHTLY = "rapporteur-nightly-"
_BEFORE_UPGRADE = "rapporteur-before-upgrade-"
_BY_HAND = "rapporteur-"
# A store's first backup waits until there may be something in it.
_FIRST_AFTER = timedelta(hours=1)
_POSTGRESQL_BACKUP = (
    "the store is PostgreSQL, which its own tools back up: "
    'pg_dump --format=custom --file=rapporteur.dump "$DATABASE_URL"'
)
_POSTGRESQL_RESTORE = (
    "the store is PostgreSQL, which its own tools restore; stop every process of the bot, "
    "set DATABASE_URL to an empty database, then: "
    'pg_restore --exit-on-error --no-owner --dbname="$DATABASE_URL" rapporteur.dump '
    "&& python -m bot restore --since TIME_OF_THE_DUMP"
)


class Backups:
    """The backups of a SQLite store.

    Args:
        store: The store's file.
        folder: Where the nightly backups go.
        zone: Whose nights are meant.
        wake_at: Has the job that calls `nightly` run at a moment.
    """

    def __init__(
        self, *, store: Path, folder: Path, zone: tzinfo, wake_at: Callable[[datetime], None]
    ) -> None:
        self._store = store
        self._folder = folder
        self._zone = zone
        self._wake_at = wake_at
        self._first_at: datetime | None = None

    async def nightly(self, now: datetime) -> None:
        """Make the night's backup if it has not been made, and drop all but the newest seven.

        What is older than thirty days goes too, with the copies that were made before upgrades. A night that
        passed while the bot was off is made up for when it is back.

        Raises:
            BackupError: There is no room, or the store is damaged.
        """
        due_at = self._due_at(now)
        if due_at <= now:
            target = self._folder / f"{_NIGHTLY}{stamp(now)}{SUFFIX}"
            await asyncio.to_thread(make_backup, self._store, target, now=now)
            logger.info("backup made: %s", target, extra={"action": "backup"})
            await asyncio.to_thread(self._prune, now)
            due_at = self._due_at(now)
        self._wake_at(due_at)

    def _due_at(self, now: datetime) -> datetime:
        made = [moment for path in self._nightlies() if (moment := _made_at(path)) is not None]
        # One from the future was made before the clock was set right, or in a trial.
        past = [moment for moment in made if moment <= now]
        if not past:
            self._first_at = self._first_at or now + _FIRST_AFTER
            return self._first_at
        night = next_occurrence(_NIGHT, self._zone, after=max(past))
        return night.at if night else datetime.max.replace(tzinfo=now.tzinfo)

    def _nightlies(self) -> list[Path]:
        """Return the nightly backups, the oldest first: their names sort by time."""
        return sorted(self._folder.glob(f"{_NIGHTLY}*{SUFFIX}"))

    def _prune(self, now: datetime) -> None:
        nightlies = self._nightlies()
        upgrades = self._folder.glob(f"{_BEFORE_UPGRADE}*{SUFFIX}")
        old = {path for path in (*nightlies, *upgrades) if (_made_at(path) or now) < now - OLDEST_BACKUP}
        for path in {*nightlies[:-_KEPT], *old}:
            path.unlink(missing_ok=True)


def back_up(url: str, folder: Path | None, *, now: datetime, name: str = _BY_HAND) -> Path:
    """Make a backup by hand, and return it; these are never dropped.

    Args:
        url: The store's address.
        folder: Where to; None: where the nightly ones are.
        now: The present.
        name: What its name begins with.

    Raises:
        UserError: It could not be made.
    """
    if is_postgresql(url):
        raise UserError(_POSTGRESQL_BACKUP)
    store = SqliteFile(url).path
    target = (folder or store.with_name(BACKUPS)) / f"{name}{stamp(now)}{SUFFIX}"
    make_backup(store, target, now=now)
    return target


async def back_up_before_upgrade(url: str, *, now: datetime) -> None:
    """Keep the store as the older version left it: there is no other way back to that version.

    Raises:
        SettingsError: It could not be copied, so that it had better not be upgraded.
    """
    if is_postgresql(url):
        return  # its own tools, and whoever upgrades knows them
    try:
        made = await asyncio.to_thread(back_up, url, None, now=now, name=_BEFORE_UPGRADE)
    except UserError as error:
        problem = "the store is of an older version, and no backup of it can be made before the upgrade"
        raise SettingsError([f"{problem} ({error}); mend that and start again"]) from error
    logger.info("the store is of an older version; it is kept as %s", made, extra={"action": "backup"})


async def bring_back(url: str, file: Path | None, since: str, *, now: datetime) -> tuple[str, ...]:
    """Put a backup in the store's place, or note that PostgreSQL's own tools did; return what to tell.

    Raises:
        UserError: It could not be done; nothing was changed.
        SettingsError: The bot is running, or the store cannot be used.
    """
    if is_postgresql(url):
        if not since:
            raise UserError(_POSTGRESQL_RESTORE)
        backup_at = _instant(since)
        async with Database(url) as database:
            await database.migrate()
            await mark_restored(database, backup_at=backup_at, now=now)
        return (f"noted: what was posted since {_moment(backup_at)} is looked for before it is posted again",)
    if file is None or since:
        raise UserError("name the backup's file, and nothing else: python -m bot restore FILE")
    done = await asyncio.to_thread(restore, file, url, now=now)
    lines = [f"restored {file}, made {_moment(done.backup_at)}, to {SqliteFile(url).path}"]
    if done.former is not None:
        lines.append(f"the store that was there is kept as {done.former}")
    return (*lines, "start the bot again: what was posted since then is not posted twice")


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UserError("--since is no time; write it like 2026-11-24T03:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _made_at(path: Path) -> datetime | None:
    """Return when a backup was made, by its name."""
    try:
        return datetime.strptime(path.stem.rpartition("-")[2], "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None
