"""`/status`: how everything is, in one card, and a way on for posts that did not leave."""

import pytest
import simcord

from bot.delivery import lanes
from bot.delivery.models import Kind, Outgoing, State
from bot.delivery.post import Post, Words
from tests.e2e.pages import FAQ
from tests.e2e.settings_panel import ADMIN, open_panel
from tests.e2e.stage import Stage, make_stage
from tests.loopback_http import reply

STALE = "That button is out of date. Run the command again."


async def enqueue(stage: Stage, key: str, *, ends: State | None = None, reason: str = "") -> None:
    """Put a post on its way; with `ends`, as the dispatcher leaves it."""
    app, now = stage.world.app, stage.world.clock()
    post = Post(blocks=(Words(markdown=key),))
    outgoing = Outgoing(
        key=f"{stage.id}:{key}",
        guild_id=stage.id,
        channel_id=stage.help.id,
        kind=Kind.REMINDER,
        post=post,
        due_at=now,
    )
    async with app.database.writing() as connection:
        await app.delivery.outbox.enqueue(connection, outgoing, now=now)
    row = await app.delivery.outbox.find(outgoing.key)
    assert row is not None
    if ends is not None:
        async with app.database.writing() as connection:
            await lanes.record_end(connection, row, ends, reason, now=now)


async def state_of(stage: Stage, key: str) -> State:
    row = await stage.world.app.delivery.outbox.find(f"{stage.id}:{key}")
    assert row is not None
    return row.state


def lines(stage: Stage, shown: simcord.InteractionResult) -> list[str]:
    return stage.world.seen(shown.response).text.splitlines()


def line(stage: Stage, shown: simcord.InteractionResult, start: str) -> str:
    (found,) = (each for each in lines(stage, shown) if f"**{start}" in each)
    return found


async def test_when_all_is_well_one_card_says_so_line_by_line(faq: Stage) -> None:
    shown = await faq.run("status")
    seen = faq.world.seen(shown)
    assert seen.is_private
    assert seen.text.splitlines()[0].removeprefix("### ") == "Status: all is well"
    assert line(faq, shown, "FAQ page “Harbour FAQ”").startswith("🟢 **FAQ page “Harbour FAQ”** 6 questions")
    assert line(faq, shown, "Posts") == "🟢 **Posts** 0 waiting"
    assert line(faq, shown, "Discord").startswith("🟢")
    assert " ms" in line(faq, shown, "Database")
    assert "Rapporteur 0.1.0, up since <t:" in seen.text
    assert seen.labels == ["Check again", "What happened?"]


async def test_a_page_that_fails_needs_a_person_until_it_is_mended(faq: Stage) -> None:
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=403))
    for _ in range(3):
        await faq.run("faq source refresh")
    shown = await faq.run("status")
    assert lines(faq, shown)[0].removeprefix("### ") == "Status: one thing needs you"
    said = line(faq, shown, "FAQ page “Harbour FAQ”")
    assert said.startswith("🔴 **FAQ page “Harbour FAQ”** is not up to date:")
    assert "Answers go on from the copy of <t:" in said
    assert "`/faq source add`" in said
    faq.serve(FAQ)
    await faq.run("faq source refresh")
    assert lines(faq, await faq.run("status"))[0].removeprefix("### ") == "Status: all is well"


async def test_check_again_reads_failing_pages_and_redraws(faq: Stage) -> None:
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=503))
    await faq.run("faq source refresh")
    shown = await faq.run("status")
    assert line(faq, shown, "FAQ page").startswith("🟡")
    faq.serve(FAQ)
    await faq.press(shown, "Check again", by=faq.manager)
    assert line(faq, shown, "FAQ page").startswith("🟢")


