"""Tell which meetings made in chat are over for good, so that they need not be kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.meetings.making import list_next
from bot.meetings.models import Duration, Meeting

KEPT = timedelta(days=40)
"""Longer than anything looks back: the card of a monthly meeting asks for the date before."""

_MARGIN = timedelta(days=2)  # zones are up to a day apart, and a meeting takes a while


def list_past(meetings: Iterable[Meeting], before: datetime) -> tuple[Meeting, ...]:
    """Return the meetings and series that ended before a moment, and what replaced dates before it."""
    by_uid: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        by_uid.setdefault(meeting.uid, []).append(meeting)
    past: list[Meeting] = []
    for versions in by_uid.values():
        over = [each for each in versions if _is_over(each, before)]
        is_all = len(over) == len(versions)
        past += [each for each in over if is_all or each.recurrence_id is not None]
    return tuple(past)


def _is_over(meeting: Meeting, before: datetime) -> bool:
    edge = before.replace(tzinfo=None) - _MARGIN
    if meeting.recurrence_id is not None and meeting.recurrence_id.wall >= edge:
        return False
    if meeting.is_recurring:
        return not list_next(meeting, now=before - _MARGIN, limit=1)
    length = meeting.duration or Duration()
    return meeting.dtstart.wall + timedelta(days=length.days, seconds=length.seconds) < edge
