"""Name what live mode decides with: who listens, what was posted lately, what is to become of each mail."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.mail.dispositions import Fate, Way
from bot.mail.stored import StoredEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A channel in which mails of a list are posted.

    Attributes:
        way: Every mail, or those of some threads that are followed there.
        since: Since when it listens; None where that is not asked.
    """

    guild_id: int
    list_id: int
    channel_id: int
    way: Way = Way.LIVE
    since: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveThread:
    """The Discord thread of a mail thread in a channel.

    Attributes:
        thread: The mail thread's number by now.
        topic: What the thread is called in the outbox; it stays when the mail thread's number changes.
        is_followed: Somebody follows this thread, whether the channel is live or not.
    """

    guild_id: int
    list_id: int
    channel_id: int
    thread: int
    topic: str
    is_followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A mail that is a line of a summary, or part of one: those of a thread share theirs."""

    thread: int
    topic: str
    author_name: str
    permalink: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a channel's own choices make of a mail.

    Attributes:
        fate: What becomes of it; None: it may be posted.
        is_marked: It is one of those that the channel is to notice.
        pings: The role that it pings.
    """

    fate: Fate | None = None
    reason: str = ""
    is_marked: bool = False
    pings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What a channel got of a list before.

    Attributes:
        posted: When mails were posted there by themselves, in the last day.
        usual: How many mails a busy day of the list usually has.
        late: How many of those that had piled up were posted since the list is read again.
    """

    posted: tuple[datetime, ...] = ()
    usual: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to become of a mail in a channel, and why."""

    email: StoredEmail
    fate: Fate
    reason: str = ""
    is_marked: bool = False
    pings: int | None = None
