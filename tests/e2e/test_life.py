"""The bot's own life: commands synced once, restarts, greetings, mentions, declared pages."""

import re
from pathlib import Path

import pytest
from simcord.backend import serializers

from config.community import load_community
from tests.e2e.pages import ANSWERS, FAQ, JOIN, MEETINGS, MINUTES, NOT_IN_THE_FAQ, UNCLEAR
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import World, open_world
from tests.loopback_http import reply

pytestmark = pytest.mark.asyncio(loop_scope="function")


def requests(world: World, pattern: str) -> list[str]:
    made = [f"{request.method} {request.path}" for request in world.env.http_requests]
    return [request for request in made if re.search(pattern, request)]


async def ready(world: World) -> Stage:
    stage = make_stage(world)
    await stage.follow(FAQ)
    return stage


async def test_commands_are_synced_once_and_not_again_when_unchanged(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        assert len(requests(world, r"PUT /applications/\d+/commands")) == 1
        await world.restart()
        await world.app.client.sync_commands()
        assert len(requests(world, r"PUT /applications/\d+/commands")) == 1
        stage = await ready(world)
        assert "faq ask" in stage.ada.available_commands(stage.general)


@pytest.mark.parametrize("style", ["components", "embeds"])
async def test_a_restart_keeps_pages_buttons_and_what_was_learned(tmp_path: Path, style: str) -> None:
    async with open_world(tmp_path, style=style) as world:
        stage = await ready(world)
        card = await stage.ask(JOIN)
        suggested = await stage.ask(UNCLEAR)
        await stage.press(await stage.ask(UNCLEAR, by=stage.manager), MINUTES, by=stage.manager)
        form = await stage.run("faq add")
        removed = await stage.run("faq remove", entry=await stage.entry_id(MEETINGS))
        held = await stage.run("help")
        assert world.seen(held).is_private
        await world.restart()
        assert world.seen(await stage.press(card, "Helpful")).text == "Thank you, noted."
        assert world.seen(await stage.press(card, "Not it")).labels[-1] == "None of these"
        assert ANSWERS[2] in world.seen(await stage.press(suggested, MINUTES)).text
        assert ANSWERS[2] in (await stage.answer(UNCLEAR, private=True)).text
        await stage.manager.submit_modal(form, {"question": "After it?", "answer": "Still here."})
        assert "Still here." in (await stage.answer("after it")).text
        await stage.press(removed, "Undo", by=stage.manager)
        assert ANSWERS[1] in (await stage.answer(MEETINGS)).text
        await stage.press(card, "🗑️")
        assert card.response is None


@pytest.mark.parametrize(("before", "after"), [("components", "embeds"), ("embeds", "components")])
async def test_old_messages_are_redrawn_in_their_own_style_when_it_was_changed(
    tmp_path: Path, before: str, after: str
) -> None:
    async with open_world(tmp_path, style=before) as world:
        stage = await ready(world)
        await stage.ask(NOT_IN_THE_FAQ)
        gaps = await stage.run("faq gaps")
        removed = await stage.run("faq remove", entry=await stage.entry_id(MEETINGS))
        world.settings["CARD_STYLE"] = after
        await world.restart()
        await stage.press(gaps, "Dismiss", by=stage.manager)
        assert "No gaps" in world.seen(gaps).text
        assert world.seen(gaps).style == before
        await stage.press(removed, "Undo", by=stage.manager)
        assert world.seen(removed).text == "The page's own entry shows again."
        assert world.seen(removed).style == before
        assert world.seen(await stage.run("faq gaps")).style == after


async def test_a_restart_keeps_settings(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = await ready(world)
        await stage.name_editors()
        await stage.run("faq helpers", channel=stage.general)
        await world.restart()
        assert (await stage.run("faq add", by=stage.editor)).modal is not None
        assert f"in {stage.general.mention}" in (await stage.answer(NOT_IN_THE_FAQ)).text


async def rejoin(world: World, stage: Stage) -> None:
    """Let the bot leave the guild and be invited anew; its system messages go to the general channel."""
    backend = world.env.backend
    guild = backend.get_guild(stage.id)
    guild.system_channel_id = stage.general.id
    await world.env.settle()
    backend.emit("GUILD_DELETE", {"id": str(stage.id)})
    await world.env.settle()
    payload = dict(serializers.guild_create_payload(backend, guild))
    del payload["unavailable"]  # the key tells a guild that comes back from one that is new
    backend.emit("GUILD_CREATE", payload)
    await world.env.settle()


async def test_a_new_guild_is_greeted_once_ever(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        await rejoin(world, stage)
        (greeting,) = stage.public()
        assert "I am your working group's secretary" in greeting.text
        assert "`/setup`" in greeting.text
        assert greeting.pinged == ()
        await rejoin(world, stage)
        await world.restart()
        await rejoin(world, stage)
        assert len(stage.public()) == 1


async def test_a_guild_without_a_system_channel_is_not_greeted(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        await world.env.settle()
        assert stage.public() == []


async def test_mentions_are_not_listened_to_unless_the_operator_wants_it(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = await ready(world)
        assert world.app.client.intents.value == 1  # guilds, and nothing else
        await stage.ada.send(stage.general, f"<@{world.app.client.user.id}> {JOIN}")
        assert stage.public() == []


@pytest.mark.parametrize("style", ["components", "embeds"])
async def test_a_mention_with_a_question_is_answered(tmp_path: Path, style: str) -> None:
    async with open_world(tmp_path, style=style, LISTEN_TO_MENTIONS="true") as world:
        stage = await ready(world)
        me = world.app.client.user.id
        assert not world.app.client.intents.message_content
        asked = await stage.ada.send(stage.general, f"<@{me}> {JOIN}")
        (card,) = stage.public()
        assert ANSWERS[0] in card.text
        assert card.pinged == ()
        assert stage.general.last_message.reference.message_id == asked.id
        await stage.press(stage.general.last_message, "🗑️")
        assert stage.public() == []


async def test_only_a_question_put_to_the_bot_is_answered(tmp_path: Path) -> None:
    async with open_world(tmp_path, LISTEN_TO_MENTIONS="true") as world:
        stage = await ready(world)
        me = world.app.client.user.id
        for text in (JOIN, f"<@{me}>", f"<@{stage.bob.id}> {JOIN}", "@everyone"):
            await stage.ada.send(stage.general, text)
        assert stage.public() == []
        other_bot = stage.guild.add_member(world.env.create_user("other", bot=True))
        await other_bot.send(stage.general, f"<@{me}> {JOIN}")
        assert stage.public() == []


async def test_an_unanswered_mention_becomes_a_gap_and_pings_nobody(tmp_path: Path) -> None:
    async with open_world(tmp_path, LISTEN_TO_MENTIONS="true") as world:
        stage = await ready(world)
        await stage.ada.send(stage.general, f"<@{world.app.client.user.id}> {NOT_IN_THE_FAQ} @everyone")
        (card,) = stage.public()
        assert "The FAQ has no answer to that" in card.text
        assert card.pinged == ()
        assert NOT_IN_THE_FAQ in (await stage.told("faq gaps")).text


async def test_the_same_mention_within_a_minute_is_answered_once(tmp_path: Path) -> None:
    async with open_world(tmp_path, LISTEN_TO_MENTIONS="true") as world:
        stage = await ready(world)
        for _ in range(3):
            await stage.ada.send(stage.general, f"<@{world.app.client.user.id}> {JOIN}")
        whole = [card for card in stage.public() if "Helpful" in card.labels]
        assert len(whole) == 1  # the others lead to it in a line


async def test_a_mention_that_cannot_be_answered_is_let_be_and_may_be_asked_again(tmp_path: Path) -> None:
    async with open_world(tmp_path, LISTEN_TO_MENTIONS="true") as world:
        stage = await ready(world)
        me = world.app.client.user.id
        world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
        await stage.ada.send(stage.general, f"<@{me}> {JOIN}")
        assert stage.public() == []
        await stage.ada.send(stage.general, f"<@{me}> a2b3c4d5e6f7")
        await stage.ada.send(stage.general, f"<@{me}> {JOIN}")
        assert len(stage.public()) == 1


async def test_direct_messages_have_no_commands_and_no_answers(tmp_path: Path) -> None:
    async with open_world(tmp_path, LISTEN_TO_MENTIONS="true") as world:
        stage = await ready(world)
        assert stage.ada.user.available_commands() == ()
        await stage.ada.send_dm(f"<@{world.app.client.user.id}> {JOIN}")
        authors = {message.author.id for message in stage.ada.user.dm_channel.history()}
        assert authors == {stage.ada.id}


async def test_declared_pages_are_followed_and_let_go(tmp_path: Path) -> None:
    (tmp_path / "faq.md").write_text(FAQ)
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        world.server.answers("/second.md", reply(b"### Is there a second page?\n\nYes.\n"))
        await declare(
            world,
            tmp_path,
            f'[[guild]]\nid = {stage.id}\n[[guild.faq]]\nfile = "faq.md"\ntitle = "Ours"\n'
            f'[[guild.faq]]\nurl = "{world.server.url("/second.md")}"\n',
        )
        assert ANSWERS[0] in (await stage.answer(JOIN)).text
        assert "Yes." in (await stage.answer("Is there a second page?")).text
        listed = await stage.told("faq source list")
        assert listed.text.count("declared in community.toml") == 2
        offered = await stage.choices("faq source remove", "page", "ours", by=stage.manager)
        said = await stage.told("faq source remove", page=offered["Ours"])
        assert (
            said.text == "That page is declared in community.toml; whoever runs the bot can remove it there."
        )
        await declare(world, tmp_path, f'[[guild]]\nid = {stage.id}\n[[guild.faq]]\nfile = "faq.md"\n')
        assert "Is there a second page?" not in (await stage.told("faq browse")).options
        assert JOIN in (await stage.told("faq browse")).options


async def test_a_declared_page_that_cannot_be_read_yet_is_tried_again(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        world.server.answers("/faq.md", reply(status=404))
        text = f'[[guild]]\nid = {stage.id}\n[[guild.faq]]\nurl = "{world.server.url("/faq.md")}"\n'
        await declare(world, tmp_path, text)
        assert "404" in (await stage.told("faq source list")).text
        world.server.answers("/faq.md", reply(FAQ.encode()))
        world.clock.forward(minutes=16)
        await world.app.pages.refresh_due(world.clock())
        assert ANSWERS[0] in (await stage.answer(JOIN)).text


async def test_a_declared_file_that_changes_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "faq.md").write_text(FAQ)
    async with open_world(tmp_path) as world:
        stage = make_stage(world)
        await declare(world, tmp_path, f'[[guild]]\nid = {stage.id}\n[[guild.faq]]\nfile = "faq.md"\n')
        (tmp_path / "faq.md").write_text(FAQ.replace(ANSWERS[1], "Every Monday."))
        world.clock.forward(minutes=15)
        await world.app.pages.refresh_due(world.clock())
        assert "Every Monday." in (await stage.answer(MEETINGS)).text


async def test_pages_are_read_again_by_themselves_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        stage = await ready(world)
        stage.serve(FAQ.replace(ANSWERS[1], "Every Monday."))
        world.clock.forward(minutes=14)
        await world.app.pages.refresh_due(world.clock())
        assert ANSWERS[1] in (await stage.answer(MEETINGS)).text
        world.clock.forward(minutes=1)
        await world.app.pages.refresh_due(world.clock())
        assert "Every Monday." in (await stage.answer(MEETINGS)).text


async def declare(world: World, folder: Path, text: str) -> None:
    """Write community.toml and start the bot anew with it, as its operator would."""
    (folder / "community.toml").write_text(text)
    world.community = load_community(folder)
    await world.restart()
    await world.app.scheduler.run_now("community")
