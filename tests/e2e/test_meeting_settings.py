"""`/meeting settings`: what holds for every calendar, "this week", the Events tab."""

from datetime import timedelta

import discord
import pytest

from tests.e2e.calendars import event, serve
from tests.e2e.seen import Seen
from tests.e2e.stage import Stage
from tests.e2e.world import Shown

MONDAY = 1767600000  # 5 January 2026, 08:00 UTC
TUESDAY = 1767711600  # 6 January 2026, 15:00 UTC


@pytest.fixture(autouse=True)
def same_time(world):
    """Leave the clock as it was."""
    before = world.clock.now
    yield
    world.clock.now = before


async def make(stage: Stage, **options: str) -> None:
    given = {"title": "Harbour call", "when": "every Tuesday 15:00 UTC", **options}
    preview = await stage.run("meeting add", **given)
    await stage.press(preview, "Confirm", by=stage.manager)


async def pressed(stage: Stage, shown: Shown, label: str) -> Seen:
    return stage.world.seen(await stage.press(shown, label, by=stage.manager))


async def picked(stage: Stage, shown: Shown, label: str, *what: object) -> Seen:
    custom_id = stage.world.seen(shown).control(label).custom_id
    return stage.world.seen(await stage.manager.select(shown.response, list(what), custom_id=custom_id))


async def post_week(stage: Stage) -> list[Seen]:
    """Do what is due now; return what was posted of this week."""
    app = stage.world.app
    await app.boards.weekly.post_due(stage.world.clock.now)
    async with app.delivery.dispatcher:
        await app.delivery.dispatcher.until_idle()
    return [seen for seen in stage.public() if "This week" in seen.text]


async def keep_events(stage: Stage) -> list[discord.ScheduledEvent]:
    app = stage.world.app
    await app.boards.events.keep(stage.world.clock.now)
    return sorted(await guild(stage).fetch_scheduled_events(), key=lambda event: event.start_time)


def guild(stage: Stage) -> discord.Guild:
    return stage.world.app.client.get_guild(stage.id)


async def take_right(stage: Stage, name: str) -> None:
    """Take a right of the whole server from the bot."""
    me = guild(stage).me
    rights = discord.Permissions(me.guild_permissions.value)
    setattr(rights, name, False)
    (role,) = (role for role in me.roles if role.managed)
    stage.world.env.backend.edit_role(stage.id, role.id, {"permissions": rights.value})
    await stage.world.env.settle()


async def test_the_panel_shows_what_usually_holds(stage: Stage) -> None:
    seen = await stage.told("meeting settings")
    assert seen.is_private
    assert "**Meetings made here** are announced in the channel in which they are made." in seen.text
    assert "**Remind me** gives a private note." in seen.text
    assert "**This week:** off." in seen.text
    assert "**Events tab:** off." in seen.text


async def test_new_meetings_are_announced_in_the_channel_that_is_picked(stage: Stage) -> None:
    panel = await stage.run("meeting settings")
    seen = await picked(stage, panel, "Announce new meetings in … (none: where they are made)", stage.help)
    assert f"are announced in {stage.help.mention}." in seen.text
    preview = await stage.run("meeting add", title="Call", when="tomorrow 15:00 UTC")
    assert f"Reminders go to {stage.help.mention}." in (await pressed(stage, preview, "Confirm")).text


async def test_a_role_that_cannot_be_given_is_named_at_once(stage: Stage) -> None:
    await take_right(stage, "manage_roles")
    panel = await stage.run("meeting settings")
    label = "Remind me gives the role … (none: a private note)"
    seen = await picked(stage, panel, label, stage.editors)
    assert f"**Remind me** gives {stage.editors.mention}." in seen.text
    assert f"I may not give {stage.editors.mention}. It needs **Manage Roles**" in seen.text
    everyone = await picked(stage, panel, label, stage.guild.default_role)
    assert "role" in everyone.text
    assert f"**Remind me** gives {stage.editors.mention}." in (await stage.told("meeting settings")).text


