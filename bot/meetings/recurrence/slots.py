"""Compute the dates of a series before anything replaces them: RRULE and RDATE, without EXDATE."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.meetings.models import Meeting, Moment, RecurrenceRule
from bot.meetings.recurrence.lengths import Length, find_extra_length
from bot.meetings.recurrence.walls import Steps, walk
from bot.meetings.zones import ZoneTable, to_utc, to_wall

_DAY = timedelta(days=1)
_FAR = datetime(9999, 12, 30)
_END_OF_DAY = timedelta(hours=23, minutes=59, seconds=59)

Original = datetime | date
"""Where a rule puts something: an instant in UTC, or a day."""


class Slot(NamedTuple):
    """One date of a series: where its rule puts it, in wall time and as what does not change."""

    original: Original
    wall: datetime
    length: Length | None = None


class Bounds(NamedTuple):
    """What of a series is asked for, in wall time, wide enough for any zone."""

    low: datetime
    high: datetime


class ExcludedDates:
    """EXDATE, matched as it is meant: by instant, by wall time where it has no zone, or by day."""

    def __init__(self, meeting: Meeting, zones: ZoneTable) -> None:
        self._is_date = meeting.is_all_day
        self._days: set[date] = set()
        self._walls: set[datetime] = set()
        self._instants: set[datetime] = set()
        for moment in meeting.exdates:
            if self._is_date or moment.is_date:
                self._days.add(moment.wall.date())
            elif not moment.zone:
                self._walls.add(moment.wall)
            else:
                self._instants.add(zones.instant(moment))

    def __contains__(self, slot: Slot) -> bool:
        """Tell whether a date is taken out."""
        if self._is_date:
            return slot.wall.date() in self._days
        return (
            slot.original in self._instants
            or slot.wall in self._walls
            or (bool(self._days) and slot.wall.date() in self._days)
        )


def generate_slots(meeting: Meeting, bounds: Bounds, zones: ZoneTable, steps: Steps) -> Iterator[Slot]:
    """Yield the dates of a meeting or series, each instant once, rule by rule."""
    seen: set[Original] = set()
    for slot in _all_slots(meeting, bounds, zones, steps):
        if not steps.take():
            return
        if slot.original not in seen:
            seen.add(slot.original)
            yield slot


def original_of(moment: Moment, meeting: Meeting, zones: ZoneTable) -> Slot:
    """Return the date of a series that RECURRENCE-ID names: by an instant, a wall time or a day."""
    start = meeting.dtstart
    if start.is_date:
        return Slot(moment.wall.date(), datetime.combine(moment.wall.date(), datetime.min.time()))
    zone = zones.zone(start.zone)
    if moment.is_date:
        wall = datetime.combine(moment.wall.date(), start.wall.time())
    elif moment.zone:
        instant = zones.instant(moment)
        return Slot(instant, to_wall(instant, zone))
    else:
        wall = moment.wall
    return Slot(to_utc(wall, zone), wall)


def _all_slots(meeting: Meeting, bounds: Bounds, zones: ZoneTable, steps: Steps) -> Iterator[Slot]:
    start = meeting.dtstart
    # The rule may have an opinion of DTSTART; where there is none, DTSTART is the first date.
    if not meeting.rrules:
        yield _slot(start.wall, start, zones)
    yield from _extra_slots(meeting, zones)
    for rule in meeting.rrules:
        yield from _rule_slots(rule, start, bounds, zones, steps)


def _slot(wall: datetime, start: Moment, zones: ZoneTable) -> Slot:
    return Slot(wall.date() if start.is_date else to_utc(wall, zones.zone(start.zone)), wall)


def _extra_slots(meeting: Meeting, zones: ZoneTable) -> Iterator[Slot]:
    for extra in meeting.rdates:
        slot = original_of(extra.start, meeting, zones)
        length = find_extra_length(extra, extra.start, zones) if extra.end or extra.duration else None
        yield slot._replace(length=length)


def _rule_slots(
    rule: RecurrenceRule, start: Moment, bounds: Bounds, zones: ZoneTable, steps: Steps
) -> Iterator[Slot]:
    high, last = _end_of_rule(rule.until, start, zones)
    high = min(high, bounds.high)
    walls = walk(rule, start.wall, is_date=start.is_date, low=bounds.low, high=high, steps=steps)
    if start.is_date:
        yield from (Slot(wall.date(), wall) for wall in walls if wall >= bounds.low)
        return
    zone = zones.zone(start.zone)
    for wall in walls:
        if wall >= bounds.low:
            instant = to_utc(wall, zone)
            if last is None or instant <= last:
                yield Slot(instant, wall)


def _end_of_rule(until: Moment | None, start: Moment, zones: ZoneTable) -> tuple[datetime, datetime | None]:
    """Return the last wall time that UNTIL leaves, and the instant where it names one."""
    if until is None:
        return _FAR, None
    if start.is_date:
        return datetime.combine(until.wall.date(), datetime.min.time()), None
    if until.is_date:
        # Google ends timed series by a date, and means that day with it.
        return until.wall + _END_OF_DAY, None
    if not until.zone:
        return until.wall, None
    last = zones.instant(until)
    return min(to_wall(last, zones.zone(start.zone)), _FAR) + _DAY, last
