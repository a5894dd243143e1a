"""Parse a feed; runs in the worker process.

feedparser is given bytes in a BytesIO, never a text: it would take a text for an address, and open files too.
"""

import calendar
import html
import io
import re
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import feedparser

from bot.mail.sources.feed_items import FeedContent, FeedItem

MOST_ITEMS = 500
MOST_CONTENT = 500_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAG = re.compile(
    r"</?(?:p|br|div|a|pre|span|ul|ol|li|blockquote|table|td|b|i|em|strong|code|img|h[1-6])\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_ADDRESS = r"(?P<address>[^\s@＠()<>]{1,64}(?:[@＠]| at )[^\s@＠()<>]{1,200}\.\w{2,60})"
_AUTHOR = re.compile(rf"{_ADDRESS}(?: {{1,3}}\((?P<name>.{{0,200}})\))?")
_NAMED = re.compile(rf"(?P<name>[^<>‹]{{1,200}}?) {{0,3}}[<‹]{_ADDRESS}[>›]")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id)", re.IGNORECASE)


def read_feed(content: bytes) -> FeedContent:
    """Read RSS or Atom of any version; never raises, whatever it is given."""
    parsed = feedparser.parse(
        io.BytesIO(content),
        # What is HTML is made text later, by our own means; sanitizing takes "<ann at example>" for a tag.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    items = (_item(entry) for entry in parsed.entries[:MOST_ITEMS])
    return FeedContent(
        items=tuple(item for item in items if item.identity),
        is_feed=bool(parsed.get("version")),
        is_broken=bool(parsed.get("bozo")) and not _is_mere_encoding(parsed),
    )


def _is_mere_encoding(parsed: Any) -> bool:
    """Tell whether only the declared encoding was wrong, which costs no items."""
    return isinstance(parsed.get("bozo_exception"), feedparser.CharacterEncodingOverride)


def _item(entry: Any) -> FeedItem:
    body, is_html = _body(entry)
    link = _text(entry.get("link"))
    title = html.unescape(_text(entry.get("title")))
    answered = entry.get("thr_in-reply-to")
    parent = answered if isinstance(answered, dict) else {}
    author, address = _author(entry.get("author_detail") or {})
    return FeedItem(
        identity=_text(entry.get("id")) or _without_tracking(link) or f"{title}\n{body[:2_000]}".strip(),
        link=link,
        title=title,
        author=author,
        address=address,
        published_at=_moment(entry.get("published_parsed")) or _moment(entry.get("updated_parsed")),
        parent=_text(parent.get("ref")),
        parent_link=_text(parent.get("href")),
        content=body,
        is_html=is_html,
    )


def _author(details: Any) -> tuple[str, str]:
    """Return an author's name and address; RSS has both in one, and HyperKitty a full-width @ in it."""
    name, address = _text(details.get("name")), _text(details.get("email"))
    both = _AUTHOR.fullmatch(name) or _NAMED.fullmatch(name)
    if both:
        name, address = both["name"] or "", address or both["address"]
    return name.strip(), address.replace("＠", "@").replace(" at ", "@")


def _body(entry: Any) -> tuple[str, bool]:
    """Return the longest text that the item has, and whether it is HTML; RSS does not say which."""
    details = [each for each in [*entry.get("content", ()), entry.get("summary_detail")] if each]
    texts = [(_text(each.get("value")), _text(each.get("type"))) for each in details]
    text, kind = max(texts, key=lambda each: len(each[0]), default=("", "text/plain"))
    if kind == "application/xhtml+xml" or _TAG.search(text):
        return text, True
    return (html.unescape(text) if _ENTITY.search(text) else text), False


def _text(value: object) -> str:
    return value.strip()[:MOST_CONTENT] if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    if not isinstance(value, struct_time):
        return None
    try:
        return _EPOCH + timedelta(seconds=calendar.timegm(value))
    except (ValueError, OverflowError):
        return None


def _without_tracking(link: str) -> str:
    """Drop what changes in an address while the page stays the same."""
    try:
        parts = urlsplit(link)
        query = urlencode([pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0])])
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    except ValueError:
        return link
