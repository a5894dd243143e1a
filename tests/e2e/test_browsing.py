"""Browsing topics, and `/help`."""

import pytest
import simcord

from tests.e2e.pages import ANSWERS, BUG, JOIN, MEETINGS, MINUTES, QUESTIONS, page
from tests.e2e.stage import Stage

MANY = page(*((f"What is rule number {number}?", f"It is rule {number}.") for number in range(1, 61)))


async def test_all_questions_are_listed_with_their_topics(faq: Stage) -> None:
    card = await faq.told("faq browse", by=faq.ada)
    assert card.is_private
    assert "All questions · 6" in card.text
    assert "Topics: People, Work" in card.text
    assert card.options == list(QUESTIONS)


async def test_a_question_opens_privately(faq: Stage) -> None:
    opened = faq.world.seen(await faq.pick(await faq.run("faq browse", by=faq.ada), MEETINGS))
    assert opened.is_private
    assert ANSWERS[1] in opened.text


@pytest.mark.parametrize("topic", ["People", "people"])
async def test_a_topic_lists_its_questions(faq: Stage, topic: str) -> None:
    card = await faq.told("faq browse", by=faq.ada, topic=topic)
    assert "People · 3" in card.text
    assert card.options == [JOIN, MEETINGS, MINUTES]
    assert BUG not in card.text


async def test_topics_are_completed(faq: Stage) -> None:
    assert await faq.choices("faq browse", "topic", "") == {"People": "People", "Work": "Work"}
    assert await faq.choices("faq browse", "topic", "or") == {"Work": "Work"}


async def test_a_topic_that_is_not_there_is_said(faq: Stage) -> None:
    card = await faq.told("faq browse", by=faq.ada, topic="**Nope** @everyone")
    assert card.is_private
    assert "The FAQ has no topic" in card.text
    assert "@everyone" not in card.text


async def test_a_guild_without_an_faq_has_nothing_to_browse(stage: Stage) -> None:
    assert "/faq source add url:" in (await stage.told("faq browse", by=stage.ada)).text


async def test_a_long_list_is_turned_by_buttons(stage: Stage) -> None:
    await stage.follow(MANY)
    shown = await stage.run("faq browse", by=stage.ada)
    pages = [stage.world.seen(shown)]
    for label in ("Next", "Next", "Back"):
        await stage.press(shown, label)
        pages.append(stage.world.seen(shown))
    assert [card.labels for card in pages] == [["Next"], ["Back", "Next"], ["Back"], ["Back", "Next"]]
    assert [card.options[0] for card in pages] == [
        "What is rule number 1?",
        "What is rule number 26?",
        "What is rule number 51?",
        "What is rule number 26?",
    ]
    assert len(pages[2].options) == 10


async def read_help(stage: Stage, by: simcord.MemberActor) -> str:
    """Return the whole of it: it is as many private messages as it takes."""
    result = await stage.run("help", by=by)
    cards = [stage.world.seen(shown) for shown in (result, *result.followups)]
    assert all(card.is_private for card in cards)
    return "\n".join(card.text for card in cards)


async def test_help_shows_what_the_asker_may_do(faq: Stage) -> None:
    await faq.name_editors()
    member, editor, manager = [await read_help(faq, by) for by in (faq.ada, faq.editor, faq.manager)]
    for text, groups in (
        (member, {"Everyone"}),
        (editor, {"Everyone", "Editors"}),
        (manager, {"Everyone", "Editors", "Manage Server"}),
    ):
        assert {
            group for group in ("Everyone", "Editors", "Manage Server") if f"**{group}**" in text
        } == groups
    assert "`/faq ask` Ask the group's FAQ" in member
    assert "**Answer from the FAQ**" in member
    assert "/faq add" not in member
    assert "**Add to the FAQ**" in editor
    assert "/faq source add" not in editor
    assert "`/faq source add`" in manager
