"""Post "this week" on Monday mornings, in the guild's zone, where it is wanted; nothing when it is empty."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.meetings.agenda import Overview
from bot.meetings.calendars import FollowedCalendar
from bot.meetings.render_lists import render_week
from bot.meetings.store import MeetingStore
from bot.storage.database import Database
from bot.text.catalogue import Texts
from bot.text.wall_time import Days, next_occurrence, occurrence_on

AT = time(8)
GRACE = timedelta(hours=6)
"""After that, what was missed is not posted any more: half of the day is over."""

_MONDAYS = Days(weekdays=frozenset({0}))
_WEEK = timedelta(days=7)
ZoneOf = Callable[[int], Awaitable[str]]


class Weekly:
    """The weekly posts of all guilds.

    Args:
        zone_of: Returns a guild's own zone.
    """

    def __init__(
        self, *, database: Database, store: MeetingStore, outbox: Outbox, zone_of: ZoneOf, texts: Texts
    ) -> None:
        self._database = database
        self._store = store
        self._outbox = outbox
        self._zone_of = zone_of
        self._texts = texts

    async def post_due(self, now: datetime) -> None:
        """Post where it is Monday morning; the outbox's key makes it once a week and channel."""
        async with self._database.reading() as connection:
            wanted = await self._store.calendars.list_wishing(connection, "has_weekly_post")
        by_guild: dict[int, list[FollowedCalendar]] = {}
        for calendar in wanted:
            by_guild.setdefault(calendar.guild_id, []).append(calendar)
        for guild_id, calendars in by_guild.items():
            zone = await self._zone_of(guild_id)
            monday = due_monday(now, zone)
            if monday is not None:
                async with self._database.writing() as connection:
                    await self._post(connection, guild_id, calendars, monday, zone=zone, now=now)

    async def find_next(self, now: datetime) -> datetime | None:
        """Return when the next post of any guild is due."""
        async with self._database.reading() as connection:
            wanted = await self._store.calendars.list_wishing(connection, "has_weekly_post")
        zones = {await self._zone_of(guild_id) for guild_id in {each.guild_id for each in wanted}}
        found = [next_occurrence(AT, ZoneInfo(zone), after=now, days=_MONDAYS) for zone in zones]
        return min((each.at for each in found if each is not None), default=None)

    async def _post(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendars: list[FollowedCalendar],
        monday: date,
        *,
        zone: str,
        now: datetime,
    ) -> None:
        start, end = (_midnight(day, zone) for day in (monday, monday + _WEEK))
        dates = await self._store.list_announced(connection, guild_id, since=start, until=end)
        for channel_id in dict.fromkeys(calendar.channel_id for calendar in calendars):
            numbers = {each.id for each in calendars if each.channel_id == channel_id}
            shown = tuple(each for each in dates if each.calendar_id in numbers)
            if all(each.occurrence.is_cancelled for each in shown):
                continue
            overview = Overview(dates=shown, calendars=tuple(calendars), zone=zone)
            due = occurrence_on(monday, AT, ZoneInfo(zone))
            post = Outgoing(
                key=f"week:{guild_id}:{channel_id}:{monday.isoformat()}",
                guild_id=guild_id,
                channel_id=channel_id,
                kind=Kind.DIGEST,
                post=render_week(self._texts.to(guild_id), overview),
                due_at=now,
                cutoff_at=(due.at if due else now) + GRACE,
            )
            await self._outbox.enqueue(connection, post, now=now)


def due_monday(now: datetime, zone: str) -> date | None:
    """Return the Monday whose post is due by the clock of a zone; None: none is."""
    today = now.astimezone(ZoneInfo(zone)).date()
    if today.weekday() != 0:
        return None
    due = occurrence_on(today, AT, ZoneInfo(zone))
    return today if due is not None and due.at <= now < due.at + GRACE else None


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
