"""Read a feed's body into one calendar; the face of this package."""

from datetime import timedelta

from bot.meetings.ics.body import split_body
from bot.meetings.ics.lines import Component, read_components
from bot.meetings.ics.meetings import MeetingReader
from bot.meetings.ics.values import read_duration, unescape
from bot.meetings.ics.zone_reading import ZoneReader
from bot.meetings.models import Calendar, Meeting, Problem, Timezone
from bot.meetings.recurrence.walls import Steps

MAX_PROBLEMS = 100

_ZONE_STEPS = 40_000

_NAME, _TEXT = 200, 2000
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=30)


def parse_calendar(data: bytes) -> Calendar:
    """Return what a feed's body holds, with everything that is wrong with it.

    Raises:
        SourceError: The body is no whole calendar: cut off, empty, too large, a web page. It never means that
            there are no meetings any more.
    """
    before, lines = split_body(data)
    problems: list[Problem] = []
    parts = read_components(lines, before + 1, problems)
    timezones: dict[str, Timezone] = {}
    meetings: list[Meeting] = []
    zones = ""
    steps = Steps(_ZONE_STEPS)
    for part in parts:
        reader = ZoneReader(part, timezones, problems, steps)
        zones = zones or (reader.default if part.first(b"X-WR-TIMEZONE") else "")
        method = part.value(b"METHOD").strip().upper()
        meeting_reader = MeetingReader(reader, problems, is_cancellation=method == "CANCEL")
        events = (event for event in part.parts if event.name == b"VEVENT")
        meetings += [meeting for event in events if (meeting := meeting_reader.read(event)) is not None]
    return Calendar(
        name=_first(parts, (b"X-WR-CALNAME", b"NAME"), _NAME),
        description=_first(parts, (b"X-WR-CALDESC", b"DESCRIPTION"), _TEXT),
        zone=zones,
        refresh_interval=_interval(_first(parts, (b"REFRESH-INTERVAL", b"X-PUBLISHED-TTL"), _NAME)),
        method=_first(parts, (b"METHOD",), _NAME).upper(),
        meetings=tuple(meetings),
        timezones=tuple(timezones.values()),
        problems=_most_important(problems),
    )


def _first(parts: list[Component], names: tuple[bytes, ...], limit: int) -> str:
    for part in parts:
        for name in names:
            if text := unescape(part.value(name), limit):
                return text
    return ""


def _interval(text: str) -> timedelta | None:
    duration = read_duration(text)
    if duration is None:
        return None
    length = timedelta(days=min(duration.days, 1000), seconds=min(duration.seconds, 10**7))
    return min(max(length, _SHORTEST), _LONGEST) if length > timedelta() else None


def _most_important(problems: list[Problem]) -> tuple[Problem, ...]:
    ordered = sorted(problems, key=lambda problem: problem.line)
    if len(ordered) <= MAX_PROBLEMS:
        return tuple(ordered)
    rest = Problem(what=f"{len(ordered) - MAX_PROBLEMS} more problems are not listed")
    return (*ordered[:MAX_PROBLEMS], rest)
