"""What follows an answer: Helpful, Not it, suggestions, and what is learned from picks."""

import asyncio

from sqlalchemy import select

from bot.storage.schema import METADATA
from tests.e2e.pages import ANSWERS, JOIN, MEETINGS, MINUTES, NOT_IN_THE_FAQ, UNCLEAR
from tests.e2e.stage import Stage, make_stage
from tests.e2e.world import START

OWN_WORDS = UNCLEAR


async def test_helpful_is_thanked_privately(faq: Stage) -> None:
    thanks = faq.world.seen(await faq.press(await faq.ask(JOIN), "Helpful", by=faq.bob))
    assert (thanks.text, thanks.is_private) == ("Thank you, noted.", True)
    assert len(faq.public()) == 1


async def test_not_it_offers_others_and_a_pick_is_answered_privately(faq: Stage) -> None:
    more = await faq.press(await faq.ask(JOIN), "Not it", by=faq.bob)
    seen = faq.world.seen(more)
    assert seen.is_private
    assert "Maybe one of these" in seen.text
    assert JOIN not in seen.labels
    picked = await faq.press(more, seen.labels[0], by=faq.bob)
    assert faq.world.seen(picked).is_private
    assert seen.labels[0] in faq.world.seen(picked).text
    assert len(faq.public()) == 1


async def test_none_of_these_becomes_a_gap(faq: Stage) -> None:
    card = faq.world.seen(await faq.press(await faq.ask(UNCLEAR), "None of these"))
    assert card.is_private
    assert f"Nothing on the page answers “{UNCLEAR}”" in card.text
    assert UNCLEAR in (await faq.told("faq gaps")).text


async def pick(faq: Stage, by: object) -> None:
    await faq.press(await faq.ask(OWN_WORDS, by=by), MINUTES, by=by)


async def is_learned(faq: Stage) -> bool:
    return ANSWERS[2] in (await faq.answer(OWN_WORDS, private=True)).text


async def test_a_pick_by_one_member_is_a_candidate_however_often(faq: Stage) -> None:
    await pick(faq, faq.ada)
    await pick(faq, faq.ada)
    listed = await faq.told("faq aliases")
    assert f"“{OWN_WORDS}” → **{MINUTES}**" in listed.text
    assert "picked by one person" in listed.text
    assert listed.labels == ["Confirm", "Revoke"]
    assert not await is_learned(faq)


async def test_a_pick_by_two_members_is_learned(faq: Stage) -> None:
    await pick(faq, faq.ada)
    await pick(faq, faq.bob)
    assert await is_learned(faq)
    listed = await faq.told("faq aliases")
    assert "active, picked by 2 people" in listed.text
    assert listed.labels == ["Revoke"]


async def test_a_pick_still_being_learned_counts_for_the_next_question(faq: Stage) -> None:
    service, entry_id = faq.world.app.service, await faq.entry_id(MINUTES)
    key = (await service.ask(faq.id, OWN_WORDS)).query_key
    learning = asyncio.create_task(
        service.learn(faq.id, key=key, entry_id=entry_id, user_id=1, is_editor=True, now=START)
    )
    await asyncio.sleep(0)
    assert (await service.ask(faq.id, OWN_WORDS)).suggestions[0].id == entry_id
    assert await is_learned(faq)
    await learning


async def test_a_pick_by_one_editor_is_learned(faq: Stage) -> None:
    await faq.name_editors()
    await pick(faq, faq.editor)
    assert await is_learned(faq)


async def test_an_editors_confirmation_is_learned(faq: Stage) -> None:
    await pick(faq, faq.ada)
    listed = await faq.run("faq aliases")
    await faq.press(listed, "Confirm", by=faq.manager)
    assert faq.world.seen(listed).labels == ["Revoke"]
    assert await is_learned(faq)


async def test_what_was_learned_can_be_revoked_and_stays_revoked(faq: Stage) -> None:
    await pick(faq, faq.manager)
    assert await is_learned(faq)
    listed = await faq.run("faq aliases")
    await faq.press(listed, "Revoke", by=faq.manager)
    assert "Nothing learned yet" in faq.world.seen(listed).text
    assert not await is_learned(faq)
    await pick(faq, faq.ada)
    await pick(faq, faq.bob)
    assert not await is_learned(faq)


async def test_helpful_from_an_editor_confirms_the_askers_words(faq: Stage) -> None:
    words = "weekly meetings when exactly are they"
    card = await faq.ask(words, by=faq.bob)
    assert MEETINGS in faq.world.seen(card).text
    await faq.press(card, "Helpful", by=faq.manager)
    assert f"“{words}” → **{MEETINGS}**" in (await faq.told("faq aliases")).text


async def test_the_entrys_own_words_are_not_learned(faq: Stage) -> None:
    await faq.press(await faq.ask(JOIN.upper()), "Helpful", by=faq.manager)
    assert "Nothing learned yet" in (await faq.told("faq aliases")).text


async def test_learning_stays_in_its_guild(faq: Stage) -> None:
    other = make_stage(faq.world)
    await other.follow(f"# Other\n\n### {MINUTES}\n\nOn paper.\n\n### {MEETINGS}\n\nNever.\n")
    await pick(faq, faq.manager)
    assert "Nothing learned yet" in (await other.told("faq aliases")).text
    assert other.world.seen(await other.ask(OWN_WORDS)).is_private


async def test_no_user_id_is_kept(faq: Stage) -> None:
    await pick(faq, faq.ada)
    await faq.ask(NOT_IN_THE_FAQ)
    tables = METADATA.sorted_tables
    async with faq.world.app.database.reading() as connection:
        rows = [tuple(row) for table in tables for row in await connection.execute(select(table))]
    kept = {str(value) for row in rows for value in row}
    assert str(faq.id) in kept
    assert not [value for value in kept if str(faq.ada.id) in value]
