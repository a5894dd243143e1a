"""Name what a phrase can turn out to be: a time, a question with its choices, or a text on what to write."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A single meeting, or the first of a series.

    Attributes:
        start: Wall time in the zone, naive; its `fold` tells the two passes of a repeated hour apart.
        zone: An IANA name; a fixed offset is one of the `Etc/GMT…` names.
        rrule: The value of an RFC 5545 RRULE, or "" for a single meeting.
        duration: How long it lasts, where the phrase says so.
        is_zone_given: The phrase names the zone; otherwise it is the community's.
    """

    start: datetime
    zone: str
    rrule: str = ""
    duration: timedelta | None = None
    is_zone_given: bool = False

    @property
    def instant(self) -> datetime:
        """Return the start in UTC."""
        return self.start.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to take a part of the phrase: the key of a text for a button, and its values."""

    key: str
    values: Values = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A complete time beside the readings that set it apart from the other choices."""

    readings: tuple[Reading, ...]
    when: When


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The phrase can mean several things (or one that must be confirmed): ask with buttons."""

    key: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """The phrase cannot be used: the key of a text that says what to write instead."""

    key: str
    values: Values = ()


WhenAnswer = When | Question | Unclear
