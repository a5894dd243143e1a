"""Expand one series: its dates, less what is taken out, each with what replaces it (RFC 5545 3.8.4.4)."""

from collections.abc import Iterator
from datetime import timedelta

from bot.meetings.models import Meeting, Occurrence, Status
from bot.meetings.recurrence.lengths import Length
from bot.meetings.recurrence.placing import Placer
from bot.meetings.recurrence.shifts import Shifts
from bot.meetings.recurrence.slots import (
    Bounds,
    ExcludedDates,
    Original,
    Slot,
    generate_slots,
    original_of,
)
from bot.meetings.recurrence.versions import Series
from bot.meetings.recurrence.walls import Steps

_MARGIN = timedelta(days=2)
"""More than any two zones are apart."""


def expand_series(series: Series, placer: Placer, steps: Steps) -> Iterator[Occurrence]:
    """Yield a uid's occurrences in the window, in no particular order."""
    for number, master in enumerate(series.masters):
        expansion = _Expansion(master, series, placer, steps)
        yield from expansion.dates()
        if number == 0:
            # What replaces a date under a uid that several meetings share is shown once.
            yield from expansion.replacements()
    if not series.masters:
        yield from _orphans(series.overrides, placer)


class _Expansion:
    """The expansion of one master with the overrides of its uid."""

    def __init__(self, master: Meeting, series: Series, placer: Placer, steps: Steps) -> None:
        self._master = master
        self._placer = placer
        self._steps = steps
        self._length = placer.length(master)
        self._excluded = ExcludedDates(master, placer.zones)
        self._replaced: dict[Original, tuple[Slot, Meeting]] = {}
        for override in series.overrides:
            if not override.is_this_and_future:
                slot = original_of(override.recurrence_id or override.dtstart, master, placer.zones)
                self._replaced[slot.original] = slot, override
        later = (override for override in series.overrides if override.is_this_and_future)
        self._shifts = Shifts(master, later, placer)
        # A meeting with a single date keeps its key wherever it goes; the rest of a split series has a date.
        is_split = master.uid != master.canonical_uid
        self._is_series = bool(master.is_recurring or series.overrides or len(series.masters) > 1 or is_split)
        self._met: set[Original] = set()

    def dates(self) -> Iterator[Occurrence]:
        """Yield the dates that nothing replaces, moved by what holds for them."""
        for slot in generate_slots(self._master, self._bounds(), self._placer.zones, self._steps):
            self._met.add(slot.original)
            if slot.original in self._replaced or slot in self._excluded:
                continue
            found = self._place(slot)
            if found is not None:
                yield found

    def replacements(self) -> Iterator[Occurrence]:
        """Yield what replaces single dates; to cancel a date that the series does not have means nothing."""
        for slot, override in self._replaced.values():
            if slot in self._excluded:
                continue
            if override.status is Status.CANCELLED and slot.original not in self._met:
                continue
            inherited = self._length if override.is_all_day == self._master.is_all_day else None
            found = self._placer.place(
                override,
                self._placer.slot(override.dtstart),
                length=self._placer.length(override, inherited),
                original=slot.original,
                summary=self._master.summary,
            )
            if found is not None:
                yield found

    def _place(self, slot: Slot) -> Occurrence | None:
        original = slot.original if self._is_series else None
        shift = self._shifts.find(slot.original)
        if shift is None:
            return self._placer.place(
                self._master, slot, length=slot.length or self._length, original=original
            )
        moved = self._shifts.move(shift, slot)
        if moved.original in self._replaced:
            # Some programs name a date in RECURRENCE-ID by where it was moved to.
            self._met.add(moved.original)
            return None
        length = self._placer.length(shift.override, self._length)
        return self._placer.place(
            shift.override, moved, length=length, original=original, summary=self._master.summary
        )

    def _bounds(self) -> Bounds:
        """Return how far to look so that nothing that reaches into the window is missed."""
        reach: Length = self._length
        shifted = timedelta()
        for shift in self._shifts.all:
            reach = max(reach, self._placer.length(shift.override, self._length), key=lambda one: one.span)
            shifted = max(shifted, abs(shift.distance))
        window = self._placer.window
        low = window.low.replace(tzinfo=None) - reach.span - shifted - _MARGIN
        high = window.high.replace(tzinfo=None) + shifted + _MARGIN
        return Bounds(max(low, self._master.dtstart.wall), high)


def _orphans(overrides: tuple[Meeting, ...], placer: Placer) -> Iterator[Occurrence]:
    """Yield the dates whose series the calendar does not hold: invitations to a single date."""
    for override in overrides:
        original = placer.slot(override.recurrence_id or override.dtstart).original
        slot = placer.slot(override.dtstart)
        found = placer.place(override, slot, length=placer.length(override), original=original)
        if found is not None:
            yield found
