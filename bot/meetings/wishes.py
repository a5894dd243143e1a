"""Keep what a guild usually wants of its meetings, and let the calendars that follow it follow."""

from dataclasses import fields, replace
from datetime import datetime

from bot.meetings.calendars import CalendarSettings
from bot.meetings.drafts_repository import Defaults, DraftsRepository
from bot.meetings.following import Calendars
from bot.storage.database import Database


class Wishes:
    """The guilds' usual wishes; a calendar that was set otherwise keeps its own."""

    def __init__(self, *, database: Database, drafts: DraftsRepository, calendars: Calendars) -> None:
        self._database = database
        self._drafts = drafts
        self._calendars = calendars

    async def get(self, guild_id: int) -> Defaults:
        """Return what a guild usually wants."""
        async with self._database.reading() as connection:
            return await self._drafts.get_defaults(connection, guild_id)

    async def change(self, guild_id: int, wanted: Defaults, *, now: datetime) -> None:
        """Save what a guild usually wants, and change the calendars that had what it wanted before."""
        before = (await self.get(guild_id)).settings
        async with self._database.writing() as connection:
            await self._drafts.save_defaults(connection, guild_id, wanted)
        for calendar in await self._calendars.list_calendars(guild_id):
            settings = adopt(calendar.settings, before, wanted.settings)
            if settings != calendar.settings:
                await self._calendars.change(replace(calendar, settings=settings), now=now)


def adopt(own: CalendarSettings, before: CalendarSettings, wanted: CalendarSettings) -> CalendarSettings:
    """Return a calendar's settings, where they were the usual ones the new usual ones."""
    names = [each.name for each in fields(CalendarSettings)]
    taken = {name: getattr(wanted, name) for name in names if getattr(own, name) == getattr(before, name)}
    return replace(own, **taken)
