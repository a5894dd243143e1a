"""What was typed is kept for a day, for its guild alone; what a guild usually wants is kept for good."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.meetings.calendars import CalendarKind, CalendarSettings, FollowedCalendar
from bot.meetings.drafts_repository import DRAFTS_KEPT, Defaults, DraftsRepository
from bot.meetings.repository import CalendarRepository
from bot.meetings.request import Request

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
GUILD, OTHER = 7, 8
REQUEST = Request(
    title="Größe \x00 🎉",
    when="every Tuesday 10am ET",
    zone="Europe/Berlin",
    repeat="weekly",
    duration="45 min",
    link="https://meet.example.org/a",
    agenda="Agenda",
    asked_at=NOW,
    channel_id=2**62,
    calendar_id=3,
    date_token="abc",
)
drafts = DraftsRepository()


async def test_a_draft_is_read_as_it_was_typed(change) -> None:
    await change(drafts.save_draft, GUILD, "t", REQUEST, now=NOW)
    assert await change(drafts.find_draft, GUILD, "t") == replace(REQUEST, title="Größe  🎉")
    assert await change(drafts.find_draft, OTHER, "t") is None
    assert await change(drafts.remove_draft, OTHER, "t") is False
    assert await change(drafts.remove_draft, GUILD, "t") is True
    assert await change(drafts.find_draft, GUILD, "t") is None


async def test_drafts_are_forgotten_after_a_day(change) -> None:
    await change(drafts.save_draft, GUILD, "old", REQUEST, now=NOW)
    later = NOW + DRAFTS_KEPT
    await change(drafts.save_draft, GUILD, "new", REQUEST, now=later)
    assert await change(drafts.find_draft, GUILD, "old") == replace(REQUEST, title="Größe  🎉")
    await change(drafts.save_draft, OTHER, "new", REQUEST, now=later + timedelta(seconds=1))
    assert await change(drafts.find_draft, GUILD, "old") is None
    assert await change(drafts.find_draft, GUILD, "new") is not None


@pytest.mark.parametrize("channel_id", [None, 5])
async def test_what_a_guild_usually_wants_is_kept(change, channel_id: int | None) -> None:
    assert await change(drafts.get_defaults, GUILD) == Defaults()
    settings = CalendarSettings(leads=(timedelta(hours=1),), zones=("Asia/Kolkata",), has_events=True)
    wanted = Defaults(channel_id=channel_id, settings=settings)
    await change(drafts.save_defaults, GUILD, Defaults(channel_id=9))
    await change(drafts.save_defaults, GUILD, wanted)
    assert await change(drafts.get_defaults, GUILD) == wanted
    assert await change(drafts.get_defaults, OTHER) == Defaults()


async def test_calendars_of_which_something_is_wanted_are_found(change) -> None:
    calendars = CalendarRepository()
    for number, settings in enumerate(
        (
            CalendarSettings(),
            CalendarSettings(has_weekly_post=True),
            CalendarSettings(has_events=True, has_weekly_post=True),
            CalendarSettings(has_events=True, zones=('"has_weekly_post":true',)),
        )
    ):
        draft = FollowedCalendar(
            id=0,
            guild_id=GUILD,
            kind=CalendarKind.FEED,
            place=f"https://calendar.example/{number}.ics",
            name=f"{number}",
            channel_id=1,
            settings=settings,
        )
        await change(calendars.add_calendar, draft)
    weekly = await change(calendars.list_wishing, "has_weekly_post")
    events = await change(calendars.list_wishing, "has_events")
    assert [each.name for each in weekly] == ["1", "2"]
    assert [each.name for each in events] == ["2", "3"]
