"""Read an RSS or Atom feed, and make a mail of each of its items."""

import asyncio
import hashlib
import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from bot.errors import SourceError
from bot.mail.models import Place, Problem, RawMail
from bot.mail.sources.contract import (
    MOST_BYTES,
    MOST_MAILS,
    Access,
    Batch,
    Cursor,
    Kind,
    Page,
    not_by_address,
    since_of,
)
from bot.mail.sources.feed_items import FeedContent, FeedItem
from bot.mail.sources.writing import Fields, write_mail

_READER = "bot.mail.sources.feed_reading:read_feed"
_MOST_FEED_BYTES = 5_000_000
_REMEMBERED = 2_400  # two marks each of twice as many as are read of a feed: an item may leave and come back
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
_ROOT = re.compile(
    r"\s*(?:<\?xml[^>]{0,300}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_TITLE = re.compile(r"<title\b[^>]{0,200}>\s{0,20}(?:<!\[CDATA\[)?([^<]{1,200})", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^<>]{1,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"""type\s*=\s*["']?application/(?:rss|atom)\+xml""", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'<>\s]{1,500})""", re.IGNORECASE)
_COMPARED = 5_000
_MESSAGE_ID = re.compile(r"[^/@\s<>]{1,400}@[^/@\s<>]{1,200}")


class FeedSource:
    """One feed.

    The cursor holds `seen` (marks of the items read last), and the feed's validators once it was read whole.
    """

    def __init__(self, place: Place, access: Access) -> None:
        self._url = place.address
        self._access = access

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read the items that were not there before."""
        answer = await self._access.fetcher.fetch(
            self._url,
            etag=cursor.get("etag", ""),
            last_modified=cursor.get("last_modified", ""),
            max_bytes=_MOST_FEED_BYTES,
            accept=_ACCEPT,
        )
        if answer.is_not_modified:
            return Batch(cursor=cursor, is_complete=True, moved_to=answer.permanent_url)
        feed: FeedContent = await self._access.workers.run(_READER, answer.content)
        if not feed.is_feed:
            host = urlsplit(self._url).hostname
            raise SourceError(f"{host} sends something that is no feed. It is read again later.")
        seen: list[str] = list(cursor.get("seen", ()))
        seen += _made_anew(feed.items, frozenset(seen))
        waiting = _choose(feed.items, frozenset(seen))
        taken = waiting if cursor["is_new"] else _portion(waiting)
        is_complete = len(taken) == len(waiting)
        since = since_of(cursor)
        is_first = not cursor.get("has_begun")
        wanted = [item for item in taken if not (is_first and _is_before(item, since))]
        what = "its XML is broken, so items may be missing"
        return Batch(
            mails=() if cursor["is_new"] else tuple(self._write(item) for item in wanted),
            cursor={
                "since": cursor["since"],
                "is_new": False,
                "has_begun": not is_first or is_complete,
                "seen": [*seen, *(mark for item in taken for mark in _marks(item))][-_REMEMBERED:],
                "etag": answer.etag if is_complete else "",
                "last_modified": answer.last_modified if is_complete else "",
            },
            is_complete=is_complete,
            problems=(Problem(where="feed", what=what),) if feed.is_broken else (),
            moved_to=answer.permanent_url,
        )

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:  # noqa: ARG002 (the contract's signature)
        """Wait: a feed cannot be watched."""
        await asyncio.sleep(timeout_seconds)
        return False

    async def close(self) -> None:
        """Nothing is held open."""

    def _write(self, item: FeedItem) -> RawMail:
        link = _web_address(urljoin(self._url, item.link)) if item.link else ""
        fields = Fields(
            message_id=self._id_of(item.identity, item.link),
            subject=item.title,
            author=item.author,
            address=item.address,
            date=item.published_at,
            in_reply_to=self._id_of(item.parent, item.parent_link) if item.parent else "",
            others={"Archived-At": f"<{link}>"} if link else {},
            body=item.content,
            is_html=item.is_html,
        )
        return RawMail(data=write_mail(fields), permalink=link)

    def _id_of(self, identity: str, link: str) -> str:
        """Make a Message-ID of an item: the real one where its address holds it, as public-inbox's do."""
        path = urlsplit(link).path if _web_address(link) else ""
        tail = unquote(path.rstrip("/").rpartition("/")[2])
        if _MESSAGE_ID.fullmatch(tail):
            return tail
        host = urlsplit(self._url).hostname or "feed"
        return f"{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:32]}@{host}.invalid"


def _choose(items: Sequence[FeedItem], seen: frozenset[str]) -> tuple[FeedItem, ...]:
    """Choose the items that are new, the eldest first; of two with one identity the first."""
    found: dict[str, FeedItem] = {}
    for item in items:
        if _mark(item.identity) not in seen:
            found.setdefault(item.identity, item)
    undated = datetime.max.replace(tzinfo=UTC)
    eldest_first = list(found.values())[::-1]  # where the dates do not tell
    return tuple(sorted(eldest_first, key=lambda item: item.published_at or undated))


def _made_anew(items: Sequence[FeedItem], seen: frozenset[str]) -> list[str]:
    """Return the marks of known items whose identities a site made anew, as it does with all of them at once.

    Where one item still has the identity that it had, two that are alike are two, as failed builds are.
    """
    if any(_mark(item.identity) in seen for item in items):
        return []
    marked = map(_marks, items)
    return [mark for marks in marked if marks[1] in seen for mark in marks]


def _portion(items: Sequence[FeedItem]) -> Sequence[FeedItem]:
    size = 0
    for number, item in enumerate(items):
        if number >= MOST_MAILS or size >= MOST_BYTES:
            return items[:number]
        size += len(item.content)
    return items


def _is_before(item: FeedItem, moment: datetime) -> bool:
    return item.published_at is not None and item.published_at < moment


def _marks(item: FeedItem) -> tuple[str, str]:
    """Mark an item by its identity, and by all else: on its way to https a site changes its links as well."""
    place = item.link.partition("://")[2]
    all_else = f"{place}\n{item.title}\n{item.published_at}\n{item.author}\n{item.content[:_COMPARED]}"
    return _mark(item.identity), _mark(all_else)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:10]


def _web_address(link: str) -> str:
    return link if link.startswith(("https://", "http://")) and link.isascii() and link.isprintable() else ""


def _inspect(page: Page) -> Place | None:
    """Find a feed, or the first feed that a page offers."""
    if _ROOT.match(page.text.removeprefix("\ufeff")):
        return _place(page.url, page.text)
    for tag in _LINK.findall(page.text):
        href = _HREF.search(tag)
        if href and _FEED_TYPE.search(tag):
            url = urlsplit(urljoin(urlunsplit(page.url), html.unescape(href[1])))
            return _place(url, page.text) if url.scheme in {"http", "https"} else None
    return None


def _place(url: SplitResult, text: str) -> Place:
    title = _TITLE.search(text)
    name = " ".join(html.unescape(title[1].partition("]]>")[0]).split()) if title else ""
    address = urlunsplit((url.scheme, url.netloc.lower(), url.path, url.query, ""))
    return Place(kind=KIND.name, address=address, name=name[:60] or str(url.hostname))


KIND = Kind(
    name="feed",
    label="RSS or Atom feed",
    recognise=not_by_address,
    inspect=_inspect,
    open=FeedSource,
)
