"""Say how long a meeting lasts, and when it ends: days of the calendar, and exact seconds."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.meetings.models import Duration, ExtraDate, Meeting, Moment
from bot.meetings.zones import ZoneTable, to_utc, to_wall

MAX_DAYS = 3660
"""No meeting lasts ten years; what claims to is cut."""

_DAY_SECONDS = 86400


class Length(NamedTuple):
    """A length as RFC 5545 3.3.6 has it: first the days, in wall time, then the seconds, exactly."""

    days: int = 0
    seconds: int = 0

    @property
    def span(self) -> timedelta:
        """Return about how long it is."""
        return timedelta(days=self.days, seconds=self.seconds)


def find_length(meeting: Meeting, zones: ZoneTable) -> Length | None:
    """Find what a meeting says of its own length; None when it says nothing."""
    if meeting.dtend is not None:
        return _between(meeting.dtstart, meeting.dtend, zones)
    if meeting.duration is not None:
        return _of_duration(meeting.duration, is_date=meeting.dtstart.is_date)
    return None


def find_extra_length(extra: ExtraDate, start: Moment, zones: ZoneTable) -> Length | None:
    """Find the length that a PERIOD of RDATE brings along."""
    if extra.end is not None:
        return _between(start, extra.end, zones)
    if extra.duration is not None:
        return _of_duration(extra.duration, is_date=start.is_date)
    return None


def default_length(*, is_date: bool) -> Length:
    """Return how long a meeting lasts that says nothing: a day, or no time at all (RFC 5545 3.6.1)."""
    return Length(days=1) if is_date else Length()


def end_of(start: datetime, zone: str, length: Length, zones: ZoneTable) -> datetime:
    """Return when something ends; its days count in wall time, from where the start really fell."""
    if length.days:
        rules = zones.zone(zone)
        start = to_utc(to_wall(start, rules) + timedelta(days=length.days), rules)
    return start + timedelta(seconds=length.seconds)


def end_of_days(start: date, length: Length) -> date:
    """Return the day after the last one."""
    return start + timedelta(days=max(1, length.days))


def _between(start: Moment, end: Moment, zones: ZoneTable) -> Length | None:
    if start.is_date:
        days = (end.wall.date() - start.wall.date()).days
        return Length(days=min(max(days, 1), MAX_DAYS))
    zone = end.zone or start.zone
    seconds = int((to_utc(end.wall, zones.zone(zone)) - zones.instant(start)).total_seconds())
    if seconds < 0:
        return None
    return Length(seconds=min(seconds, MAX_DAYS * _DAY_SECONDS))


def _of_duration(duration: Duration, *, is_date: bool) -> Length | None:
    if duration.days < 0 or duration.seconds < 0:
        return None
    if is_date:
        return Length(days=min(max(duration.days + duration.seconds // _DAY_SECONDS, 1), MAX_DAYS))
    return Length(days=min(duration.days, MAX_DAYS), seconds=min(duration.seconds, MAX_DAYS * _DAY_SECONDS))
