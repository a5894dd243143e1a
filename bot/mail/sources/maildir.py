"""Read a Maildir on this machine: one file a mail, in new/ until somebody looked at it, then in cur/.

Mails are taken in the order of their files' ctime: it is set by the system when a file comes or is renamed,
and cannot be set back as a copied mtime can. A mail that is marked as read is renamed; the names last read
are remembered, so that it does not come again.
"""

import asyncio
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import SourceError
from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.models import Place, Problem, RawMail
from bot.mail.sources.contract import (
    MOST_BYTES,
    MOST_MAILS,
    Access,
    Batch,
    Cursor,
    Kind,
    not_by_address,
    not_by_page,
    since_of,
)
from bot.mail.sources.local import find_path, unreadable, watch

_REMEMBERED = 500
_TICK = 1_000_000_000  # two files may get one and the same ctime; nanoseconds


@dataclass(frozen=True, slots=True, order=True)
class _File:
    """A mail's file; these sort by when they came."""

    ctime: int
    base: str  # its name without the flags, which change
    path: Path
    mtime: float

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.base.encode("utf-8", "surrogateescape")).hexdigest()[:10]


class MaildirSource:
    """One Maildir.

    The cursor holds `after` (ctime and name of the last file read), `read` (marks of those read last), and
    `is_old` while what was there at the beginning is read.
    """

    def __init__(self, place: Place, access: Access) -> None:
        self._name = place.address
        self._folder = access.folder

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read the next mails."""
        try:
            return await asyncio.to_thread(self._read, cursor)
        except OSError as error:
            raise unreadable(self._name, error) from error

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:
        """Look every two seconds whether a file came or was renamed."""
        return await watch(self._look, cursor.get("seen"), timeout_seconds=timeout_seconds)

    async def close(self) -> None:
        """Nothing is held open."""

    def _look(self) -> list[int] | None:
        try:
            folders = self._folders()
            return [folder.stat().st_mtime_ns for folder in folders]
        except (OSError, SourceError):
            return None

    def _folders(self) -> tuple[Path, Path]:
        path = find_path(self._folder, self._name)
        folders = path / "new", path / "cur"
        try:
            is_it = all(stat.S_ISDIR(folder.stat().st_mode) for folder in folders)
        except FileNotFoundError:
            is_it = False
        if not is_it:
            raise SourceError(f"{self._name} is no Maildir: it has no new/ and cur/.", permanent=True)
        return folders

    def _read(self, cursor: Cursor) -> Batch:
        seen = self._look()
        files = sorted(each for folder in self._folders() for each in _files(folder))
        marks = list(cursor.get("read", ()))
        waiting = _choose(files, cursor.get("after", [0, ""]), frozenset(marks))
        is_old = bool(cursor.get("is_old", True))
        since = since_of(cursor).timestamp()
        mails: list[RawMail] = []
        problems: list[Problem] = []
        size = taken = 0
        for each in waiting:
            taken += 1
            if not cursor["is_new"] and not (is_old and each.mtime < since):
                size += _take(each, mails, problems)
            if len(mails) >= MOST_MAILS or size >= MOST_BYTES:
                break
        done = waiting[:taken]
        marks += [each.mark for each in done[-_REMEMBERED:]]
        is_complete = taken == len(waiting)
        moved = {
            "since": cursor["since"],
            "is_new": cursor["is_new"] and not is_complete,
            "is_old": is_old and not is_complete,
            "after": [done[-1].ctime, done[-1].base] if done else cursor.get("after", [0, ""]),
            "read": marks[-_REMEMBERED:],
            "seen": seen,
        }
        return Batch(mails=tuple(mails), cursor=moved, is_complete=is_complete, problems=tuple(problems))


def _files(folder: Path) -> Iterator[_File]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # renamed just now, so it has a new ctime, and is found next time
            yield _File(found.st_ctime_ns, entry.name.partition(":")[0], Path(entry.path), found.st_mtime)


def _choose(files: Sequence[_File], after: Sequence[int | str], read: frozenset[str]) -> list[_File]:
    """Choose the files that were not read yet."""
    ctime, base = int(after[0]), str(after[1])
    recent = sum(ctime - _TICK <= each.ctime <= ctime for each in files)
    if recent > _REMEMBERED:  # more than are remembered came within a second: their order decides alone
        return [each for each in files if (each.ctime, each.base) > (ctime, base)]
    return [each for each in files if each.ctime > ctime - _TICK and each.mark not in read]


def _take(each: _File, mails: list[RawMail], problems: list[Problem]) -> int:
    try:
        with each.path.open("rb") as file:
            data = file.read(MAX_MAIL_BYTES)
    except FileNotFoundError:
        return 0  # renamed just now: see above
    except OSError as error:
        problems.append(Problem(where=each.path.name, what=f"cannot be read ({error.strerror})"))
        return 0
    mails.append(RawMail(data=data, arrived_at=datetime.fromtimestamp(each.mtime, UTC)))
    return len(data)


def place_of(name: str) -> Place:
    """Name a Maildir below the config directory."""
    return Place(kind=KIND.name, address=name, name=name.strip("/").rpartition("/")[2].lstrip("."))


KIND = Kind(
    name="maildir",
    label="Maildir",
    recognise=not_by_address,
    inspect=not_by_page,
    open=MaildirSource,
)
