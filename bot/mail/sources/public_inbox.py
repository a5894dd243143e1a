"""Read a public-inbox, as on lore.kernel.org: by its search, which hands out raw mail.

`POST ?q=rt:SECONDS..&x=m` answers with an mbox of what was received since, and 404 when that is nothing. It
has to be POST (GET gives a page for people), and seconds: eight digits that mean a day are taken for seconds
too, and bring the whole archive.
"""

import asyncio
import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from bot.errors import SourceError
from bot.http.failures import TooLargeError
from bot.mail.models import Place, Problem, RawMail
from bot.mail.permalinks import public_inbox_link
from bot.mail.sources.contract import Access, Batch, Cursor, Kind, Page, since_of
from bot.mail.sources.mailbox_text import Mark, Portion, cut_portion, open_text
from bot.text.moves import carry_move

_OVERLAP_SECONDS = 3_600  # what was received is searched a while later, and clocks differ
_REMEMBERED = 1_200
_MOST_ANSWER_BYTES = 32_000_000
_ANSWER_SECONDS = 180.0
_LEAST_SPAN_SECONDS = 900
_SLUG = r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}"
_LIST = re.compile(rf"/(?P<name>{_SLUG})(?:/.*)?")
_NOT_LISTS = frozenset({"r", "pub", "manifest.js.gz"})  # lore's own addresses beside the lists
_RECEIVED = re.compile(
    rb"^Received:(?:[^\n]*\n(?=[ \t]))*[^\n]*;([^;\n]{10,60})", re.IGNORECASE | re.MULTILINE
)
_ROOT = re.compile(
    r"""href\s*=\s*["']?([^"'<>\s]{0,300}?)(?:new\.atom|_/text/(?:help|mirror)/?)["'\s>]""", re.IGNORECASE
)
_MAIL_BELOW = re.compile(r"/[^/]{1,998}(?:@|%40)[^/]{1,998}/.*", re.DOTALL | re.IGNORECASE)
_DATE = re.compile(rb"^Date:([^\n]{10,60})", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE)


