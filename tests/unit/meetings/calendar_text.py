"""Write small calendars for the tests: only what a test is about stands in it."""

from datetime import UTC, datetime

from bot.meetings.ics.reading import parse_calendar
from bot.meetings.models import Occurrence
from bot.meetings.occurrences import expand

LOW, HIGH = datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def calendar(*components: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head.splitlines(), *components, "END:VCALENDAR", ""]
    return "\r\n".join(line for part in lines for line in part.splitlines() or [""]).encode()


def event(*lines: str, uid: str = "m", summary: str = "Call") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def occurrences(
    data: bytes, low: datetime = LOW, high: datetime = HIGH, *, floating_zone: str = "UTC"
) -> tuple[Occurrence, ...]:
    return expand(parse_calendar(data), low, high, floating_zone=floating_zone).occurrences


def starts(
    data: bytes, low: datetime = LOW, high: datetime = HIGH, *, floating_zone: str = "UTC"
) -> list[str]:
    found = occurrences(data, low, high, floating_zone=floating_zone)
    return [written(one) for one in found]


def written(one: Occurrence) -> str:
    text = f"{one.start:%m-%dT%H:%M}" if isinstance(one.start, datetime) else f"{one.start:%m-%d}"
    return f"{text} cancelled" if one.is_cancelled else text
