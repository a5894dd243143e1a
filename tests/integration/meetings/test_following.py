from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.models import Kind, State
from bot.delivery.post_json import from_json
from bot.errors import SourceError
from bot.meetings.calendars import CalendarSettings, CleanUp
from bot.meetings.looking import HELD_LOOKS
from bot.meetings.render_calendars import render_list
from bot.meetings.repository import CalendarKnownError
from bot.text.catalogue import load_texts
from tests.integration.meetings.office import CHANNEL, START, Clock, calendar, event, open_office, said_by
from tests.loopback_http import LoopbackServer, redirect, reply

FIRST = datetime(2026, 11, 19, 15, tzinfo=UTC)
F, R = f"<t:{int(FIRST.timestamp())}:F>", f"<t:{int(FIRST.timestamp())}:R>"
WEEKLY = event(RRULE="FREQ=WEEKLY")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
async def server():
    async with LoopbackServer() as server:
        yield server


@pytest.fixture
async def office(tmp_path, database_url, server):
    url = "" if database_url.startswith("sqlite") else database_url
    async with open_office(tmp_path, url, Clock(), server) as office:
        yield office


async def test_following_lays_out_dates_and_says_nothing_yet(office):
    office.serve(WEEKLY)
    followed = await office.follow()
    assert followed.found_name == "Group"
    starts = [occurrence.start for occurrence in await office.dates()]
    assert starts == [FIRST + number * 7 * DAY for number in range(5)]
    assert await office.said() == []


async def test_what_cannot_be_read_is_not_followed(office):
    office.answer(reply(b"<!doctype html><title>Calendar</title>"))
    with pytest.raises(SourceError, match="web page"):
        await office.follow()
    assert await office.app.meetings.calendars.list_calendars(111) == ()


async def test_the_same_calendar_is_followed_once(office):
    office.serve(WEEKLY)
    await office.follow()
    with pytest.raises(CalendarKnownError):
        await office.follow()


async def test_reminders_come_at_their_leads_each_in_place_of_the_one_before(office):
    office.serve(WEEKLY)
    await office.follow()
    await office.until(FIRST + timedelta(hours=2))
    rows = await office.rows()
    assert [(said_by(row), row.due_at) for row in rows] == [
        (f"send Call | {F} · {R} · 1 h", FIRST - DAY),
        (f"send Call | {F} · {R} · 1 h", FIRST - 15 * MINUTE),
        ("send Call | 🟢 **Now**, started " + R, FIRST),
        (f"edit Call | Over. It was on {F}.", FIRST + timedelta(hours=1)),
    ]
    # Nothing leaves without Discord: what was replaced was never posted.
    assert [row.state for row in rows] == [State.DROPPED, State.DROPPED, State.QUEUED, State.QUEUED]
    assert {row.channel_id for row in rows} == {CHANNEL}
    assert [from_json(row.post).is_silent for row in rows[:3]] == [True, False, False]


async def test_a_late_reminder_says_that_it_has_begun_and_is_cut_off(office):
    office.serve(WEEKLY)
    await office.follow()
    await office.until(FIRST)
    start = (await office.rows())[-1]
    assert (start.late_after, start.cutoff_at) == (None, FIRST + 30 * MINUTE)  # it says so from the first
    quarter = (await office.rows())[-2]
    assert (quarter.late_after, quarter.cutoff_at) == (None, FIRST)


async def test_after_a_downtime_only_what_still_helps_is_posted(office):
    office.serve(WEEKLY)
    await office.follow()
    await office.look(hours=30, minutes=10)  # 15:10, the meeting has begun
    assert await office.said() == [f"send Call | 🟢 **Now**, started {R}"]
    await office.look(hours=1)
    assert (await office.said())[1:] == [f"edit Call | Over. It was on {F}."]


