"""`/meeting settings meeting:`: one meeting set otherwise than its calendar; muted; one date skipped."""

from datetime import timedelta

import pytest

from tests.e2e.calendars import event, pass_time, serve, tick
from tests.e2e.seen import Seen
from tests.e2e.stage import Stage
from tests.e2e.world import Shown

ROLE = "Role to ping: none. Pick one"


@pytest.fixture(autouse=True)
def same_time(world):
    """Leave the clock as it was."""
    before = world.clock.now
    yield
    world.clock.now = before


def weekly(stage: Stage, title: str, hours: int, **lines: str) -> str:
    return event(title, stage.world.clock.now + timedelta(hours=hours), rule="FREQ=WEEKLY;COUNT=4", **lines)


async def follow(stage: Stage, *events: str) -> None:
    await stage.run("calendar follow", url=serve(stage, *events))


async def open_panel(stage: Stage, title: str) -> Shown:
    return await stage.run("meeting settings", meeting=title)


async def pressed(stage: Stage, shown: Shown, label: str) -> Seen:
    return stage.world.seen(await stage.press(shown, label, by=stage.manager))


async def picked(stage: Stage, shown: Shown, label: str, *what: object) -> Seen:
    custom_id = stage.world.seen(shown).control(label).custom_id
    return stage.world.seen(await stage.manager.select(shown.response, list(what), custom_id=custom_id))


async def typed(stage: Stage, shown: Shown, leads: str, pings: str = "") -> Seen:
    form = await stage.press(shown, "Reminders", by=stage.manager)
    return stage.world.seen(await stage.manager.submit_modal(form, {"leads": leads, "pings": pings}))


def cards(stage: Stage, title: str) -> list[Seen]:
    return [seen for seen in stage.public() if title in seen.text]


async def test_one_meeting_is_reminded_of_otherwise_than_its_calendar(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30), weekly(stage, "Tide tables", 30))
    panel = await open_panel(stage, "Harbour call")
    seen = stage.world.seen(panel)
    assert seen.is_private
    assert "What is not set here is as for Harbour calls." in seen.text
    assert "**Reminders:** 1 d, 15 min, start" in seen.text
    assert "set for this meeting" not in seen.text
    assert "**Reminders:** 2 h · *set for this meeting*" in (await typed(stage, panel, "2h")).text
    await pass_time(stage, timedelta(hours=7), step=timedelta(hours=1))
    assert [len(cards(stage, title)) for title in ("Harbour call", "Tide tables")] == [0, 1]
    await pass_time(stage, timedelta(hours=22), step=timedelta(hours=1))
    assert len(cards(stage, "Harbour call")) == 1
    assert "**Reminders:** 1 d, 15 min, start" in (await pressed(stage, panel, "As the calendar")).text
    wrong = await typed(stage, panel, "now and then")
    assert "I could not read those times." in wrong.text


async def test_one_meeting_goes_to_a_channel_of_its_own(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30), weekly(stage, "Tide tables", 30))
    panel = await open_panel(stage, "Harbour call")
    seen = await picked(stage, panel, "Where reminders go", stage.help)
    assert f"**Channel:** {stage.help.mention} · *set for this meeting*" in seen.text
    await pass_time(stage, timedelta(hours=7), step=timedelta(hours=1))
    assert [len(cards(stage, title)) for title in ("Harbour call", "Tide tables")] == [0, 1]
    (card,) = stage.world.env.backend.messages[stage.help.id].values()
    assert card.author_id == stage.world.env.backend.bot_user.id


async def test_a_role_is_pinged_once_and_stands_on_the_card_when_it_is_edited(stage: Stage) -> None:
    role = stage.guild.create_role("Callers", mentionable=True)
    await follow(stage, weekly(stage, "Harbour call", 30))
    panel = await open_panel(stage, "Harbour call")
    assert f"**Pings** {role.mention} at: start" in (await picked(stage, panel, ROLE, role)).text
    await typed(stage, panel, "24h, start", "start")
    await pass_time(stage, timedelta(hours=6), step=timedelta(hours=6))
    (early,) = cards(stage, "Harbour call")
    assert role.mention not in early.text
    stage.world.clock.now += timedelta(hours=24)
    await tick(stage)
    (card,) = cards(stage, "Harbour call")
    assert (card.pinged, role.mention in card.text) == ((role.id,), True)
    message = stage.general.last_message
    await stage.world.env.settle()
    custom_id = card.control("I'll be there").custom_id
    await stage.ada.click(message, custom_id=custom_id)
    await tick(stage)
    (edited,) = cards(stage, "Harbour call")
    assert "**Going** 1" in edited.text
    assert role.mention in edited.text
    assert edited.id == card.id


