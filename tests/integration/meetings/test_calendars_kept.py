from dataclasses import replace
from datetime import timedelta

import pytest

from bot.meetings.calendars import CalendarKind, CalendarSettings, CleanUp, SeriesSettings
from bot.meetings.models import Moment, OccurrenceKey, Problem, Timezone
from bot.meetings.repository import (
    CALENDARS_PER_GUILD,
    MEETINGS_PER_CALENDAR,
    PLACE_BYTES,
    AddressTooLongError,
    CalendarKnownError,
    CalendarRepository,
    TooManyCalendarsError,
    TooManyMeetingsError,
)
from bot.meetings.series_repository import SeriesRepository
from bot.storage.guilds import GuildRepository
from bot.text.catalogue import load_texts
from tests.integration.meetings.meeting_samples import (
    ADDRESS,
    CHANNEL,
    GUILD,
    NOW,
    STRANGER,
    WEEKLY,
    calendar,
)

SETTINGS = CalendarSettings(
    leads=(timedelta(hours=1), timedelta()),
    pings=((timedelta(), 5),),
    shows_passcode=True,
    zones=("Europe/Berlin", "Asia/Kolkata"),
    clean_up=CleanUp.ALL,
    has_events=True,
)


@pytest.fixture
def repository():
    return CalendarRepository()


@pytest.fixture
def series():
    return SeriesRepository()


async def test_a_calendar_is_kept_as_it_was_drawn_up(repository, change):
    added = await change(repository.add_calendar, calendar(settings=SETTINGS, name="Calls"))
    assert added == calendar(id=added.id, settings=SETTINGS, name="Calls")
    assert await change(repository.list_calendars, GUILD) == (added,)
    assert await change(repository.find_calendar, GUILD, added.id) == added


async def test_a_secret_address_is_in_no_repr(repository, change):
    added = await change(repository.add_calendar, calendar(etag="secret"))
    assert ADDRESS not in repr(added)
    assert "secret" not in repr(added)


async def test_the_same_address_is_followed_once_in_a_guild(repository, change):
    await change(repository.add_calendar, calendar())
    with pytest.raises(CalendarKnownError) as caught:
        await change(repository.add_calendar, calendar(name="again"))
    assert "followed here already" in load_texts()(caught.value.text_key)
    other = await change(repository.add_calendar, calendar(guild_id=STRANGER))
    assert await change(repository.list_calendars, STRANGER) == (other,)


async def test_a_guild_has_room_for_some_and_declared_ones_beside(repository, change):
    for number in range(CALENDARS_PER_GUILD):
        await change(repository.add_calendar, calendar(place=f"{ADDRESS}?{number}"))
    with pytest.raises(TooManyCalendarsError):
        await change(repository.add_calendar, calendar(place=f"{ADDRESS}?more"))
    await change(repository.add_calendar, calendar(place=f"{ADDRESS}?declared", is_declared=True))


async def test_an_address_has_to_fit(repository, change):
    with pytest.raises(AddressTooLongError):
        await change(repository.add_calendar, calendar(place="https://example.org/" + "x" * PLACE_BYTES))


async def test_a_look_is_saved_and_leaves_the_wishes_alone(repository, change):
    added = await change(repository.add_calendar, calendar())
    wished = replace(added, name="Calls", channel_id=8, settings=SETTINGS)
    assert await change(repository.save_wishes, wished)
    looked = replace(
        added,
        found_name="Working groups",
        etag='"1"',
        fingerprint="f",
        timezones=(Timezone(tzid="Own", first_offset=3600, transitions=((1, 2),)),),
        problems=(Problem(where="Call", what="no start", line=3),),
        checked_at=NOW,
        loaded_at=NOW,
        expanded_at=NOW,
        next_check_at=NOW + timedelta(minutes=10),
        failures=2,
        error="down",
        held="it shrank",
        held_fingerprint="g",
        held_times=1,
    )
    assert await change(repository.save_look, looked, body=b"zipped")
    kept = replace(looked, name="Calls", channel_id=8, settings=SETTINGS)
    assert await change(repository.find_calendar, GUILD, added.id) == kept
    assert await change(repository.find_body, GUILD, added.id) == b"zipped"
    assert await change(repository.save_look, replace(looked, error=""))
    assert await change(repository.find_body, GUILD, added.id) == b"zipped"


async def test_due_calendars_come_in_order_and_not_from_guilds_that_were_left(repository, change, database):
    late = await change(repository.add_calendar, calendar(next_check_at=NOW))
    first = await change(repository.add_calendar, calendar(place="a", next_check_at=NOW - timedelta(hours=1)))
    await change(repository.add_calendar, calendar(place="b", next_check_at=NOW + timedelta(hours=1)))
    await change(repository.add_calendar, calendar(place="c", next_check_at=None))
    await change(repository.add_calendar, calendar(guild_id=STRANGER))
    await change(GuildRepository(database).record_leave, STRANGER, NOW)
    assert await change(repository.list_due, NOW, 10) == (first, late)
    assert await change(repository.list_due, NOW, 1) == (first,)


