"""Follow calendars: add, look again, change, drop; and bring those that community.toml declares in line."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.errors import UserError
from bot.meetings.calendars import CalendarKind, CalendarSettings, FollowedCalendar, MeetingDate
from bot.meetings.looking import Looked, Looker, ZoneOf
from bot.meetings.names import CalendarNames, Named
from bot.meetings.snapshot import HORIZON
from bot.meetings.store import MeetingStore
from bot.meetings.syncing import Syncer
from bot.storage.database import Database
from bot.text.catalogue import Texts

_USUAL = CalendarSettings()
UsualOf = Callable[[int], Awaitable[CalendarSettings]]
DeclaredOf = Callable[[FollowedCalendar], Collection[str]]
"""Returns which of a calendar's settings community.toml decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalendar:
    """What a person or community.toml gives to follow a calendar.

    Attributes:
        settings: None: as the guild usually wants it, or as they are if it is followed already.
        declared: Settings that community.toml decides, by their names.
    """

    place: str = field(repr=False)
    channel_id: int
    name: str = ""
    kind: CalendarKind = CalendarKind.FEED
    settings: CalendarSettings | None = None
    is_declared: bool = False
    declared: Mapping[str, Any] = field(default_factory=dict)


class Calendars:
    """The calendars that guilds follow.

    Args:
        zone_of: Returns a guild's own zone.
        usual_of: Returns what a guild usually wants of a calendar.
        declared_of: Returns what cannot be changed in chat.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        looker: Looker,
        syncer: Syncer,
        zone_of: ZoneOf,
        usual_of: UsualOf,
        declared_of: DeclaredOf = lambda _calendar: (),
        texts: Texts,
    ) -> None:
        self._database = database
        self._store = store
        self._looker = looker
        self._syncer = syncer
        self._zone_of = zone_of
        self._usual_of = usual_of
        self._declared_of = declared_of
        self._texts = texts
        self._names = CalendarNames(self.list_calendars)

    async def list_names(self, guild_id: int, *, now: datetime) -> Named:
        """Return the numbers and names of a guild's calendars but those made in chat, from memory."""
        return await self._names.list(guild_id, now=now)

    async def list_calendars(self, guild_id: int) -> tuple[FollowedCalendar, ...]:
        """Return a guild's calendars."""
        async with self._database.reading() as connection:
            return await self._store.calendars.list_calendars(connection, guild_id)

    async def get_calendar(self, guild_id: int, calendar_id: int) -> FollowedCalendar:
        """Return a calendar of this guild.

        Raises:
            UserError: The guild has no such calendar.
        """
        async with self._database.reading() as connection:
            found = await self._store.calendars.find_calendar(connection, guild_id, calendar_id)
        if found is None:
            raise UserError(self._texts("meetings.no_such_calendar"))
        return found

    async def list_next(
        self, calendar: FollowedCalendar, *, now: datetime, limit: int
    ) -> tuple[MeetingDate, ...]:
        """Return a calendar's next dates, those that are cancelled too."""
        async with self._database.reading() as connection:
            return await self._store.dates.list_dates(
                connection,
                calendar.guild_id,
                calendar_id=calendar.id,
                since=now,
                until=now + HORIZON,
                limit=limit,
            )

    async def follow(self, guild_id: int, new: NewCalendar, *, now: datetime) -> FollowedCalendar:
        """Follow a calendar after one good look at it.

        Raises:
            SourceError: It could not be read.
            UserError: The guild follows it already, or has no room.
        """
        settings = new.settings or await self._usual_of(guild_id)
        draft = _draft(guild_id, replace(new, settings=settings), now=now)
        added = await self._looker.add(draft, now=now)
        self._names.forget(guild_id)
        return added

    async def refresh(
        self, calendar: FollowedCalendar, *, now: datetime, is_accepted: bool = False
    ) -> Looked:
        """Look at a calendar again; see `Looker.refresh`."""
        return await self._looker.refresh(calendar, now=now, is_accepted=is_accepted)

    async def unfollow(self, calendar: FollowedCalendar) -> None:
        """Stop following a calendar; its reminders go with it, what was posted stays."""
        async with self._database.writing() as connection:
            await self._store.calendars.remove_calendar(connection, calendar.guild_id, calendar.id)
        self._looker.forget(calendar.id)
        self._names.forget(calendar.guild_id)

    def declared(self, calendar: FollowedCalendar) -> Collection[str]:
        """Return which of a calendar's settings community.toml decides, by their names."""
        return self._declared_of(calendar)

    def check_chat_may(self, calendar: FollowedCalendar, wanted: FollowedCalendar) -> None:
        """Let a change that is made in chat pass.

        Raises:
            UserError: community.toml decides what it would change.
        """
        changed = {
            name
            for name in self._declared_of(calendar)
            if getattr(calendar.settings, name) != getattr(wanted.settings, name)
        }
        is_moved = (calendar.name, calendar.channel_id) != (wanted.name, wanted.channel_id)
        if changed or (calendar.is_declared and is_moved):
            raise UserError(self._texts("settings.is_declared"))

    async def change(self, calendar: FollowedCalendar, *, now: datetime) -> None:
        """Save what a guild wants of a calendar, and plan its reminders anew."""
        zone = await self._zone_of(calendar.guild_id)
        async with self._database.writing() as connection:
            known = self._store.calendars
            before = await known.find_calendar(connection, calendar.guild_id, calendar.id)
            if before is not None and await known.save_wishes(connection, calendar):
                is_redrawn = _looks(before.settings) != _looks(calendar.settings)
                await self._syncer.replan(connection, calendar, zone=zone, now=now, is_redrawn=is_redrawn)

    async def declare(self, guild_id: int, wanted: tuple[NewCalendar, ...], *, now: datetime) -> None:
        """Bring a guild's declared calendars in line with community.toml; those added in chat stay."""
        known = {(each.kind, each.place): each for each in await self.list_calendars(guild_id)}
        keep = {(new.kind, new.place) for new in wanted}
        for key, calendar in known.items():
            if calendar.is_declared and key not in keep:
                await self.unfollow(calendar)
        for new in wanted:
            there = known.get((new.kind, new.place))
            draft = _draft(guild_id, new, now=now)
            if there is None:
                async with self._database.writing() as connection:
                    added = await self._store.calendars.add_calendar(connection, draft)
                await self._looker.refresh(added, now=now)
                continue
            declared = replace(
                there,
                name=draft.name,
                channel_id=draft.channel_id,
                settings=replace(there.settings, **new.declared),
                is_declared=True,
            )
            if declared != there:
                await self.change(declared, now=now)


def _looks(settings: CalendarSettings) -> object:
    """Return what is seen on cards of what a guild wants."""
    return settings.shows_passcode, settings.pings


def _draft(guild_id: int, new: NewCalendar, *, now: datetime) -> FollowedCalendar:
    return FollowedCalendar(
        id=0,
        guild_id=guild_id,
        kind=new.kind,
        place=new.place,
        name=new.name,
        channel_id=new.channel_id,
        settings=replace(new.settings or _USUAL, **new.declared),
        is_declared=new.is_declared,
        next_check_at=now,
    )
