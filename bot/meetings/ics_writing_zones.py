"""Write the VTIMEZONE of a zone: its changes from a year on, as yearly rules where they are ones."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

import icalendar

from bot.meetings.zones import to_wall

_YEARS = 12
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class _Change(NamedTuple):
    """A change of offset; `wall` is what clocks show as it comes, by the offset before (RFC 5545 3.6.5)."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str


def write_timezone(tzid: str, zone: tzinfo, *, first_year: int) -> icalendar.Timezone:
    """Return a zone's definition for the years from the first one on.

    Not by icalendar's `Timezone.from_tzinfo`: that gives changes by the clock after them, an hour late.
    """
    written = icalendar.Timezone()
    written.add("TZID", tzid)
    begin = datetime(max(first_year - 1, 1601), 1, 1, tzinfo=UTC)
    changes = _changes(zone, begin)
    first = changes[0].before if changes else _offset(zone, begin)
    start = _Change(to_wall(begin, timezone(first)), first, first, _name(zone, begin))
    written.add_component(_part([start], is_summer=False))
    kinds: dict[tuple[timedelta, timedelta], list[_Change]] = {}
    for change in changes:
        kinds.setdefault((change.before, change.after), []).append(change)
    for (before, after), group in kinds.items():
        written.add_component(_part(group, is_summer=after > before))
    return written


def _part(changes: list[_Change], *, is_summer: bool) -> icalendar.Component:
    part = icalendar.TimezoneDaylight() if is_summer else icalendar.TimezoneStandard()
    first = changes[0]
    part.add("DTSTART", first.wall)
    part.add("TZOFFSETFROM", first.before)
    part.add("TZOFFSETTO", first.after)
    part.add("TZNAME", first.name)
    rule = _yearly_rule(changes)
    if rule:
        part.add("RRULE", icalendar.vRecur.from_ical(rule))
    elif len(changes) > 1:
        part.add("RDATE", [change.wall for change in changes[1:]])
    return part


def _yearly_rule(changes: list[_Change]) -> str:
    """Return the rule that all the changes follow until further notice, or ""."""
    first = changes[0].wall
    walls = [change.wall for change in changes]
    is_yearly = [wall.year for wall in walls] == list(range(first.year, first.year + len(walls)))
    if not is_yearly or len(walls) < _YEARS - 1:
        return ""
    if any(
        (wall.month, wall.weekday(), wall.time()) != (first.month, first.weekday(), first.time())
        for wall in walls
    ):
        return ""
    places = {(wall.day - 1) // 7 + 1 for wall in walls}
    is_last = all((wall + timedelta(days=7)).month != wall.month for wall in walls)
    if len(places) > 1 and not is_last:
        return ""
    place = -1 if is_last else places.pop()
    return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={place}{_WEEKDAYS[first.weekday()]}"


def _changes(zone: tzinfo, begin: datetime) -> list[_Change]:
    """Return the changes of some years, found by comparing noon with noon and then halving."""
    changes = []
    day = begin
    before = _offset(zone, day)
    for _ in range(366 * (_YEARS + 1)):
        after = _offset(zone, day + _DAY)
        if after != before:
            instant = _between(zone, day, day + _DAY)
            changes.append(_Change(to_wall(instant, timezone(before)), before, after, _name(zone, instant)))
        day, before = day + _DAY, after
    return changes


def _between(zone: tzinfo, low: datetime, high: datetime) -> datetime:
    """Return the first second at which the later offset holds."""
    later = _offset(zone, high)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == later:
            high = middle
        else:
            low = middle
    return high


def _offset(zone: tzinfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _name(zone: tzinfo, instant: datetime) -> str:
    return instant.astimezone(zone).tzname() or ""
