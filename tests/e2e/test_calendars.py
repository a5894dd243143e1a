"""Calendars as managers follow them, and reminders as members see them."""

from datetime import timedelta

import pytest

from tests.e2e.calendars import event, pass_time, posted, serve, tick
from tests.e2e.seen import Seen
from tests.e2e.stage import Stage, make_stage
from tests.loopback_http import reply

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
JITSI = "https://meet.jit.si/Harbour"


def call(stage: Stage, in_hours: float = 30, **lines: str) -> str:
    start = (stage.world.clock.now + timedelta(hours=in_hours)).replace(microsecond=0)
    return event("Weekly *call*", start, uid="call", rule="FREQ=WEEKLY", **{"LOCATION": JITSI, **lines})


async def follow(stage: Stage, *events: str, **options: object) -> Seen:
    return await stage.told("calendar follow", url=serve(stage, *events), **options)


async def panel(stage: Stage) -> object:
    return await stage.run("calendar settings", calendar=await number(stage))


async def number(stage: Stage) -> str:
    offered = await stage.choices("calendar preview", "calendar", "", by=stage.manager)
    return next(iter(offered.values()))


async def test_following_needs_only_the_address_and_answers_with_a_preview(stage: Stage) -> None:
    shown = await follow(stage, call(stage))
    assert shown.is_private
    assert "Harbour calls" in shown.text
    assert f"Followed. Reminders go to <#{stage.general.id}>: 1 d, 15 min, start." in shown.text
    assert shown.text.count("Weekly \\*call\\*") == 5
    assert "Jitsi" in shown.text
    assert "private-9f2c" not in shown.text
    assert posted(stage) == []


@pytest.mark.parametrize(
    "url", ["", "calendar", "ftp://example.org/a.ics", "https://", "javascript:alert(1)"]
)
async def test_what_is_no_address_is_refused_with_what_to_do(stage: Stage, url: str) -> None:
    shown = await stage.told("calendar follow", url=url)
    assert "That is no address of a calendar." in shown.text


async def test_what_is_no_calendar_is_refused_and_nothing_kept(stage: Stage) -> None:
    url = serve(stage)
    stage.world.server.answers(f"/{stage.id}/private-9f2c/group.ics", reply(b"<!doctype html><p>Hello"))
    shown = await stage.told("calendar follow", url=url)
    assert "This is a web page, not a calendar." in shown.text
    assert "private-9f2c" not in shown.text
    assert "No calendar is followed here yet." in (await stage.told("calendar list")).text


async def test_every_problem_is_told_in_the_preview(stage: Stage) -> None:
    secondly = event("Bomb", stage.world.clock.now, rule="FREQ=SECONDLY")
    shown = await follow(stage, call(stage), secondly)
    assert "⚠️ Bomb" in shown.text
    again = await stage.told("calendar preview", calendar=await number(stage))
    assert "⚠️ Bomb" in again.text


async def test_members_may_not_press_what_a_panel_shows(stage: Stage) -> None:
    await follow(stage, call(stage))
    shown = await stage.press(await panel(stage), "Passcode hidden", by=stage.manager)
    stale = stage.world.seen(shown).control("Passcode shown").custom_id
    planted = stage.plant(stale)
    refused = stage.world.seen(await stage.ada.click(planted, custom_id=stale))
    assert refused.is_private
    assert "Manage Server" in refused.text


async def test_a_calendar_is_found_by_its_name_too(stage: Stage) -> None:
    await follow(stage, call(stage), name="Harbour *calls*")
    for typed in ("Harbour *calls*", " harbour  *CALLS* "):
        assert "Weekly \\*call\\*" in (await stage.told("calendar preview", calendar=typed)).text
    assert (
        "There is no such calendar here." in (await stage.told("calendar preview", calendar="Harbour")).text
    )


async def test_another_guilds_calendar_is_not_found(stage: Stage) -> None:
    await follow(stage, call(stage))
    elsewhere = make_stage(stage.world)
    for command in ("preview", "refresh", "unfollow", "settings"):
        shown = await elsewhere.told(f"calendar {command}", calendar=await number(stage))
        assert "There is no such calendar here." in shown.text


