"""Everything is its guild's: what comes from another guild, or from nowhere, is not found."""

from dataclasses import dataclass

import pytest_asyncio

from tests.e2e.pages import COST, JOIN, MEETINGS, UNCLEAR, page
from tests.e2e.stage import Stage, make_stage

STALE = "That button is out of date. Run the command again."
HANDSHAKE = "What is the secret handshake?"
SECRET = page(
    (HANDSHAKE, "Three knocks."), *((f"What is their rule number {n}?", f"Rule {n}.") for n in range(9))
)


@dataclass(frozen=True)
class Neighbours:
    ours: Stage
    theirs: Stage


@pytest_asyncio.fixture(loop_scope="module")
async def pair(faq: Stage) -> Neighbours:
    theirs = make_stage(faq.world)
    await theirs.follow(SECRET, title="Theirs")
    return Neighbours(faq, theirs)


async def test_another_guilds_entry_id_is_no_answer_and_tells_nothing(pair: Neighbours) -> None:
    their_id = await pair.theirs.entry_id(HANDSHAKE)
    card = await pair.ours.answer(their_id)
    assert card.is_private
    assert "handshake" not in card.text
    assert "knocks" not in card.text
    for command in ("faq edit", "faq remove"):
        said = await pair.ours.told(command, entry=their_id)
        assert said.text == "The FAQ has no such entry (any more). Pick one of the choices offered."
    assert "knocks" in (await pair.theirs.answer(their_id)).text


async def test_an_id_that_was_not_found_is_no_question_for_the_editors(pair: Neighbours) -> None:
    their_faq = await pair.theirs.world.app.service.faq(pair.theirs.id)
    # An id that happens to have letters alone might be a word.
    their_id = next(entry_id for entry_id in their_faq.entries if not entry_id.isalpha())
    said = await pair.ours.answer(their_id)
    assert said.text == "The FAQ has no such entry (any more). Pick one of the choices offered."
    assert "No gaps" in (await pair.ours.told("faq gaps")).text


async def test_another_guilds_page_id_is_not_found(pair: Neighbours) -> None:
    (their_page,) = (
        await pair.theirs.choices("faq source remove", "page", "", by=pair.theirs.manager)
    ).values()
    for command in ("faq source remove", "faq source refresh"):
        said = await pair.ours.told(command, page=their_page)
        assert said.text == "No such page is followed here. `/faq source list` shows those that are."
    assert "Theirs" in (await pair.theirs.told("faq source list")).text


async def test_lists_and_autocomplete_show_the_own_guild_alone(pair: Neighbours) -> None:
    assert "Theirs" not in (await pair.ours.told("faq source list")).text
    assert all("handshake" not in name for name in await pair.ours.choices("faq ask", "question", ""))
    assert all("handshake" not in name for name in await pair.ours.choices("faq ask", "question", "secret"))
    assert "handshake" not in (await pair.ours.told("faq browse")).text
    assert "handshake" not in (await pair.ours.told("faq check")).text


async def replay(pair: Neighbours, custom_id: str) -> None:
    pressed = await pair.ours.manager.click(pair.ours.plant(custom_id), label="Old")
    seen = pair.ours.world.seen(pressed)
    assert (seen.text, seen.is_private) == (STALE, True)


async def test_another_guilds_buttons_are_out_of_date_here(pair: Neighbours) -> None:
    theirs = pair.theirs
    question = HANDSHAKE
    shown = [await theirs.ask(question), await theirs.ask("xylophone zebra")]
    shown += [
        await theirs.run("faq gaps"),
        await theirs.run("faq remove", entry=await theirs.entry_id(question)),
    ]
    custom_ids = [
        control.custom_id
        for each in shown
        for control in theirs.world.seen(each).controls
        if control.custom_id
    ]
    assert len(custom_ids) >= 7
    for custom_id in custom_ids:
        await replay(pair, custom_id)


async def test_a_forged_or_altered_button_is_out_of_date(faq: Stage) -> None:
    good = faq.world.seen(await faq.ask(JOIN)).controls[0].custom_id
    content, _, signature = good.rpartition("~")
    forged = [
        "faq.bin",
        "faq.take:1~AAAAAAAAAAAA",
        f"faq.not_it:{content.split(':', 1)[1]}~{signature}",
        f"{content}x~{signature}",
        f"{content}~{signature[:-1]}",
        f"{content}~{signature[::-1]}",
        "~",
        "ﬀ~é",
        "x" * 100,
    ]
    for custom_id in forged:
        pressed = await faq.manager.click(faq.plant(custom_id), label="Old")
        seen = faq.world.seen(pressed)
        assert (seen.text, seen.is_private) == (STALE, True), custom_id


async def test_a_button_of_an_entry_that_is_gone_says_so(faq: Stage) -> None:
    shown, suggested = await faq.ask(COST), await faq.ask(UNCLEAR)
    listed = await faq.run("faq browse", by=faq.ada)
    pages = await faq.choices("faq source remove", "page", "", by=faq.manager)
    await faq.run("faq source remove", page=pages["Harbour FAQ"])
    for press in (
        faq.press(shown, "Helpful"),
        faq.press(suggested, MEETINGS),
        faq.pick(listed, JOIN),
    ):
        said = faq.world.seen(await press)
        assert said.text == "The FAQ has no such entry (any more). Pick one of the choices offered."
        assert said.is_private


async def test_a_button_of_a_page_that_is_gone_says_so(faq: Stage) -> None:
    faq.serve(SECRET)
    held = await faq.run("faq source refresh")
    pages = await faq.choices("faq source remove", "page", "", by=faq.manager)
    await faq.run("faq source remove", page=pages["Harbour FAQ"])
    said = faq.world.seen(await faq.press(held, "Take the new version", by=faq.manager))
    assert said.text == "No such page is followed here. `/faq source list` shows those that are."


async def test_editing_in_one_guild_changes_no_other(pair: Neighbours) -> None:
    same = make_stage(pair.ours.world)
    await same.follow(SECRET)
    question = HANDSHAKE
    await same.run("faq remove", entry=await same.entry_id(question))
    await same.add("Added here?", "Yes.")
    assert question in (await pair.theirs.told("faq browse")).options
    assert "Added here?" not in (await pair.theirs.told("faq browse")).options
    assert "nothing to export" in (await pair.theirs.told("faq export")).text


async def test_settings_are_the_guilds_own(pair: Neighbours) -> None:
    await pair.ours.name_editors()
    said = await pair.theirs.told("faq add", by=pair.theirs.editor)
    assert "needs the Manage Server permission" in said.text
