"""Name what is kept of digests: where which are wanted, and what was told."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.mail.digest.models import Window
from bot.text.cadence import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWish:
    """A digest of a list that a guild wants in a channel.

    Attributes:
        zone: Whose clock decides; "" for the guild's own.
        says_quiet: One line is posted when there was nothing; else there is silence.
        has_chart: A weekly one shows how lively the list was.
    """

    guild_id: int
    list_id: int
    channel_id: int
    schedule: Schedule
    zone: str = ""
    says_quiet: bool = False
    has_chart: bool = True
    is_declared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDigest:
    """A wish as it is kept; `told_until` is the end of the last window that was told."""

    id: int
    wish: DigestWish
    told_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A digest that was posted.

    Attributes:
        key: Of its post in the outbox; `edits` how often late mail has changed it.
    """

    id: int
    digest_id: int
    window: Window
    key: str
    edits: int = 0
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How much waits to be told in a digest."""

    mails: int = 0
    threads: int = 0
    email_ids: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedDigest:
    """A digest that a mail waits for.

    Attributes:
        due_at: When it is due; None where the clock does not decide.
        threads: It comes when there is news of so many; 0 where the clock decides.
        is_paused: The channel has paused the list.
    """

    channel_id: int
    due_at: datetime | None
    threads: int
    is_paused: bool