async def test_remind_me_gives_the_role_and_takes_it_back(stage: Stage) -> None:
    role = stage.guild.create_role("Harbour reminders")
    panel = await stage.run("meeting settings")
    await picked(stage, panel, "Remind me gives the role … (none: a private note)", role)
    await make(stage)
    card = await stage.run("meeting next", by=stage.ada)
    given = stage.world.seen(await stage.press(card, "Remind me"))
    assert given.text.startswith(f"You have {role.mention} now")
    assert given.pinged == ()
    member = guild(stage).get_member(stage.ada.id) or await guild(stage).fetch_member(stage.ada.id)
    assert role.id in [each.id for each in member.roles]
    taken = stage.world.seen(await stage.press(card, "Remind me"))
    assert taken.text.startswith(f"You do not have {role.mention} any more")
    await take_right(stage, "manage_roles")
    refused = stage.world.seen(await stage.press(card, "Remind me"))
    assert "It needs **Manage Roles**" in refused.text


async def test_reminders_and_zones_hold_for_calendars_that_are_there(stage: Stage) -> None:
    await make(stage)
    panel = await stage.run("meeting settings")
    form = await stage.press(panel, "Reminders, zones …", by=stage.manager)
    await stage.manager.submit_modal(form, {"leads": "2 h, start", "zones": "Berlin, Asia/Kolkata"})
    calendar, *_ = await stage.world.app.meetings.calendars.list_calendars(stage.id)
    assert calendar.settings.leads == (timedelta(hours=2), timedelta())
    assert calendar.settings.zones == ("Europe/Berlin", "Asia/Kolkata")
    form = await stage.press(panel, "Reminders, zones …", by=stage.manager)
    wrong = await stage.manager.submit_modal(form, {"leads": "now and then", "zones": ""})
    assert stage.world.seen(wrong).is_private
    form = await stage.press(panel, "Reminders, zones …", by=stage.manager)
    wrong = await stage.manager.submit_modal(form, {"leads": "1 h", "zones": "Nowhere"})
    assert "Nowhere" in stage.world.seen(wrong).text
    calendar, *_ = await stage.world.app.meetings.calendars.list_calendars(stage.id)
    assert calendar.settings.leads == (timedelta(hours=2), timedelta())


async def test_a_calendar_that_is_followed_later_begins_as_is_usual(stage: Stage) -> None:
    panel = await stage.run("meeting settings")
    form = await stage.press(panel, "Reminders, zones …", by=stage.manager)
    await stage.manager.submit_modal(form, {"leads": "2 h", "zones": ""})
    start = stage.world.clock.now + timedelta(days=2)
    await stage.run("calendar follow", url=serve(stage, event("Tide tables", start)))
    (calendar,) = await stage.world.app.meetings.calendars.list_calendars(stage.id)
    assert calendar.settings.leads == (timedelta(hours=2),)


async def test_followed_and_made_meetings_stand_in_one_list(stage: Stage) -> None:
    start = stage.world.clock.now + timedelta(days=2)
    await stage.run("calendar follow", url=serve(stage, event("Tide tables", start)))
    await make(stage)
    lines = (await stage.told("meeting list", by=stage.ada)).text.splitlines()
    assert lines[-2:] == [
        f"- <t:{int(start.timestamp())}:F> · **Tide tables** · Harbour calls",
        f"- <t:{TUESDAY}:F> · **Harbour call**",
    ]
    assert (
        "That meeting comes from a followed calendar"
        in (await stage.told("meeting cancel", meeting="Tide tables")).text
    )


async def test_this_week_is_posted_once_on_monday_morning(stage: Stage) -> None:
    await make(stage)
    panel = await stage.run("meeting settings")
    assert "**This week:** on." in (await pressed(stage, panel, "Weekly post: off")).text
    clock = stage.world.clock
    clock.now += timedelta(days=3, hours=19, minutes=59)
    assert await post_week(stage) == []
    clock.now += timedelta(minutes=1)
    (post,) = await post_week(stage)
    assert f"- <t:{TUESDAY}:F> · **Harbour call**" in post.text
    assert post.pinged == ()
    assert len(await post_week(stage)) == 1
    clock.now += timedelta(days=7)
    assert len(await post_week(stage)) == 2


async def test_an_empty_week_is_not_posted(stage: Stage) -> None:
    await make(stage, when="every Tuesday 15:00 UTC starting 13 January 2026")
    panel = await stage.run("meeting settings")
    await pressed(stage, panel, "Weekly post: off")
    stage.world.clock.now += timedelta(days=3, hours=20)
    assert await post_week(stage) == []


async def test_this_week_is_not_posted_half_a_day_late(stage: Stage) -> None:
    await make(stage)
    panel = await stage.run("meeting settings")
    await pressed(stage, panel, "Weekly post: off")
    stage.world.clock.now += timedelta(days=4, hours=2, minutes=1)
    assert await post_week(stage) == []


