"""Name what a feed holds; kept apart from its parser, which only the worker process loads."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One item of a feed, as it says itself.

    Attributes:
        identity: What tells it from others for good.
        author: A name; `address` where the feed tells one.
        parent: The identity of the item that it answers; "" when it says none. `parent_link` is its address.
    """

    identity: str
    link: str
    title: str
    author: str
    address: str = field(repr=False)
    published_at: datetime | None
    parent: str
    parent_link: str
    content: str = field(repr=False)
    is_html: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedContent:
    """A feed as it was read.

    Attributes:
        items: As in the feed, which is mostly the newest first; the first ones of very many.
        is_feed: It is one, though perhaps without items.
        is_broken: Its XML is not well-formed, so items may be missing.
    """

    items: tuple[FeedItem, ...]
    is_feed: bool
    is_broken: bool
