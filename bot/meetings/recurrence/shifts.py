"""Apply THISANDFUTURE: what replaces one date of a series moves all later ones as far (RFC 5545 3.2.13)."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.meetings.models import Meeting, Moment
from bot.meetings.recurrence.lengths import MAX_DAYS
from bot.meetings.recurrence.placing import Placer, instant_of
from bot.meetings.recurrence.slots import Original, Slot, original_of
from bot.meetings.zones import to_wall

_FARTHEST = timedelta(days=MAX_DAYS)
_FIRST, _LAST = datetime(1000, 1, 1), datetime(9980, 1, 1)


class Shift(NamedTuple):
    """What holds from one date of a series on.

    Attributes:
        since: The original start of the first date that it holds for.
        base: That date as a clock in the override's own zone shows it.
    """

    since: datetime
    override: Meeting
    base: datetime

    @property
    def distance(self) -> timedelta:
        """Return how far the dates are moved, in wall time."""
        return self.override.dtstart.wall - self.base


class Shifts:
    """The shifts of one series; of those that have begun, the latest holds."""

    def __init__(self, master: Meeting, overrides: Iterable[Meeting], placer: Placer) -> None:
        self._master = master
        self._placer = placer
        self.all: list[Shift] = []
        for override in overrides:
            slot = original_of(override.recurrence_id or override.dtstart, master, placer.zones)
            shift = Shift(instant_of(slot.original), override, self._seen_from(override, slot))
            if abs(shift.distance) <= _FARTHEST:
                self.all.append(shift)
        self.all.sort(key=lambda shift: shift.since)
        self._begins = [shift.since for shift in self.all]

    def find(self, original: Original) -> Shift | None:
        """Find the shift that holds for a date of the series."""
        index = bisect_right(self._begins, instant_of(original)) if self._begins else 0
        return self.all[index - 1] if index else None

    def move(self, shift: Shift, slot: Slot) -> Slot:
        """Return where a date of the series takes place after a shift."""
        start = shift.override.dtstart
        wall = min(max(self._seen_from(shift.override, slot), _FIRST), _LAST) + shift.distance
        if start.is_date:
            wall = wall.replace(hour=0, minute=0, second=0)
        return self._placer.slot(Moment(wall=wall, zone=start.zone, is_date=start.is_date))

    def _seen_from(self, override: Meeting, slot: Slot) -> datetime:
        """Return a date of the series as a clock in the override's zone shows it."""
        zone = override.dtstart.zone
        if (
            not isinstance(slot.original, datetime)
            or override.dtstart.is_date
            or zone == self._master.dtstart.zone
        ):
            return slot.wall
        return to_wall(slot.original, self._placer.zones.zone(zone))
