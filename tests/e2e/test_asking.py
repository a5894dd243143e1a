"""Asking: the three bands, privately, for a member, and with what autocomplete offers."""

import pytest

from tests.e2e.pages import ANSWERS, COST, JOIN, MEETINGS, MINUTES, NOT_IN_THE_FAQ, QUESTIONS, UNCLEAR
from tests.e2e.stage import Stage


async def test_a_sure_answer_is_public_and_gives_the_pages_words(faq: Stage) -> None:
    result = await faq.ask("how can I join the harbour group")
    card = faq.world.seen(result)
    assert not card.is_private
    assert not result.deferred
    assert JOIN in card.text
    assert ANSWERS[0] in card.text
    assert f"Harbour FAQ › People · [open the page]({faq.url()}#" in card.text
    assert card.labels == ["Helpful", "Not it", "🗑️"]
    assert card.pinged == ()


async def test_an_unclear_question_gets_suggestions_privately(faq: Stage) -> None:
    card = await faq.answer(UNCLEAR)
    assert card.is_private
    assert "Not sure which one you mean" in card.text
    assert card.labels[-1] == "None of these"
    assert {MEETINGS, MINUTES} <= set(card.labels)
    assert 2 <= len(card.labels) - 1 <= 5
    assert f"ask a person in <#{faq.help.id}>" in card.text


async def test_a_question_the_faq_does_not_answer_is_met_honestly_and_noted(faq: Stage) -> None:
    card = await faq.answer(NOT_IN_THE_FAQ)
    assert card.is_private
    assert f"Nothing on the page answers “{NOT_IN_THE_FAQ}”. Ask a person in <#{faq.help.id}>." in card.text
    assert "noted, without your name" in card.text
    assert NOT_IN_THE_FAQ in (await faq.told("faq gaps")).text


async def test_without_a_page_the_way_to_one_is_shown(stage: Stage) -> None:
    card = await stage.answer("anything")
    assert card.is_private
    assert "There is no FAQ here yet" in card.text
    assert "/faq source add url:" in card.text


async def test_a_private_answer_is_for_the_asker_alone(faq: Stage) -> None:
    card = await faq.answer(JOIN, private=True)
    assert card.is_private
    assert ANSWERS[0] in card.text
    assert faq.public() == []


async def test_an_answer_pointed_at_a_member_pings_that_member_alone(faq: Stage) -> None:
    card = await faq.answer(JOIN, to=faq.bob)
    assert card.text.startswith(f"<@{faq.bob.id}>, this may help:")
    assert card.pinged == (faq.bob.id,)
    assert not card.is_private


async def test_the_id_that_autocomplete_gives_is_an_answer(faq: Stage) -> None:
    offered = await faq.choices("faq ask", "question", "weekly meetings")
    name, value = next(iter(offered.items()))
    assert name.endswith(MEETINGS)
    assert value != MEETINGS
    assert len(value) <= 20
    assert ANSWERS[1] in (await faq.answer(value)).text


async def test_nothing_typed_offers_the_most_asked_first(faq: Stage) -> None:
    await faq.ask(COST)
    await faq.ask(COST)
    await faq.ask(MEETINGS)
    await faq.add("Something new?", "Yes.")  # what was asked is counted at the next change
    offered = list(await faq.choices("faq ask", "question", ""))
    assert offered[:2] == [f"📌 {COST}", f"📌 {MEETINGS}"]
    assert {name.removeprefix("📌 ") for name in offered} == {*QUESTIONS, "Something new?"}


async def test_what_is_typed_is_ranked_and_marked_with_why(faq: Stage) -> None:
    assert next(iter(await faq.choices("faq ask", "question", JOIN))) == f"✅ {JOIN}"
    assert next(iter(await faq.choices("faq ask", "question", "membership co"))) == f"🔑 {COST}"
    assert next(iter(await faq.choices("faq ask", "question", "tuesday"))) == f"📄 {MEETINGS}"


async def test_autocomplete_offers_nothing_in_a_guild_without_an_faq(stage: Stage) -> None:
    assert await stage.choices("faq ask", "question", "join") == {}


@pytest.mark.parametrize("typed", ["\u202e" * 90, "x" * 3000, "```", "@everyone", "\x00"])
async def test_autocomplete_takes_anything_typed(faq: Stage, typed: str) -> None:
    assert isinstance(await faq.choices("faq ask", "question", typed), dict)


async def test_what_was_typed_pings_nobody(faq: Stage) -> None:
    for question in ("@everyone xyzzy qwertz", f"<@{faq.bob.id}> xyzzy qwertz", "# xyzzy **qwertz**"):
        card = await faq.answer(question)
        assert card.pinged == ()
        assert "@everyone" not in card.text
        assert f"<@{faq.bob.id}>" not in card.text
        assert "**qwertz**" not in card.text


async def test_half_a_character_is_asked_noted_and_added_like_any_other(faq: Stage) -> None:
    half = "xylophone \ud83d zebra"
    assert "The FAQ has no answer to that" in (await faq.answer(half)).text
    assert "xylophone" in (await faq.told("faq gaps")).text
    assert "Saved" in (await faq.add(half, "Yes \ud83d.")).text
    assert "Yes" in (await faq.answer(half)).text
    assert "faq.txt" in (await faq.told("faq export")).files


async def test_what_all_read_is_in_the_servers_language_and_private_words_in_ones_own(faq: Stage) -> None:
    await faq.run("settings", language="de")
    public = await faq.answer(JOIN)
    assert not public.is_private
    assert [each.label for each in public.controls][:2] == ["Hilfreich", "Nicht das"]
    private = await faq.answer(JOIN, private=True)
    assert [each.label for each in private.controls][:2] == ["Helpful", "Not it"]
