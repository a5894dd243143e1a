"""Look into a SQLite store that a bot may be using, without changing anything or taking long."""

import sqlite3
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.storage.backup import one_line, opened
from bot.storage.columns import from_microseconds, to_microseconds
from bot.storage.failures import reason
from bot.storage.schema import VERSION

_DUE = "SELECT count(*), min(due_at) FROM outbox WHERE ended_at IS NULL AND due_at <= ?"
_STEPS_BETWEEN_LOOKS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLook:
    """What a store looks like.

    Attributes:
        finding: "ok", or what is wrong with the file, in one line.
        is_whole: All of it was looked through; a large one is not, in so little time.
        version: The number of its schema.
        due: How many posts should have left by now; `oldest_due_at` since when the first of them.
    """

    finding: str = "ok"
    is_whole: bool = True
    version: str | None = None
    due: int = 0
    oldest_due_at: datetime | None = None


def look_at_store(path: Path, *, now: datetime, seconds: float = 1.0) -> StoreLook:
    """Return what a store's file looks like; it blocks for so long, and not much longer."""
    try:
        with opened(path, "ro") as connection:
            version = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0]
            is_known = version == VERSION  # another version's tables may be others
            row = connection.execute(_DUE, (to_microseconds(now),)).fetchone() if is_known else (0, None)
            finding = _check(connection, seconds)
    except (sqlite3.Error, OSError) as error:
        return StoreLook(finding=reason(error))
    return StoreLook(
        finding=finding or "ok",
        is_whole=finding is not None,
        version=version,
        due=row[0],
        oldest_due_at=from_microseconds(row[1]) if row[1] is not None else None,
    )


def _check(connection: sqlite3.Connection, seconds: float) -> str | None:
    """Return what the quick check says; None when it would take longer than that."""
    ends_at = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > ends_at, _STEPS_BETWEEN_LOOKS)
    try:
        return one_line(str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]))
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