async def test_a_card_lives_from_the_day_before_to_the_end(stage: Stage) -> None:
    await follow(
        stage, call(stage, DESCRIPTION="Agenda: https://pad.example.org/a\\n1. Bridge demo\\n2. @everyone")
    )
    await pass_time(stage, 6 * HOUR + MINUTE, step=HOUR)
    (card,) = posted(stage)
    assert "Weekly \\*call\\*" in card.text
    assert ":F>" in card.text
    assert ":R>" in card.text
    assert "[Agenda](https://pad.example.org/a)" in card.text
    assert "Bridge demo" in card.text
    assert "@everyone" not in card.text
    assert card.labels == ["Join", "I'll be there", "Maybe", "Can't", "Add to calendar", "Remind me"]
    assert card.control("Join").url == JITSI
    assert card.pinged == ()
    await pass_time(stage, 24 * HOUR - 15 * MINUTE, step=HOUR)
    (quarter,) = posted(stage)
    assert quarter.id != card.id
    await pass_time(stage, 16 * MINUTE)
    (start,) = posted(stage)
    assert "🟢 **Now**, started" in start.text
    assert start.id != quarter.id
    await pass_time(stage, HOUR)
    (over,) = posted(stage)
    assert over.id == start.id
    assert "Over. It was on" in over.text
    assert over.labels == []


async def test_a_move_is_told_once_in_answer_to_the_card(stage: Stage) -> None:
    await follow(stage, call(stage))
    await pass_time(stage, 7 * HOUR, step=HOUR)
    (card,) = posted(stage)
    serve(stage, call(stage, in_hours=24))
    await pass_time(stage, 20 * MINUTE)
    moved, notice = posted(stage)
    assert moved.id == card.id
    assert moved.text != card.text
    assert "🕑 **Weekly \\*call\\*** moved:" in notice.text
    assert notice.pinged == ()


async def test_a_cancelled_meeting_is_struck(stage: Stage) -> None:
    start = (stage.world.clock.now + 30 * HOUR).replace(microsecond=0)
    await follow(stage, call(stage))
    await pass_time(stage, 7 * HOUR, step=HOUR)
    off = event(
        "Weekly *call*", start, uid="call", STATUS="CANCELLED", RECURRENCE_ID=f"{start:%Y%m%dT%H%M%SZ}"
    )
    serve(stage, event("Weekly *call*", start, uid="call", rule="FREQ=WEEKLY", LOCATION=JITSI), off)
    await pass_time(stage, 20 * MINUTE)
    card, notice = posted(stage)
    assert "~~Weekly \\*call\\*~~" in card.text
    assert card.labels == []
    assert "is cancelled" in notice.text
    await pass_time(stage, 26 * HOUR, step=HOUR)
    assert len(posted(stage)) == 2


async def test_a_held_calendar_is_shown_told_and_taken_on_a_word(stage: Stage) -> None:
    await follow(stage, call(stage))
    serve(stage)
    shown = await stage.run("calendar refresh", calendar=await number(stage))
    held = stage.world.seen(shown)
    assert "5 of its 5 coming dates are gone" in held.text
    status = await stage.told("status")
    assert "Calendar “Harbour calls”" in status.text
    assert "not believed" in status.text
    taken = stage.world.seen(await stage.press(shown, "Believe it all the same", by=stage.manager))
    assert "The calendar has changed; 0 dates" in taken.text


async def test_what_cannot_be_read_later_is_told_with_what_is_held_and_cannot_be_taken(stage: Stage) -> None:
    url = serve(stage, call(stage))
    await stage.run("calendar follow", url=url)
    path = url[url.index("/", 8) :]
    stage.world.server.answers(path, reply(b"<html><title>Sign in</title></html>"))
    held = await stage.told("calendar refresh")
    assert "What came last cannot be used" in held.text
    assert "take it all the same" not in held.text
    assert held.labels == []
    stage.world.server.answers(path, reply(b"", status=401))
    failing = await stage.told("calendar refresh")
    assert "wants a login (401)" in failing.text
    assert "What came last cannot be used" in failing.text
    assert "private-9f2c" not in failing.text


async def test_two_calendars_of_one_name_are_told_apart(stage: Stage) -> None:
    for name, channel in (("a.ics", stage.general), ("b.ics", stage.help)):
        await stage.run("calendar follow", url=serve(stage, call(stage), name=name), channel=channel)
    await stage.run("calendar follow", url=serve(stage, call(stage), name="c.ics"), name="Other")
    offered = await stage.choices("calendar preview", "calendar", "", by=stage.manager)
    assert [name.partition(" (")[0] for name in offered] == [
        "Harbour calls · #general",
        "Harbour calls · #help",
        "Other",
    ]


async def test_a_restart_between_leads_posts_nothing_twice(stage: Stage) -> None:
    await follow(stage, call(stage))
    await pass_time(stage, 7 * HOUR, step=HOUR)
    before = posted(stage)
    await stage.world.restart()
    await tick(stage)
    assert posted(stage) == before


async def test_after_a_downtime_the_start_is_told_late_and_the_rest_is_dropped(stage: Stage) -> None:
    await follow(stage, call(stage))
    stage.world.clock.forward(hours=30, minutes=10)
    await stage.world.restart()
    await tick(stage)
    (card,) = posted(stage)
    assert "🟢 **Now**, started" in card.text