class PublicInboxSource:
    """One inbox.

    The cursor holds `low` (when the newest mail so far was received), `seen` (marks of the mails since a
    while before that), and while an answer is read in portions `from`, `to` and `mark`; `span` where answers
    have to be kept short.
    """

    def __init__(self, place: Place, access: Access) -> None:
        self._url = place.address
        self._host = str(urlsplit(place.address).hostname)
        self._access = access
        self._held: tuple[str, bytes] | None = None
        self._moved_to: str | None = None

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read on in what was received since."""
        state = dict(cursor)
        state.setdefault("low", int(since_of(cursor).timestamp()))
        state.setdefault("seen", [])
        problems: list[Problem] = []
        self._moved_to = None
        while True:
            portion = await self._read(state)
            if portion is None:
                continue
            mails = self._take(state, portion)
            if portion.is_damaged:
                problems.append(Problem(where="search", what="an answer broke off; what is whole was read"))
            is_complete = "from" not in state
            if is_complete:
                state["is_new"] = False
            if mails or is_complete:
                return Batch(
                    mails=mails,
                    cursor=state,
                    is_complete=is_complete,
                    problems=tuple(problems),
                    moved_to=self._moved_to,
                )

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:  # noqa: ARG002 (the contract's signature)
        """Wait: an archive cannot be watched."""
        await asyncio.sleep(timeout_seconds)
        return False

    async def close(self) -> None:
        """Forget the answer at hand."""
        self._held = None

    async def _read(self, state: dict[str, Any]) -> Portion | None:
        """Read on in a span of time; None where the span had to be made shorter."""
        now = int(self._access.clock().timestamp())
        start = int(state.get("from", state["low"] - _OVERLAP_SECONDS))
        end = state.get("to")
        if end is None and "span" in state and start + state["span"] < now:
            end = start + int(state["span"])
        try:
            content = await self._search(f"rt:{start}..{'' if end is None else end}")
        except TooLargeError:
            span = ((now if end is None else end) - start) // 2
            if span < _LEAST_SPAN_SECONDS:
                raise
            state["span"] = span
            state.pop("to", None)
            return None
        mark = Mark.from_json(state.pop("mark", Mark().to_json()))
        portion = await asyncio.to_thread(cut_portion, open_text(content), mark)
        if not portion.is_end:
            state |= {"from": start, "to": end, "mark": portion.mark.to_json()}
        elif end is None:
            for name in ("from", "to", "span"):
                state.pop(name, None)
        else:
            state |= {"from": end, "low": max(state["low"], end)}
            state.pop("to", None)
        if portion.is_end:
            self._held = None
        return portion

    async def _search(self, query: str) -> bytes:
        """Ask for what matches as an mbox; nothing when nothing does."""
        if self._held is not None and self._held[0] == query:
            return self._held[1]
        url = f"{self._url}?q={query}&x=m"
        answer = await self._access.fetcher.fetch(
            url,
            form={},
            max_bytes=_MOST_ANSWER_BYTES,
            deadline_seconds=_ANSWER_SECONDS,
            expected={404},
        )
        self._moved_to = carry_move(self._url, url, answer.permanent_url)
        if answer.status == 404:
            await self._check()
            return b""
        if answer.media_type.partition(";")[0] == "text/html":
            raise SourceError(
                f"{self._host} answers a search with a page for people. It is asked again later."
            )
        self._held = query, answer.content
        return answer.content

    async def _check(self) -> None:
        """Tell an inbox without news from one that is not there: both are 404."""
        about = await self._access.fetcher.fetch(f"{self._url}_/text/config/raw", expected={404})
        if about.status == 404:
            raise SourceError(f"{self._host} has no inbox at this address. Check it.", permanent=True)

    def _take(self, state: dict[str, Any], portion: Portion) -> tuple[RawMail, ...]:
        """Keep what was not seen before."""
        now = int(self._access.clock().timestamp())
        seen = set(state["seen"])
        mails: list[RawMail] = []
        for _, data in portion.mails:
            digest = hashlib.sha256(data).hexdigest()[:10]
            if digest not in seen:
                seen.add(digest)
                state["seen"] = [*state["seen"][1 - _REMEMBERED :], digest]
                mails.append(RawMail(data=data, permalink=self._link(data), arrived_at=_received_at(data)))
        times = (mail.arrived_at.timestamp() for mail in mails if mail.arrived_at is not None)
        state["low"] = max(state["low"], *(int(min(time, now)) for time in times), 0)
        return () if state["is_new"] else tuple(mails)

    def _link(self, data: bytes) -> str:
        match = _MESSAGE_ID.search(_head(data))
        return public_inbox_link(self._url, match[1].decode("utf-8", "replace")) if match else self._url


def _head(data: bytes) -> bytes:
    return data[:65_536].partition(b"\n\n")[0]


def _received_at(data: bytes) -> datetime | None:
    """Read when the archive got a mail: what its own server noted, else what the sender says."""
    head = _head(data)
    match = _RECEIVED.search(head) or _DATE.search(head)
    if match is None:
        return None
    try:
        moment = parsedate_to_datetime(match[1].decode("ascii", "replace").strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _recognise(url: SplitResult) -> Place | None:
    match = _LIST.fullmatch(url.path)
    is_lore = url.hostname == "lore.kernel.org" and url.scheme in {"http", "https"}
    if not is_lore or match is None or match["name"] in _NOT_LISTS:
        return None
    return _place(url._replace(scheme="https"), f"/{match['name']}/")


def _inspect(page: Page) -> Place | None:
    """Know an inbox by the pages that public-inbox makes."""
    if "public inbox" not in page.text and "public-inbox" not in page.text:
        return None
    # All its pages link these, with as many ".." before them as they are below the inbox; but its feed names
    # itself by the name that the server has for itself.
    root = _ROOT.search(page.text)
    if root is None:
        return None
    is_feed = page.url.path.endswith("/new.atom")
    url = urlsplit(urljoin(urlunsplit(page.url), "./" if is_feed else root[1] or "./"))
    path = _MAIL_BELOW.sub("/", url.path)
    return _place(page.url, path) if url.netloc == page.url.netloc and path.endswith("/") else None


def _place(url: SplitResult, path: str) -> Place:
    address = urlunsplit((url.scheme, url.netloc.lower(), path, "", ""))
    name = path.strip("/").rpartition("/")[2] or str(url.hostname)
    return Place(kind=KIND.name, address=address, name=name, archive_url=address)


KIND = Kind(
    name="public-inbox",
    label="public-inbox (lore.kernel.org)",
    recognise=_recognise,
    inspect=_inspect,
    open=PublicInboxSource,
)
