"""Calendars, dates and cards to keep."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.meetings.calendars import CalendarKind, Card, FollowedCalendar, MeetingDate, Stage
from bot.meetings.links import MeetingLinks
from bot.meetings.models import (
    Duration,
    Frequency,
    Meeting,
    Moment,
    Occurrence,
    OccurrenceKey,
    RecurrenceRule,
    Status,
    WeekDay,
)
from bot.meetings.planner import Reminder, ReminderKey

GUILD, STRANGER = 111, 222
CHANNEL = 7
NOW = datetime(2026, 11, 18, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS = "https://calendar.example.org/private-3f2a/basic.ics"

WEEKLY = Meeting(
    uid="weekly@example.org",
    dtstart=Moment(wall=datetime(2026, 11, 4, 10), zone="America/New_York", tzid="Eastern Standard Time"),
    duration=Duration(seconds=3600),
    rrules=(RecurrenceRule(freq=Frequency.WEEKLY, by_day=(WeekDay(2), WeekDay(4, -1))),),
    exdates=(Moment(wall=datetime(2026, 11, 25, 10), zone="America/New_York"),),
    status=Status.CONFIRMED,
    summary="Interoperability call",
    description="Agenda: https://pad.example.org/agenda",
    properties=(("X-GOOGLE-CONFERENCE", "https://meet.google.com/abc-defg-hij"),),
    last_modified=NOW,
)
LINKS = MeetingLinks(join="https://meet.google.com/abc-defg-hij", provider="Google Meet")


def calendar(**changes):
    draft = FollowedCalendar(
        id=0,
        guild_id=GUILD,
        kind=CalendarKind.FEED,
        place=ADDRESS,
        channel_id=CHANNEL,
        next_check_at=NOW,
    )
    return replace(draft, **changes)


def meeting_date(start=NOW + DAY, *, original="20261119T170000Z", calendar_id=0, meeting=WEEKLY, **changes):
    is_timed = isinstance(start, datetime)
    occurrence = Occurrence(
        key=OccurrenceKey(meeting.canonical_uid, original),
        start=start,
        end=start + (HOUR if is_timed else DAY),
        wall=datetime(start.year, start.month, start.day, 12),
        zone="America/New_York" if is_timed else "",
        summary=meeting.summary,
        status=meeting.status,
        recurrence_id=start if is_timed else date(2026, 11, 19),
        meeting=meeting,
    )
    return MeetingDate(calendar_id=calendar_id, occurrence=replace(occurrence, **changes), links=LINKS)


def reminder(due_at, *, calendar_id=0, rule="900", starts_at=NOW + DAY, uid="weekly@example.org"):
    return Reminder(
        key=ReminderKey(str(calendar_id), uid, "20261119T170000Z", rule, CHANNEL),
        starts_at=starts_at,
        due_at=due_at,
        late_after=starts_at,
        cutoff_at=starts_at + HOUR,
    )


def card(date, **changes):
    drawn = Card(
        guild_id=GUILD,
        channel_id=CHANNEL,
        key="meeting:1",
        rule="900",
        stage=Stage.AHEAD,
        edits=0,
        looks="call|2026",
        next_at=date.occurrence.starts_at,
        date=date,
    )
    return replace(drawn, **changes)
