"""Say what a mail source is, so that adding one is a file, a line in the registry and a folder of fixtures.

A source reads one list from one place. It keeps nothing: the caller stores the cursor of each batch together
with the batch, and whoever has that cursor goes on from there. What a source owes (a contract suite checks):

* A batch is bounded; more of the same waits behind its cursor until `is_complete`.
* From any stored cursor the rest comes, once. Where an archive was rewritten under it, mails may come again:
  the store knows them by their Message-ID. None is left out.
* A new subscription (`start_cursor` with 0 days) brings nothing that was there before its first fetch.
* One bad mail is a Problem beside the others. A SourceError means that nothing was read: the cursor holds.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult

from bot.http.fetcher import Fetcher
from bot.mail.models import Place, Problem, RawMail
from bot.workers import Workers

Cursor = Mapping[str, Any]
"""Where a source stands: a JSON object that only the source itself reads."""

MOST_MAILS = 200
MOST_BYTES = 16_000_000
"""How large a batch may be; the mail that passes the second bound is its last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one fetch brought.

    Attributes:
        cursor: To be stored with the mails, and given to the next fetch.
        is_complete: Nothing more waits now.
        problems: What could not be read, for the operator.
        moved_to: Where the place is for good, as its server says; "" where it still is. None: not asked.
    """

    mails: tuple[RawMail, ...] = ()
    cursor: Cursor
    is_complete: bool
    problems: tuple[Problem, ...] = ()
    moved_to: str | None = field(default=None, repr=False)


class Source(Protocol):
    """One list in one place."""

    async def fetch(self, cursor: Cursor) -> Batch:
        """Read on from a cursor.

        Raises:
            SourceError: It cannot be read; `permanent` when a person has to change something.
        """

    async def wait_for_news(self, cursor: Cursor, *, timeout_seconds: float) -> bool:
        """Wait until there may be something new, and say whether that was noticed.

        A source that cannot be watched waits the whole time.
        """

    async def close(self) -> None:
        """Let go of connections; the source can be used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is at an address: what a kind looks at when the address alone does not tell.

    Attributes:
        url: Where it came from, after redirects; in parts.
        text: At most its first 500 kB.
    """

    url: SplitResult
    media_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """How a mailbox's access token is renewed (RFC 6749, section 6)."""

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLogin:
    """An IMAP account, which the operator named; addresses refer to it by that name alone.

    Attributes:
        security: "tls", "starttls", or "none" for a server on this machine.
        oauth: Instead of the password.
    """

    host: str
    port: int = 993
    security: str = "tls"
    user: str
    password: str = field(default="", repr=False)
    oauth: OAuth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What sources reach the world with.

    Attributes:
        folder: Where files that the operator names lie.
        mailboxes: IMAP accounts by name.
        tls: Whom mail servers are trusted by; None for what the system trusts.
        api_keys: Keys of archives that need one, by host: {"groups.io": "…"}.
    """

    fetcher: Fetcher
    workers: Workers
    clock: Callable[[], datetime]
    folder: Path
    mailboxes: Mapping[str, MailboxLogin] = field(default_factory=dict)
    api_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of place that mail is read from.

    Attributes:
        name: What an operator writes; lower case.
        label: What people call it.
        recognise: Find the place in an address that alone tells; None when it does not.
        inspect: Find the place by what is at the address; None when it is none of this kind.
        open: Make the source.
    """

    name: str
    label: str
    recognise: Callable[[SplitResult], Place | None]
    inspect: Callable[[Page], Place | None]
    open: Callable[[Place, Access], Source]


def start_cursor(now: datetime, *, days: int = 0) -> Cursor:
    """Return where a new subscription starts: so many days back, or, with 0, after all that is there."""
    return {"since": (now - timedelta(days=days)).isoformat(timespec="seconds"), "is_new": days == 0}


def since_of(cursor: Cursor) -> datetime:
    """Read the start from any cursor; sources keep these two keys."""
    return datetime.fromisoformat(cursor["since"])


def not_by_address(url: SplitResult) -> Place | None:  # noqa: ARG001 (the contract's signature)
    """Recognise nothing."""
    return None


def not_by_page(page: Page) -> Place | None:  # noqa: ARG001 (the contract's signature)
    """Find nothing."""
    return None
