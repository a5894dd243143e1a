"""Digests in chat: wanting them, what is posted when, reading on, late mail, what nobody may see."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord
import pytest
import simcord

from tests.e2e.list_archive import QUOTED, Letter, ListArchive, archive
from tests.e2e.seen import Seen, read_message
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import World

Spend = Callable[..., Awaitable[None]]


@pytest.fixture
def spend(world: World) -> Spend:
    """Let time pass, the lists be read, and what is due be posted."""

    async def spend(**span: float) -> None:
        world.clock.forward(**span)
        await world.app.mail.polling.poll_due(world.clock())
        await world.app.telling.digests.posting.post_due(world.clock())
        async with world.app.delivery.dispatcher:
            await world.app.delivery.dispatcher.until_idle()

    return spend


def put_news(dev: ListArchive) -> None:
    """Publish a question with an answer, and a vote."""
    now = dev.stage.world.clock()
    dev.put(
        Letter("Which paint for the pier?", "Which paint holds longest in salt water?", name="p1", at=now),
        Letter(
            "Re: Which paint for the pier?",
            f"{QUOTED}\nThe grey one held for six winters at our place.\n",
            author="bob at example.org (Bob Boatman)",
            name="p2",
            answers="p1",
            at=now,
        ),
        Letter("[VOTE] Buy the grey paint", "Please vote until Friday.", name="v1", at=now),
        Letter(
            "Re: [VOTE] Buy the grey paint", "+1\n", "bob at example.org (Bob Boatman)", "v2", "v1", at=now
        ),
    )


def channel_posts(stage: Stage, channel: simcord.ChannelHandle) -> list[discord.Message]:
    return messages_of(stage, channel.id)


def messages_of(stage: Stage, channel_id: int) -> list[discord.Message]:
    messages = stage.world.env.backend.messages.get(channel_id, {})
    return [messages[number] for number in sorted(messages) if not messages[number].is_ephemeral]


def last_post(stage: Stage) -> Seen:
    return stage.public()[-1]


async def test_a_digest_is_wanted_posted_and_read(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    said = await stage.told("list digest", when="daily 13:00")
    assert said.is_private
    assert f"Digests of **dev** come to <#{stage.general.id}>; the first one <t:" in said.text
    assert stage.public() == []
    put_news(dev)

    await spend(days=1, minutes=61)

    digest = last_post(stage)
    assert "2 threads (2 new) · 4 mails by 2 people" in digest.text
    assert digest.text.index("Buy the grey paint") < digest.text.index("Which paint for the pier?")
    assert "1 for, 0 against so far" in digest.text
    assert "> Which paint holds longest in salt water?" in digest.text
    assert "Harbour meeting" not in digest.text  # it was there before
    assert digest.labels == ["Read", "Follow a thread…", "Mute…"]
    assert digest.options == ["[VOTE] Buy the grey paint", "Which paint for the pier?"]

    card = stage.general.last_message
    first = await stage.press(card, "Read", by=stage.ada)
    page = stage.world.seen(first)
    assert page.is_private
    assert "Please vote until Friday." in page.text
    assert "thread 1 of 2" in page.text
    second = stage.world.seen(await stage.press(first, "Next", by=stage.ada))
    assert "The grey one held for six winters at our place." in second.text
    assert f"({dev.url}" in second.text
    assert "Shall we move" not in second.text
    opened = stage.world.seen(await stage.pick(card, "Which paint for the pier?", by=stage.ada))
    assert opened.is_private
    assert "↳ **Bob Boatman**" in opened.text


async def test_a_thread_of_a_digest_is_followed_from_it(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list digest", when="daily 13:00")
    put_news(dev)
    await spend(days=1, minutes=61)
    card = stage.general.last_message
    asked = await stage.press(card, "Follow a thread…", by=stage.ada)
    assert stage.world.seen(asked).is_private

    said = stage.world.seen(await stage.pick(asked, "Which paint for the pier?", by=stage.ada))
    await spend(minutes=1)

    assert "Its later mails come to <#" in said.text
    assert "Which paint for the pier?" in last_post(stage).text
    (thread,) = stage.world.app.client.get_guild(stage.id).threads
    assert thread.parent_id == stage.general.id
    late = Letter(
        "Re: Which paint for the pier?", "Blue is out.", name="p3", answers="p1", at=stage.world.clock()
    )
    dev.put(late)
    await spend(minutes=20)
    said_there = [read_message(each).text for each in messages_of(stage, thread.id)]
    assert any("Blue is out." in text for text in said_there)


async def test_a_thread_of_a_digest_is_muted_by_a_manager(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list digest", when="daily 13:00")
    put_news(dev)
    await spend(days=1, minutes=61)
    card = stage.general.last_message
    refused = stage.world.seen(await stage.press(card, "Mute…", by=stage.ada))
    assert "Manage Server" in refused.text
    asked = await stage.press(card, "Mute…", by=stage.manager)
    said = stage.world.seen(await stage.pick(asked, "Which paint for the pier?", by=stage.manager))
    assert "shows no more of that thread" in said.text
    now = stage.world.clock()
    dev.put(
        Letter("Re: Which paint for the pier?", "Blue is out.", name="p3", answers="p1", at=now),
        Letter("Tide at noon", "The tide is high at noon.", name="t1", at=now),
    )

    await spend(days=1)

    assert "Tide at noon" in last_post(stage).text
    assert "1 thread (1 new) · 1 mail" in last_post(stage).text


async def test_late_mail_joins_the_digest_for_ten_minutes(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list digest", when="daily 13:00")
    put_news(dev)
    await spend(days=2)
    posted = len(stage.public())
    late = Letter("Tide at noon", "The tide is high at noon.", name="late", at=stage.world.clock())
    dev.put(late)

    await spend(minutes=6)

    assert len(stage.public()) == posted
    assert "Tide at noon" in last_post(stage).text
    assert "3 threads (3 new) · 5 mails by 2 people" in last_post(stage).text
    dev.put(Letter("Fog on Friday", "There is fog ahead.", name="later", at=stage.world.clock()))
    await spend(minutes=6)
    assert "Fog on Friday" not in last_post(stage).text
    await spend(days=1)
    assert len(stage.public()) == posted + 1
    assert "1 thread (1 new) · 1 mail by 1 person" in last_post(stage).text


async def test_quiet_time_is_silent_unless_a_line_is_wanted(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list digest", when="daily 13:00")
    await spend(days=1)
    assert stage.public() == []

    await stage.told("list digest", when="daily 13:00", quiet=True)
    await spend(days=1)

    assert [each.text for each in stage.public()] == [last_post(stage).text]
    assert "Nothing new on dev since" in last_post(stage).text


async def test_missed_digests_are_one_that_says_so(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list digest", when="daily 13:00")
    put_news(dev)

    await spend(days=4)

    assert len(stage.public()) == 1
    assert "Late: this takes the place of 4 digests." in last_post(stage).text


async def test_a_digest_by_threads_comes_when_there_are_enough(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    said = await stage.told("list digest", when="after 2 threads")
    assert "whenever 2 threads have news" in said.text
    dev.put(Letter("Tide at noon", "The tide is high at noon.", name="t1", at=stage.world.clock()))
    await spend(hours=2)
    assert stage.public() == []
    put_news(dev)

    await spend(hours=2)

    assert "3 threads (3 new)" in last_post(stage).text


async def test_of_a_mail_that_waits_it_is_said_when_its_digest_is_due(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list digest", when="daily 13:00")
    await stage.told("list digest", when="after 20 threads", channel=stage.help)
    put_news(dev)
    await spend(minutes=6)
    said = (await stage.told("list explain", by=stage.ada, link="p1@example.org")).text
    due = stage.world.clock().replace(hour=13, minute=0, second=0, microsecond=0)
    due += timedelta(days=1) if due <= stage.world.clock() else timedelta()
    assert f"<#{stage.general.id}> (digest) · Waits for the digest due <t:{int(due.timestamp())}:f>" in said
    assert f"<#{stage.help.id}> (digest) · Waits for the digest that comes with news of 20 threads." in said
    assert "/list live" not in said
    await stage.told("list pause", channel=stage.general)
    assert (
        "first digest after `/list resume`" in (await stage.told("list explain", link="p1@example.org")).text
    )
    await stage.told("list resume", channel=stage.general)
    await spend(days=1)
    said = (await stage.told("list explain", by=stage.ada, link="p1@example.org")).text
    assert f"<#{stage.general.id}> (digest) · <t:" in said
    assert "Posted <t:" in said


async def test_a_digest_ends(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    assert "There is no digest of that list in" in (await stage.told("list digest", when="off")).text
    await stage.told("list digest", when="daily 13:00")
    assert "No more digests of dev in" in (await stage.told("list digest", when="off")).text
    put_news(dev)
    await spend(days=2)
    assert stage.public() == []


async def test_what_cannot_be_meant_is_refused_with_what_to_write(dev: ListArchive) -> None:
    stage = dev.stage
    assert "When is that? Write daily 09:00" in (await stage.told("list digest", when="soon")).text
    assert "zone" in (await stage.told("list digest", when="daily", zone="Atlantis")).text
    assert list(await stage.choices("list digest", "when", "week", by=stage.manager)) == ["weekdays 09:00"]
    other = archive(stage, "ops")
    await stage.told("list follow", url=other.url)
    assert "Say which one" in (await stage.told("list digest", when="daily")).text


async def test_a_weekly_digest_shows_the_last_weeks(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list digest", when="fridays 13:00")
    put_news(dev)

    await spend(days=9)

    (message,) = [each for each in channel_posts(stage, stage.general) if each.attachments]
    (picture,) = message.attachments
    assert picture["filename"] == "activity.png"
    assert "mails" in picture["description"]


async def test_a_private_list_waits_while_everybody_sees_the_channel(world: World, spend: Spend) -> None:
    stage = make_stage(world)
    made = archive(stage)
    closed, shown = (discord.PermissionOverwrite(view_channel=each) for each in (False, True))
    bot = stage.world.app.client.user
    hidden = stage.guild.create_text_channel(
        "board", overwrites={stage.guild.default_role: closed, stage.manager: shown, bot: shown}
    )
    await stage.told("list follow", url=made.url, channel=hidden, private=True)
    refused = await stage.told("list digest", when="daily 13:00")
    assert "private" in refused.text
    await stage.told("list digest", when="daily 13:00", channel=hidden)
    put_news(made)

    await spend(days=1, minutes=61)

    (post,) = channel_posts(stage, hidden)
    assert "Buy the grey paint" in read_message(post).text
