"""Check what the bot stands on, offline: its directory, the disk, the store, its backups, the time zones."""

import os
import shlex
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from bot.faq.models import Severity
from bot.operations.backup import OLDEST_BACKUP
from bot.operations.findings import Finding, Passed
from bot.storage.backup import find_good_backup, list_backups
from bot.storage.looking import StoreLook, look_at_store
from bot.storage.schema import VERSION
from bot.storage.sqlite import BACKUPS

_LITTLE_ROOM = 200 * 2**20
_OLD_BACKUP = timedelta(days=2)
# The bot drops its own with the night's backup.
_UNTIL_THE_NIGHT = timedelta(days=1)
_LATE_POST = timedelta(minutes=15)
# Governments change their clocks with a few months' notice.
_OLD_ZONES_YEARS = 2

Lines = Iterable[Finding | Passed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is looked at; a test gives its own.

    Attributes:
        store: The SQLite store's file; None on PostgreSQL.
        free_bytes: What is free where the data is; None: ask the system.
        zones_version: Of the tzdata package; None: the installed one's.
    """

    data_dir: Path
    store: Path | None
    now: datetime
    free_bytes: int | None = None
    zones_version: str | None = None


def check_machine(machine: Machine) -> Lines:
    """Return what there is to say of each."""
    yield from _check_directory(machine)
    yield from _check_zones(machine)
    if machine.store is None:
        return
    if not machine.store.exists():
        yield Passed(check="store", what="there is none yet; the bot makes it when it starts")
        return
    look = look_at_store(machine.store, now=machine.now)
    yield from _check_store(machine.store, look)
    if look.finding == "ok":
        yield from check_queue(look.due, look.oldest_due_at, machine.now)
        yield from _check_backups(machine.store, machine.now)


def check_queue(due: int, oldest_due_at: datetime | None, now: datetime) -> Lines:
    """Say whether posts wait that should have left."""
    late = now - oldest_due_at if oldest_due_at is not None else timedelta()
    if late <= _LATE_POST:
        yield Passed(check="posts", what=f"{due} due" if due else "none is waiting")
        return
    yield Finding(
        where="posts",
        what=f"{due} should have left, the oldest {_span(late)} ago",
        fix="Start the bot if it is stopped; else `/status` in Discord says which channel is closed to it",
        severity=Severity.WARNING,
    )


def _check_directory(machine: Machine) -> Lines:
    nearest = next(
        (each for each in (machine.data_dir, *machine.data_dir.absolute().parents) if each.exists()), Path()
    )
    place = shlex.quote(str(machine.data_dir))
    if not os.access(nearest, os.W_OK | os.X_OK):
        yield Finding(
            where=str(machine.data_dir),
            what="the bot may not write there",
            fix=f"Give the directory to its user (chown -R USER {place}), or set DATA_DIR to another",
        )
        return
    free = shutil.disk_usage(nearest).free if machine.free_bytes is None else machine.free_bytes
    if free < _LITTLE_ROOM:
        yield Finding(
            where=str(machine.data_dir),
            what=f"only {free // 2**20} MB are free there; without room nothing new can be saved",
            fix="Make room, or set DATA_DIR to a larger disk and move the directory there",
            severity=Severity.WARNING,
        )
    else:
        yield Passed(check="disk", what=f"{free / 2**30:.1f} GB free")


def _check_zones(machine: Machine) -> Lines:
    version = machine.zones_version or metadata.version("tzdata")
    year = int(version.partition(".")[0])
    if machine.now.year - year >= _OLD_ZONES_YEARS:
        yield Finding(
            where="tzdata",
            what=f"the time zones are of {version}; where they changed since, meetings come at a wrong hour",
            fix="Install a newer one: python -m pip install --upgrade tzdata, and restart the bot",
            severity=Severity.WARNING,
        )
    else:
        yield Passed(check="time zones", what=version)


def _check_store(store: Path, look: StoreLook) -> Lines:
    if look.finding != "ok":
        good = find_good_backup(store.with_name(BACKUPS))
        fix = (
            f"Stop the bot, and: python -m bot restore {shlex.quote(str(good))}"
            if good
            else "Restore a backup from elsewhere, or move the file away to start empty"
        )
        yield Finding(
            where=str(store), what=f"this file is damaged, or no database ({look.finding})", fix=fix
        )
    elif look.version is not None and look.version > VERSION:
        yield Finding(
            where=str(store),
            what=f"a newer Rapporteur wrote it (schema {look.version}, this one knows {VERSION})",
            fix="Install that version again, or restore a backup made before the upgrade",
        )
    else:
        extent = "" if look.is_whole else ", as far as was looked"
        upgrade = "" if look.version == VERSION else "; it is upgraded at the next start"
        yield Passed(check="store", what=f"sound{extent}, schema {look.version}{upgrade}")


def _check_backups(store: Path, now: datetime) -> Lines:
    kept = list_backups(store.with_name(BACKUPS))
    old = [path for path in kept if now - _changed_at(path) > OLDEST_BACKUP + _UNTIL_THE_NIGHT]
    if old:
        yield Finding(
            where=str(store.with_name(BACKUPS)),
            what=f"{len(old)} of the backups {'are' if len(old) > 1 else 'is'} older than 30 days: "
            "they may hold what members have had deleted since",
            fix=f"Drop what is not needed, {old[-1].name} for one",
            severity=Severity.WARNING,
        )
    newest = next(iter(kept), None)
    made_at = _changed_at(newest) if newest else _changed_at(store, is_birth=True)
    age = now - made_at
    if age <= _OLD_BACKUP:
        yield Passed(check="backups", what=f"the newest is of {_span(age)} ago" if newest else "none yet")
        return
    yield Finding(
        where=str(store.with_name(BACKUPS)),
        what=f"the newest backup is of {_span(age)} ago" if newest else "there is no backup",
        fix="Make one now: python -m bot backup; the bot makes one each night while it runs",
        severity=Severity.WARNING,
    )


def _changed_at(path: Path, *, is_birth: bool = False) -> datetime:
    """Return when a file was last written; of the store, when its lock was made: about its birth."""
    lock = path.with_name(f"{path.name}.lock")
    file = lock if is_birth and lock.exists() else path
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _span(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "less than a minute"
