"""Live mode in chat: switching it on and off, threads in text channels and forums, why a mail was posted."""

from collections.abc import Awaitable, Callable

import pytest

from tests.e2e.list_archive import QUOTED, Letter, ListArchive
from tests.e2e.seen import Seen, read_message
from tests.e2e.stage import Stage
from tests.e2e.world import World

Spend = Callable[..., Awaitable[None]]


@pytest.fixture
def spend(world: World) -> Spend:
    """Let time pass, the lists be read, and what is due be posted."""

    async def spend(**span: float) -> None:
        world.clock.forward(**span)
        await world.app.mail.polling.poll_due(world.clock())
        async with world.app.delivery.dispatcher:
            await world.app.delivery.dispatcher.until_idle()

    return spend


def put_news(dev: ListArchive) -> None:
    """Publish a long question, its answer, and a mail that is a quote and nothing else."""
    now = dev.stage.world.clock()
    bob = "bob at example.org (Bob Boatman)"
    dev.put(
        Letter(
            "[HELP] Which paint?",
            f"Which paint holds? @everyone\n\n{'Salt water. ' * 300}",
            name="p1",
            at=now,
        ),
        Letter("Re: [HELP] Which paint?", f"The grey one.\n\n{QUOTED}", bob, "p2", "p1", at=now),
        Letter("Re: [HELP] Which paint?", "> Which paint holds?\n", bob, "p3", "p2", at=now),
    )


def posts_in(stage: Stage, channel_id: int) -> list[Seen]:
    messages = stage.world.env.backend.messages.get(channel_id, {})
    return [read_message(messages[number]) for number in sorted(messages)]


async def test_each_mail_is_posted_in_the_thread_of_its_conversation(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    said = await stage.told("list live")
    assert said.is_private
    assert f"From now on each mail of dev is posted in <#{stage.general.id}>" in said.text
    assert "already" in (await stage.told("list live")).text
    put_news(dev)

    await spend(minutes=6)

    first, started = stage.public()
    assert started.text == "[HELP] Which paint?"  # Discord's own line about the thread
    assert first.text.removeprefix("### ").startswith("[HELP] Which paint?\n**Ann Archer** · <t:")
    assert "Ann Archer" in first.text
    assert "Which paint holds?" in first.text
    assert len(first.text) < 2_300
    assert "Answers go to the list dev, not here" in first.text
    assert first.labels == ["How to answer"]
    card = next(each for each in stage.general.history() if each.id == first.id)
    told = stage.world.seen(await stage.press(card, "How to answer", by=stage.ada))
    assert told.is_private
    assert "Answering on dev" in told.text
    assert first.pinged == ()
    thread = first.id
    answer, quote = [each for each in posts_in(stage, thread) if "Bob Boatman" in each.text]
    assert "The grey one." in answer.text
    assert "Shall we move" not in answer.text
    assert "(quoted text only)" in quote.text
    assert "example.org" not in answer.text + quote.text


async def test_it_ends_when_somebody_says_so(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list live")
    off = await stage.told("list live", off=True)
    assert "no longer posted mail by mail" in off.text
    put_news(dev)
    await spend(minutes=6)
    assert stage.public() == []
    assert "`/list live` begins it" in (await stage.told("list live", off=True)).text


async def test_why_a_mail_was_posted_is_explained_to_who_asks(dev: ListArchive, spend: Spend) -> None:
    stage = dev.stage
    await stage.told("list live")
    put_news(dev)
    await spend(minutes=6)
    card = stage.public()[0]
    posted = await stage.told("list explain", by=stage.ada, link="<p1@example.org>")
    assert posted.is_private
    assert "filters. Posted <t:" in posted.text
    assert f"https://discord.com/channels/{stage.id}/{stage.general.id}/{card.id}" in posted.text
    old = await stage.told("list explain", by=stage.ada, link="c@example.org")
    assert "not posted: every mail is posted only after `/list live`" in old.text
    unknown = await stage.told("list explain", by=stage.ada, link=f"{dev.url}2026-January/000999.html")
    assert "No mail of this address or Message-ID was read." in unknown.text
    assert "dev was read last <t:" in unknown.text
    assert "Give the mail's address" in (await stage.told("list explain", link="what is it")).text
