"""Say what leaves for Discord unasked, and how it stands: outgoing posts, rows, lanes, orders, outcomes."""

import base64
import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.post import Post

_NONCE_CHARACTERS = 25
_LETTERS = 10
_TOP = 1 << 30


class Kind(enum.StrEnum):
    """What sort of post it is."""

    REMINDER = "reminder"
    CHANGE = "change"
    DIGEST = "digest"
    MAIL = "mail"
    NOTICE = "notice"
    STATUS = "status"
    NOTE = "note"
    """A private note to one person."""


class State(enum.StrEnum):
    """How far a row has come; the last three are ends."""

    QUEUED = "queued"
    SENDING = "sending"
    """A try has begun whose outcome nobody has recorded: it may be there."""
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Verb(enum.StrEnum):
    """What is done with the post."""

    SEND = "send"
    EDIT = "edit"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What is posted instead after a moment, when it could not be posted before."""

    after: datetime
    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """How a post is folded with others of its group when too many of them wait.

    Attributes:
        group: Names what is folded together, for example "list:7".
        line: What remains of this post in the summary, as one line of Discord Markdown.
    """

    group: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A post on its way.

    Attributes:
        key: Unique for ever: who enqueues the same thing twice, posts it once.
        channel_id: Where it goes; with `is_direct`, the id of the person who gets it.
        due_at: Not before this moment.
        late: How it reads when it could not be posted in time.
        cutoff_at: After this moment it is dropped, and that is recorded.
    """

    key: str
    guild_id: int
    channel_id: int
    kind: Kind
    post: Post
    due_at: datetime
    late: Late | None = None
    cutoff_at: datetime | None = None
    fold: Fold | None = None
    is_direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A post that is to be taken away: the one with the key `target`, wherever it was posted."""

    key: str
    guild_id: int
    channel_id: int
    kind: Kind
    target: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A row of the outbox as stored; `post` and `late_post` are still JSON.

    Attributes:
        sending_at: When the first try of unknown outcome began; None: nothing is in doubt.
    """

    id: int
    key: str
    guild_id: int
    channel_id: int
    is_direct: bool
    kind: Kind
    verb: Verb
    target_key: str
    topic: str
    topic_name: str
    due_at: datetime
    post: Mapping[str, object]
    late_after: datetime | None
    late_post: Mapping[str, object] | None
    cutoff_at: datetime | None
    fold_group: str
    fold_line: str
    state: State
    reason: str
    attempts: int
    created_at: datetime
    sending_at: datetime | None
    next_try_at: datetime | None
    ended_at: datetime | None
    sent_channel_id: int | None
    message_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A channel as the outbox sees it; its posts leave one after the other.

    Attributes:
        reason: Why it is paused; empty: it is open.
    """

    channel_id: int
    guild_id: int
    reason: str
    failures: int
    last_success_at: datetime | None
    last_error_at: datetime | None
    last_error: str
    next_try_at: datetime | None

    @property
    def is_paused(self) -> bool:
        """Tell whether nothing can be posted there until a person changes something."""
        return bool(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message is."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing for the poster to do.

    Attributes:
        mark_key: The key whose marker the message carries: its own, or that of the post it edits.
        post: None only for a removal.
        target: The message that is edited, removed or answered.
        thread_id: The topic's thread, where it has one.
        in_doubt_since: Look first for a message of this key posted since then.
        may_send: False: only look; it is too late to post it anew.
    """

    key: str
    mark_key: str
    guild_id: int
    channel_id: int
    is_direct: bool
    verb: Verb
    post: Post | None
    target: Place | None = None
    thread_id: int | None = None
    in_doubt_since: datetime | None = None
    may_send: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of an order that Discord took.

    Attributes:
        message_id: None when the message was taken away by somebody else meanwhile.
        thread_id: The thread that was started or found for the topic.
    """

    channel_id: int
    message_id: int | None
    thread_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What a message carries so that it is recognised in the channel's history.

    Discord keeps the numbers that a bot gives its components, and shows them to nobody; where there are no
    components, the letters stand small below the text.
    """

    first: int
    second: int
    letters: str


def nonce_of(key: str) -> str:
    """Return the nonce of a row: for some minutes Discord makes no second message under it.

    A hash of the unique key, for row numbers repeat after a backup is restored. At most 25 characters.
    """
    digest = hashlib.sha256(f"nonce\n{key}".encode()).digest()
    return base64.b32encode(digest).decode()[:_NONCE_CHARACTERS]


def marker_of(key: str) -> Marker:
    """Return the marker of a row, from the same key: two component ids of 31 bits, of which 30 are hash.

    The top bit keeps them clear of the ids from 1 on that Discord gives to the other components.
    """
    digest = hashlib.sha256(f"marker\n{key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    first = _TOP | number & _TOP - 1
    second = _TOP | number >> 30 & _TOP - 1
    letters = base64.b32encode(digest[8:]).decode()[:_LETTERS].lower()
    return Marker(first=first, second=second ^ (first == second), letters=letters)
