"""Read an mbox file on this machine, and notice when it grows, is cut short or replaced."""

import asyncio
from typing import BinaryIO
from urllib.parse import SplitResult

from bot.errors import SourceError
from bot.mail.mbox import open_archive
from bot.mail.models import Place, Problem, RawMail
from bot.mail.sources.contract import Access, Batch, Cursor, Kind, not_by_page, since_of
from bot.mail.sources.local import find_path, is_sent_before, unreadable, watch
from bot.mail.sources.mailbox_text import Mark, cut_portion


class MboxSource:
    """One file.

    The cursor holds `mark` (how far it was read), `seen` (what the file looked like), and `is_old` while the
    mails that were there at the beginning are read: of those only the ones since the start are wanted.
    """

    def __init__(self, place: Place, access: Access) -> None:
        self._name = place.address
        self._folder = access.folder

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read the next mails of the file."""
        try:
            return await asyncio.to_thread(self._read, cursor)
        except OSError as error:
            raise unreadable(self._name, error) from error

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:
        """Look every two seconds whether the file changed."""
        return await watch(self._look, cursor.get("seen"), timeout_seconds=timeout_seconds)

    async def close(self) -> None:
        """Nothing is held open."""

    def _look(self) -> list[int] | None:
        try:
            found = find_path(self._folder, self._name).stat()
        except (OSError, SourceError):
            return None
        return [found.st_size, found.st_mtime_ns, found.st_ino]

    def _read(self, cursor: Cursor) -> Batch:
        path = find_path(self._folder, self._name)
        seen = self._look()
        with path.open("rb") as file:
            is_settled = _is_packed(file) or seen == cursor.get("seen") or _ends_in_newline(file)
            portion = cut_portion(
                open_archive(file),
                Mark.from_json(cursor.get("mark", Mark().to_json())),
                variant=None,
                is_skipping=cursor["is_new"],
                keeps_last=not is_settled,
            )
        is_old = bool(cursor.get("is_old", True))
        since = since_of(cursor)
        mails = tuple(
            RawMail(data=data) for _, data in portion.mails if not (is_old and is_sent_before(data, since))
        )
        what = "the file was replaced or cut short, so it is read from its start"
        problems = (Problem(where=self._name, what=what),) if portion.is_restarted else ()
        moved = {
            "since": cursor["since"],
            "is_new": cursor["is_new"] and not portion.is_end,
            "is_old": is_old and not portion.is_end,
            "mark": portion.mark.to_json(),
            "seen": seen,
        }
        return Batch(mails=mails, cursor=moved, is_complete=portion.is_end, problems=problems)


def _is_packed(file: BinaryIO) -> bool:
    magic = file.read(6)
    file.seek(0)
    return magic.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x03\x04"))


def _ends_in_newline(file: BinaryIO) -> bool:
    """Tell whether the last mail was written to its end: whoever delivers ends it with a blank line."""
    size = file.seek(0, 2)
    file.seek(max(size - 1, 0))
    last = file.read(1)
    file.seek(0)
    return last in {b"\n", b""}


def place_of(name: str) -> Place:
    """Name an mbox file below the config directory."""
    return Place(
        kind=KIND.name, address=name, name=name.rpartition("/")[2].partition(".")[0], is_private=False
    )


def _recognise(url: SplitResult) -> Place | None:
    """Refuse: a path typed in chat could be anybody's file."""
    if url.scheme not in {"file", "mbox", "maildir"}:
        return None
    raise SourceError(
        "Files are named by whoever runs the bot, in community.toml; they cannot be given in chat.",
        permanent=True,
    )


KIND = Kind(name="mbox", label="mbox file", recognise=_recognise, inspect=not_by_page, open=MboxSource)
