"""Make a meeting of what was typed: the same model as one read from a calendar, and its next dates."""

from datetime import UTC, datetime, timedelta

from bot.meetings.models import Calendar, Duration, Meeting, Moment, Occurrence
from bot.meetings.occurrences import expand
from bot.meetings.recurrence.rule_text import parse_rule
from bot.meetings.when.models import When

DEFAULT_DURATION = timedelta(hours=1)
# Long enough for five dates of rare rules too: a fifth Friday of every third month, 29 February.
_WINDOWS = (timedelta(days=400), timedelta(days=366 * 9), timedelta(days=366 * 41))


def make_meeting(
    when: When,
    *,
    uid: str,
    summary: str,
    duration: timedelta | None = None,
    location: str = "",
    description: str = "",
) -> Meeting:
    """Return the meeting; the length is the phrase's own, else the given one, else an hour.

    A join link belongs into the location.
    """
    length = when.duration or duration or DEFAULT_DURATION
    # The second pass of a repeated hour has no name in a calendar; UTC has only one.
    moment = (
        Moment(wall=when.instant.replace(tzinfo=None), zone="UTC")
        if when.start.fold
        else Moment(wall=when.start, zone=when.zone)
    )
    return Meeting(
        uid=uid,
        dtstart=moment,
        duration=Duration(seconds=int(length.total_seconds())),
        rrules=(parse_rule(when.rrule),) if when.rrule else (),
        summary=summary,
        location=location,
        description=description,
    )


def list_next(meeting: Meeting, *, now: datetime, limit: int = 5) -> tuple[Occurrence, ...]:
    """Return the next dates of a meeting, to be shown before it is confirmed."""
    calendar = Calendar(meetings=(meeting,))
    found: tuple[Occurrence, ...] = ()
    start = max(now, meeting.dtstart.wall.replace(tzinfo=UTC) - timedelta(days=2))
    for window in _WINDOWS:
        found = expand(calendar, start, start + window).occurrences
        if len(found) >= limit or not meeting.is_recurring:
            break
    return tuple(each for each in found if each.starts_at >= now)[:limit]
