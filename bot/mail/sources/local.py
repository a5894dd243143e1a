"""Reach files that the operator names: only below one folder, links followed before that is judged."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from bot.errors import SourceError

_WATCH_SECONDS = 2.0  # between two looks at whether a file changed

_HEAD_BYTES = 32_768
_DATE = re.compile(rb"^Date:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,100})", re.IGNORECASE | re.MULTILINE)


def find_path(folder: Path, name: str) -> Path:
    """Return where a named file or folder is.

    Raises:
        SourceError: It is not there, or not below the folder.
    """
    parts = PurePosixPath(name).parts
    is_plain = not (name.startswith(("/", "~")) or "\\" in name or "\0" in name or ".." in parts)
    if not name.strip() or not is_plain or PureWindowsPath(name).anchor:
        raise SourceError(
            "A mailbox file is named by its path below the config directory, without .. and with / between.",
            permanent=True,
        )
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise SourceError(f"{name} leads out of the config directory; put it there.", permanent=True)
        if not path.exists():
            raise SourceError(f"There is no {name} in the config directory.", permanent=True)
    except (OSError, RuntimeError) as error:
        raise unreadable(name, error) from error
    return path


def unreadable(name: str, error: Exception) -> SourceError:
    """Report a file that cannot be read for now."""
    reason = error.strerror if isinstance(error, OSError) else "its links go round in a circle"
    return SourceError(f"{name} cannot be read ({reason}); check its rights.")


async def watch(look: Callable[[], object], seen: object, *, timeout_seconds: float) -> bool:
    """Look again and again, in a thread, until it looks other than `seen`; return whether it came to that."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + timeout_seconds
    while (left := ends_at - loop.time()) > 0:
        if await asyncio.to_thread(look) != seen:
            return True
        await asyncio.sleep(min(_WATCH_SECONDS, left))
    return False


def is_sent_before(data: bytes, moment: datetime) -> bool:
    """Tell whether a mail says that it was sent before a moment; what says nothing was not."""
    head = data[:_HEAD_BYTES].partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    match = _DATE.search(head)
    if match is None:
        return False
    try:
        sent = parsedate_to_datetime(match[1].decode("ascii", "replace"))
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)) < moment
    except (ValueError, TypeError, IndexError, OverflowError):
        return False


def is_maildir(folder: Path, name: str) -> bool:
    """Tell whether a named path is a Maildir; if not, it is taken for an mbox file.

    Raises:
        SourceError: It is not there, or not below the folder.
    """
    return find_path(folder, name).is_dir()
