"""Read a Mailman 2 archive: its index, and the text file of each month.

The files are static, so a poll asks whether the index and the newest files changed, and is answered 304. A
mail may still be put into last month's file (by its Date), so the newest few stay under watch. All of them
can be regenerated at any time: a mark in a file holds only as long as what is before it is the same.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from bot.errors import SourceError
from bot.http.fetcher import Response
from bot.mail.mbox import Variant
from bot.mail.models import Place, Problem, RawMail
from bot.mail.sources.contract import Access, Batch, Cursor, Kind, Page, since_of
from bot.mail.sources.mailbox_text import Mark, Portion, count_mails, cut_portion, open_text
from bot.mail.sources.volumes import Volume, is_archive, read_pages, read_volumes

_WATCHED = 3  # the newest volumes, and as many of those whose name lies in the future
_AHEAD = timedelta(days=2)
_MOST_STATES = 3 * _WATCHED
_GONE = frozenset({404, 410})
_MOST_INDEX_BYTES = 2_000_000
_MOST_VOLUME_BYTES = 64_000_000
_VOLUME_SECONDS = 180.0
_LIST = re.compile(r"(?P<root>.*?)/pipermail/(?P<name>[A-Za-z0-9._+-]{1,100})(?:/.*)?")
_ABOUT = re.compile(
    r"(?P<root>.*?)(?:/cgi-bin)?/mailman/(?P<page>listinfo|private)(?:\.cgi)?/(?P<name>[A-Za-z0-9._+-]{1,100})(?:/.*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What a cursor says of one volume."""

    mark: Mark = field(default_factory=Mark)
    etag: str = ""
    last_modified: str = ""

    def to_json(self) -> list[Any]:
        return [self.mark.to_json(), self.etag, self.last_modified]

    @classmethod
    def from_json(cls, value: Sequence[Any]) -> "_State":
        mark, etag, last_modified = value
        return cls(mark=Mark.from_json(mark), etag=etag, last_modified=last_modified)


@dataclass(slots=True, kw_only=True)
class _Round:
    """One fetch: where it stands, and what it found odd."""

    cursor: Cursor
    states: dict[str, _State]
    done: tuple[str, str]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A volume of which a part was given out; kept so that it is not asked for again for each batch."""

    name: str
    answer: Response
    pages: tuple[str, ...]


class PipermailSource:
    """One list of a Mailman 2 server.

    The cursor holds `done` (the newest volume that was read to its end), and the state of the volumes that
    are under watch or in the middle of being read.
    """

    def __init__(self, place: Place, access: Access) -> None:
        self._place = place
        self._access = access
        self._index: tuple[Response, tuple[Volume, ...]] | None = None
        self._held: _Held | None = None
        self._moved_to = ""

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read the next mails of the oldest volume that has any."""
        volumes = await self._fetch_index()
        states = {name: _State.from_json(value) for name, value in cursor.get("volumes", {}).items()}
        this = _Round(cursor=cursor, states=states, done=tuple(cursor.get("done", ("", ""))))
        watched = _watched(volumes, self._access.clock())
        for volume, is_skipping in _plan(volumes, watched, this):
            mails = await self._read_volume(
                volume, this, is_watched=volume in watched, is_skipping=is_skipping
            )
            if mails:
                return _batch(this, mails, is_new=cursor["is_new"], moved_to=self._moved_to)
        return _batch(this, (), is_new=False, moved_to=self._moved_to)

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:  # noqa: ARG002 (the contract's signature)
        """Wait: an archive cannot be watched."""
        await asyncio.sleep(timeout_seconds)
        return False

    async def close(self) -> None:
        """Forget what is at hand."""
        self._index = self._held = None

    async def _fetch_index(self) -> tuple[Volume, ...]:
        before = self._index
        answer = await self._access.fetcher.fetch(
            self._place.address,
            etag=before[0].etag if before else "",
            last_modified=before[0].last_modified if before else "",
            max_bytes=_MOST_INDEX_BYTES,
        )
        self._moved_to = answer.permanent_url
        if before and answer.is_not_modified:
            return before[1]
        html = answer.content.decode("utf-8", "replace")
        volumes = read_volumes(html, answer.url)
        if not volumes and not is_archive(html):
            host = urlsplit(self._place.address).hostname
            raise SourceError(f"{host} shows no archive by months here. Check the address.", permanent=True)
        self._index = answer, volumes
        return volumes

    async def _read_volume(
        self, volume: Volume, this: _Round, *, is_watched: bool, is_skipping: bool
    ) -> tuple[RawMail, ...]:
        """Read on in a volume, and note in `this` how far that was."""
        state = this.states.get(volume.name, _State())
        held = await self._fetch_volume(volume, state, this, is_skipping=is_skipping)
        if held is None:
            return ()
        portion = await asyncio.to_thread(
            cut_portion,
            open_text(held.answer.content),
            state.mark,
            variant=Variant.PIPERMAIL,
            is_skipping=is_skipping,
        )
        this.problems += _problems(volume, portion)
        this.states[volume.name] = _advance(portion, held.answer)
        self._held = None if portion.is_end else held
        if portion.is_end:
            this.done = max(this.done, volume.key)
            if not is_watched:
                del this.states[volume.name]
        pages = held.pages
        return tuple(
            RawMail(data=data, permalink=volume.page_url(pages[number] if pages else "thread.html"))
            for number, data in portion.mails
        )

    async def _fetch_volume(
        self, volume: Volume, state: _State, this: _Round, *, is_skipping: bool
    ) -> _Held | None:
        """Get a volume; None when it is unchanged, or not there (any more)."""
        if self._held is not None and self._held.name == volume.name:
            return self._held
        answer = await self._ask(volume.url, state)
        if answer.status in _GONE:
            answer = await self._ask(volume.other_url, state)
        if answer.is_not_modified:
            this.done = max(this.done, volume.key)
            return None
        if answer.status in _GONE:
            what = "the index names this file, but it is not there"
            this.problems.append(Problem(where=volume.name, what=what))
            this.states.setdefault(volume.name, state)
            return None
        pages = () if is_skipping else await self._fetch_pages(volume, answer)
        return _Held(name=volume.name, answer=answer, pages=pages)

    async def _ask(self, url: str, state: _State) -> Response:
        return await self._access.fetcher.fetch(
            url,
            etag=state.etag,
            last_modified=state.last_modified,
            max_bytes=_MOST_VOLUME_BYTES,
            deadline_seconds=_VOLUME_SECONDS,
            expected=_GONE,
        )

    async def _fetch_pages(self, volume: Volume, answer: Response) -> tuple[str, ...]:
        """Find each mail's page; none unless there is one for each, for which is whose is then unknown."""
        overview = await self._access.fetcher.fetch(
            volume.page_url("date.html"), max_bytes=_MOST_INDEX_BYTES, expected=range(400, 500)
        )
        if overview.status != 200:
            return ()
        pages = read_pages(overview.content.decode("utf-8", "replace"))
        count = await asyncio.to_thread(count_mails, open_text(answer.content), variant=Variant.PIPERMAIL)
        return pages if len(pages) == count else ()


