"""Get a calendar's body from where it is, and have it read outside this process."""

import asyncio
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SourceError, UserError
from bot.http.fetcher import Fetcher
from bot.meetings.calendars import CalendarKind, FollowedCalendar
from bot.meetings.models import Occurrence
from bot.meetings.snapshot import Snapshot
from bot.text.moves import current_address, plan_move
from bot.workers import Workers

MAX_BYTES = 10 << 20
_ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"
_TIMEOUT_SECONDS = 40.0
_READING_SECONDS = 30.0
# Part of the content hash: a release that reads calendars better reads every one again.
_READER_REVISION = "1"


class NoAddressError(UserError):
    """This is no address of a calendar."""

    text_key = "meetings.no_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A calendar's body as it came, compressed, with what its server said about it."""

    packed: bytes = field(repr=False)
    content_hash: str
    etag: str = field(default="", repr=False)
    last_modified: str = ""


def calendar_address(typed: str) -> str:
    """Return the web address that a person means: webcal is https (and webcals too).

    Raises:
        NoAddressError: It is none.
    """
    text = typed.strip().strip("<>")
    scheme, separator, rest = text.partition("://")
    if scheme.lower() in {"webcal", "webcals"} and separator:
        text = f"https://{rest}"
    try:
        parts = urlsplit(text)
        is_fine = parts.scheme.lower() in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        is_fine = False
    if not is_fine or any(character.isspace() for character in text):
        raise NoAddressError
    return text


class FeedReader:
    """Read the bodies of feeds, and of files under the config directory.

    Args:
        observe: Told of each look how many seconds it took, and whether it was good.
    """

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        workers: Workers,
        config_dir: Path,
        observe: Callable[[float, bool], None] = lambda _seconds, _is_good: None,
    ) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._config_dir = config_dir
        self._observe = observe

    async def read(self, calendar: FollowedCalendar) -> Body | None:
        """Return a calendar's body, or None when its server says that it has not changed.

        Raises:
            SourceError: It cannot be had.
        """
        return (await self.look(calendar))[1]

    async def look(self, calendar: FollowedCalendar) -> tuple[FollowedCalendar, Body | None]:
        """Return a calendar with where it has moved, and its body as `read` does.

        Raises:
            SourceError: It cannot be had.
        """
        loop = asyncio.get_running_loop()
        began, is_good = loop.time(), False
        try:
            looked = await self._look(calendar)
            is_good = True
        finally:
            self._observe(loop.time() - began, is_good)
        return looked

    async def has_news(self, packed: bytes, known: str) -> bool:
        """Tell whether a body means something else than a fingerprint says, read in a worker process.

        Raises:
            SourceError: It is no whole calendar, or takes too long.
        """
        meaning: str = await self._workers.run(
            "bot.meetings.digesting:read_meaning", packed, timeout_seconds=_READING_SECONDS
        )
        return meaning != known

    async def digest(
        self,
        packed: bytes,
        *,
        now: datetime,
        floating_zone: str,
        before: tuple[Occurrence, ...] = (),
    ) -> Snapshot:
        """Have a body read in a worker process.

        Raises:
            SourceError: It is no whole calendar, or takes too long.
        """
        snapshot: Snapshot = await self._workers.run(
            "bot.meetings.digesting:read_snapshot",
            packed,
            now=now,
            floating_zone=floating_zone,
            before=before,
            timeout_seconds=_READING_SECONDS,
        )
        return snapshot

    async def _look(self, calendar: FollowedCalendar) -> tuple[FollowedCalendar, Body | None]:
        if calendar.kind is CalendarKind.FILE:
            data = await asyncio.to_thread(_read_file, self._config_dir / calendar.place)
            return calendar, await asyncio.to_thread(_pack, data)
        is_current = calendar.content_hash.startswith(f"{_READER_REVISION}:")
        response = await self._fetcher.fetch(
            current_address(calendar.place, calendar.move),
            etag=calendar.etag if is_current else "",
            last_modified=calendar.last_modified if is_current else "",
            max_bytes=MAX_BYTES,
            deadline_seconds=_TIMEOUT_SECONDS,
            accept=_ACCEPT,
        )
        move = plan_move(calendar.place, calendar.move, response.permanent_url, response.retrieved_at)
        calendar = replace(calendar, move=move)
        if response.is_not_modified:
            return calendar, None
        return calendar, await asyncio.to_thread(
            _pack, response.content, etag=response.etag, last_modified=response.last_modified
        )


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}", permanent=True) from error


def _pack(data: bytes, *, etag: str = "", last_modified: str = "") -> Body:
    digest = hashlib.sha256(data).hexdigest()
    return Body(
        packed=zlib.compress(data, 6),
        content_hash=f"{_READER_REVISION}:{digest}",
        etag=etag,
        last_modified=last_modified,
    )
