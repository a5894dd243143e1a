"""Keep Discord's Events tab in step with the next dates of the calendars that want it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.errors import DeliveryError
from bot.meetings.events import HORIZON, EventDraft, EventPlan, KnownEvent, plan_events
from bot.meetings.store import MeetingStore
from bot.storage.database import Database
from bot.text.catalogue import Texts


class EventBoard(Protocol):
    """Discord's scheduled events; bot.chat, which is above, has them."""

    async def list_events(self, guild_id: int) -> tuple[KnownEvent, ...] | None:
        """Return all events of a guild; None when the bot is not there, or may not make any."""

    async def create(self, guild_id: int, draft: EventDraft) -> None:
        """Make an event."""

    async def change(self, guild_id: int, event_id: int, draft: EventDraft) -> None:
        """Change an event of the bot's own."""

    async def remove(self, guild_id: int, event_id: int) -> None:
        """Take an event of the bot's own away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTab:
    """The Events tabs of all guilds.

    Attributes:
        warn: Says once in the log what Discord refused.
    """

    database: Database
    store: MeetingStore
    board: EventBoard
    texts: Texts
    warn: Callable[[int, str], None]

    async def keep(self, now: datetime) -> None:
        """Bring every guild's events in line; a guild that refuses does not hold up the rest."""
        async with self.database.reading() as connection:
            calendars = await self.store.calendars.list_wishing(connection, "has_events")
        wanting: dict[int, set[int]] = {}
        for calendar in calendars:
            wanting.setdefault(calendar.guild_id, set()).add(calendar.id)
        for guild_id, numbers in wanting.items():
            try:
                await self._keep(guild_id, numbers, now)
            except DeliveryError as error:
                self.warn(guild_id, str(error))

    async def _keep(self, guild_id: int, numbers: set[int], now: datetime) -> None:
        known = await self.board.list_events(guild_id)
        if known is None:
            return
        async with self.database.reading() as connection:
            dates = await self.store.list_announced(connection, guild_id, since=now, until=now + HORIZON)
        shown = tuple(date for date in dates if date.calendar_id in numbers)
        await self._carry_out(guild_id, plan_events(self.texts, shown, known, now=now))

    async def _carry_out(self, guild_id: int, plan: EventPlan) -> None:
        for event_id in plan.remove:
            await self.board.remove(guild_id, event_id)
        for event_id, draft in plan.change:
            await self.board.change(guild_id, event_id, draft)
        for draft in plan.create:
            await self.board.create(guild_id, draft)
