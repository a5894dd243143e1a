"""Put a backup in a SQLite store's place, and remember it: what was posted since, the store does not know."""

import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete

from bot.errors import SettingsError, UserError
from bot.storage.backup import examine, flush, opened, partial, stamp, write_copy
from bot.storage.columns import from_microseconds, to_microseconds
from bot.storage.database import Database
from bot.storage.failures import reason
from bot.storage.meta import get_meta, set_meta
from bot.storage.migrate import check_version
from bot.storage.schema import meta
from bot.storage.sqlite import SqliteFile

BACKUP_TIME = "restored:backup_time"
RESTORED_AT = "restored:at"
CATCHING_UP = timedelta(days=1)
"""How long after a restoration each post is looked for before it leaves: sources are read anew from where the
backup stood, and bring again what was posted since."""


class RestoreError(UserError):
    """The backup was not restored; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What happened to a store.

    Attributes:
        backup_at: When the backup was made.
        restored_at: When it was put in the store's place.
    """

    backup_at: datetime
    restored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What was put in a store's place, and where the former store is; None if there was none."""

    backup_at: datetime
    former: Path | None


def restore(backup: Path, url: str, *, now: datetime) -> Replacement:
    """Put a backup in a store's place; what was there is kept beside it.

    Raises:
        RestoreError: The file is no good backup, or there is no room.
        SettingsError: The bot is running, or the store's directory cannot be written.
    """
    file = SqliteFile(url)
    if backup.exists() and file.path.exists() and backup.samefile(file.path):
        raise RestoreError(f"{backup}: this is the store itself; name a backup")
    backup_at = _made_at(backup)
    is_new = not file.path.exists()
    file.claim()
    try:
        with partial(file.path) as copy:
            write_copy(backup, copy, {BACKUP_TIME: backup_at, RESTORED_AT: now})
            former = None if is_new else _set_aside(file.path, now)
    except (sqlite3.Error, OSError) as error:
        if is_new:
            file.path.unlink(missing_ok=True)  # the empty one that the claim has made
        raise RestoreError(f"{file.path}: the backup could not be put there ({reason(error)})") from error
    finally:
        file.release()
    return Replacement(backup_at=backup_at, former=former)


async def find_restoration(database: Database) -> Restored | None:
    """Return what is known of the last restoration; None when there was none, or it is settled."""
    backup_at, restored_at = [await get_meta(database, key) for key in (BACKUP_TIME, RESTORED_AT)]
    if backup_at is None or restored_at is None:
        return None
    return Restored(
        backup_at=from_microseconds(int(backup_at)), restored_at=from_microseconds(int(restored_at))
    )


async def mark_restored(database: Database, *, backup_at: datetime, now: datetime) -> None:
    """Note that a store was restored by its own tools, as PostgreSQL's is."""
    for key, instant in ((BACKUP_TIME, backup_at), (RESTORED_AT, now)):
        await set_meta(database, key, str(to_microseconds(instant)))


async def forget_restoration(database: Database) -> None:
    """Note that all the posts in doubt are settled."""
    async with database.writing() as connection:
        await connection.execute(delete(meta).where(meta.c.key.in_([BACKUP_TIME, RESTORED_AT])))


def _made_at(backup: Path) -> datetime:
    """Return when a backup was made, once it is found to be good."""
    found = examine(backup)
    if not found.is_good:
        raise RestoreError(f"{backup}: this is no good backup ({found.finding}); name another one")
    try:
        check_version(found.version)
    except SettingsError as error:
        raise RestoreError(f"{backup}: {error}") from None
    if found.made_at is not None:
        return found.made_at
    # A copy that somebody made by hand: its last change is the latest that it can be from.
    return datetime.fromtimestamp(backup.stat().st_mtime, UTC)


def _set_aside(store: Path, now: datetime) -> Path:
    """Keep the present store under another name, with its journal; its own name stays taken until the end.

    Were it renamed, a crash at this moment would leave no store, and the next start would begin an empty one.
    """
    former = store.with_name(f"{store.name}.replaced-{stamp(now)}")
    with contextlib.suppress(sqlite3.Error), opened(store, "rw") as connection:
        # What is only in the journal belongs to the file; a damaged one keeps its journal beside it.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("-wal", "-shm"):
        journal = store.with_name(store.name + suffix)
        if journal.exists():
            journal.rename(former.with_name(former.name + suffix))
    try:
        os.link(store, former)
    except OSError:  # a file system without links
        shutil.copyfile(store, former)
        former.chmod(0o600)
        flush(former)
    flush(store.parent)
    return former
