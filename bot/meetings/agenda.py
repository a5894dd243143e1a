"""Look at what is coming, of all calendars of a guild together: as a list, or as a sheet of a month."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.meetings.answers_repository import Roster
from bot.meetings.calendars import CalendarKind, FollowedCalendar, MeetingDate
from bot.meetings.cards import end_of
from bot.meetings.snapshot import LOOK_AHEAD, LOOK_BACK
from bot.meetings.store import MeetingStore
from bot.pictures.sheets import Entry, Picture, Sheet
from bot.storage.database import Database
from bot.text.catalogue import Texts
from bot.text.dates import month_title, short_weekday
from bot.text.markdown import clean

_DAY = timedelta(days=1)
_MOST = 1000
_LONGEST_SHOWN = 45
_NEARER = (_DAY, 8 * _DAY, LOOK_AHEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Some dates, with the calendars that they are of.

    Attributes:
        roster: Who comes to the first of them.
    """

    dates: tuple[MeetingDate, ...]
    calendars: tuple[FollowedCalendar, ...]
    zone: str
    roster: Roster = ()

    def calendar_of(self, found: MeetingDate) -> FollowedCalendar | None:
        """Return the calendar of a date."""
        return next((each for each in self.calendars if each.id == found.calendar_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of dates, with its picture.

    Attributes:
        before, after: Whether something is known of the month before and after.
        known_until: Until when dates are known, where that is within the month.
    """

    first: date
    overview: Overview
    picture: Picture
    before: bool
    after: bool
    known_until: datetime | None


class Agenda:
    """The dates of a guild."""

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        texts: Texts,
    ) -> None:
        self._database = database
        self._store = store
        self._texts = texts

    async def next(self, guild_id: int, *, zone: str, limit: int, now: datetime) -> Overview:
        """Return the next dates that take place, those under way first."""
        # A guild with many calendars has thousands of dates, of which the next few are wanted at once.
        for length in _NEARER:
            found = await self._read(guild_id, zone=zone, since=now, until=now + length)
            coming = tuple(
                each for each in found.dates if not each.occurrence.is_cancelled and end_of(each, zone) > now
            )[:limit]
            if len(coming) == limit:
                break
        roster: Roster = ()
        if coming:
            async with self._database.reading() as connection:
                roster = await self._store.answers.list_answers(
                    connection, guild_id, coming[0].calendar_id, coming[0].key
                )
        return Overview(dates=coming, calendars=found.calendars, zone=zone, roster=roster)

    async def span(self, guild_id: int, *, zone: str, length: timedelta, now: datetime) -> Overview:
        """Return the dates of some days to come, cancelled ones too."""
        found = await self._read(guild_id, zone=zone, since=now, until=now + length)
        dates = tuple(each for each in found.dates if end_of(each, zone) > now)
        return Overview(dates=dates, calendars=found.calendars, zone=zone)

    async def month(self, guild_id: int, first: date, *, zone: str, now: datetime) -> Month:
        """Return a month; it is drawn in a thread, for that takes a while."""
        since, until = _start_of(first, zone), _start_of(_next_month(first), zone)
        found = await self._read(guild_id, zone=zone, since=since - _DAY, until=until + _DAY)
        within = tuple(each for each in found.dates if _days(each, zone, first))
        overview = Overview(dates=within, calendars=found.calendars, zone=zone)
        sheet = self._sheet(first, overview, today=now.astimezone(ZoneInfo(zone)).date())
        horizon = now + LOOK_AHEAD
        return Month(
            first=first,
            overview=overview,
            picture=await asyncio.to_thread(_draw, sheet),
            before=since > now - LOOK_BACK,
            after=until < horizon,
            known_until=horizon if since < horizon < until else None,
        )

    async def _read(self, guild_id: int, *, zone: str, since: datetime, until: datetime) -> Overview:
        async with self._database.reading() as connection:
            dates = await self._store.dates.list_dates(
                connection, guild_id, since=since - _DAY, until=until, limit=_MOST
            )
            calendars = await self._store.calendars.list_calendars(connection, guild_id)
        return Overview(dates=_without_doubles(dates), calendars=calendars, zone=zone)

    def _sheet(self, first: date, overview: Overview, *, today: date) -> Sheet:
        used = [each for each in overview.calendars if any(d.calendar_id == each.id for d in overview.dates)]
        places = {each.id: place for place, each in enumerate(used)}
        entries = [
            Entry(
                day=day,
                time="" if one.is_all_day or part else f"{_local(one.starts_at, overview.zone):%H:%M}",
                title=clean(one.summary).strip() or self._texts("meetings.untitled"),
                source=places.get(each.calendar_id, 0),
                is_cancelled=one.is_cancelled,
            )
            for each in overview.dates
            for one in (each.occurrence,)
            for part, day in enumerate(_days(each, overview.zone, first))
        ]
        week = [date(2024, 1, day) for day in range(1, 8)]
        return Sheet(
            month=first,
            heading=month_title(self._texts, first),
            note=self._texts("meeting.times_in", zone=overview.zone),
            weekdays=tuple(short_weekday(self._texts, day) for day in week),
            entries=tuple(sorted(entries, key=lambda entry: (entry.day, entry.time))),
            sources=tuple(calendar_name(self._texts, each) for each in used),
            today=today,
            cancelled=self._texts("meeting.cancelled_word"),
        )


def _draw(sheet: Sheet) -> Picture:
    # Pillow takes 5 MB that a bot whose members ask for no picture need not spend.
    from bot.pictures.month import draw_month  # noqa: PLC0415 (see above)

    return draw_month(sheet)


def calendar_name(texts: Texts, calendar: FollowedCalendar) -> str:
    """Return what a calendar is called, in plain words."""
    name = clean(calendar.name or calendar.found_name).strip()
    if name:
        return name
    return texts("meeting.from_chat" if calendar.kind is CalendarKind.CHAT else "meeting.unnamed_calendar")


def _without_doubles(dates: tuple[MeetingDate, ...]) -> tuple[MeetingDate, ...]:
    """Leave out what says the same as another: two calendars may hold one meeting."""
    seen: dict[tuple[str, object, str, bool], MeetingDate] = {}
    for each in dates:
        one = each.occurrence
        looks = (" ".join(one.summary.casefold().split()), one.start, each.links.join, one.is_cancelled)
        seen.setdefault(looks, each)
    return tuple(seen.values())


def _days(each: MeetingDate, zone: str, first: date) -> tuple[date, ...]:
    """Return the days of a month on which a date takes place, by the clock of a zone."""
    return tuple(day for day in _all_days(each, zone) if (day.year, day.month) == (first.year, first.month))


def _all_days(each: MeetingDate, zone: str) -> Iterator[date]:
    one = each.occurrence
    if one.is_all_day:
        day, last = one.starts_at.date(), one.ends_at.date() - _DAY
    else:
        day = _local(one.starts_at, zone).date()
        last = day
    yield day
    for step in range(1, min((last - day).days, _LONGEST_SHOWN) + 1):
        yield day + step * _DAY


def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def _start_of(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
