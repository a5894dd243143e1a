"""Read a HyperKitty archive (Mailman 3): older mail by its exports, new mail by its API.

An export has what the API lacks (real headers, attachments), but its filter is the sender's clock; so what
is new is found by the API's list, and then fetched one by one. Where exports are switched off, the API's
plain text has to do.
"""

import asyncio
import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from bot.errors import SourceError
from bot.http.failures import TooLargeError
from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.models import Place, Problem, RawMail
from bot.mail.permalinks import hyperkitty_hash
from bot.mail.sources.contract import Access, Batch, Cursor, Kind, Page, since_of
from bot.mail.sources.hyperkitty_api import (
    Addresses,
    Entry,
    find_message_id,
    read_entries,
    read_entry,
)
from bot.mail.sources.mailbox_text import Mark, cut_portion, open_text
from bot.mail.sources.writing import Fields, write_mail
from bot.text.moves import carry_move

_PAGE = 50  # the server takes a second for 269 of them
_MOST_PAGES = 200  # where exports are switched off, all that is wanted is listed first
_MOST_NEW = 30  # mails a batch, each of which is a request of its own
_REMEMBERED = 120
_SURE = 3  # so many known mails in a row end the search for new ones
_WINDOW_DAYS = 14
_MOST_EXPORT_BYTES = 64_000_000
_MOST_LIST_BYTES = 2_000_000
_EXPORT_SECONDS = 180.0
_REFUSED = frozenset({400, 403, 404})
_CLOSED = frozenset({403, 404})
_HREF = re.compile(r"""href\s*=\s*["']([^"'<>\s]{1,500})""", re.IGNORECASE)
# Whoever names a list's feed, or a page of its API: the feed alone is read as a feed.
_FEED = re.compile(r"/list/[^/\s]{1,300}/feed/?\Z")
_PATH = re.compile(
    r"(?P<root>.*?)(?:/api)?/list/(?P<name>[^/@\s]{1,100}@[^/@\s]{1,200})(?!/feed/?\Z)(?:/.*)?"
)


