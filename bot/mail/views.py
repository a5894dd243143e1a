"""Name what people ask of lists and what they get to see: who asks, queries, pages of mails and threads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.mail.stored import Follow, MailingList, StoredEmail, ThreadSummary
from bot.text.search_terms import Term, parse_terms

PER_PAGE: Final = 5
"""How many mails or threads a page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks.

    Attributes:
        sees_closed: Tells whether they see a channel that not everybody sees.
    """

    guild_id: int
    sees_closed: Callable[[int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedList:
    """A list and the follows of one guild."""

    mailing_list: MailingList
    follows: tuple[Follow, ...]

    def is_for(self, viewer: Viewer) -> bool:
        """Tell whether somebody may see it."""
        return not self.mailing_list.is_private or any(
            viewer.sees_closed(each.channel_id) for each in self.follows
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for; `lists` are the numbers of the lists to look in."""

    words: str = ""
    author: str = ""
    after: datetime | None = None
    before: datetime | None = None
    lists: tuple[int, ...] = ()
    offset: int = 0

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the words as they are searched."""
        return parse_terms(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of mails; `has_more` tells whether there is another one."""

    query: Query
    emails: tuple[StoredEmail, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """A page of threads."""

    offset: int
    threads: tuple[ThreadSummary, ...]
    has_more: bool
