"""Keep the calendars that guilds follow, and the meetings that were made in chat.

Every statement names the guild: what is another guild's is not found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, delete, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import UserError
from bot.meetings.calendars import CalendarKind, CalendarSettings, FollowedCalendar
from bot.meetings.models import Meeting, Problem, Timezone
from bot.meetings.stored import from_json, to_json
from bot.storage.schema import guild, meeting_calendar, meeting_typed
from bot.storage.upsert import insert_missing, insert_or_update
from bot.text.moves import read_move, write_move

CALENDARS_PER_GUILD = 50
MEETINGS_PER_CALENDAR = 500
PLACE_BYTES = 2000  # PostgreSQL's index takes no row above 2,704
_WISHES = ("name", "channel_id", "settings", "is_declared")
_COLUMNS = tuple(meeting_calendar.c[each.name] for each in fields(FollowedCalendar))

# Made once, for they are run at every look. What an UPDATE sets are the values that it is run with.
_IS_IT = and_(
    meeting_calendar.c.guild_id == bindparam("of_guild"), meeting_calendar.c.id == bindparam("of_calendar")
)
_ONE = select(*_COLUMNS).where(_IS_IT)
_UPDATE_ONE = update(meeting_calendar).where(_IS_IT)


class CalendarKnownError(UserError):
    """This calendar is followed here already."""

    text_key = "meetings.calendar_known"


class TooManyCalendarsError(UserError):
    """No more calendars can be followed here."""

    text_key = "meetings.too_many_calendars"


class TooManyMeetingsError(UserError):
    """No more meetings can be made in this channel."""

    text_key = "meetings.too_many_meetings"


class AddressTooLongError(UserError):
    """That address is too long."""

    text_key = "meetings.address_too_long"


class CalendarRepository:
    """The calendars, what guilds want of them, and the meetings of those made in chat."""

    async def add_calendar(self, connection: AsyncConnection, draft: FollowedCalendar) -> FollowedCalendar:
        """Follow a calendar; return it with its number.

        Raises:
            CalendarKnownError: The guild follows it already.
            TooManyCalendarsError: The guild follows as many as it may; declared ones are not counted.
            AddressTooLongError: The address does not fit.
        """
        if len(draft.place.encode("utf-8", "replace")) > PLACE_BYTES:
            raise AddressTooLongError
        if draft.kind is CalendarKind.FEED and not draft.is_declared:
            await _check_room(connection, draft.guild_id)
        row = {name: value for name, value in _write(draft).items() if name != "id"}
        if not await insert_missing(connection, meeting_calendar, row):
            raise CalendarKnownError
        found = await self._find(connection, _is_place(draft.guild_id, draft.kind, draft.place))
        assert found is not None  # noqa: S101 (it was just inserted)
        return found

    async def get_chat_calendar(
        self, connection: AsyncConnection, guild_id: int, channel_id: int
    ) -> FollowedCalendar:
        """Return the calendar of the meetings made in a channel; it begins with the first of them."""
        draft = FollowedCalendar(
            id=0, guild_id=guild_id, kind=CalendarKind.CHAT, place=str(channel_id), channel_id=channel_id
        )
        found = await self._find(connection, _is_place(guild_id, draft.kind, draft.place))
        return found or await self.add_calendar(connection, draft)

    async def list_calendars(
        self, connection: AsyncConnection, guild_id: int
    ) -> tuple[FollowedCalendar, ...]:
        """Return a guild's calendars, the oldest first."""
        return await self._list(connection, meeting_calendar.c.guild_id == guild_id)

    async def find_calendar(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int
    ) -> FollowedCalendar | None:
        """Return a calendar of a guild; None if it has no such one."""
        one = {"of_guild": guild_id, "of_calendar": calendar_id}
        found = (await connection.execute(_ONE, one)).one_or_none()
        return _read(found) if found is not None else None

    async def list_due(
        self, connection: AsyncConnection, now: datetime, limit: int
    ) -> tuple[FollowedCalendar, ...]:
        """Return calendars whose time to be asked has come, over all guilds that the bot is in."""
        is_due = and_(meeting_calendar.c.next_check_at <= now, _is_in_guild())
        return await self._list(connection, is_due, meeting_calendar.c.next_check_at, limit=limit)

    async def list_expanded_before(
        self, connection: AsyncConnection, moment: datetime, limit: int
    ) -> tuple[FollowedCalendar, ...]:
        """Return calendars whose dates were laid out last before a moment."""
        is_old = and_(meeting_calendar.c.expanded_at < moment, _is_in_guild())
        return await self._list(connection, is_old, meeting_calendar.c.expanded_at, limit=limit)

    async def list_failing(
        self, connection: AsyncConnection, failures: int, limit: int
    ) -> tuple[FollowedCalendar, ...]:
        """Return calendars that failed so often in a row, or are held, over all guilds that the bot is in."""
        is_failing = (meeting_calendar.c.failures >= failures) | (meeting_calendar.c.held != "")
        return await self._list(connection, and_(is_failing, _is_in_guild()), limit=limit)

    async def list_wishing(
        self, connection: AsyncConnection, wish: Literal["has_weekly_post", "has_events"]
    ) -> tuple[FollowedCalendar, ...]:
        """Return calendars of which something is wanted, over all guilds that the bot is in."""
        settings = type_coerce(meeting_calendar.c.settings, Text)
        # A wish that is not there is left out of what is stored.
        is_wanted = settings.contains(f'"{wish}":true', autoescape=True)
        return await self._list(connection, and_(is_wanted, _is_in_guild()))

    async def list_guilds(self, connection: AsyncConnection) -> tuple[int, ...]:
        """Return the guilds that have any calendar, of those that the bot is in."""
        wanted = select(meeting_calendar.c.guild_id).where(_is_in_guild()).distinct()
        return tuple((await connection.execute(wanted.order_by(meeting_calendar.c.guild_id))).scalars())

    async def save_wishes(self, connection: AsyncConnection, calendar: FollowedCalendar) -> bool:
        """Save what the guild wants of a calendar; return whether it has it still."""
        row = _write(calendar)
        return await self._update(connection, calendar, {name: row[name] for name in _WISHES})

    async def save_look(
        self, connection: AsyncConnection, calendar: FollowedCalendar, *, body: bytes | None = None
    ) -> bool:
        """Save how a look at a calendar went, with the new body if it was taken.

        Returns whether the guild follows it still; its wishes are left as they are.
        """
        kept = {"id", "guild_id", "kind", "place", *_WISHES}
        row = {name: value for name, value in _write(calendar).items() if name not in kept}
        return await self._update(connection, calendar, row if body is None else {**row, "body": body})

    async def find_body(self, connection: AsyncConnection, guild_id: int, calendar_id: int) -> bytes | None:
        """Return the body of a feed as it was saved."""
        wanted = select(meeting_calendar.c.body).where(_is_calendar(guild_id, calendar_id))
        body: bytes | None = (await connection.execute(wanted)).scalar_one_or_none()
        return body

    async def remove_calendar(self, connection: AsyncConnection, guild_id: int, calendar_id: int) -> bool:
        """Forget a calendar with all that belongs to it; return whether the guild had it."""
        gone = await connection.execute(delete(meeting_calendar).where(_is_calendar(guild_id, calendar_id)))
        return gone.rowcount > 0

    async def list_typed(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int
    ) -> tuple[Meeting, ...]:
        """Return the meetings of a calendar made in chat, with what replaces single dates of them."""
        wanted = select(meeting_typed.c.meeting).where(
            meeting_typed.c.guild_id == guild_id, meeting_typed.c.calendar_id == calendar_id
        )
        ordered = wanted.order_by(meeting_typed.c.uid, meeting_typed.c.recurrence)
        return tuple(from_json(each, Meeting) for each in (await connection.execute(ordered)).scalars())

    async def save_typed(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        meetings: Iterable[Meeting],
        *,
        now: datetime,
    ) -> bool:
        """Save meetings, each in place of the same one; return False when there is no such calendar.

        Raises:
            TooManyMeetingsError: The calendar has as many as it may.
        """
        if await self.find_calendar(connection, guild_id, calendar_id) is None:
            return False
        for meeting in meetings:
            row = {
                "guild_id": guild_id,
                "calendar_id": calendar_id,
                "uid": meeting.uid,
                "recurrence": _recurrence(meeting),
                "meeting": to_json(meeting),
                "changed_at": now,
            }
            await insert_or_update(connection, meeting_typed, row)
        wanted = select(func.count()).where(
            meeting_typed.c.guild_id == guild_id, meeting_typed.c.calendar_id == calendar_id
        )
        if (await connection.execute(wanted)).scalar_one() > MEETINGS_PER_CALENDAR:
            raise TooManyMeetingsError
        return True

    async def remove_typed(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, uid: str
    ) -> bool:
        """Forget a meeting made in chat, its whole series; return whether there was one."""
        gone = await connection.execute(
            delete(meeting_typed).where(
                meeting_typed.c.guild_id == guild_id,
                meeting_typed.c.calendar_id == calendar_id,
                meeting_typed.c.uid == uid,
            )
        )
        return gone.rowcount > 0

    async def forget_typed(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, meetings: Iterable[Meeting]
    ) -> None:
        """Forget versions of meetings made in chat."""
        columns = meeting_typed.c
        here = and_(columns.guild_id == guild_id, columns.calendar_id == calendar_id)
        for each in meetings:
            is_it = and_(here, columns.uid == each.uid, columns.recurrence == _recurrence(each))
            await connection.execute(delete(meeting_typed).where(is_it))

    async def _find(
        self, connection: AsyncConnection, condition: ColumnElement[bool]
    ) -> FollowedCalendar | None:
        found = (await connection.execute(select(*_COLUMNS).where(condition))).one_or_none()
        return _read(found) if found is not None else None

    async def _list(
        self,
        connection: AsyncConnection,
        condition: ColumnElement[bool],
        *order: ColumnElement[Any],
        limit: int | None = None,
    ) -> tuple[FollowedCalendar, ...]:
        wanted = select(*_COLUMNS).where(condition).order_by(*order, meeting_calendar.c.id).limit(limit)
        return tuple(map(_read, await connection.execute(wanted)))

    async def _update(
        self, connection: AsyncConnection, calendar: FollowedCalendar, values: Mapping[str, object]
    ) -> bool:
        one = {"of_guild": calendar.guild_id, "of_calendar": calendar.id}
        return (await connection.execute(_UPDATE_ONE, {**one, **values})).rowcount > 0


