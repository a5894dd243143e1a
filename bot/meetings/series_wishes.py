"""Keep what is other for one series than for the rest of its calendar: leads, channel, pings, passcode."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.meetings.calendars import SeriesSettings
from bot.meetings.store import MeetingStore
from bot.meetings.syncing import Syncer
from bot.meetings.targets import Target
from bot.storage.database import Database

_MOST_SKIPPED = 100
ZoneOf = Callable[[int], Awaitable[str]]


class SeriesWishes:
    """What guilds want of single series, of followed calendars and of meetings made in chat.

    Args:
        zone_of: Returns a guild's own zone.
    """

    def __init__(self, *, database: Database, store: MeetingStore, syncer: Syncer, zone_of: ZoneOf) -> None:
        self._database = database
        self._store = store
        self._syncer = syncer
        self._zone_of = zone_of

    async def get(self, target: Target) -> SeriesSettings:
        """Return what is other for the series of a date."""
        calendar, uid = target.calendar, target.date.key.uid
        async with self._database.reading() as connection:
            found = await self._store.series.find_settings(connection, calendar.guild_id, calendar.id, uid)
        return found or SeriesSettings()

    async def change(
        self, target: Target, change: Callable[[SeriesSettings], SeriesSettings], *, now: datetime
    ) -> SeriesSettings:
        """Change what is other for the series of a date, and plan its reminders anew."""
        calendar, uid = target.calendar, target.date.key.uid
        whose = (calendar.guild_id, calendar.id, uid)
        zone = await self._zone_of(calendar.guild_id)
        async with self._database.writing() as connection:
            before = await self._store.series.find_settings(connection, *whose)
            wanted = change(before or SeriesSettings())
            if await self._store.series.save_settings(connection, *whose, wanted):
                await self._syncer.replan(connection, calendar, zone=zone, now=now, is_redrawn=True, uid=uid)
        return wanted

    async def announce(self, target: Target, *, is_wanted: bool, now: datetime) -> SeriesSettings:
        """Skip one date, of which nothing is posted then, or take that back."""
        original = target.date.key.original

        def change(settings: SeriesSettings) -> SeriesSettings:
            others = tuple(each for each in settings.skipped if each != original)
            skipped = others if is_wanted else (*others, original)
            return replace(settings, skipped=skipped[-_MOST_SKIPPED:])

        return await self.change(target, change, now=now)