async def test_the_events_tab_needs_a_permission_that_is_named(stage: Stage) -> None:
    await take_right(stage, "create_events")
    await make(stage)
    panel = await stage.run("meeting settings")
    seen = await pressed(stage, panel, "Events tab: off")
    assert "needs **Create Events** for me" in seen.text
    assert await keep_events(stage) == []


async def test_both_panels_name_all_that_the_events_tab_needs(stage: Stage) -> None:
    await stage.told("calendar follow", url=serve(stage, event("Call", stage.world.clock.now)))
    await stage.press(await stage.run("meeting settings"), "Events tab: off", by=stage.manager)

    async def read() -> list[str]:
        panels = (("meeting settings", {}), ("calendar settings", {"calendar": "Harbour calls"}))
        told = [(await stage.told(command, **options)).text for command, options in panels]
        return [text.partition("The Events tab needs ")[2].partition(" for me")[0] for text in told]

    assert await read() == ["", ""]
    await take_right(stage, "manage_events")
    assert await read() == ["**Manage Events**"] * 2
    await take_right(stage, "create_events")
    assert await read() == ["**Create Events**, **Manage Events**"] * 2


async def test_events_follow_the_dates(stage: Stage) -> None:
    await make(stage, link="https://meet.example.org/harbour")
    panel = await stage.run("meeting settings")
    assert "**Create Events**" not in (await pressed(stage, panel, "Events tab: off")).text
    by_hand = await guild(stage).create_scheduled_event(
        name="Picnic",
        start_time=stage.world.clock.now + timedelta(days=2),
        end_time=stage.world.clock.now + timedelta(days=2, hours=1),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="Park",
    )
    events = await keep_events(stage)
    assert [(each.name, each.location) for each in events] == [
        ("Picnic", "Park"),
        ("Harbour call", "https://meet.example.org/harbour"),
    ]
    assert int(events[1].start_time.timestamp()) == TUESDAY
    assert [each.id for each in await keep_events(stage)] == [each.id for each in events]
    first, *_ = (await stage.choices("meeting edit", "meeting", "", by=stage.manager)).values()
    preview = await stage.run("meeting edit", meeting=first, when="7 January 11:00")
    await stage.press(preview, "Only this date", by=stage.manager)
    moved = await keep_events(stage)
    assert [each.id for each in moved] == [each.id for each in events]
    assert int(moved[1].start_time.timestamp()) == TUESDAY + 20 * 3600
    await stage.run("meeting skip", meeting=first)
    assert [each.id for each in await keep_events(stage)] == [by_hand.id]


async def test_what_changes_is_in_the_tab_before_its_turn(stage: Stage) -> None:
    tab, clock = stage.world.app.boards.events, stage.world.clock
    assert await keep_events(stage) == []
    await make(stage)

    async def seen() -> list[str]:
        await tab.keep_touched(clock.now)
        return sorted(each.name for each in await guild(stage).fetch_scheduled_events())

    assert await seen() == []
    panel = await stage.run("meeting settings")
    await pressed(stage, panel, "Events tab: off")
    assert await seen() == ["Harbour call"]
    first, *_ = (await stage.choices("meeting edit", "meeting", "", by=stage.manager)).values()
    preview = await stage.run("meeting edit", meeting=first, title="Quay call")
    await stage.press(preview, "The whole series", by=stage.manager)
    assert await seen() == ["Quay call"]
    (event,) = await guild(stage).fetch_scheduled_events()
    await event.delete()
    assert await seen() == [], "nothing changed, so it waits for the turn of all"
    assert len(await keep_events(stage)) == 1
    await pressed(stage, panel, "Events tab: on")
    assert await seen() == []


async def test_events_go_when_no_calendar_wants_them_any_more(stage: Stage) -> None:
    await make(stage, when="every day 15:00 UTC")
    panel = await stage.run("meeting settings")
    await pressed(stage, panel, "Events tab: off")
    assert len(await keep_events(stage)) == 7
    await pressed(stage, panel, "Events tab: on")
    assert await keep_events(stage) == []
    await pressed(stage, panel, "Events tab: off")
    await keep_events(stage)
    await pressed(stage, panel, "Events tab: on")
    await stage.world.restart()
    assert await keep_events(stage) == []
