"""Copy a SQLite store while it is written to, and tell a good copy from a bad one.

A copy is whole or not there: it is written beside its place, checked, and renamed. The functions block, the
larger the store the longer (3 s a gigabyte were measured); call them in a thread. SQLite lets go of the
interpreter while it copies, so that the loop goes on.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import UserError
from bot.storage.columns import from_microseconds, to_microseconds
from bot.storage.failures import reason

SUFFIX = ".sqlite3"
MADE_AT = "backup:made_at"
"""The key under which a copy knows when it was made."""

_BUSY_SECONDS = 10.0
_MOST_LOOKED_THROUGH = 100


class BackupError(UserError):
    """No backup could be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a file turned out to be.

    Attributes:
        finding: "ok", or what is wrong, in one line.
        made_at: When the copy was made; None when it does not say.
        version: The number of its schema.
    """

    finding: str
    made_at: datetime | None = None
    version: str | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether it is a whole store."""
        return self.finding == "ok"


def make_backup(store: Path, target: Path, *, now: datetime) -> None:
    """Copy a store, which may be in use, to a file that was not there before.

    Raises:
        BackupError: There is no such store, it is damaged, or there is no room.
    """
    if not store.exists():
        raise BackupError(f"{store}: there is no store yet; the bot makes it when it starts")
    if target.exists():
        raise BackupError(f"{target}: there is a file of this name already; name another place")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with partial(target) as copy:
            write_copy(store, copy, {MADE_AT: now})
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{target}: the backup could not be made ({reason(error)})") from error


def write_copy(source: Path, copy: Path, notes: dict[str, datetime]) -> None:
    """Copy a store into an empty file, write instants into it, and make sure that it is good.

    Raises:
        sqlite3.Error: The source is no store, or the copy is not good.
        OSError: There is no room.
    """
    with opened(source, "rw") as reader, opened(copy, "rw") as writer:
        # In one step: one moment's state, in WAL mode without holding up who writes.
        reader.backup(writer)
        # One file and no journal beside it; it can be read from where nothing can be written.
        writer.execute("PRAGMA journal_mode = DELETE")
        for key, instant in notes.items():
            row = (key, str(to_microseconds(instant)))
            writer.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", row)
    found = examine(copy)
    if not found.is_good:
        raise sqlite3.DatabaseError(f"the copy is damaged: {found.finding}")
    flush(copy)


def examine(path: Path) -> Examination:
    """Find out whether a file is a whole store."""
    try:
        with opened(path, "ro") as connection:
            finding = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            found = connection.execute("SELECT value FROM meta WHERE key = ?", (MADE_AT,)).fetchone()
            version = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        return Examination(finding=reason(error))
    made_at = (
        from_microseconds(int(found[0])) if found and found[0].isascii() and found[0].isdigit() else None
    )
    return Examination(finding=one_line(finding), made_at=made_at, version=version)


def list_backups(folder: Path) -> tuple[Path, ...]:
    """Return the files that look like backups, the newest first."""
    try:
        found = [path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file()]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda path: (path.stat().st_mtime, path.name), reverse=True))


def find_good_backup(folder: Path) -> Path | None:
    """Return the newest backup that is whole; None if there is none."""
    newest = list_backups(folder)[:_MOST_LOOKED_THROUGH]
    return next((path for path in newest if examine(path).is_good), None)


@contextlib.contextmanager
def opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Open a file that is there; nothing but SQLite may open a store that this process has open."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def partial(target: Path) -> Iterator[Path]:
    """Give an empty file, for its owner alone, that takes the target's name when the block ends well."""
    path = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        yield path
        path.replace(target)
        flush(target.parent)
    finally:
        for left in (path, path.with_name(f"{path.name}-journal")):
            left.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have a file, or a directory's entries, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def one_line(finding: str) -> str:
    """Shorten what SQLite says of a damaged file."""
    return finding.replace("*** in database main ***", "").strip().partition("\n")[0]


def stamp(now: datetime) -> str:
    """Return an instant for a file's name: 20261124T030000Z."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
