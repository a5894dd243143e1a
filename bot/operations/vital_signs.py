"""Take the vital signs of this process: what a machine that watches it wants to know, yes or no."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.queue import Backlog

logger = logging.getLogger(__name__)

# What nothing holds up leaves within seconds; minutes mean that nobody serves the outbox.
_STUCK = timedelta(minutes=5)
_STORE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSigns:
    """How the process is.

    Attributes:
        is_connected: Whether the gateway is; None where this process has none.
        is_store_well: Whether the store answered in time; `is_store_full` whether it has no room left.
        oldest_due: How long the longest waiting post is due; `oldest_unhindered` of those that could leave.
        loop_lag_seconds: The event loop's longest lag of the last minute.
    """

    uptime: timedelta
    is_connected: bool | None
    is_store_well: bool
    is_store_full: bool = False
    oldest_due: timedelta | None = None
    oldest_unhindered: timedelta | None = None
    loop_lag_seconds: float = 0.0

    @property
    def problems(self) -> tuple[str, ...]:
        """Name what keeps the process from doing its work: database, gateway, posts."""
        found = (
            ("database", not self.is_store_well or self.is_store_full),
            ("gateway", self.is_connected is False),
            ("posts", self.oldest_unhindered is not None and self.oldest_unhindered > _STUCK),
        )
        return tuple(name for name, is_wrong in found if is_wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """Takes the signs.

    Attributes:
        is_connected: Tells whether the gateway is; returns None where there is none.
        backlog: Reads the store.
        is_full: Tells whether the store has no room left.
        loop_lag: Returns the event loop's longest lag of late.
    """

    clock: Callable[[], datetime]
    started_at: datetime
    is_connected: Callable[[], bool | None]
    backlog: Callable[[datetime], Awaitable[Backlog]]
    is_full: Callable[[], bool]
    loop_lag: Callable[[], float]

    async def take(self) -> VitalSigns:
        """Return how the process is."""
        now = self.clock()
        backlog = await self.find_backlog()
        return VitalSigns(
            uptime=now - self.started_at,
            is_connected=self.is_connected(),
            is_store_well=backlog is not None,
            is_store_full=self.is_full(),
            oldest_due=_since(backlog.oldest_due_at if backlog else None, now),
            oldest_unhindered=_since(backlog.oldest_unhindered_at if backlog else None, now),
            loop_lag_seconds=self.loop_lag(),
        )

    async def find_backlog(self) -> Backlog | None:
        """Return what is due; None when the store does not answer."""
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                return await self.backlog(self.clock())
        except Exception as error:  # noqa: BLE001 (a web handler's boundary: what the store raises is the answer)
            logger.warning("the store does not answer: %s", type(error).__name__)
            return None


def _since(moment: datetime | None, now: datetime) -> timedelta | None:
    return now - moment if moment is not None else None
