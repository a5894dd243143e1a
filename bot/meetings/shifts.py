"""Say for whom a meeting moved on the clock although it kept its time: somewhere the clocks were changed.

A call at 10:00 New York comes an hour earlier than last week for Berlin when only America has put its clocks
forward, and half an hour for Lord Howe. People work this out by hand twice a year; here zoneinfo does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.meetings.zones import find_zone, to_wall

_DAY = timedelta(days=1)
_HALF_DAY = timedelta(hours=12)
_WEEKLY = (timedelta(days=6), timedelta(days=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The zones in which the meeting comes earlier (`by` is negative) or later than the time before."""

    by: timedelta
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNotice:
    """What to say once, beside the first date after a change of clocks.

    Attributes:
        shifts: From the most negative to the most positive; never empty.
        is_weekly: Whether "than last week" is true; otherwise it is "than last time".
    """

    shifts: tuple[Shift, ...]
    is_weekly: bool


def find_shifts(before: datetime, after: datetime, *, zone: str, zones: Iterable[str]) -> ShiftNotice | None:
    """Compare two dates of a series that follow each other, as instants.

    Args:
        before: The start of the date before, cancelled or not.
        after: The start of the date in question.
        zone: The meeting's own zone.
        zones: Those of the group's members, in the order in which they are to be named.

    Returns:
        None when nobody's clock shows another time, or when the meeting was moved: then it is not the clocks.
    """
    own = find_zone(zone)
    if own is None or _difference(before, after, own):
        return None
    moved: dict[timedelta, list[str]] = {}
    for name in dict.fromkeys(zones):
        info = find_zone(name)
        by = _difference(before, after, info) if info else timedelta()
        if by:
            moved.setdefault(by, []).append(name)
    if not moved:
        return None
    return ShiftNotice(
        shifts=tuple(Shift(by=by, zones=tuple(names)) for by, names in sorted(moved.items())),
        is_weekly=_WEEKLY[0] < after - before < _WEEKLY[1],
    )


def _difference(before: datetime, after: datetime, zone: tzinfo) -> timedelta:
    """Return how much later on the clock of a zone, from half a day earlier to half a day later."""
    walls = (to_wall(after, zone), to_wall(before, zone))
    times = [wall - wall.replace(hour=0, minute=0, second=0, microsecond=0) for wall in walls]
    return (times[0] - times[1] + _HALF_DAY) % _DAY - _HALF_DAY
