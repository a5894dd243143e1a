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

MAX_STEPS = 600_000
MAX_STEPS_A_SERIES = 25_000
_FEW_STEPS = 500
MAX_PROBLEMS = 100
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
    by_uid: dict[str, list[Meeting]] = {}
    for meeting in calendar.meetings:
        by_uid.setdefault(meeting.uid, []).append(meeting)
    problems: list[Problem] = []
    found = _expand_all([meetings for _, meetings in sorted(by_uid.items())], Placer(window, zones), problems)
    occurrences = _fit(_merge(found), problems)
    return Expansion(occurrences=tuple(sorted(occurrences, key=_order)), problems=_some(problems))


def _expand_all(
    groups: Sequence[Sequence[Meeting]], placer: Placer, problems: list[Problem]
) -> list[list[Occurrence]]:
    """Expand every uid: first each with its fair share of steps, so that none hides another; then more."""
    left = MAX_STEPS
    found: list[list[Occurrence]] = [[] for _ in groups]
    waiting = list(range(len(groups)))
    fair = min(MAX_STEPS // 2 // max(1, len(groups)), _FEW_STEPS)
    for allowed in (fair, _FEW_STEPS, MAX_STEPS_A_SERIES):
        unfinished = []
        for number in waiting:
            share = min(allowed, left)
            steps = Steps(share)
            more = list(expand_series(sort_versions(groups[number], placer.zones), placer, steps))
            found[number] = max(found[number], more, key=len)
            left -= share - max(0, steps.left)
            if steps.is_exhausted:
                unfinished.append(number)
        waiting = unfinished
    what = "its rule takes too long to follow; some dates are missing"
    problems += [_problem(groups[number][0], what) for number in waiting]
    return found


def _some(problems: list[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    rest = Problem(what=f"{len(problems) - MAX_PROBLEMS} more problems are not listed")
    return (*problems[:MAX_PROBLEMS], rest)


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
