"""Name what is kept of the mailing lists: lists, the places they are read from, who follows them, mails."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.mail.models import Attachment, Email, Problem
from bot.mail.quotes.own_words import OwnWords
from bot.mail.quotes.patches import PatchSummary
from bot.mail.threads import Merge
from bot.text.moves import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingList:
    """A list, kept once however many guilds follow it.

    Attributes:
        name: What people call it: read for a guild, what that guild calls it.
        identifier: Its List-Id; "" until a mail told it.
        address: Where it is written to; never shown in public. "" until a mail told it.
        archive_url: Where people read it; "" when nowhere.
        is_private: It may be shown only where not everybody can see it: a source takes a login, or, read
            for a guild, that guild said so.
    """

    id: int
    name: str
    identifier: str = ""
    address: str = ""
    archive_url: str = ""
    is_private: bool = False
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSource:
    """A place where a list is read; a list may have several.

    Attributes:
        kind: The name of its kind (see bot.mail.sources); `address` as that kind writes it.
        cursor: Where the next fetch goes on.
        is_complete: It was read to its end once; what came before was there when it was followed.
        succeeded_at: The last fetch that went well; `checked_at` the last one at all.
        failures: How many in a row went wrong; `error` says why the last one did.
        move: Where its address leads for good, as its server says.
    """

    id: int
    list_id: int
    kind: str
    address: str
    cursor: Mapping[str, Any]
    is_complete: bool = False
    created_at: datetime
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None
    next_check_at: datetime | None = None
    failures: int = 0
    error: str = ""
    problems: tuple[Problem, ...] = ()
    move: Move | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A channel of a guild that a list is for.

    Attributes:
        name: What the guild calls the list there; "" for what it is called.
        is_private: The guild said so; where a source of the list takes a login, it is so anyway.
    """

    guild_id: int
    list_id: int
    channel_id: int
    followed_at: datetime
    is_declared: bool = False
    name: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail that is to be stored.

    Attributes:
        words: Its author's own words.
        permalink: Its place in the archive, as its source knows; "" leaves what the mail itself tells.
        arrived_at: When its source got it; None when it does not say.
    """

    email: Email
    words: OwnWords
    permalink: str = ""
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A mail that could not be read at all, and why."""

    content: bytes = field(repr=False)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBody:
    """A mail's text; see OwnWords. It is dropped after a time."""

    text: str = field(repr=False)
    own: str = field(repr=False)
    in_context: str = field(repr=False)
    is_all_quoted: bool
    patch: PatchSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEmail:
    """A mail of a list, as it is kept; see Email for what is named as there.

    Attributes:
        thread: Its thread's number within the list.
        at: When it was sent, as far as that can be believed.
        author_hash: Equal for mails from one address; the address itself is not kept. "" when unknown.
        is_orphan: A reply that refers to nothing and whose thread was not found so far.
        body: None where it was not asked for, or is no longer kept.
    """

    id: int
    list_id: int
    key: str
    thread: int
    at: datetime
    stored_at: datetime
    author_name: str
    author_hash: str
    subject: str
    topic: str
    topic_key: str
    tags: tuple[str, ...]
    in_reply_to: str
    references: tuple[str, ...]
    sent_at: datetime | None
    permalink: str
    topic_link: str
    attachments: tuple[Attachment, ...]
    size: int
    is_reply: bool
    is_forward: bool
    is_orphan: bool
    is_auto_submitted: bool
    is_bot: bool
    is_private: bool
    is_encrypted: bool
    is_patch: bool
    has_calendar: bool
    body: StoredBody | None = None

    @property
    def message_id(self) -> str:
        """Return its Message-ID; "" for a mail without one, whose key is a hash."""
        return "" if " " in self.key else self.key

    @property
    def person(self) -> str:
        """Return what tells its author from others: from a tracker's address many people write."""
        return self.author_name if self.is_bot or not self.author_hash else self.author_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedBatch:
    """What a batch changed.

    Attributes:
        emails: Those that were not stored before, with their bodies, in the order of the batch.
        merges: Stored threads that ended as part of an elder one.
    """

    emails: tuple[StoredEmail, ...] = ()
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadSummary:
    """A thread at a glance.

    Attributes:
        topic: Of its first mail.
        mails: How many it has; `people` by how many authors.
        last_author: Who wrote its last mail.
        permalink: Its first mail's, or the thread's own where that is known.
        other_lists: Which other lists have its last mail, too.
    """

    list_id: int
    thread: int
    topic: str
    mails: int
    people: int
    first_at: datetime
    last_at: datetime
    last_author: str
    permalink: str
    other_lists: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much of a list is stored; `last_at` is when its newest mail was sent, None when there is none."""

    mails: int
    threads: int
    people: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """An author whose mails a guild does not show."""

    guild_id: int
    author_hash: str
    author_name: str
    since: datetime


def as_wished(lists: Iterable[MailingList], made: Sequence[Follow]) -> tuple[MailingList, ...]:
    """Return lists as a guild calls them, and as private as it said: by its eldest follow that says so.

    Args:
        lists: Some lists.
        made: The guild's follows, the oldest first.
    """
    return tuple(
        replace(
            each,
            name=next(
                (follow.name for follow in made if follow.list_id == each.id and follow.name), each.name
            ),
            is_private=each.is_private or any(f.is_private for f in made if f.list_id == each.id),
        )
        for each in lists
    )