class HyperkittySource:
    """One list of a Mailman 3 server.

    The cursor holds `known` (the hashes of the mails seen last), and during the backfill `window` (the first
    day of the export being read), its `days`, and `mark` (how far it was read).
    """

    def __init__(self, place: Place, access: Access) -> None:
        root, _, name = place.address.rstrip("/").rpartition("/list/")
        self._urls = Addresses(base=root, name=name)
        self._host = str(urlsplit(place.address).hostname)
        self._access = access
        self._has_exports = True
        self._held: tuple[str, bytes] | None = None  # an export of which a part was given out
        self._waiting: tuple[Entry, ...] = ()  # what was listed and not fetched yet
        self._waiting_after: list[str] = []
        self._address = place.address.rstrip("/")
        self._moved_to: str | None = None

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read on in the exports first, then what the API lists as new."""
        state = dict(cursor)
        problems: list[Problem] = []
        self._moved_to = None
        if "known" not in state:
            entries, _ = await self._list(0)
            state["known"] = [entry.hash for entry in reversed(entries)]
            if not state["is_new"]:
                state |= {"window": since_of(cursor).date().isoformat(), "days": _WINDOW_DAYS}
        state["is_new"] = False
        while "window" in state:
            mails = await self._read_window(state, problems)
            if mails:
                return Batch(mails=mails, cursor=state, is_complete=False, problems=tuple(problems))
        return await self._read_new(state, problems)

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:  # noqa: ARG002 (the contract's signature)
        """Wait: an archive cannot be watched."""
        await asyncio.sleep(timeout_seconds)
        return False

    async def close(self) -> None:
        """Forget what is at hand."""
        self._held, self._waiting = None, ()

    async def _read_window(self, state: dict[str, Any], problems: list[Problem]) -> tuple[RawMail, ...]:
        """Read on in the export of some days, and move the window at its end."""
        start = date.fromisoformat(state["window"])
        # A list in the far east is a day ahead, and clocks go wrong by a little.
        last = self._access.clock().date() + timedelta(days=2)
        end = min(start + timedelta(days=int(state["days"])), last)
        content = await self._fetch_export(state, problems, start=start, end=end)
        if content is None:
            return ()
        mark = Mark.from_json(state.pop("mark", Mark().to_json()))
        portion = await asyncio.to_thread(cut_portion, open_text(content), mark)
        if portion.is_damaged:
            problems.append(Problem(where=f"export {start}", what="it breaks off; what is whole was read"))
        if not portion.is_end:
            state["mark"] = portion.mark.to_json()
        else:
            self._held = None
            _move_window(state, end, is_last=end >= last)
        return tuple(self._link(data) for _, data in portion.mails)

    async def _fetch_export(
        self, state: dict[str, Any], problems: list[Problem], *, start: date, end: date
    ) -> bytes | None:
        """Get an export; None where the state had to change instead."""
        url = self._urls.export(start=start.isoformat(), end=end.isoformat())
        if self._held is not None and self._held[0] == url:
            return self._held[1]
        try:
            answer = await self._access.fetcher.fetch(
                url, max_bytes=_MOST_EXPORT_BYTES, deadline_seconds=_EXPORT_SECONDS, expected=_REFUSED
            )
        except TooLargeError:
            if int(state["days"]) > 1:
                state["days"] = int(state["days"]) // 2
            else:
                problems.append(Problem(where=f"export {start}", what="this day is too large, and left out"))
                _move_window(state, end, is_last=False)
            return None
        if answer.status in _REFUSED:
            what = "exports are switched off there, so older mail comes without attachments, and slowly"
            problems.append(Problem(where="export", what=what))
            for name in ("window", "days", "mark"):
                state.pop(name, None)
            state["known"] = []
            self._has_exports = False
            return None
        self._held = url, answer.content
        return answer.content

    async def _read_new(self, state: dict[str, Any], problems: list[Problem]) -> Batch:
        """Fetch what the API lists above the mails that are known, the eldest first."""
        known: list[str] = state["known"]
        waiting = self._waiting if self._waiting_after == known[-1:] else ()
        if not waiting:
            waiting = await self._find_new(known, since_of(state), problems)
        taken, self._waiting = waiting[:_MOST_NEW], waiting[_MOST_NEW:]
        mails = [await self._fetch_mail(entry, problems) for entry in taken]
        state["known"] = [*known, *(entry.hash for entry in taken)][-_REMEMBERED:]
        self._waiting_after = state["known"][-1:]
        return Batch(
            mails=tuple(mail for mail in mails if mail is not None),
            cursor=state,
            is_complete=not self._waiting,
            problems=tuple(problems),
            moved_to=self._moved_to,
        )

    async def _find_new(
        self, known: list[str], since: datetime, problems: list[Problem]
    ) -> tuple[Entry, ...]:
        """List mails from the newest down to the known ones, or, if none is, to the first day wanted."""
        found: dict[str, Entry] = {}
        run = 0
        for page in range(_MOST_PAGES):
            entries, has_more = await self._list(page * _PAGE)
            for entry in entries:
                # Mails of one instant may change places in the list, so one known mail is not the end yet.
                run = run + 1 if entry.hash in known else 0
                if run >= min(_SURE, len(known)) > 0:
                    return tuple(reversed(found.values()))
                if not run and (known or not _is_before(entry, since)):
                    found.setdefault(entry.hash, entry)
            is_before = not known and all(_is_before(entry, since) for entry in entries)
            if not has_more or is_before:
                return tuple(reversed(found.values()))
        problems.append(
            Problem(where="list", what=f"more than {len(found)} new mails; the eldest are left out")
        )
        return tuple(reversed(found.values()))

    async def _list(self, offset: int) -> tuple[tuple[Entry, ...], bool]:
        url = self._urls.emails(limit=_PAGE, offset=offset)
        answer = await self._access.fetcher.fetch(
            url,
            max_bytes=_MOST_LIST_BYTES,
            expected={403, 404, 500},
        )
        if answer.status == 200:
            self._moved_to = carry_move(self._address, url, answer.permanent_url)
            return read_entries(answer.content, self._host)
        status = answer.status
        if status == 500:  # also what it answers for a list that does not exist
            about = await self._access.fetcher.fetch(
                self._urls.about, max_bytes=_MOST_LIST_BYTES, expected={403, 404, 500}
            )
            status = about.status
        if status in _CLOSED and await self._has_page():
            raise SourceError(
                f"{self._host} shows {self._urls.name} to people, but its API is switched off. Follow the "
                "list's feed (the archive's address with feed/ at its end), or a mailbox that is subscribed "
                "to it (imap:NAME).",
                permanent=True,
            )
        raise _explain(status, self._host, self._urls.name)

    async def _has_page(self) -> bool:
        """Tell whether people may read the list, though its API says that it is not there, or closed."""
        answer = await self._access.fetcher.fetch(
            self._urls.archive, max_bytes=_MOST_LIST_BYTES, expected={*_CLOSED, 500}
        )
        return answer.status == 200

    async def _fetch_mail(self, entry: Entry, problems: list[Problem]) -> RawMail | None:
        try:
            data = await self._fetch_exported(entry) if self._has_exports else None
            return self._link(data) if data is not None else await self._fetch_fields(entry)
        except TooLargeError:
            problems.append(Problem(where=entry.hash, what="it is too large, and left out"))
        return None

    async def _fetch_exported(self, entry: Entry) -> bytes | None:
        """Get a mail as an export of its own; None when there is none, or it is another one."""
        answer = await self._access.fetcher.fetch(
            self._urls.export(message=entry.hash), max_bytes=MAX_MAIL_BYTES, expected={*_REFUSED, 500}
        )
        if answer.status == 400:
            self._has_exports = False
        if answer.status != 200:
            return None
        portion = await asyncio.to_thread(cut_portion, open_text(answer.content), Mark())
        mails = (data for _, data in portion.mails)
        return next((data for data in mails if hyperkitty_hash(find_message_id(data)) == entry.hash), None)

    async def _fetch_fields(self, entry: Entry) -> RawMail:
        """Make a mail of what the API tells; deleted ones are empty of words."""
        answer = await self._ask(entry.hash)
        told = entry if answer is None else answer
        parent = await self._ask(entry.parent) if entry.parent else None
        fields = Fields(
            message_id=told.message_id,
            subject=told.subject,
            author=told.author,
            address=told.address,
            date=told.date,
            in_reply_to=parent.message_id if parent else "",
            others={},
            body=told.content,
        )
        return RawMail(data=write_mail(fields), permalink=self._urls.page(entry.hash))

    async def _ask(self, hash_: str) -> Entry | None:
        answer = await self._access.fetcher.fetch(
            self._urls.email(hash_), max_bytes=MAX_MAIL_BYTES, expected={404, 500}
        )
        return read_entry(answer.content, self._host) if answer.status == 200 else None

    def _link(self, data: bytes) -> RawMail:
        message_id = find_message_id(data)
        link = self._urls.page(hyperkitty_hash(message_id)) if message_id else self._urls.archive
        return RawMail(data=data, permalink=link)


def _is_before(entry: Entry, moment: datetime) -> bool:
    return entry.date is not None and entry.date < moment


def _move_window(state: dict[str, Any], end: date, *, is_last: bool) -> None:
    state |= {"window": end.isoformat(), "days": _WINDOW_DAYS}
    if is_last:
        del state["window"], state["days"]


def _explain(status: int, host: str, name: str) -> SourceError:
    match status:
        case 403:
            what = (
                f"{host} shows the archive of {name} to its members only. Follow the list through a mailbox"
            )
            return SourceError(f"{what} that is subscribed to it (imap:NAME).", permanent=True)
        case 404:
            return SourceError(f"{host} has no list {name}. Check the address.", permanent=True)
        case _:
            return SourceError(f"{host} has trouble of its own ({status}). It is read again later.")


def _recognise(url: SplitResult) -> Place | None:
    match = _PATH.fullmatch(unquote(url.path))
    return _place(url, match["root"], match["name"]) if match and url.scheme in {"http", "https"} else None


def _inspect(page: Page) -> Place | None:
    """Find the archive of the one list that a page is about: Mailman 3 has a second page for each list."""
    if _FEED.search(page.url.path):
        return None
    if "hyperkitty" not in page.text.lower() and "postorius" not in page.text.lower():
        return None
    found = {_PATH.fullmatch(unquote(urlsplit(href).path)) for href in _HREF.findall(page.text)}
    places = {(match["root"], match["name"]) for match in found if match}
    return _place(page.url, *places.pop()) if len(places) == 1 else None


def _place(url: SplitResult, root: str, name: str) -> Place:
    address = urlunsplit((url.scheme, url.netloc.lower(), f"{root}/list/{name.lower()}", "", ""))
    return Place(
        kind=KIND.name, address=address, name=name.lower().partition("@")[0], archive_url=f"{address}/"
    )


KIND = Kind(
    name="hyperkitty",
    label="Mailman 3 archive (HyperKitty)",
    recognise=_recognise,
    inspect=_inspect,
    open=HyperkittySource,
)
