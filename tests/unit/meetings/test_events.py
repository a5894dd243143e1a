"""The plan for Discord's Events tab: nothing twice, nothing of others touched, never too many."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.meetings.calendars import MeetingDate
from bot.meetings.events import (
    MOST_EVENTS,
    EventDraft,
    EventPlan,
    KnownEvent,
    draft_event,
    mark_of,
    plan_events,
)
from bot.meetings.links import find_links
from bot.meetings.making import list_next, make_meeting
from bot.meetings.models import Status
from bot.meetings.when.models import When
from bot.text.catalogue import load_texts

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TEXTS = load_texts()


def dates(count: int = 3, *, title: str = "Call", description: str = "", link: str = "") -> list[MeetingDate]:
    when = When(start=datetime(2026, 11, 26, 10), zone="Europe/Berlin", rrule="FREQ=DAILY")
    meeting = make_meeting(when, uid="u", summary=title, description=description)
    meeting = replace(meeting, conferences=(link,)) if link else meeting
    found = list_next(meeting, now=NOW, limit=count)
    return [MeetingDate(calendar_id=3, occurrence=one, links=find_links(one.meeting)) for one in found]


def known(number: int, draft: EventDraft, *, is_own: bool = True, is_waiting: bool = True) -> KnownEvent:
    return KnownEvent(id=number, draft=draft, is_own=is_own, is_waiting=is_waiting)


def drafts(found: list[MeetingDate]) -> list[EventDraft]:
    return [draft_event(TEXTS, each) for each in found]


def plan(found: list[MeetingDate], *events: KnownEvent) -> EventPlan:
    return plan_events(TEXTS, found, events, now=NOW)


def test_the_dates_of_a_week_become_events_once() -> None:
    found = dates(10)
    first = plan(found)
    assert first.create == tuple(drafts(found)[:7])
    assert (first.change, first.remove) == ((), ())
    there = [known(number, draft) for number, draft in enumerate(first.create)]
    assert plan(found, *there) == EventPlan()


def test_what_a_crash_left_half_done_is_gone_on_with() -> None:
    found = dates(3)
    one, two, three = drafts(found)
    assert plan(found, known(5, two)) == EventPlan(create=(one, three))


def test_doubles_are_taken_away() -> None:
    found = dates(1)
    (one,) = drafts(found)
    assert plan(found, known(5, one), known(6, one)) == EventPlan(remove=(6,))


def test_a_moved_date_is_changed_and_one_that_is_gone_removed() -> None:
    found = dates(2)
    one, two = drafts(found)
    occurrence = found[0].occurrence
    later = replace(occurrence, start=occurrence.start + timedelta(hours=1), end=occurrence.end)
    moved = replace(found[0], occurrence=later)
    result = plan([moved], known(5, one), known(6, two))
    assert result == EventPlan(change=((5, draft_event(TEXTS, moved)),), remove=(6,))


def test_cancelled_and_whole_day_dates_are_no_events() -> None:
    (date,) = dates(1)
    cancelled = replace(date, occurrence=replace(date.occurrence, status=Status.CANCELLED))
    day = replace(date.occurrence, start=date.occurrence.start.date(), end=date.occurrence.end.date())
    assert plan([cancelled, replace(date, occurrence=day)]) == EventPlan()
    assert plan([cancelled], known(5, draft_event(TEXTS, date))) == EventPlan(remove=(5,))


def test_what_people_made_or_what_is_under_way_is_left_alone() -> None:
    (date,) = dates(1)
    draft = draft_event(TEXTS, date)
    other = replace(draft, description="Bring cake")
    running = known(5, replace(draft, start=NOW), is_waiting=False)
    assert plan([], known(4, draft, is_own=False), known(6, other), running) == EventPlan()
    assert plan([date], running) == EventPlan()


def test_discords_limit_is_kept() -> None:
    found = dates(5)
    others = [
        known(number, EventDraft(name="x", description="", location="y", start=NOW, end=NOW), is_own=False)
        for number in range(MOST_EVENTS - 2)
    ]
    assert plan(found, *others).create == tuple(drafts(found)[:2])


def test_an_event_fits_discords_fields() -> None:
    (date,) = dates(
        1, title="T" * 300, description="word 🎉 " * 500, link=f"https://meet.example.org/{'a' * 200}"
    )
    draft = draft_event(TEXTS, date)
    assert len(draft.name) <= 100
    assert len(draft.description.encode("utf-16-le")) // 2 <= 1000
    assert draft.location == "See the description"
    assert "https://meet.example.org/" in draft.description
    assert mark_of(known(1, draft)) == f"3.{date.token}"


def test_an_event_is_not_at_the_hosts_own_link() -> None:
    (date,) = dates(1)
    meeting = replace(date.occurrence.meeting, location="https://zoom.us/s/812345678?zak=HOSTTOKEN")
    hosts = replace(date, occurrence=replace(date.occurrence, meeting=meeting), links=find_links(meeting))
    assert "HOSTTOKEN" not in repr(draft_event(TEXTS, hosts).location)
    assert draft_event(TEXTS, hosts).location == TEXTS("meeting.event_place")
