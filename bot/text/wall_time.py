"""Find the next time that a local clock shows a wall time: every day, on some weekdays, once a month.

Once for each local date, whatever the clocks do: a wall time that is skipped comes at the first minute after
the gap, one that is shown twice counts the first time, and a date that a zone left out (Apia, 30 December
2011) has none. A timer that follows rules of its own would run twice in autumn and not at all in spring.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# A day of the month comes within 31 days, or a month later where the zone has left it out.
_LONGEST_SEARCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """On which local dates something happens.

    Attributes:
        weekdays: 0 is Monday.
        month_day: Only on this day of the month, or on its last where it is shorter; None: on every day.
    """

    weekdays: frozenset[int] = frozenset(range(7))
    month_day: int | None = None

    def __post_init__(self) -> None:
        """Refuse days that never come."""
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("weekdays are some of 0 to 6")
        if self.month_day is not None and (not 1 <= self.month_day <= 31 or len(self.weekdays) < 7):
            raise ValueError("a day of the month is 1 to 31, on whatever weekday")

    def includes(self, day: date) -> bool:
        """Tell whether a date is one of them."""
        if self.month_day is None:
            return day.weekday() in self.weekdays
        return day.day == min(self.month_day, calendar.monthrange(day.year, day.month)[1])


DAILY = Days()
WEEKDAYS = Days(weekdays=frozenset(range(5)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOccurrence:
    """One occurrence: the local date it belongs to, which is its key, and the instant in UTC."""

    date: date
    at: datetime


def next_occurrence(
    wall: time, zone: tzinfo, *, after: datetime, days: Days = DAILY
) -> LocalOccurrence | None:
    """Return the first occurrence later than an instant; None beyond the calendar's end.

    Args:
        wall: What the local clock shows; whole minutes.
        zone: The zone whose clock it is.
        after: An aware instant.
        days: On which dates.
    """
    try:
        # The day before, too: what a gap moved may belong to yesterday.
        day = after.astimezone(zone).date() - _DAY
        for _ in range(_LONGEST_SEARCH):
            if days.includes(day):
                found = occurrence_on(day, wall, zone)
                if found is not None and found.at > after:
                    return found
            day += _DAY
    except OverflowError:
        pass
    return None


def occurrence_on(day: date, wall: time, zone: tzinfo) -> LocalOccurrence | None:
    """Return a date's occurrence; None where the zone has left the date out.

    Raises:
        OverflowError: Its instant is beyond the calendar's end.
    """
    local = datetime.combine(day, wall.replace(fold=0, tzinfo=None), zone)
    at = local.astimezone(UTC)
    if _wall(at, zone) != local.replace(tzinfo=None):
        at = _end_of_gap(local)
        if _wall(at, zone).date() > day and _wall(at - _SECOND, zone).date() < day:
            return None
    return LocalOccurrence(date=day, at=at)


def _end_of_gap(local: datetime) -> datetime:
    """Return the first whole local minute after the gap that a wall time is in."""
    # In a gap, fold=1 takes the later offset and so gives an instant before it; fold=0 gives one after it.
    before, after = local.replace(fold=1).astimezone(UTC), local.astimezone(UTC)
    offset = before.astimezone(local.tzinfo).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(local.tzinfo).utcoffset() == offset:
            before = middle
        else:
            after = middle
    # Until 1972, clocks went by odd seconds in places.
    return after + timedelta(seconds=-after.astimezone(local.tzinfo).second % 60)


def _wall(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
