"""Keep what a guild usually wants of its meetings, and let the calendars that follow it follow."""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.errors import UserError
from bot.meetings.calendars import CalendarSettings
from bot.meetings.drafts_repository import Defaults, DraftsRepository
from bot.meetings.following import Calendars
from bot.storage.database import Database
from bot.text.catalogue import Texts

_CHANNEL = "channel_id"


Declared = Mapping[str, Any]
"""What community.toml decides of a guild's usual wishes: settings by their names, and `channel_id`."""


class Wishes:
    """The guilds' usual wishes; a calendar that was set otherwise keeps its own.

    Args:
        declared: By guild; what it decides cannot be changed in chat.
    """

    def __init__(
        self,
        *,
        database: Database,
        drafts: DraftsRepository,
        calendars: Calendars,
        texts: Texts,
        declared: Mapping[int, Declared] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self._drafts = drafts
        self._calendars = calendars
        self._texts = texts
        self._declared = declared

    async def get(self, guild_id: int) -> Defaults:
        """Return what a guild usually wants."""
        async with self._database.reading() as connection:
            return await self._drafts.get_defaults(connection, guild_id)

    def declared(self, guild_id: int) -> Collection[str]:
        """Return which of them community.toml decides, by their names."""
        return self._declared.get(guild_id, {}).keys()

    async def change(self, guild_id: int, wanted: Defaults, *, now: datetime) -> None:
        """Save what a guild usually wants, and change the calendars that had what it wanted before.

        Raises:
            UserError: community.toml decides what it would change.
        """
        if wanted != with_declared(wanted, self._declared.get(guild_id, {})):
            raise UserError(self._texts("settings.is_declared"))
        await self._save(guild_id, wanted, now=now)

    async def declare(self, guild_id: int, *, now: datetime) -> None:
        """Bring what a guild usually wants in line with community.toml."""
        known = await self.get(guild_id)
        wanted = with_declared(known, self._declared.get(guild_id, {}))
        if wanted != known:
            await self._save(guild_id, wanted, now=now)

    async def _save(self, guild_id: int, wanted: Defaults, *, now: datetime) -> None:
        before = (await self.get(guild_id)).settings
        async with self._database.writing() as connection:
            await self._drafts.save_defaults(connection, guild_id, wanted)
        for calendar in await self._calendars.list_calendars(guild_id):
            settings = adopt(calendar.settings, before, wanted.settings)
            if settings != calendar.settings:
                await self._calendars.change(replace(calendar, settings=settings), now=now)


def with_declared(wanted: Defaults, declared: Declared) -> Defaults:
    """Return wishes as community.toml has them where it decides."""
    settings = {name: value for name, value in declared.items() if name != _CHANNEL}
    return replace(
        wanted,
        channel_id=declared.get(_CHANNEL, wanted.channel_id),
        settings=replace(wanted.settings, **settings),
    )


def adopt(own: CalendarSettings, before: CalendarSettings, wanted: CalendarSettings) -> CalendarSettings:
    """Return a calendar's settings, where they were the usual ones the new usual ones."""
    names = [each.name for each in fields(CalendarSettings)]
    taken = {name: getattr(wanted, name) for name in names if getattr(own, name) == getattr(before, name)}
    return replace(own, **taken)