async def test_calendars_that_were_laid_out_long_ago_are_found(repository, change):
    old = await change(repository.add_calendar, calendar(expanded_at=NOW - timedelta(days=1)))
    await change(repository.add_calendar, calendar(place="new", expanded_at=NOW))
    await change(repository.add_calendar, calendar(place="never"))
    assert await change(repository.list_expanded_before, NOW, 10) == (old,)


async def test_calendars_that_fail_or_are_held_are_found(repository, change):
    failing = await change(repository.add_calendar, calendar(failures=3))
    held = await change(repository.add_calendar, calendar(place="held", held="it shrank"))
    await change(repository.add_calendar, calendar(place="well", failures=2))
    assert await change(repository.list_failing, 3, 10) == (failing, held)


async def test_a_channel_has_one_calendar_of_its_own(repository, change):
    first = await change(repository.get_chat_calendar, GUILD, CHANNEL)
    assert (first.kind, first.channel_id, first.next_check_at) == (CalendarKind.CHAT, CHANNEL, None)
    assert await change(repository.get_chat_calendar, GUILD, CHANNEL) == first
    assert (await change(repository.get_chat_calendar, GUILD, 8)).id != first.id


async def test_meetings_made_in_chat_are_kept_with_their_exceptions(repository, change):
    made = await change(repository.get_chat_calendar, GUILD, CHANNEL)
    moved = replace(
        WEEKLY, rrules=(), recurrence_id=Moment(wall=WEEKLY.dtstart.wall, zone="America/New_York")
    )
    assert await change(repository.save_typed, GUILD, made.id, (WEEKLY, moved), now=NOW)
    renamed = replace(WEEKLY, summary="Standards call")
    assert await change(repository.save_typed, GUILD, made.id, (renamed,), now=NOW)
    assert await change(repository.list_typed, GUILD, made.id) == (renamed, moved)
    await change(repository.forget_typed, GUILD, made.id, (moved,))
    assert await change(repository.list_typed, GUILD, made.id) == (renamed,)
    assert await change(repository.remove_typed, GUILD, made.id, WEEKLY.uid)
    assert not await change(repository.remove_typed, GUILD, made.id, WEEKLY.uid)
    assert await change(repository.list_typed, GUILD, made.id) == ()


async def test_a_channel_has_room_for_so_many_meetings(repository, change):
    made = await change(repository.get_chat_calendar, GUILD, CHANNEL)
    meetings = [replace(WEEKLY, uid=str(number)) for number in range(MEETINGS_PER_CALENDAR + 1)]
    await change(repository.save_typed, GUILD, made.id, meetings[1:], now=NOW)
    with pytest.raises(TooManyMeetingsError):
        await change(repository.save_typed, GUILD, made.id, meetings[:1], now=NOW)
    assert len(await change(repository.list_typed, GUILD, made.id)) == MEETINGS_PER_CALENDAR


async def test_a_series_may_have_settings_of_its_own(repository, series, change):
    added = await change(repository.add_calendar, calendar())
    own = SeriesSettings(leads=(timedelta(),), channel_id=9)
    assert await change(series.save_settings, GUILD, added.id, "a", own)
    assert await change(series.list_settings, GUILD, added.id) == {"a": own}
    assert await change(series.find_settings, GUILD, added.id, "a") == own
    pair = (OccurrenceKey("a", "1"), OccurrenceKey("b", "1"))
    await change(series.rekey, GUILD, added.id, (pair,))
    assert (await change(series.list_settings, GUILD, added.id))["b"] == own
    for uid in ("a", "b"):
        assert await change(series.save_settings, GUILD, added.id, uid, SeriesSettings())
    assert await change(series.list_settings, GUILD, added.id) == {}
    assert await change(series.find_settings, GUILD, added.id, "a") is None


async def test_another_guilds_calendars_are_not_found(repository, series, change):
    added = await change(repository.add_calendar, calendar(name="ours"))
    await change(repository.save_look, added, body=b"zipped")
    await change(repository.save_typed, GUILD, added.id, (WEEKLY,), now=NOW)
    await change(series.save_settings, GUILD, added.id, "a", SeriesSettings())
    foreign = replace(added, guild_id=STRANGER, name="theirs")
    assert await change(repository.list_calendars, STRANGER) == ()
    assert await change(repository.find_calendar, STRANGER, added.id) is None
    assert await change(repository.find_body, STRANGER, added.id) is None
    assert not await change(repository.save_wishes, foreign)
    assert not await change(repository.save_look, foreign, body=b"other")
    assert not await change(repository.save_typed, STRANGER, added.id, (WEEKLY,), now=NOW)
    assert not await change(series.save_settings, STRANGER, added.id, "a", SeriesSettings(channel_id=1))
    assert not await change(repository.remove_typed, STRANGER, added.id, WEEKLY.uid)
    assert not await change(repository.remove_calendar, STRANGER, added.id)
    assert await change(repository.list_typed, STRANGER, added.id) == ()
    assert await change(series.list_settings, STRANGER, added.id) == {}
    assert await change(repository.find_calendar, GUILD, added.id) == added
    assert await change(repository.find_body, GUILD, added.id) == b"zipped"
    assert await change(repository.list_typed, GUILD, added.id) == (WEEKLY,)
