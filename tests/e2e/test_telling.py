"""What the bot says unasked: a notice when a page breaks or mends, and the card that edits itself."""

import simcord

from tests.e2e.pages import FAQ
from tests.e2e.seen import Seen, read_message
from tests.e2e.settings_panel import ADMIN, STATUS, open_panel
from tests.e2e.stage import Stage
from tests.loopback_http import reply


async def work(stage: Stage, *jobs: str) -> None:
    """Let the bot do what it does by itself, and post what that brings."""
    app = stage.world.app
    for job in jobs:
        await app.scheduler.run_now(job)
    async with app.delivery.dispatcher:
        await app.delivery.dispatcher.until_idle()


def posted(stage: Stage, channel: simcord.ChannelHandle) -> list[Seen]:
    messages = stage.world.env.backend.messages.get(channel.id, {}).values()
    return [read_message(message) for message in sorted(messages, key=lambda message: message.id)]


async def test_admins_are_told_once_when_a_page_breaks_and_once_when_it_mends(faq: Stage) -> None:
    await (await open_panel(faq)).pick(ADMIN, faq.help)
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=403))
    for _ in range(2):
        await faq.run("faq source refresh")
    await work(faq, "incidents")
    assert posted(faq, faq.help) == []
    for _ in range(2):
        await faq.run("faq source refresh")
        await work(faq, "incidents")
    (notice,) = posted(faq, faq.help)
    assert notice.text.startswith("⚠️ **FAQ page “Harbour FAQ”** is not up to date:")
    assert "Answers go on from the copy of <t:" in notice.text
    assert notice.pinged == ()
    faq.serve(FAQ)
    await faq.run("faq source refresh")
    await work(faq, "incidents", "incidents")
    _, mended = posted(faq, faq.help)
    assert mended.text.startswith("✅ Works again. It was: **FAQ page “Harbour FAQ”**")


async def test_a_page_that_was_removed_is_not_said_to_work_again(faq: Stage) -> None:
    await (await open_panel(faq)).pick(ADMIN, faq.help)
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=403))
    for _ in range(3):
        await faq.run("faq source refresh")
    await work(faq, "incidents")
    pages = await faq.choices("faq source remove", "page", "", by=faq.manager)
    await faq.run("faq source remove", page=pages["Harbour FAQ"])
    await work(faq, "incidents")
    assert len(posted(faq, faq.help)) == 1


async def test_the_status_card_stands_and_edits_itself(faq: Stage) -> None:
    await (await open_panel(faq)).pick(STATUS, faq.help)
    await work(faq, "status cards")
    (card,) = posted(faq, faq.help)
    assert "Status: all is well" in card.text
    assert card.labels == ["What happened?"]
    faq.world.server.answers(f"/{faq.id}/faq.md", reply(status=403))
    for _ in range(3):
        await faq.run("faq source refresh")
    faq.world.clock.forward(seconds=61)
    await work(faq, "status cards")
    (changed,) = posted(faq, faq.help)
    assert changed.id == card.id
    assert "Status: one thing needs you" in changed.text
    details = await faq.press(faq.help.last_message, "What happened?", by=faq.manager)
    assert faq.world.seen(details).is_private


async def test_the_status_card_goes_when_it_is_taken_back(faq: Stage) -> None:
    panel = await open_panel(faq)
    await panel.pick(STATUS, faq.help)
    await work(faq, "status cards")
    await panel.pick(STATUS)
    await work(faq, "status cards")
    assert posted(faq, faq.help) == []
