"""The buttons of a reminder's card: who comes, add to calendar, remind me, phone numbers; old ones too."""

from datetime import timedelta

import discord
import pytest
import simcord

from bot.chat.custom_ids import Signer
from bot.delivery.post import Action
from bot.meetings.ics.reading import parse_calendar
from bot.meetings.models import Calendar
from bot.storage.keys import get_or_create_secret
from tests.e2e.seen import Seen, read_message
from tests.e2e.stage import Stage, make_stage

TUESDAY = 1767711600  # 6 January 2026, 15:00 UTC


async def make(stage: Stage, **options: str) -> None:
    given = {"title": "Harbour call", "when": "every Tuesday 15:00 UTC", **options}
    preview = await stage.run("meeting add", **given)
    await stage.press(preview, "Confirm", by=stage.manager)


async def deliver(stage: Stage) -> None:
    """Post what is due."""
    app = stage.world.app
    await app.meetings.reminding.tick(stage.world.clock.now)
    async with app.delivery.dispatcher:
        await app.delivery.dispatcher.until_idle()


async def remind(stage: Stage, **options: str) -> discord.Message:
    """Make a meeting, and go to the moment when its card of a quarter of an hour before is out."""
    await make(stage, **options)
    clock = stage.world.clock
    clock.now += timedelta(days=5, hours=2, minutes=46)
    await deliver(stage)
    (card,) = cards(stage)
    return next(message for message in stage.general.history() if message.id == card.id)


def cards(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.public() if "Harbour call" in seen.text and "I'll be there" in seen.labels]


@pytest.fixture(autouse=True)
def same_time(world):
    """Leave the clock as it was."""
    before = world.clock.now
    yield
    world.clock.now = before


async def private(stage: Stage, message: object, label: str, **options: object) -> Seen:
    result = await stage.press(message, label, **options)
    seen = stage.world.seen(result)
    assert seen.is_private
    return seen


async def test_who_comes_stands_on_the_card(stage: Stage) -> None:
    card = await remind(stage)
    said = await private(stage, card, "I'll be there")
    assert said.text == (
        f"Noted: you'll be at **Harbour call** on <t:{TUESDAY}:F>. Press again to take it back."
    )
    await private(stage, card, "Maybe", by=stage.bob)
    await deliver(stage)
    (seen,) = cards(stage)
    assert f"**Going** 1: <@{stage.ada.id}> · **Maybe** 1: <@{stage.bob.id}>" in seen.text
    assert seen.pinged == ()
    await private(stage, card, "Can't", by=stage.bob)
    assert "Taken back" in (await private(stage, card, "I'll be there")).text
    await deliver(stage)
    (seen,) = cards(stage)
    assert f"**Can't** 1: <@{stage.bob.id}>" in seen.text
    assert "Going" not in seen.text


async def test_a_rush_of_answers_is_one_edit(stage: Stage) -> None:
    card = await remind(stage)
    for label in ("I'll be there", "Maybe", "Can't", "Maybe", "I'll be there"):
        await private(stage, card, label)
    edits = stage.world.env.backend.get_message(stage.general.id, card.id).edited_timestamp
    assert edits is None
    await deliver(stage)
    (seen,) = cards(stage)
    assert f"**Going** 1: <@{stage.ada.id}>" in seen.text
    counts = await stage.world.app.delivery.outbox.count(stage.id)
    assert {state.value: number for state, number in counts.items()} == {"sent": 2, "dropped": 4}


async def test_a_date_and_its_series_go_into_ones_own_calendar(stage: Stage) -> None:
    card = await remind(stage, link="https://meet.example.org/harbour")
    shown = await stage.press(card, "Add to calendar")
    seen = stage.world.seen(shown)
    assert seen.is_private
    assert seen.labels == ["Google", "Outlook", "The whole series"]
    assert seen.control("Google").url.startswith("https://calendar.google.com/calendar/render?")
    assert seen.control("Outlook").url.startswith("https://outlook.live.com/")
    (single,) = file_of(stage, seen).meetings
    assert (single.summary, single.rrules, single.location) == (
        "Harbour call",
        (),
        "https://meet.example.org/harbour",
    )
    series = stage.world.seen(await stage.press(shown, "The whole series"))
    (whole,) = file_of(stage, series).meetings
    assert len(whole.rrules) == 1
    assert "RRULE" in series.control("Google").url


async def test_a_private_note_comes_before_the_start(stage: Stage) -> None:
    card = await remind(stage)
    assert "You are sent a private note" in (await private(stage, card, "Remind me")).text
    stage.world.clock.now += timedelta(minutes=1)
    assert "no more notes" in (await private(stage, card, "Remind me")).text
    await private(stage, card, "Remind me")
    stage.world.clock.now += timedelta(days=7)
    await deliver(stage)
    (note,) = notes(stage, stage.ada)
    assert f"Harbour call\n<t:{TUESDAY + 7 * 24 * 3600}:F>" in note.text
    assert notes(stage, stage.bob) == []


async def test_phone_numbers_are_told_privately(stage: Stage) -> None:
    agenda = "Dial by your location: +1 646 558 8656 US (New York). Meeting ID: 123 456 789"
    card = await remind(stage, agenda=agenda)
    seen = stage.world.seen(card)
    assert "558" not in seen.text
    phones = await private(stage, card, "Phone numbers")
    assert "+1 646 558 8656" in phones.text


async def test_old_and_foreign_buttons_say_so(stage: Stage) -> None:
    card = await remind(stage)
    button = stage.world.seen(card).control("Maybe").custom_id
    other = make_stage(stage.world)
    foreign = await other.ada.click(other.plant(button), custom_id=button)
    assert other.world.seen(foreign).text == "That button is out of date. Run the command again."
    stage.world.clock.now += timedelta(hours=2)
    assert (await private(stage, card, "Maybe")).text == "That meeting is over."
    gone = await sign(stage, Action(kind="meeting.answer", args=("999", "nothing", "going")))
    said = await stage.ada.click(stage.plant(gone), custom_id=gone)
    assert "That meeting is not known any more." in stage.world.seen(said).text


async def test_a_cancelled_date_takes_no_answers(stage: Stage) -> None:
    card = await remind(stage)
    first, *_ = (await stage.choices("meeting skip", "meeting", "", by=stage.manager)).values()
    button = stage.world.seen(card).control("Maybe").custom_id
    await stage.run("meeting skip", meeting=first)
    said = await stage.ada.click(stage.plant(button), custom_id=button)
    assert stage.world.seen(said).text == "That meeting is cancelled."


async def sign(stage: Stage, action: Action) -> str:
    key = await get_or_create_secret(stage.world.app.database, "custom_ids")
    return Signer(key).sign(action, guild_id=stage.id)


def file_of(stage: Stage, seen: Seen) -> Calendar:
    """Read the file that came with an answer."""
    backend = stage.world.env.backend
    (attachment,) = backend.get_message(stage.general.id, seen.id).attachments
    return parse_calendar(backend.cdn.get(attachment["url"]))


def notes(stage: Stage, member: simcord.MemberActor) -> list[Seen]:
    """Return what the bot has sent a member privately."""
    backend = stage.world.env.backend
    channel = backend.get_dm_channel(member.id)
    return [read_message(message) for message in backend.messages.get(channel.id, {}).values()]
