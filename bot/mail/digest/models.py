"""Name the parts of a digest: what it is made of, the news of each thread, the whole."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.mail.stored import StoredEmail

UNANSWERED_AFTER: Final = timedelta(days=3)


class Group(enum.StrEnum):
    """Where a thread stands in a digest, in this order."""

    VOTE = "vote"
    MEETING = "meeting"
    ANNOUNCEMENT = "announcement"
    NEW = "new"
    CONTINUED = "continued"

    @property
    def is_decision(self) -> bool:
        """Tell the threads that stand above all others."""
        return self in {Group.VOTE, Group.MEETING, Group.ANNOUNCEMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that a digest covers.

    Attributes:
        rounds: How many digests it takes the place of: more than one when some could not be posted in time.
    """

    since: datetime
    until: datetime
    rounds: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Where a vote stands: of each voter the newest vote counts."""

    ayes: int = 0
    noes: int = 0
    abstentions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a digest is made of; bodies are not needed.

    Attributes:
        mails: Those that it tells of, from any order.
        threads: All mails of their threads, those of the digest among them.
        regulars: The hashes of authors who had written to the list before.
        also_on: The names of other lists that a mail went to as well, by the mail's key.
        told_on: The lists in whose digests the same channel was told of a mail already, by the mail's key.
        highlights: The numbers of mails that somebody marked as wanted, by a filter or watch words.
    """

    mails: tuple[StoredEmail, ...]
    threads: tuple[StoredEmail, ...]
    regulars: frozenset[str] = frozenset()
    also_on: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    told_on: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    highlights: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadNews:
    """What a digest tells of a thread.

    Attributes:
        url: The first mail's place in the archive, or the thread's own; "" where none is known.
        authors: Who wrote in the window, who wrote first first.
        new_mails: How many mails of the window it has; `mails` all of them until the window's end.
        is_new: It began in the window.
        opening: The number of its first mail; the newest ones of the window are `newest`, the newest first.
        is_machine: Nobody but machines wrote.
        newcomers: Those of `authors` whose first mail to the list it is.
        unanswered_since: When it was begun, if nobody else has answered for three days.
        told_on: The list in whose digest the same channel was told of all its new mails already; "" for none.
        excerpt: What it says, in a line of plain text; "" until it is known, or when it says nothing.
    """

    list_id: int
    thread: int
    topic: str
    url: str
    group: Group
    authors: tuple[str, ...]
    new_mails: int
    mails: int
    is_new: bool
    last_at: datetime
    score: float
    opening: int
    newest: tuple[int, ...]
    newcomers: tuple[str, ...] = ()
    unanswered_since: datetime | None = None
    is_machine: bool = False
    is_patch: bool = False
    is_highlighted: bool = False
    also_on: tuple[str, ...] = ()
    told_on: str = ""
    excerpt: str = ""
    tally: Tally | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What is told of a list.

    Attributes:
        news: Decisions first, then new threads, then continued ones; the most important first in each group.
    """

    window: Window
    news: tuple[ThreadNews, ...]
    mails: int
    people: int

    @property
    def new_threads(self) -> int:
        """Count the threads that began in the window."""
        return sum(each.is_new for each in self.news)