def _watched(volumes: Sequence[Volume], now: datetime) -> tuple[Volume, ...]:
    present = [volume for volume in volumes if volume.start <= now + _AHEAD]
    ahead = [volume for volume in volumes if volume.start > now + _AHEAD]
    return (*present[-_WATCHED:], *ahead[-_WATCHED:])


def _plan(
    volumes: Sequence[Volume], watched: Sequence[Volume], this: _Round
) -> tuple[tuple[Volume, bool], ...]:
    """Say which volumes to look at, and which of them only to find their end."""
    since = since_of(this.cursor)
    plan: list[tuple[Volume, bool]] = []
    for volume in volumes:
        is_next = volume.end >= since and volume.key > this.done
        if volume.name in this.states or is_next:
            plan.append((volume, this.cursor["is_new"]))
        elif volume in watched:
            plan.append((volume, True))
    return tuple(plan)


def _advance(portion: Portion, answer: Response) -> _State:
    if not portion.is_end or portion.is_damaged:
        return _State(mark=portion.mark)
    return _State(mark=portion.mark, etag=answer.etag, last_modified=answer.last_modified)


def _batch(this: _Round, mails: tuple[RawMail, ...], *, is_new: bool, moved_to: str) -> Batch:
    newest = list(this.states.items())[-_MOST_STATES:]
    cursor = {
        "since": this.cursor["since"],
        "is_new": is_new,
        "done": list(this.done),
        "volumes": {name: state.to_json() for name, state in newest},
    }
    return Batch(
        mails=mails,
        cursor=cursor,
        is_complete=not mails,
        problems=tuple(this.problems),
        moved_to=moved_to,
    )


def _problems(volume: Volume, portion: Portion) -> list[Problem]:
    found = []
    if portion.is_damaged:
        found.append("the file breaks off; what is whole was read")
    if portion.is_restarted:
        found.append("the file was rewritten, so it is read from its start")
    return [Problem(where=volume.name, what=what) for what in found]


def _recognise(url: SplitResult) -> Place | None:
    if match := _LIST.fullmatch(url.path):
        return _place(url, f"{match['root']}/pipermail/{match['name']}/", match["name"])
    match = _ABOUT.fullmatch(url.path)
    if match is None:
        return None
    if match["page"] == "private":
        raise SourceError(
            "This archive is for the list's members and wants a login. Follow the list through a mailbox "
            "that is subscribed to it (imap:NAME).",
            permanent=True,
        )
    return _place(url, f"{match['root']}/pipermail/{match['name']}/", match["name"])


def _inspect(page: Page) -> Place | None:
    """Find an archive that has another name in its address, as on lists.freedesktop.org (/archives/NAME/)."""
    folder = page.url.path.rpartition("/")[0] + "/"
    volumes = read_volumes(page.text, urlunsplit(page.url))
    is_it = any(f"{volume.name}/thread.html" in page.text for volume in volumes)
    return _place(page.url, folder, folder.rstrip("/").rpartition("/")[2]) if is_it else None


def _place(url: SplitResult, path: str, name: str) -> Place:
    address = urlunsplit((url.scheme, url.netloc.lower(), path, "", ""))
    return Place(kind=KIND.name, address=address, name=name, archive_url=address)


KIND = Kind(
    name="pipermail",
    label="Mailman 2 archive (pipermail)",
    recognise=_recognise,
    inspect=_inspect,
    open=PipermailSource,
)
