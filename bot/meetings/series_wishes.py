"""Keep what is other for one series than for the rest of its calendar: leads, channel, pings, passcode."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from bot.errors import UserError
from bot.meetings.calendars import FollowedCalendar, SeriesSettings
from bot.meetings.store import MeetingStore
from bot.meetings.syncing import Syncer
from bot.meetings.targets import Target
from bot.storage.database import Database
from bot.text.catalogue import Texts

_MOST_SKIPPED = 100
ZoneOf = Callable[[int], Awaitable[str]]
DeclaredSeriesOf = Callable[[FollowedCalendar], Mapping[str, Mapping[str, Any]]]
"""Returns what community.toml sets for single meetings of a calendar: settings by names, by the uid."""

Change = Callable[[SeriesSettings], SeriesSettings]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SeriesWishes:
    """What guilds want of single series, of followed calendars and of meetings made in chat.

    Args:
        zone_of: Returns a guild's own zone.
        declared_of: Returns what cannot be changed in chat.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        syncer: Syncer,
        zone_of: ZoneOf,
        texts: Texts,
        declared_of: DeclaredSeriesOf = lambda _calendar: _NOTHING,
    ) -> None:
        self._database = database
        self._store = store
        self._syncer = syncer
        self._zone_of = zone_of
        self._texts = texts
        self._declared_of = declared_of

    async def get(self, target: Target) -> SeriesSettings:
        """Return what is other for the series of a date."""
        calendar, uid = target.calendar, target.date.key.uid
        async with self._database.reading() as connection:
            found = await self._store.series.find_settings(connection, calendar.guild_id, calendar.id, uid)
        return found or SeriesSettings()

    async def list_settings(self, calendar: FollowedCalendar) -> Mapping[str, SeriesSettings]:
        """Return what is other for single meetings of a calendar, by their uid."""
        async with self._database.reading() as connection:
            return await self._store.series.list_settings(connection, calendar.guild_id, calendar.id)

    def declared(self, calendar: FollowedCalendar, uid: str) -> Mapping[str, Any]:
        """Return what community.toml sets for a series: settings by their names."""
        return self._declared_of(calendar).get(uid, _NOTHING)

    async def change(self, target: Target, change: Change, *, now: datetime) -> SeriesSettings:
        """Change what is other for the series of a date, and plan its reminders anew.

        Raises:
            UserError: community.toml decides what it would change.
        """
        return await self.change_series(target.calendar, target.date.key.uid, change, now=now)

    async def change_series(
        self, calendar: FollowedCalendar, uid: str, change: Change, *, now: datetime
    ) -> SeriesSettings:
        """Change what is other for a series of a calendar, and plan its reminders anew.

        Raises:
            UserError: community.toml decides what it would change.
        """
        declared = self.declared(calendar, uid)

        def checked(before: SeriesSettings) -> SeriesSettings:
            wanted = change(before)
            if wanted != replace(wanted, **declared):
                raise UserError(self._texts("settings.is_declared"))
            return wanted

        return await self._save(calendar, uid, checked, now=now)

    async def declare(self, calendar: FollowedCalendar, *, now: datetime) -> None:
        """Bring the series of a calendar in line with community.toml; what it does not name stays."""
        known = await self.list_settings(calendar)
        for uid, declared in self._declared_of(calendar).items():
            before = known.get(uid, SeriesSettings())
            if replace(before, **declared) != before:
                await self._save(calendar, uid, partial(replace, **declared), now=now)

    async def _save(
        self, calendar: FollowedCalendar, uid: str, change: Change, *, now: datetime
    ) -> SeriesSettings:
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
