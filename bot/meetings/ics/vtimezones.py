"""Compute the transitions of a VTIMEZONE (RFC 5545 3.6.5), for the zones that no database knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.meetings.ics.lines import Component
from bot.meetings.ics.values import read_offset, read_wall
from bot.meetings.models import Moment, RecurrenceRule, Timezone
from bot.meetings.recurrence.rule_text import RefusedRuleError, parse_rule
from bot.meetings.recurrence.walls import Steps, walk

_FIRST, _LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)
_EPOCH = datetime(1970, 1, 1)
_MAX_PARTS = 100
_MAX_ONSETS = 1000


def read_timezone(component: Component, tzid: str, steps: Steps) -> Timezone | None:
    """Return a zone's transitions; None where its parts say nothing that can be used.

    Args:
        component: The VTIMEZONE.
        tzid: Its name.
        steps: What bounds the work, for all the zones of a body together.
    """
    transitions: dict[int, tuple[int, int]] = {}
    for part in component.parts[:_MAX_PARTS]:
        before, after = (read_offset(part.value(name)) for name in (b"TZOFFSETFROM", b"TZOFFSETTO"))
        start = read_wall(part.value(b"DTSTART"))
        if after is None or start is None:
            continue
        # A zone with a single offset may leave out where it came from.
        before = after if before is None else before
        for onset in _onsets(part, start[0], before, steps):
            instant = int((onset - _EPOCH).total_seconds()) - before
            transitions[instant] = (before, after)
    if not transitions:
        return None
    ordered = sorted(transitions.items())
    return Timezone(
        tzid=tzid,
        first_offset=ordered[0][1][0],
        transitions=tuple((instant, after) for instant, (_, after) in ordered),
    )


def _onsets(part: Component, start: datetime, before: int, steps: Steps) -> Iterator[datetime]:
    """Yield the wall times at which a part begins to hold."""
    yield max(start, _FIRST)
    for prop in part.properties.get(b"RDATE", ())[:_MAX_PARTS]:
        for text in prop.value.split(",", _MAX_ONSETS)[:_MAX_ONSETS]:
            wall = read_wall(text.partition("/")[0])
            if wall is not None:
                yield wall[0]
    for prop in part.properties.get(b"RRULE", ())[:2]:
        try:
            rule = parse_rule(prop.value)
        except RefusedRuleError:
            continue
        yield from _rule_onsets(rule, start, before, steps)


def _rule_onsets(rule: RecurrenceRule, start: datetime, before: int, steps: Steps) -> Iterator[datetime]:
    high = min(_LAST, _until(rule.until, before)) if rule.until else _LAST
    walls = walk(rule, start, is_date=False, low=_FIRST, high=high, steps=steps)
    yield from islice(walls, _MAX_ONSETS)


def _until(until: Moment, before: int) -> datetime:
    """Return the last onset's wall time: UNTIL is in UTC, and some write it as a date."""
    if until.is_date:
        return until.wall + timedelta(days=1)
    if until.zone == "UTC" and datetime(2, 1, 1, tzinfo=UTC) < until.wall.replace(tzinfo=UTC) < datetime(
        9998, 1, 1, tzinfo=UTC
    ):
        return until.wall + timedelta(seconds=before)
    return until.wall