async def test_the_panel_changes_what_it_says(stage: Stage) -> None:
    await follow(stage, call(stage))
    shown = await panel(stage)
    form = await stage.press(shown, "Times and zones", by=stage.manager)
    values = {"leads": "1 hour, start", "pings": "", "zones": "Berlin, Asia/Kolkata"}
    changed = stage.world.seen(await stage.manager.submit_modal(form, values))
    assert "**Reminders:** 1 h, start" in changed.text
    assert "Europe/Berlin, Asia/Kolkata" in changed.text
    await pass_time(stage, 28 * HOUR, step=HOUR)
    assert posted(stage) == []
    await pass_time(stage, HOUR + MINUTE)
    assert len(posted(stage)) == 1


async def test_the_panel_refuses_what_it_cannot_read(stage: Stage) -> None:
    await follow(stage, call(stage))
    shown = await panel(stage)
    for values in (
        {"leads": "soon", "pings": "", "zones": ""},
        {"leads": "start", "pings": "1h", "zones": ""},
        {"leads": "start", "pings": "start", "zones": ""},
        {"leads": "start", "pings": "", "zones": "Atlantis"},
    ):
        form = await stage.press(shown, "Times and zones", by=stage.manager)
        refused = stage.world.seen(await stage.manager.submit_modal(form, values))
        assert refused.is_private
        assert "Reminders:" not in refused.text


async def test_what_the_bot_lacks_in_the_channel_is_named_at_once(stage: Stage) -> None:
    channel = stage.world.app.client.get_channel(stage.general.id)
    await channel.set_permissions(channel.guild.me, send_messages=False)
    assert "I lack there: **Send Messages**" in (await follow(stage, call(stage))).text
    seen = stage.world.seen(await panel(stage))
    assert "I lack there: **Send Messages**" in seen.text


async def test_switches_say_how_they_stand(stage: Stage) -> None:
    await follow(stage, call(stage))
    shown = await panel(stage)
    for label, after in (
        ("Events tab: off", "Events tab: on"),
        ("Weekly post: off", "Weekly post: on"),
        ("Passcode hidden", "Passcode shown"),
        ("Passcode shown", "Passcode hidden"),
    ):
        shown = await stage.press(shown, label, by=stage.manager)
        assert after in stage.world.seen(shown).labels


async def test_unfollowing_ends_the_reminders(stage: Stage) -> None:
    await follow(stage, call(stage))
    shown = await stage.told("calendar unfollow", calendar=await number(stage))
    assert "**Harbour calls** is not followed any more." in shown.text
    await pass_time(stage, 31 * HOUR, step=HOUR)
    assert posted(stage) == []


@pytest.mark.parametrize(
    ("how", "left", "count"),
    [("previous", ["Over."], 1), ("all", [], 0), ("none", ["the newer card is below", "Over."], 3)],
)
async def test_old_cards_are_cleaned_up_as_is_wanted(
    stage: Stage, how: str, left: list[str], count: int
) -> None:
    await follow(stage, call(stage))
    shown = await panel(stage)
    picker = next(each for each in stage.world.seen(shown).controls if each.label.startswith("Old cards:"))
    await stage.manager.select(shown.response, [how], custom_id=picker.custom_id)
    await pass_time(stage, 6 * HOUR + MINUTE, step=HOUR)
    await pass_time(stage, 24 * HOUR - 15 * MINUTE, step=3 * HOUR)
    await pass_time(stage, 16 * MINUTE)
    await pass_time(stage, HOUR, step=HOUR)
    texts = [seen.text for seen in posted(stage)]
    assert [any(words in text for words in left) for text in texts] == [True] * count


async def test_every_control_of_the_panels_works_after_a_restart(stage: Stage) -> None:
    await follow(stage, call(stage))
    panels = [
        await panel(stage),
        await stage.run("meeting settings"),
        await stage.run("meeting settings", meeting=r"Weekly *call*"),
    ]
    await stage.world.restart()
    for shown in panels:
        seen = stage.world.seen(shown)
        # Muting comes last: what is muted has no date to skip.
        for control in sorted(seen.controls, key=lambda each: ":mute" in each.custom_id):
            picks = [value for _, value in control.options[:1]]
            if not picks and "role" in control.label.lower():
                picks = [stage.editors]
            elif not picks and "channel" in control.custom_id:
                picks = [stage.general]
            if picks:
                done = await stage.manager.select(shown.response, picks, custom_id=control.custom_id)
            else:
                done = await stage.manager.click(shown.response, custom_id=control.custom_id)
            assert done.modal is not None or seen.text.splitlines()[0] in stage.world.seen(done).text
