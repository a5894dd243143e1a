"""Place a date of a series on the clock: its start, its end, and whether it reaches into the window."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from bot.meetings.models import Meeting, Moment, Occurrence, OccurrenceKey
from bot.meetings.recurrence.lengths import Length, default_length, end_of, end_of_days, find_length
from bot.meetings.recurrence.slots import Original, Slot
from bot.meetings.zones import ZoneTable


class Window(NamedTuple):
    """The instants between which occurrences are asked for."""

    low: datetime
    high: datetime

    def holds(self, begin: datetime, end: datetime) -> bool:
        """Tell whether something reaches into the window."""
        return begin < self.high and (end > self.low or begin == end >= self.low)


class Placer:
    """Makes occurrences of the dates that reach into one window."""

    def __init__(self, window: Window, zones: ZoneTable) -> None:
        self.window = window
        self.zones = zones

    def slot(self, start: Moment) -> Slot:
        """Return the place that a moment names by itself."""
        if start.is_date:
            return Slot(start.wall.date(), start.wall)
        return Slot(self.zones.instant(start), start.wall)

    def length(self, meeting: Meeting, inherited: Length | None = None) -> Length:
        """Return how long a meeting lasts: as it says, as its series lasts, or as RFC 5545 3.6.1 has it."""
        own = find_length(meeting, self.zones)
        return own or inherited or default_length(is_date=meeting.is_all_day)

    def place(
        self, meeting: Meeting, slot: Slot, *, length: Length, original: Original | None, summary: str = ""
    ) -> Occurrence | None:
        """Return the occurrence of a meeting in a place, or None when it does not reach into the window.

        Args:
            meeting: What takes place there.
            slot: Where it takes place.
            length: How long it lasts.
            original: Where the series first put it; None for a meeting that has only one date.
            summary: The series' title, for a date that has none of its own.
        """
        begin = slot.original
        # What starts too late is dropped first: its end might lie beyond the calendar's range.
        if instant_of(begin) >= self.window.high:
            return None
        end: datetime | date
        if isinstance(begin, datetime):
            zone = self.zones.name(meeting.dtstart.zone)
            end = end_of(begin, zone, length, self.zones)
        else:
            zone, end = "", end_of_days(begin, length)
        is_inside = self.window.holds(instant_of(begin), instant_of(end))
        if not is_inside:
            return None
        return Occurrence(
            key=OccurrenceKey(meeting.canonical_uid, "" if original is None else _write(original)),
            start=begin,
            end=end,
            wall=slot.wall,
            zone=zone,
            summary=meeting.summary or summary,
            status=meeting.status,
            recurrence_id=original,
            meeting=meeting,
        )


def instant_of(original: Original) -> datetime:
    """Return when something begins; a whole day begins at midnight in UTC, for order only."""
    if isinstance(original, datetime):
        return original
    return datetime(original.year, original.month, original.day, tzinfo=UTC)


def _write(original: Original) -> str:
    text = f"{original.year:04}{original.month:02}{original.day:02}"
    if isinstance(original, datetime):
        text += f"T{original.hour:02}{original.minute:02}{original.second:02}Z"
    return text
