"""Name what becomes of a mail in a channel that follows its list: its fate, once for each way of telling."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final

TWICE: Final = "twice"
"""The reason why a mail is folded that the same channel was told of under another list."""


class Way(enum.StrEnum):
    """How a channel hears of a list."""

    LIVE = "live"
    """Each mail by itself, in the thread of its conversation."""
    THREAD = "thread"
    """One conversation, because somebody follows it."""
    DIGEST = "digest"


class Fate(enum.StrEnum):
    """What became of a mail."""

    POSTED = "posted"
    FOLDED = "folded"
    """It is a line of a summary: a flood, or what had piled up."""
    FILTERED = "filtered"
    MUTED = "muted"
    PAUSED = "paused"
    OLD = "old"
    """It was there before the list was followed."""
    HELD = "held"
    """Its list is private, and everybody sees the channel."""
    HIDDEN = "hidden"
    """Its author asked not to be shown here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What became of a mail in a channel.

    Attributes:
        reason: One word for the program that says more than the fate does, such as the filter's name.
        outbox_key: The post that tells of it; "" where none does.
        at: When it was decided.
    """

    email_id: int
    list_id: int
    guild_id: int
    channel_id: int
    way: Way
    fate: Fate
    at: datetime
    reason: str = ""
    outbox_key: str = ""