async def test_the_passcode_of_one_meeting_appears_and_goes_on_the_card_that_is_out(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30, DESCRIPTION="Passcode: 482913"))
    await pass_time(stage, timedelta(hours=6), step=timedelta(hours=6))
    panel = await open_panel(stage, "Harbour call")
    assert "482913" not in cards(stage, "Harbour call")[0].text
    assert "**Passcode** on the card" in (await pressed(stage, panel, "Passcode hidden")).text
    await tick(stage)
    assert "`482913`" in cards(stage, "Harbour call")[0].text
    await pressed(stage, panel, "Passcode shown")
    await tick(stage)
    assert "482913" not in cards(stage, "Harbour call")[0].text


async def test_a_muted_meeting_posts_nothing_and_stands_in_lists(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30), weekly(stage, "Tide tables", 30))
    await pass_time(stage, timedelta(hours=6), step=timedelta(hours=6))
    panel = await open_panel(stage, "Harbour call")
    assert "**Muted.**" in (await pressed(stage, panel, "Mute")).text
    await tick(stage)
    assert [len(cards(stage, title)) for title in ("Harbour call", "Tide tables")] == [0, 1]
    await follow_again(stage, weekly(stage, "Harbour call", 25), weekly(stage, "Tide tables", 24))
    await pass_time(stage, timedelta(hours=24), step=timedelta(hours=4))
    assert cards(stage, "Harbour call") == []
    assert cards(stage, "Tide tables") != []
    assert "Harbour call" in (await stage.told("meeting list", span="month")).text
    await pressed(stage, await open_panel(stage, "Harbour call"), "Muted")
    await pass_time(stage, timedelta(days=6, hours=8), step=timedelta(hours=8))
    assert len(cards(stage, "Harbour call")) == 1


async def follow_again(stage: Stage, *events: str) -> None:
    """Let the calendar say something else, and look at it."""
    serve(stage, *events)
    await stage.run("calendar refresh")


async def test_a_date_of_a_followed_calendar_is_skipped_and_announced_after_all(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30))
    first, second, *_ = (await stage.choices("meeting skip", "meeting", "harbour", by=stage.manager)).values()
    skipped = await stage.run("meeting skip", meeting=first)
    assert "Skipped: nothing is posted of **Harbour call**" in stage.world.seen(skipped).text
    await pass_time(stage, timedelta(hours=31), step=timedelta(hours=1))
    assert cards(stage, "Harbour call") == []
    undone = await stage.run("meeting skip", meeting=second)
    assert "is announced after all" in (await pressed(stage, undone, "Undo")).text
    await pass_time(stage, timedelta(days=7), step=timedelta(hours=6))
    assert len(cards(stage, "Harbour call")) == 1


async def test_a_followed_meeting_is_changed_in_its_calendar(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30))
    for command, options in (("meeting cancel", {}), ("meeting edit", {"title": "Other"})):
        told = await stage.told(command, meeting="Harbour call", **options)
        assert "That meeting comes from a followed calendar" in told.text
    assert "There is no such meeting ahead." in (await stage.told("meeting cancel", meeting="Moon")).text


async def test_a_panel_is_for_managers_of_this_guild(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30))
    panel = await open_panel(stage, "Harbour call")
    stage.plant(stage.world.seen(panel).control("Mute").custom_id)
    refused = await stage.press(stage.general.last_message, "Old", by=stage.ada)
    assert "Manage Server" in stage.world.seen(refused).text
    assert "**Muted.**" not in stage.world.seen(await open_panel(stage, "Harbour call")).text


async def test_the_role_that_remind_me_gives_is_picked_for_a_calendar(stage: Stage) -> None:
    await follow(stage, weekly(stage, "Harbour call", 30))
    calendar, *_ = await stage.world.app.meetings.calendars.list_calendars(stage.id)
    panel = await stage.run("calendar settings", calendar=str(calendar.id))
    assert "**Remind me** gives a private note." in stage.world.seen(panel).text
    label = "Remind me gives the role … (none: a private note)"
    seen = await picked(stage, panel, label, stage.editors)
    assert f"**Remind me** gives {stage.editors.mention}." in seen.text


async def test_a_meeting_made_here_is_set_as_well(stage: Stage) -> None:
    preview = await stage.run("meeting add", title="Quay call", when="every day 15:00 UTC")
    await stage.press(preview, "Confirm", by=stage.manager)
    panel = await open_panel(stage, "Quay call")
    seen = stage.world.seen(panel)
    assert f"What is not set here is as for {stage.general.mention}." in seen.text
    assert "Skip this date" not in seen.labels
    assert "*set for this meeting*" in (await typed(stage, panel, "start")).text
    await pass_time(stage, timedelta(hours=3, minutes=10), step=timedelta(minutes=25))
    assert len(cards(stage, "Quay call")) == 1
