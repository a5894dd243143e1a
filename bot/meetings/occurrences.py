"""Expand a calendar to the occurrences in a window: every loop bounded, no meeting hiding another."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.meetings.models import Calendar, Expansion, Meeting, Occurrence, OccurrenceKey, Problem
from bot.meetings.recurrence.placing import Placer, Window
from bot.meetings.recurrence.series import expand_series
from bot.meetings.recurrence.versions import sort_versions
from bot.meetings.recurrence.walls import Steps
from bot.meetings.zones import ZoneTable

MAX_OCCURRENCES = 5000
"""What one window may hold: a meeting every half hour of ninety days is fewer."""

MAX_STEPS = 300_000
MAX_STEPS_A_SERIES = 20_000
_MIN_STEPS_A_SERIES = 500
_EARLIEST = datetime(1600, 1, 1, tzinfo=UTC)
_LATEST = datetime(9980, 1, 1, tzinfo=UTC)


def expand(
    calendar: Calendar, window_from: datetime, window_to: datetime, *, floating_zone: str = "UTC"
) -> Expansion:
    """Return the occurrences that reach into a window, by start.

    One belongs to the window if it starts before the window's end and ends after its beginning, or starts in
    it and takes no time; whole days count as UTC's. Cancelled ones are there, with that status.

    Args:
        calendar: The meetings, with the zones they need.
        window_from: The beginning, an aware instant.
        window_to: The end, not included.
        floating_zone: The zone of times that have none and whose calendar names none.
    """
    window = Window(max(window_from.astimezone(UTC), _EARLIEST), min(window_to.astimezone(UTC), _LATEST))
    zones = ZoneTable(calendar.timezones, floating_zone=floating_zone)
    placer = Placer(window, zones)
    by_uid: dict[str, list[Meeting]] = {}
    for meeting in calendar.meetings:
        by_uid.setdefault(meeting.uid, []).append(meeting)
    left = MAX_STEPS
    problems: list[Problem] = []
    found: list[list[Occurrence]] = []
    for _, meetings in sorted(by_uid.items()):
        allowed = min(MAX_STEPS_A_SERIES, max(_MIN_STEPS_A_SERIES, left))
        steps = Steps(allowed)
        found.append(list(expand_series(sort_versions(meetings, zones), placer, steps)))
        left -= allowed - max(0, steps.left)
        if steps.is_exhausted:
            problems.append(
                _problem(meetings[0], "its rule takes too long to follow; some dates are missing")
            )
    occurrences = _fit(_merge(found), problems)
    return Expansion(occurrences=tuple(sorted(occurrences, key=_order)), problems=tuple(problems))


def _merge(found: Sequence[Sequence[Occurrence]]) -> list[list[Occurrence]]:
    """Keep one of each key: where Google splits a series, both halves may claim the same date."""
    owners: dict[OccurrenceKey, Occurrence] = {}
    for occurrences in found:
        for one in occurrences:
            other = owners.get(one.key)
            if other is None or _rank(other) < _rank(one):
                owners[one.key] = one
    return [[one for one in occurrences if owners[one.key] is one] for occurrences in found]


def _rank(one: Occurrence) -> tuple[bool, str, int]:
    return not one.is_cancelled, one.meeting.uid, one.meeting.sequence


def _fit(found: list[list[Occurrence]], problems: list[Problem]) -> list[Occurrence]:
    """Fit all into what a window may hold; the largest series give way, never the small ones."""
    room = MAX_OCCURRENCES
    fitted: list[Occurrence] = []
    series = sorted((one for one in found if one), key=lambda one: (len(one), one[0].key))
    for position, occurrences in enumerate(series):
        share = room // (len(series) - position)
        if len(occurrences) > share:
            problems.append(
                _problem(occurrences[0].meeting, "it has too many dates; the later ones are left out")
            )
        taken = sorted(occurrences, key=_order)[:share]
        room -= len(taken)
        fitted += taken
    return fitted


def _order(one: Occurrence) -> tuple[datetime, bool, OccurrenceKey]:
    return one.starts_at, not one.is_all_day, one.key


def _problem(meeting: Meeting, what: str) -> Problem:
    return Problem(where=meeting.summary, what=what, line=meeting.line)
