"""Decide which of Discord's scheduled events to make, change and take away, so that they are the next dates.

An event names its date in the last line of its description. So what a crash left behind is found again, and
nothing is made twice; no other record is needed. Events that people made are never touched.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.meetings.calendars import MeetingDate
from bot.meetings.render import zone_words
from bot.meetings.sharing import place_of
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.links import is_safe_url
from bot.text.markdown import clean

HORIZON = timedelta(days=7)
MOST_EVENTS = 100
"""What Discord lets a guild have at a time."""

_LEAST_AHEAD = timedelta(minutes=5)
_SHORTEST = timedelta(minutes=15)
_MARK = re.compile(r"ref (\d{1,18}\.[a-z2-7]{16})\Z")
_AGENDA = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event as it should be. `location` is where people join, in at most 100 characters."""

    name: str
    description: str
    location: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvent:
    """An event that the guild has.

    Attributes:
        is_own: The bot made it.
        is_waiting: It has not begun.
    """

    id: int
    draft: EventDraft
    is_own: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlan:
    """What is to be done."""

    create: tuple[EventDraft, ...] = ()
    change: tuple[tuple[int, EventDraft], ...] = ()
    remove: tuple[int, ...] = ()


def draft_event(texts: Texts, date: MeetingDate) -> EventDraft:
    """Return the event of a date."""
    one, links = date.occurrence, date.links
    title = limits.cut_line(clean(one.summary), limits.EVENT_NAME) or texts("meetings.untitled")
    mark = f"ref {date.calendar_id}.{date.token}"
    parts = [zone_words(texts, one)]
    if is_safe_url(links.join):
        parts.append(links.join)
    parts.append(limits.cut_line(clean(links.text), _AGENDA))
    words = "\n".join(part for part in parts if part)
    room = limits.EVENT_DESCRIPTION - len(mark) - 1
    place = links.join if is_safe_url(links.join) else limits.cut_line(clean(place_of(one.meeting)), 100)
    return EventDraft(
        name=title,
        description=f"{words[: limits.fitting(words, room)]}\n{mark}",
        location=place
        if place and limits.length(place) <= limits.EVENT_LOCATION
        else texts("meeting.event_place"),
        start=one.starts_at.replace(microsecond=0),
        end=max(one.ends_at, one.starts_at + _SHORTEST).replace(microsecond=0),
    )


def plan_events(
    texts: Texts, dates: Iterable[MeetingDate], known: Iterable[KnownEvent], *, now: datetime
) -> EventPlan:
    """Return what makes a guild's events the dates of the next days.

    Args:
        texts: The catalogue.
        dates: Of the calendars whose dates are to be events.
        known: Every event that the guild has.
        now: The present.
    """
    events = tuple(known)
    wanted = _wanted(texts, dates, now)
    change: list[tuple[int, EventDraft]] = []
    remove: list[int] = []
    there: set[str] = set()
    for event in sorted(events, key=lambda each: each.id):
        mark = mark_of(event) if event.is_own else ""
        if not mark:
            continue
        draft = wanted.get(mark)
        if not event.is_waiting:
            there.add(mark)
        elif mark in there or (draft is None and event.draft.start > now):
            remove.append(event.id)
        else:
            there.add(mark)
            if draft is not None and draft != event.draft:
                change.append((event.id, draft))
    room = max(0, MOST_EVENTS - len(events) + len(remove))
    missing = [draft for mark, draft in wanted.items() if mark not in there]
    return EventPlan(create=tuple(missing[:room]), change=tuple(change), remove=tuple(remove))


def mark_of(event: KnownEvent) -> str:
    """Return what names the date of an event; empty: it is none of ours."""
    found = _MARK.search(event.draft.description)
    return found[1] if found else ""


def _wanted(texts: Texts, dates: Iterable[MeetingDate], now: datetime) -> Mapping[str, EventDraft]:
    """Return the events that there should be, by their marks; Discord makes none of what has begun."""
    return {
        f"{date.calendar_id}.{date.token}": draft_event(texts, date)
        for date in dates
        if not date.occurrence.is_cancelled
        and not date.occurrence.is_all_day
        and now + _LEAST_AHEAD < date.occurrence.starts_at < now + HORIZON
    }