def _is_calendar(guild_id: int, calendar_id: int) -> ColumnElement[bool]:
    return and_(meeting_calendar.c.guild_id == guild_id, meeting_calendar.c.id == calendar_id)


def _is_place(guild_id: int, kind: CalendarKind, place: str) -> ColumnElement[bool]:
    columns = meeting_calendar.c
    return and_(columns.guild_id == guild_id, columns.kind == kind, columns.place == place)


def _is_in_guild() -> ColumnElement[bool]:
    is_it = guild.c.guild_id == meeting_calendar.c.guild_id
    return ~select(guild.c.guild_id).where(is_it, guild.c.left_at.is_not(None)).exists()


async def _check_room(connection: AsyncConnection, guild_id: int) -> None:
    wanted = select(func.count()).where(
        meeting_calendar.c.guild_id == guild_id,
        meeting_calendar.c.kind == CalendarKind.FEED,
        meeting_calendar.c.is_declared.is_(False),
    )
    if (await connection.execute(wanted)).scalar_one() >= CALENDARS_PER_GUILD:
        raise TooManyCalendarsError


def _recurrence(meeting: Meeting) -> str:
    moment = meeting.recurrence_id
    return f"{moment.wall:%Y%m%dT%H%M%S}" if moment else ""


def _write(calendar: FollowedCalendar) -> dict[str, object]:
    row = {each.name: getattr(calendar, each.name) for each in fields(FollowedCalendar)}
    written = {name: to_json(row[name]) for name in ("settings", "timezones", "problems")}
    return row | written | {"move": write_move(calendar.move)}


def _read(found: Row[Any]) -> FollowedCalendar:
    values = dict(found._mapping)
    return FollowedCalendar(
        **values
        | {
            "kind": CalendarKind(values["kind"]),
            "settings": from_json(values["settings"], CalendarSettings),
            "move": read_move(values["move"]),
            "timezones": tuple(from_json(each, Timezone) for each in values["timezones"]),
            "problems": tuple(from_json(each, Problem) for each in values["problems"]),
        }
    )