async def test_a_moved_meeting_moves_its_reminders_and_is_told_once(office):
    office.serve(WEEKLY)
    await office.follow()
    await office.until(FIRST - 20 * timedelta(hours=1))
    later = event(start="20261119T160000Z", RECURRENCE_ID="20261119T150000Z")
    office.serve(WEEKLY, later)
    await office.look(minutes=20)
    new_f = f"<t:{int(FIRST.timestamp()) + 3600}:F>"
    said = await office.said()
    assert said[1].startswith(f"send  | 🕑 **Call** moved: {F} – ")
    assert new_f in said[1]
    assert said[2] == f"edit Call | {new_f} · {new_f.replace(':F', ':R')} · 1 h"
    assert len(said) == 3
    notice, edit = (await office.rows())[1:3]
    card = (await office.rows())[0]
    assert (notice.kind, notice.target_key, edit.target_key) == (Kind.CHANGE, card.key, card.key)
    await office.look(minutes=20)
    assert len(await office.said()) == 3
    await office.until(FIRST + timedelta(hours=1))
    quarter = [row for row in await office.rows() if row.due_at == FIRST + 45 * MINUTE]
    assert len(quarter) == 1


async def test_a_cancelled_meeting_is_struck_and_reminded_of_no_more(office):
    office.serve(WEEKLY)
    await office.follow()
    await office.until(FIRST - 20 * timedelta(hours=1))
    office.serve(WEEKLY, event(RECURRENCE_ID="20261119T150000Z", STATUS="CANCELLED"))
    await office.look(minutes=20)
    said = await office.said()
    assert said[1].startswith("send  | ❌ **Call** on ")
    assert said[2] == f"edit ~~Call~~ | **Cancelled.** It was to be on {F}."
    await office.until(FIRST + timedelta(hours=2))
    assert len(await office.said()) == 3
    office.serve(WEEKLY)


async def test_a_meeting_that_is_on_again_is_reminded_of(office):
    office.serve(WEEKLY)
    await office.follow()
    await office.until(FIRST - 20 * timedelta(hours=1))
    office.serve(WEEKLY, event(RECURRENCE_ID="20261119T150000Z", STATUS="CANCELLED"))
    await office.look(minutes=20)
    office.serve(WEEKLY)
    await office.look(minutes=20)
    said = await office.said()
    assert said[3].startswith("send  | ✅ **Call** on ")
    assert said[4] == f"edit Call | {F} · {R} · 1 h"
    await office.until(FIRST)
    assert f"send Call | 🟢 **Now**, started {R}" in await office.said()


async def test_changes_far_ahead_of_what_nobody_was_reminded_of_are_silent(office):
    office.serve(WEEKLY)
    await office.follow()
    office.serve(
        WEEKLY,
        event(RECURRENCE_ID="20261203T150000Z", STATUS="CANCELLED", start="20261203T150000Z"),
    )
    await office.look(minutes=20)
    assert await office.said() == []
    starts = [one.start for one in await office.dates() if not one.is_cancelled]
    assert FIRST + 14 * DAY not in starts


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty answer"),
        (b"<html><body>Sign in<input type=password></body></html>", "sign-in page"),
        (calendar(WEEKLY).encode()[:-30], "cut off"),
        (calendar().encode(), "5 of its 5 coming dates are gone"),
    ],
    ids=["empty", "a sign-in page", "cut off", "without meetings"],
)
async def test_a_body_that_cannot_be_right_is_held_and_the_old_dates_stay(office, body, why):
    office.serve(WEEKLY)
    await office.follow()
    office.answer(reply(body))
    await office.look(minutes=20)
    held = await office.calendar()
    assert why in held.held
    assert len(await office.dates()) == 5
    await office.until(FIRST - 15 * MINUTE)
    assert len(await office.said()) == 1
    office.serve(WEEKLY)
    await office.look(minutes=20)
    assert (await office.calendar()).held == ""


async def test_what_is_held_is_taken_on_a_persons_word(office):
    office.serve(WEEKLY)
    await office.follow()
    office.serve()
    await office.look(minutes=20)
    looked = await office.app.meetings.calendars.refresh(
        await office.calendar(), now=office.clock(), is_accepted=True
    )
    assert looked.is_changed
    assert await office.dates() == []


async def test_what_stays_the_same_for_a_day_is_believed(office):
    office.serve(WEEKLY)
    await office.follow()
    office.serve()
    await office.look(minutes=20)
    held = await office.calendar()
    async with office.app.database.writing() as connection:
        almost = replace(held, held_times=HELD_LOOKS - 1)
        await office.app.meetings.store.calendars.save_look(connection, almost)
    await office.look(minutes=20)
    assert (await office.calendar()).held
    await office.look(minutes=20)
    assert (await office.calendar()).held == ""
    assert await office.dates() == []


