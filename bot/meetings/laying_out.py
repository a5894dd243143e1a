"""Lay out a calendar's dates over the weeks that are kept, with the links of each, and compare."""

from datetime import datetime

from bot.meetings.calendars import MeetingDate
from bot.meetings.changes import find_changes
from bot.meetings.links import MeetingLinks, find_links
from bot.meetings.models import Calendar, Meeting, Occurrence
from bot.meetings.occurrences import expand
from bot.meetings.snapshot import HORIZON, LOOK_AHEAD, LOOK_BACK, MAX_PROBLEMS, Snapshot


def lay_out(
    calendar: Calendar,
    meaning: str,
    *,
    now: datetime,
    floating_zone: str,
    before: tuple[Occurrence, ...] = (),
) -> Snapshot:
    """Lay out a calendar's dates, with the links of each, and compare them with those before."""
    expansion = expand(calendar, now - LOOK_BACK, now + LOOK_AHEAD, floating_zone=floating_zone)
    links: dict[int, MeetingLinks] = {}

    def links_of(meeting: Meeting) -> MeetingLinks:
        if id(meeting) not in links:
            links[id(meeting)] = find_links(meeting)
        return links[id(meeting)]

    return Snapshot(
        fingerprint=meaning,
        name=calendar.name,
        refresh_interval=calendar.refresh_interval,
        timezones=calendar.timezones,
        problems=(*calendar.problems, *expansion.problems)[:MAX_PROBLEMS],
        dates=tuple(
            MeetingDate(occurrence=one, links=links_of(one.meeting)) for one in expansion.occurrences
        ),
        changes=find_changes(before, expansion.occurrences, since=now, until=now + HORIZON),
    )
