"""Name the things of the calendars: meetings with their recurrence, and occurrences as they take place.

A meeting read from a feed and one made in chat are the same model. Names are those of RFC 5545. Everything
here can be pickled, compared and written as JSON: times are wall times beside the name of their zone.
"""

import enum
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

_GOOGLE_SPLIT = re.compile(r"(?:_R\d{8}(?:T\d{6}Z?)?){1,20}(?=@|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a calendar.

    Attributes:
        where: The meeting's title, the zone's name, or "" for the calendar as a whole.
        what: What is wrong and what was done about it.
        line: Where it stands in the calendar's source, from 1; 0 when unknown.
    """

    where: str = ""
    what: str
    line: int = 0


class Status(enum.StrEnum):
    """Whether a meeting takes place."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


class Frequency(enum.StrEnum):
    """How often a rule repeats; below an hour none is accepted."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"
    HOURLY = "HOURLY"


class WeekDay(NamedTuple):
    """A part of BYDAY: `weekday` counts from Monday 0; `nth` is 0 for every one, negative from the end."""

    weekday: int
    nth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date, or a wall time with its zone (RFC 5545 3.3.4 and 3.3.5).

    Attributes:
        wall: What a clock on the wall shows there, without tzinfo; midnight for a date.
        zone: "UTC", an IANA name, an offset ("+05:30"), the tzid of one of the calendar's own zones, or "":
            floating, for which a zone is given at the expansion.
        is_date: A whole day; `zone` is "".
        tzid: The zone as the calendar wrote it, when it wrote one.
    """

    wall: datetime
    zone: str = ""
    is_date: bool = False
    tzid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A length whose days are days of the calendar and whose seconds are exact (RFC 5545 3.3.6)."""

    days: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraDate:
    """A part of RDATE: one more date of a series, with its own length where it is a PERIOD."""

    start: Moment
    end: Moment | None = None
    duration: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceRule:
    """An RRULE, every part under its own name (RFC 5545 3.3.10). Weekdays count from Monday 0."""

    freq: Frequency
    interval: int = 1
    count: int | None = None
    until: Moment | None = None
    by_second: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_day: tuple[WeekDay, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0
    skip: str = "OMIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A VEVENT: a single meeting, a whole series, or what differs in one or more dates of a series.

    Attributes:
        uid: As written; made from the content where a calendar gives none.
        recurrence_id: The original start of the date of the series that this one replaces.
        is_this_and_future: Whether it replaces that date and all later ones.
        dtend: The end; else `duration` holds; with neither, a date lasts a day and a time lasts nothing.
        rrules: Usually one at most.
        status: None when not said.
        is_transparent: Whether it leaves the time free (TRANSP).
        organizer: The name alone; an address is never kept.
        description_html: X-ALT-DESC, where Outlook keeps the description with its links.
        conferences: The addresses of CONFERENCE (RFC 7986), in order.
        attachments: The addresses of ATTACH.
        properties: Other properties that may hold a join link, as (name, value): X-GOOGLE-CONFERENCE,
            X-MICROSOFT-SKYPETEAMSMEETINGURL and their like.
        dtstamp, last_modified: Only to choose between two versions with the same SEQUENCE.
        line: Where it stands in the calendar's source, from 1; 0 when it stands in none.
    """

    uid: str
    dtstart: Moment
    recurrence_id: Moment | None = None
    is_this_and_future: bool = False
    dtend: Moment | None = None
    duration: Duration | None = None
    rrules: tuple[RecurrenceRule, ...] = ()
    rdates: tuple[ExtraDate, ...] = ()
    exdates: tuple[Moment, ...] = ()
    sequence: int = 0
    status: Status | None = None
    is_transparent: bool = False
    summary: str = ""
    description: str = ""
    description_html: str = ""
    location: str = ""
    url: str = ""
    organizer: str = ""
    categories: tuple[str, ...] = ()
    conferences: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    dtstamp: datetime | None = None
    last_modified: datetime | None = None
    line: int = 0

    @property
    def canonical_uid(self) -> str:
        """Return the uid that stays when Google splits a series: "this and following" adds _R and a stamp."""
        return _GOOGLE_SPLIT.sub("", self.uid)

    @property
    def is_all_day(self) -> bool:
        """Tell whether it takes whole days."""
        return self.dtstart.is_date

    @property
    def is_recurring(self) -> bool:
        """Tell whether it is a series."""
        return bool(self.rrules or self.rdates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timezone:
    """A zone that a calendar defines itself and no database knows: its offsets, as computed from its rules.

    Attributes:
        tzid: Its name in the calendar; `Moment.zone` names it so.
        first_offset: Seconds east of UTC before the first transition.
        transitions: (instant in seconds since 1970, seconds east of UTC from then on), in order.
    """

    tzid: str
    first_offset: int
    transitions: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What one body of a feed holds: meetings, the zones they need, and what was wrong.

    Attributes:
        name: X-WR-CALNAME or NAME.
        zone: X-WR-TIMEZONE as resolved, the zone of its floating times; "" when it names none.
        refresh_interval: How often its publisher wants to be asked.
        method: PUBLISH, REQUEST, CANCEL …; "" when not said.
        meetings: Of every VCALENDAR in the body, in no order that matters.
    """

    name: str = ""
    description: str = ""
    zone: str = ""
    refresh_interval: timedelta | None = None
    method: str = ""
    meetings: tuple[Meeting, ...] = ()
    timezones: tuple[Timezone, ...] = ()
    problems: tuple[Problem, ...] = ()


class OccurrenceKey(NamedTuple):
    """What stays when an occurrence is moved: the series, and where its rule first put it.

    `original` is the original start in UTC ("20251104T150000Z"), a date ("20251104"), or "" for a meeting
    that has only one date: that one keeps its key wherever it goes.
    """

    uid: str
    original: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One meeting as it takes place.

    Attributes:
        start: An aware instant in UTC, or a date when it takes whole days; `end` likewise, exclusive.
        wall: The start as a clock in the meeting's own zone shows it, without tzinfo.
        zone: The name of that zone (an IANA name, "UTC", an offset); "" for whole days.
        recurrence_id: The original start in the series; None for a meeting that has only one date.
        meeting: The VEVENT in force here, with everything else: the series, or what replaces it.
    """

    key: OccurrenceKey
    start: datetime | date
    end: datetime | date
    wall: datetime
    zone: str
    summary: str
    status: Status | None
    recurrence_id: datetime | date | None
    meeting: Meeting

    @property
    def is_all_day(self) -> bool:
        """Tell whether it takes whole days."""
        return not isinstance(self.start, datetime)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether it does not take place."""
        return self.status is Status.CANCELLED

    @property
    def starts_at(self) -> datetime:
        """Return the start as an instant; whole days begin at midnight UTC, for order only."""
        return _instant(self.start)

    @property
    def ends_at(self) -> datetime:
        """Return the end as an instant, in the same way."""
        return _instant(self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """The occurrences in a window, by start, and what was wrong on the way."""

    occurrences: tuple[Occurrence, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it was read: the calendar, and its occurrences in the window that was asked for."""

    calendar: Calendar
    expansion: Expansion


def _instant(moment: datetime | date) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
