"""Say what a picture is to show, and what comes of it; apart from the drawing, which loads Pillow."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture, and the same facts in words for those who cannot see it."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A meeting on a day.

    Attributes:
        time: As a clock in the sheet's zone shows it; "" for a whole day.
        source: The place of its calendar among the sheet's sources.
    """

    day: date
    time: str = ""
    title: str
    source: int = 0
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a month's picture shows.

    Attributes:
        month: Its first day.
        heading: The month in words.
        note: In which zone the times are.
        weekdays: Their short names, from Monday.
        entries: In the order in which they are drawn on their day.
        sources: The names of the calendars; drawn when there are several.
        today: The day to point out.
        cancelled: The word for what does not take place.
    """

    month: date
    heading: str
    note: str
    weekdays: tuple[str, ...]
    entries: tuple[Entry, ...]
    sources: tuple[str, ...] = ()
    today: date | None = None
    cancelled: str
