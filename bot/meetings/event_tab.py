"""Keep Discord's Events tab in step with the next dates of the calendars that want it."""

import asyncio
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
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


class TouchedGuilds:
    """The guilds whose dates, or whose wishes, are others since their Events tabs were looked at.

    Args:
        wake: Has them looked at soon.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._ids: set[int] = set()
        self._wake = wake

    def add(self, guild_id: int) -> None:
        """Note a guild."""
        self._ids.add(guild_id)
        self._wake()

    def take(self) -> frozenset[int]:
        """Return those that were noted, once."""
        ids = frozenset(self._ids)
        self._ids.clear()
        return ids


class EventTab:
    """The Events tabs of all guilds.

    Args:
        touched: Which guilds are to be looked at before their turn.
        warn: Says once in the log what Discord refused.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        board: EventBoard,
        texts: Texts,
        touched: TouchedGuilds,
        warn: Callable[[int, str], None],
    ) -> None:
        self._database = database
        self._store = store
        self._board = board
        self._texts = texts
        self._touched = touched
        self._warn = warn
        # Guilds that may have events of ours; None: any, for nobody knows what was before this process.
        self._kept: frozenset[int] | None = None
        self._turn = asyncio.Lock()

    async def keep(self, now: datetime) -> None:
        """Bring every guild's events in line; a guild that refuses does not hold up the rest.

        Where no calendar wants events any more, those that have not begun are taken away.
        """
        async with self._turn:
            self._touched.take()
            wanting = await self._list_wanting()
            known = self._kept
            if known is None:
                async with self._database.reading() as connection:
                    known = frozenset(await self._store.calendars.list_guilds(connection))
            await self._keep_some(known | wanting.keys(), wanting, now)

    async def keep_touched(self, now: datetime) -> None:
        """Bring the guilds in line of which something changed since their last turn, the others in theirs."""
        async with self._turn:
            touched = self._touched.take()
            if not touched or self._kept is None:
                return  # all of them are looked at anyway before long
            wanting = await self._list_wanting()
            await self._keep_some(touched & (self._kept | wanting.keys()), wanting, now)

    async def _list_wanting(self) -> dict[int, set[int]]:
        wanting: dict[int, set[int]] = {}
        async with self._database.reading() as connection:
            for calendar in await self._store.calendars.list_wishing(connection, "has_events"):
                wanting.setdefault(calendar.guild_id, set()).add(calendar.id)
        return wanting

    async def _keep_some(
        self, guilds: AbstractSet[int], wanting: Mapping[int, set[int]], now: datetime
    ) -> None:
        missed = set()
        for guild_id in sorted(guilds):
            try:
                is_kept = await self._keep(guild_id, wanting.get(guild_id, set()), now)
            except DeliveryError as error:
                is_kept = False
                self._warn(guild_id, str(error))
            if not is_kept:
                missed.add(guild_id)
        others = (self._kept or frozenset()) - guilds
        self._kept = others | (guilds & wanting.keys()) | missed

    async def _keep(self, guild_id: int, numbers: set[int], now: datetime) -> bool:
        """Bring a guild's events in line; return whether the bot may."""
        known = await self._board.list_events(guild_id)
        if known is None:
            return False
        async with self._database.reading() as connection:
            dates = await self._store.list_announced(connection, guild_id, since=now, until=now + HORIZON)
        shown = tuple(date for date in dates if date.calendar_id in numbers)
        await self._carry_out(guild_id, plan_events(self._texts, shown, known, now=now))
        return True

    async def _carry_out(self, guild_id: int, plan: EventPlan) -> None:
        for event_id in plan.remove:
            await self._board.remove(guild_id, event_id)
        for event_id, draft in plan.change:
            await self._board.change(guild_id, event_id, draft)
        for draft in plan.create:
            await self._board.create(guild_id, draft)
