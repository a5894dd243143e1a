"""Say how each part of the bot is, as data: sources, lanes, jobs, the store, the connection.

What the parts know of themselves is turned into Health by the modules named health_*, and gathered here from
callables; a part that cannot even be asked is shown as broken, so that the rest is still seen.
"""

import enum
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

logger = logging.getLogger(__name__)


class Condition(enum.IntEnum):
    """How a part is; the worst has the highest number."""

    WELL = 0
    IDLE = 1
    """It has had nothing to do yet."""
    TROUBLED = 2
    """It fails, or is late; it may mend itself."""
    BROKEN = 3
    """It needs a person."""


class Part(enum.StrEnum):
    """What sort of part it is."""

    FAQ_PAGE = "faq_page"
    CALENDAR = "calendar"
    LIST = "list"
    POSTS = "posts"
    LANE = "lane"
    CHANNEL = "channel"
    JOBS = "jobs"
    DATABASE = "database"
    DISCORD = "discord"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one part is.

    Attributes:
        name: What people call it, as safe Markdown.
        words: What there is to say, as safe Markdown: facts, or what is wrong and what to do about it.
        lag: How far behind its time it is; None when it is not.
    """

    part: Part
    name: str
    condition: Condition
    words: str
    last_success_at: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str = ""
    next_try_at: datetime | None = None
    lag: timedelta | None = None


Probe = Callable[[int, datetime], Awaitable[Iterable[Health]]]
"""Asks one kind of part how it is for a guild."""


class Board:
    """Ask every part how it is.

    Args:
        probes: By the kind of part that they ask, in the order in which they are shown.
        unanswered: Says, for people, that a kind of part could not be asked.
    """

    def __init__(self, probes: Mapping[Part, Probe], *, unanswered: Callable[[Part], Health]) -> None:
        self._probes = probes
        self._unanswered = unanswered

    async def look(self, guild_id: int, now: datetime) -> tuple[Health, ...]:
        """Return how everything is that concerns a guild."""
        found: list[Health] = []
        for part, probe in self._probes.items():
            try:
                found += await probe(guild_id, now)
            except Exception:
                # A part that cannot be asked is what the card has to show; the others are asked all the same.
                logger.exception("cannot ask %s how it is", part, extra={"guild_id": guild_id})
                found.append(self._unanswered(part))
        return tuple(found)


def count_broken(healths: Iterable[Health]) -> int:
    """Count what needs a person."""
    return sum(health.condition is Condition.BROKEN for health in healths)


def worst(healths: Iterable[Health]) -> Condition:
    """Return the worst condition; of nothing, well."""
    return max((health.condition for health in healths), default=Condition.WELL)
