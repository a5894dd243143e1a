"""Change meetings made in chat: one date or the whole series, as the versions that a calendar would hold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.meetings.making import list_next
from bot.meetings.models import (
    Duration,
    Frequency,
    Meeting,
    Moment,
    Occurrence,
    RecurrenceRule,
    Status,
    WeekDay,
)
from bot.meetings.recurrence.rule_text import parse_rule, write_rule
from bot.meetings.request import Request, read_length, with_link, write_agenda
from bot.meetings.when.models import When

_WEEK = 7


def single_out(occurrence: Occurrence, *, sequence: int) -> Meeting:
    """Return a date of a series as a version of its own, which replaces it; a single meeting as it is."""
    meeting = replace(occurrence.meeting, sequence=sequence)
    if occurrence.recurrence_id is None:
        return meeting
    length = occurrence.ends_at - occurrence.starts_at
    return replace(
        meeting,
        recurrence_id=_moment_of(occurrence.recurrence_id),
        rrules=(),
        rdates=(),
        exdates=(),
        dtstart=Moment(wall=occurrence.wall, zone=occurrence.zone, is_date=occurrence.is_all_day),
        dtend=None,
        duration=_length(length),
    )


def set_status(occurrence: Occurrence, status: Status, *, sequence: int) -> Meeting:
    """Return the version with which one date is cancelled, or takes place after all."""
    return replace(single_out(occurrence, sequence=sequence), status=status)


def amend_words(meeting: Meeting, request: Request) -> Meeting:
    """Return a meeting with the words and the length that a request gives; what it leaves out stays."""
    length = read_length(request.duration) if request.duration else None
    linked = with_link(meeting, request.link) if request.link else meeting
    return replace(
        linked,
        summary=request.title or meeting.summary,
        description=write_agenda(request.agenda) if request.agenda else meeting.description,
        duration=_length(length) if length else meeting.duration,
        dtend=None if length else meeting.dtend,
    )


def amend_date(occurrence: Occurrence, request: Request, when: When | None, *, sequence: int) -> Meeting:
    """Return the version with which one date is changed."""
    amended = amend_words(single_out(occurrence, sequence=sequence), request)
    if when is None:
        return amended
    return replace(_move(amended, when), rrules=amended.rrules, status=None)


def amend_series(
    versions: tuple[Meeting, ...], request: Request, when: When | None, *, sequence: int
) -> tuple[Meeting, ...]:
    """Return all versions of a series after it was changed as a whole.

    With a new time, what was changed about single dates is over: those dates are no more. Without one, it
    stays, and takes the new words where it had the old ones.
    """
    master = next(each for each in versions if each.recurrence_id is None)
    amended = replace(amend_words(master, request), sequence=sequence)
    if when is not None:
        return (_move(amended, when),)
    return (
        amended,
        *(_inherit(each, master, amended, sequence) for each in versions if each.recurrence_id is not None),
    )


def move_series(
    versions: tuple[Meeting, ...], occurrence: Occurrence, when: When, *, now: datetime
) -> When | None:
    """Return the time of a series if all its dates are moved as one of them is; None where that is not clear.

    A new hour is clear for every rule, a new weekday only for one that meets on a single day of the week.
    """
    master = next(each for each in versions if each.recurrence_id is None)
    days = (when.start.date() - occurrence.wall.date()).days
    if len(master.rrules) != 1 or master.rdates or occurrence.meeting.recurrence_id is not None:
        return None
    rule = _move_rule(master.rrules[0], days, when.start.weekday())
    if rule is None:
        return None
    for each in list_next(master, now=now - timedelta(days=abs(days)), limit=3):
        start = datetime.combine(each.wall.date() + timedelta(days=days), when.start.time())
        moved = replace(when, start=start, rrule=write_rule(rule))
        if moved.instant > now:
            return moved
    return None


def _move_rule(rule: RecurrenceRule, days: int, weekday: int) -> RecurrenceRule | None:
    if rule.count is not None or rule.by_hour or rule.by_minute or rule.by_second:
        return None
    if days == 0:
        return rule
    is_weekly = rule.freq is Frequency.WEEKLY and len(rule.by_day) <= 1 and not rule.by_set_pos
    if not is_weekly or abs(days) >= _WEEK:
        return None
    return replace(rule, by_day=(WeekDay(weekday),) if rule.by_day else ())


def _inherit(version: Meeting, old: Meeting, new: Meeting, sequence: int) -> Meeting:
    taken = {
        name: getattr(new, name)
        for name in ("summary", "location", "conferences", "description", "duration")
        if getattr(version, name) == getattr(old, name)
    }
    return replace(version, **taken, sequence=sequence)


def _move(meeting: Meeting, when: When) -> Meeting:
    # The second pass of a repeated hour has no name in a calendar; UTC has only one.
    moment = (
        Moment(wall=when.instant.replace(tzinfo=None), zone="UTC")
        if when.start.fold
        else Moment(wall=when.start, zone=when.zone)
    )
    return replace(
        meeting,
        dtstart=moment,
        dtend=None,
        duration=_length(when.duration) if when.duration else meeting.duration,
        rrules=(parse_rule(when.rrule),) if when.rrule else (),
        exdates=(),
    )


def _moment_of(original: datetime | date) -> Moment:
    if isinstance(original, datetime):
        return Moment(wall=original.astimezone(UTC).replace(tzinfo=None), zone="UTC")
    return Moment(wall=datetime(original.year, original.month, original.day), is_date=True)


def _length(length: timedelta) -> Duration:
    return Duration(seconds=int(length.total_seconds()))
