"""What was asked and not answered, and what editors do about it."""

import asyncio

from tests.e2e.pages import ANSWERS, BUG, JOIN
from tests.e2e.stage import Stage
from tests.e2e.world import START

LUNCH, LUNCH_TOO, OTHER = "xylophone zebra quarantine", "zebra xylophone quarantine", "quokka umbrella"


async def ask_all(faq: Stage) -> None:
    for question in (LUNCH, LUNCH, LUNCH_TOO, OTHER):
        await faq.ask(question)


async def test_a_guild_without_gaps_says_so(faq: Stage) -> None:
    card = await faq.told("faq gaps")
    assert card.is_private
    assert "No gaps" in card.text


async def test_alike_questions_are_one_gap_with_a_count(faq: Stage) -> None:
    await ask_all(faq)
    card = await faq.told("faq gaps")
    assert "2 gaps in the FAQ" in card.text
    assert f"**{LUNCH}**\nasked 3 times" in card.text
    assert f"also: {LUNCH_TOO}" in card.text
    assert f"**{OTHER}**\nasked once" in card.text
    assert card.labels == ["Draft answer", "Same as …", "Dismiss"] * 2


async def test_a_question_still_being_noted_is_listed(faq: Stage) -> None:
    service = faq.world.app.service
    outcome = await service.ask(faq.id, LUNCH)
    async with faq.world.app.database.writing():
        noting = asyncio.create_task(service.record_unanswered(faq.id, outcome.query_key, now=START))
        await asyncio.sleep(0)
        listing = asyncio.create_task(faq.told("faq gaps"))
        await asyncio.sleep(0.1)
    assert LUNCH in (await listing).text
    await noting


async def test_a_question_asked_many_times_at_once_is_counted_each_time(faq: Stage) -> None:
    service = faq.world.app.service
    key = (await service.ask(faq.id, LUNCH)).query_key
    await asyncio.gather(*(service.record_unanswered(faq.id, key, now=START) for _ in range(20)))
    assert "asked 20 times" in (await faq.told("faq gaps")).text


async def test_a_draft_answers_the_gap_in_all_its_wordings(faq: Stage) -> None:
    await ask_all(faq)
    shown = await faq.press(await faq.run("faq gaps"), "Draft answer", by=faq.manager)
    fields = [component["component"].get("value") for component in shown.modal["components"]]
    assert fields == [LUNCH, None, LUNCH_TOO]
    values = {"question": "Where is the zebra?", "answer": "In quarantine.", "aliases": LUNCH_TOO}
    await faq.manager.submit_modal(shown, values)
    for question in (LUNCH, LUNCH_TOO, "where is the zebra"):
        assert "In quarantine." in (await faq.answer(question, private=True)).text
    assert LUNCH not in (await faq.told("faq gaps")).text


async def test_a_gap_can_be_the_same_as_an_entry(faq: Stage) -> None:
    await ask_all(faq)
    asked = await faq.press(await faq.run("faq gaps"), "Same as …", by=faq.manager)
    assert JOIN in faq.world.seen(asked).options
    await faq.pick(asked, BUG, by=faq.manager)
    assert faq.world.seen(asked).text == f"From now on that question is answered by “{BUG}”."
    assert "name the port" in (await faq.answer(LUNCH_TOO)).text
    listed = await faq.told("faq gaps")
    assert "1 gap in the FAQ" in listed.text
    assert OTHER in listed.text


async def test_a_dismissed_gap_stays_away_even_when_asked_again(faq: Stage) -> None:
    await ask_all(faq)
    listed = await faq.run("faq gaps")
    await faq.press(listed, "Dismiss", by=faq.manager)
    assert LUNCH not in faq.world.seen(listed).text
    assert OTHER in faq.world.seen(listed).text
    await faq.ask(LUNCH)
    assert LUNCH not in (await faq.told("faq gaps")).text


async def test_a_gap_settled_meanwhile_is_said(faq: Stage) -> None:
    await ask_all(faq)
    first, second = await faq.run("faq gaps"), await faq.run("faq gaps")
    await faq.press(first, "Dismiss", by=faq.manager)
    late = faq.world.seen(await faq.press(second, "Draft answer", by=faq.manager))
    assert late.text == "That question is answered or dismissed by now."


async def test_adding_the_question_closes_its_gap(faq: Stage) -> None:
    await ask_all(faq)
    await faq.add(OTHER, "It may rain.")
    assert OTHER not in (await faq.told("faq gaps")).text


async def test_many_gaps_are_turned(faq: Stage) -> None:
    words = ("quokka", "xylem", "zebu", "gnu", "ibex", "okapi", "tapir")
    for word in words:
        await faq.ask(f"{word} {word[::-1]}")
    shown = await faq.run("faq gaps")
    first = faq.world.seen(shown)
    assert first.labels[-1] == "Next"
    await faq.press(shown, "Next", by=faq.manager)
    second = faq.world.seen(shown)
    assert second.labels == ["Draft answer", "Same as …", "Dismiss"] * 3 + ["Back"]
    assert all((word in first.text) != (word in second.text) for word in words)


async def test_an_answered_question_is_no_gap(faq: Stage) -> None:
    assert ANSWERS[0] in (await faq.answer(JOIN)).text
    assert "No gaps" in (await faq.told("faq gaps")).text


async def test_the_gaps_name_nobody(faq: Stage) -> None:
    await ask_all(faq)
    card = await faq.told("faq gaps")
    assert str(faq.ada.id) not in card.text
    assert "ada" not in card.text