async def test_an_unreachable_server_is_asked_less_and_less_often(office):
    office.serve(WEEKLY)
    await office.follow()
    office.answer(reply(status=404))
    pauses = []
    for _ in range(8):
        office.clock.now = (await office.calendar()).next_check_at
        await office.look()
        failing = await office.calendar()
        pauses.append(failing.next_check_at - office.clock())
    assert failing.failures == 8
    assert timedelta(minutes=8) <= pauses[0] <= timedelta(minutes=12)
    assert pauses[-1] == timedelta(hours=6)
    assert len(await office.dates()) > 0


async def test_retry_after_is_respected(office):
    office.serve(WEEKLY)
    await office.follow()
    office.answer(reply(status=429, headers={"Retry-After": "7200"}))
    await office.look(minutes=20)
    waiting = await office.calendar()
    assert waiting.next_check_at >= office.clock() + timedelta(hours=2)


async def test_an_unchanged_meaning_writes_no_new_dates(office):
    office.serve(WEEKLY)
    first = await office.follow()
    office.serve(WEEKLY.replace("DTSTAMP:20261101", "DTSTAMP:20261102"))
    await office.look(minutes=20)
    again = await office.calendar()
    assert again.fingerprint == first.fingerprint
    assert again.loaded_at == first.loaded_at
    assert again.content_hash != first.content_hash


async def test_a_server_is_asked_only_for_changes(office):
    office.serve(WEEKLY, ETag='"1"')
    await office.follow()
    office.answer(reply(status=304, headers={"ETag": '"1"'}))
    await office.look(minutes=20)
    assert office.server.requests[-1].headers["if-none-match"] == '"1"'
    assert (await office.calendar()).error == ""


async def test_dates_come_nearer_without_a_change_of_the_feed(office):
    office.serve(WEEKLY, ETag='"1"')
    await office.follow()
    office.answer(reply(status=304))
    await office.app.meetings.looker.lay_out_old(office.clock())
    office.clock.now += 21 * DAY
    await office.app.meetings.looker.lay_out_old(office.clock())
    assert max(one.starts_at for one in await office.dates()) > START + 50 * DAY
    assert await office.said() == []


async def test_a_restart_posts_nothing_twice(tmp_path, database_url, server):
    url = "" if database_url.startswith("sqlite") else database_url
    clock = Clock()
    async with open_office(tmp_path, url, clock, server) as office:
        office.serve(WEEKLY)
        await office.follow()
        await office.until(FIRST - 15 * MINUTE)
        before = [row.key for row in await office.rows()]
    async with open_office(tmp_path, url, clock, server) as office:
        office.serve(WEEKLY.replace("DTSTAMP:20261101", "DTSTAMP:20261102"))
        await office.look(minutes=1)
        assert [row.key for row in await office.rows()] == before


async def test_whole_days_are_announced_in_the_morning_of_the_guild(office):
    office.serve("BEGIN:VEVENT\r\nUID:d\r\nDTSTART;VALUE=DATE:20261120\r\nSUMMARY:Sprint\r\nEND:VEVENT\r\n")
    await office.follow()
    await office.until(datetime(2026, 11, 20, 10, tzinfo=UTC), step=timedelta(minutes=30))
    (row,) = await office.rows()
    assert row.due_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert said_by(row) == "send Sprint | Friday, 20 November 2026"


async def test_what_is_announced_twice_by_a_calendar_is_announced_once(office):
    office.serve(event(uid="a"), event(uid="b"))
    await office.follow()
    await office.until(FIRST - timedelta(hours=23))
    assert len(await office.said()) == 1


async def test_for_whom_the_clocks_moved_is_said_on_the_first_card(office):
    weekly = "BEGIN:VEVENT\r\nUID:ny\r\nSUMMARY:Call\r\nDTSTART;TZID=America/New_York:20261001T100000\r\n"
    office.clock.now = datetime(2026, 10, 26, 12, tzinfo=UTC)
    office.serve(f"{weekly}DURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n")
    await office.follow(settings=CalendarSettings(zones=("Europe/Berlin", "Asia/Kolkata")))
    await office.until(datetime(2026, 10, 29, 13, 50, tzinfo=UTC), step=timedelta(hours=1))
    posts = [from_json(row.post) for row in await office.rows()]
    texts = ["\n".join(getattr(block, "markdown", "") for block in post.blocks) for post in posts]
    assert "10:00 in New York. **One hour earlier than last week** for Europe/Berlin" in texts[0]
    assert "Kolkata" not in texts[0]
    assert not any("earlier" in text for text in texts[1:])