async def test_missing_permissions_of_the_admin_channel_need_a_person(stage: Stage) -> None:
    await (await open_panel(stage)).pick(ADMIN, stage.help)
    assert "Admin channel" not in stage.world.seen(await stage.run("status")).text
    channel = stage.world.app.client.get_channel(stage.help.id)
    await channel.set_permissions(channel.guild.me, send_messages=False)
    shown = await stage.run("status")
    assert "**Send Messages**" in line(stage, shown, "Admin channel")
    assert line(stage, shown, "Admin channel").startswith("🔴")


async def test_posts_that_wait_are_counted_and_late_ones_shown(stage: Stage) -> None:
    await enqueue(stage, "one")
    assert line(stage, await stage.run("status"), "Posts") == "🟢 **Posts** 1 waiting"
    stage.world.clock.forward(minutes=5)
    late = line(stage, await stage.run("status"), "Posts")
    assert late.startswith("🟡 **Posts** 1 waiting · the oldest was due <t:")


async def test_a_post_that_was_set_aside_is_tried_again_or_dropped(stage: Stage) -> None:
    for key in ("first", "second"):
        await enqueue(stage, key, ends=State.FAILED, reason="Discord refuses it @everyone.")
    await enqueue(stage, "third", ends=State.DROPPED, reason="It was too late to be of use.")
    shown = await stage.run("status")
    assert "2 set aside" in line(stage, shown, "Posts")
    details = await stage.press(shown, "What happened?", by=stage.manager)
    seen = stage.world.seen(details)
    assert seen.is_private
    assert seen.pinged == ()
    assert seen.labels == ["Try 1 again", "Drop 1", "Try 2 again", "Drop 2"]
    assert "It was too late to be of use." in seen.text
    assert "@everyone" not in seen.text
    await stage.press(details, "Try 1 again", by=stage.manager)
    assert sorted([await state_of(stage, "first"), await state_of(stage, "second")]) == ["failed", "queued"]
    assert stage.world.seen(details).labels == ["Try 1 again", "Drop 1"]
    await stage.press(details, "Drop 1", by=stage.manager)
    assert sorted([await state_of(stage, "first"), await state_of(stage, "second")]) == ["dropped", "queued"]
    assert "Dropped by an admin." in stage.world.seen(details).text
    assert stage.world.seen(details).labels == []


async def test_a_decision_that_was_taken_already_says_so(stage: Stage) -> None:
    await enqueue(stage, "only", ends=State.FAILED, reason="No.")
    details = await stage.press(await stage.run("status"), "What happened?", by=stage.manager)
    custom_id = stage.world.seen(details).control("Drop 1").custom_id
    await stage.press(details, "Drop 1", by=stage.manager)
    said = stage.world.seen(await stage.manager.click(stage.plant(custom_id), label="Old"))
    assert (said.text, said.is_private) == ("That post is not waiting for a decision any more.", True)


async def test_another_guilds_posts_are_neither_shown_nor_touched(stage: Stage) -> None:
    other = make_stage(stage.world)
    await enqueue(other, "theirs", ends=State.FAILED, reason="No.")
    shown = await stage.run("status")
    assert line(stage, shown, "Posts") == "🟢 **Posts** 0 waiting"
    details = await stage.press(shown, "What happened?", by=stage.manager)
    assert "Nothing: every post" in stage.world.seen(details).text
    theirs = await other.press(await other.run("status"), "What happened?", by=other.manager)
    custom_id = other.world.seen(theirs).control("Drop 1").custom_id
    said = stage.world.seen(await stage.manager.click(stage.plant(custom_id), label="Old"))
    assert said.text == STALE
    assert await state_of(other, "theirs") is State.FAILED


@pytest.mark.parametrize("label", ["Check again", "What happened?"])
async def test_a_card_left_open_obeys_only_who_may_see_it(stage: Stage, label: str) -> None:
    custom_id = stage.world.seen(await stage.run("status")).control(label).custom_id
    for person in (stage.ada, stage.editor, stage.moderator):
        said = stage.world.seen(await person.click(stage.plant(custom_id), label="Old"))
        assert "That needs the Manage Server permission." in said.text
