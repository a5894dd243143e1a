"""Members see, get and remove what is stored of them; a guild that was left is forgotten."""

import json

from bot.wiring.privacy import KEPT_AFTER_LEAVING
from tests.e2e.pages import FAQ
from tests.e2e.stage import Stage
from tests.e2e.test_meeting_buttons import cards, deliver, remind, same_time

__all__ = ["same_time"]  # a fixture


async def test_member_without_a_trace_is_told_so(stage: Stage) -> None:
    for command in ("privacy show", "privacy delete"):
        seen = await stage.told(command, by=stage.bob)
        assert (seen.is_private, seen.controls) == (True, ())
        assert "Nothing. The bot keeps no list of members" in seen.text


async def test_member_sees_gets_and_removes_what_is_stored(stage: Stage) -> None:
    card = await remind(stage)
    await stage.press(card, "I'll be there")
    await stage.press(card, "Maybe", by=stage.bob)
    await stage.press(card, "Remind me")
    await deliver(stage)
    assert f"<@{stage.ada.id}>" in cards(stage)[0].text
    shown = await stage.told("privacy show", by=stage.ada)
    assert shown.is_private
    assert "**1** answer to whether you come to a meeting" in shown.text
    assert "**1** meeting that you are reminded of in private" in shown.text
    exported = await stage.run("privacy export", by=stage.ada)
    document = json.loads(await exported.response.attachments[0].read())
    assert document["user_id"] == str(stage.ada.id)
    assert document["stored"]["meeting_answer"][0]["answer"] == "going"
    assert str(stage.bob.id) not in json.dumps(document)
    question = await stage.run("privacy delete", by=stage.ada)
    done = stage.world.seen(await stage.press(question, "Remove all of it"))
    assert "Nothing of you is stored any more." in done.text
    assert "Nothing." in (await stage.told("privacy show", by=stage.ada)).text
    await deliver(stage)
    text = cards(stage)[0].text
    assert f"<@{stage.ada.id}>" not in text
    assert f"<@{stage.bob.id}>" in text


async def test_guild_that_was_left_is_forgotten_after_thirty_days_unless_it_is_back(stage: Stage) -> None:
    await stage.follow(FAQ)
    app, clock = stage.world.app, stage.world.clock
    admin = app.client.cogs["Admin"]
    guild = app.client.get_guild(stage.id)
    await admin.on_guild_remove(guild)
    clock.now += KEPT_AFTER_LEAVING
    await app.scheduler.run_now("departed guilds")
    assert len(await app.pages.list_pages(stage.id)) == 1
    await admin.on_guild_join(guild)
    clock.forward(days=1)
    await app.scheduler.run_now("departed guilds")
    assert len(await app.pages.list_pages(stage.id)) == 1, "it came back in time"
    await admin.on_guild_remove(guild)
    clock.now += KEPT_AFTER_LEAVING
    clock.forward(seconds=1)
    await app.scheduler.run_now("departed guilds")
    assert await app.pages.list_pages(stage.id) == ()
    await admin.on_guild_join(guild)