async def test_roles_are_pinged_at_the_chosen_leads_and_never_by_an_edit(office):
    office.serve(WEEKLY)
    await office.follow(settings=CalendarSettings(pings=((timedelta(), 55),)))
    await office.until(FIRST + timedelta(hours=2))
    pings = [from_json(row.post).mention_roles for row in await office.rows()]
    assert pings == [(), (), (55,), ()]


async def test_cards_before_are_reduced_where_none_are_cleared_away(office):
    office.serve(WEEKLY)
    await office.follow(settings=CalendarSettings(clean_up=CleanUp.NONE))
    await office.until(FIRST)
    assert [said_by(row).split(" | ")[0] for row in await office.rows()] == [
        "send Call",
        "send Call",
        "edit ",
        "send Call",
        "edit ",
    ]


async def test_changed_wishes_plan_anew(office):
    office.serve(WEEKLY)
    followed = await office.follow()
    wished = replace(followed, channel_id=8, settings=CalendarSettings(leads=(timedelta(hours=1),)))
    await office.app.meetings.calendars.change(wished, now=office.clock())
    await office.until(FIRST - 10 * MINUTE)
    (row,) = await office.rows()
    assert (row.channel_id, row.due_at) == (8, FIRST - timedelta(hours=1))


async def test_unfollowing_takes_the_reminders_along(office):
    office.serve(WEEKLY)
    followed = await office.follow()
    await office.app.meetings.calendars.unfollow(followed)
    await office.until(FIRST)
    assert await office.rows() == []


async def test_a_calendar_that_gives_another_identity_keeps_its_cards(office):
    office.serve(WEEKLY)
    await office.follow()
    await office.until(FIRST - 20 * timedelta(hours=1))
    office.serve(event(uid="call@elsewhere", RRULE="FREQ=WEEKLY"))
    await office.look(minutes=20)
    said = await office.said()
    assert said == [f"send Call | {F} · {R} · 1 h", f"edit Call | {F} · {R} · 1 h"]
    await office.until(FIRST)
    assert [said_by(row).split()[0] for row in await office.rows()] == ["send", "edit", "send", "send"]


async def test_a_calendar_that_moved_within_its_server_is_asked_there(office):
    office.serve(WEEKLY)
    await office.follow()
    office.answer(redirect("/secret-new/group.ics", 301))
    new = reply(calendar(event(RRULE="FREQ=DAILY;COUNT=3")).encode())
    office.server.answers("/secret-new/group.ics", new)
    for _ in range(3):
        await office.look(hours=12)
    assert (await office.calendar()).move.is_settled
    asked = len(office.server.requests)
    await office.look(hours=1)
    assert [each.path for each in office.server.requests[asked:]] == ["/secret-new/group.ics"]
    assert "↪️" not in listed(await office.calendar())
    office.server.answers("/secret-new/group.ics", reply(status=404))
    await office.look(hours=1)
    assert ((await office.calendar()).move, bool((await office.calendar()).error)) == (None, True)
    office.serve(WEEKLY)
    await office.look(hours=1)
    assert ((await office.calendar()).error, office.server.requests[-1].path) == ("", office.path)


async def test_a_calendar_that_moved_to_another_server_is_told_without_its_address(office):
    office.serve(WEEKLY)
    await office.follow()
    async with LoopbackServer() as other:
        other.answers("/secret-new/group.ics", reply(calendar(WEEKLY).encode()))
        office.answer(redirect(other.url("/secret-new/group.ics"), 308))
        for _ in range(4):
            assert "↪️" not in listed(await office.calendar())
            await office.look(hours=9)
    told = listed(await office.calendar())
    assert f"has moved to 127.0.0.1:{other.port} for good" in told
    assert "secret" not in told
    assert office.server.requests[-1].path == office.path


def listed(followed):
    return render_list(load_texts(), [followed]).blocks[0].markdown
