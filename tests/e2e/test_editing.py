"""Mending the FAQ from chat: the forms, what lies over the page, and back again."""

import pytest

from tests.e2e.pages import ANSWERS, COST, FAQ, JOIN, MEETINGS
from tests.e2e.stage import Stage

QUESTION, ANSWER = "Is there a harbour choir?", "Yes, it **sings** on Fridays."


async def test_an_added_entry_answers_at_once(faq: Stage) -> None:
    saved = await faq.add(QUESTION, ANSWER, "who sings here\nchoir practice")
    assert saved.is_private
    assert f"Saved: “{QUESTION}”. It answers from now on." in saved.text
    card = await faq.answer(QUESTION)
    assert ANSWER in card.text
    assert "Written here by the FAQ's editors, not on the page yet" in card.text
    assert ANSWER in (await faq.answer("choir practice", private=True)).text


async def test_a_guild_without_a_page_can_have_entries(stage: Stage) -> None:
    await stage.add(QUESTION, ANSWER)
    assert ANSWER in (await stage.answer(QUESTION)).text


@pytest.mark.parametrize(("question", "answer"), [("   ", "Yes."), ("?!", "Yes."), ("Why?", "  \n ")])
async def test_an_entry_needs_a_question_and_an_answer(faq: Stage, question: str, answer: str) -> None:
    said = await faq.add(question, answer)
    assert said.text == "A question and an answer are needed. Nothing was saved."


async def test_a_question_that_is_there_already_is_not_added_twice(faq: Stage) -> None:
    said = await faq.add(JOIN.upper().rstrip("?"), "Otherwise.")
    assert f"The FAQ has that question already: “{JOIN}”." in said.text
    assert ANSWERS[0] in (await faq.answer(JOIN)).text


async def edit(faq: Stage, entry: str, /, **changes: str) -> None:
    shown = await faq.run("faq edit", entry=await faq.entry_id(entry))
    fields = [component["component"] for component in shown.modal["components"]]
    values = {field["custom_id"]: field.get("value") or "" for field in fields}
    await faq.manager.submit_modal(shown, values | changes)


async def test_an_edit_starts_from_what_is_there(faq: Stage) -> None:
    shown = await faq.run("faq edit", entry=await faq.entry_id(MEETINGS))
    assert shown.modal["title"] == "Change the FAQ"
    values = [component["component"].get("value") for component in shown.modal["components"]]
    assert values[:2] == [MEETINGS, ANSWERS[1]]


async def test_an_edit_shows_at_once_and_keeps_the_id(faq: Stage) -> None:
    before = await faq.entry_id(MEETINGS)
    await edit(faq, MEETINGS, answer="Every Wednesday.")
    assert "Every Wednesday." in (await faq.answer(MEETINGS)).text
    assert await faq.entry_id(MEETINGS) == before


async def test_an_edited_question_is_found_under_its_new_words(faq: Stage) -> None:
    await edit(faq, MEETINGS, question="When is the parley held?")
    assert ANSWERS[1] in (await faq.answer("when is the parley held")).text


async def test_an_entry_made_in_chat_can_be_edited(faq: Stage) -> None:
    await faq.add(QUESTION, ANSWER, "who sings here")
    await edit(faq, QUESTION, answer="No more.")
    card = await faq.answer("who sings here")
    assert "No more." in card.text
    assert "not on the page yet" in card.text


async def test_a_removed_page_entry_is_hidden_and_comes_back_by_undo(faq: Stage) -> None:
    removed = await faq.run("faq remove", entry=await faq.entry_id(COST))
    assert f"Hidden: “{COST}”. It still stands on the page" in faq.world.seen(removed).text
    assert COST not in (await faq.told("faq browse")).options
    await faq.press(removed, "Undo", by=faq.manager)
    assert faq.world.seen(removed).text == "The page's own entry shows again."
    assert faq.world.seen(removed).labels == []
    assert COST in (await faq.told("faq browse")).options


async def test_a_hidden_entry_stays_hidden_when_pages_are_read_again(faq: Stage) -> None:
    await faq.follow("# Second\n\n### Is there a second page?\n\nYes.\n", "second.md", title="Second")
    await faq.run("faq remove", entry=await faq.entry_id(COST))
    faq.serve("# Second\n\n### Is there a second page?\n\nYes, and it changed.\n", "second.md")
    faq.serve(FAQ + "\n")
    await faq.run("faq source refresh")
    assert COST not in (await faq.told("faq browse")).options


async def test_undoing_an_edit_by_removing_it_shows_the_page_again(faq: Stage) -> None:
    await edit(faq, COST, answer="A fortune.")
    removed = await faq.run("faq remove", entry=await faq.entry_id(COST))
    await faq.press(removed, "Undo", by=faq.manager)
    assert ANSWERS[5] in (await faq.answer(COST)).text


async def test_a_removed_chat_entry_is_gone(faq: Stage) -> None:
    await faq.add(QUESTION, ANSWER)
    removed = await faq.told("faq remove", entry=await faq.entry_id(QUESTION))
    assert (removed.text, removed.labels) == (f"Removed: “{QUESTION}”.", [])
    assert QUESTION not in (await faq.told("faq browse")).options


async def test_a_hidden_question_can_be_written_anew(faq: Stage) -> None:
    await faq.run("faq remove", entry=await faq.entry_id(COST))
    await faq.add(COST, "Ask the treasurer.")
    assert "Ask the treasurer." in (await faq.answer(COST)).text


async def test_entries_are_completed_for_editors_alone(faq: Stage) -> None:
    typed = ("faq edit", "entry", "weekly meetings")
    assert any(name.endswith(MEETINGS) for name in await faq.choices(*typed, by=faq.manager))
    assert await faq.choices(*typed, by=faq.ada) == {}


async def test_a_message_becomes_an_entry(faq: Stage) -> None:
    message = await faq.bob.send(faq.general, "The choir meets on **Fridays** @everyone")
    shown = await faq.manager.context_menu(faq.general, "Add to the FAQ", message)
    answer = shown.modal["components"][1]["component"]["value"]
    assert answer == message.content
    await faq.manager.submit_modal(shown, {"question": QUESTION, "answer": answer})
    card = await faq.answer(QUESTION)
    assert "The choir meets on **Fridays**" in card.text
    assert "@everyone" not in card.text
    assert card.pinged == ()


async def test_a_message_is_answered_as_a_reply(faq: Stage) -> None:
    message = await faq.bob.send(faq.general, JOIN)
    done = await faq.ada.context_menu(faq.general, "Answer from the FAQ", message)
    card = faq.public()[-1]
    assert ANSWERS[0] in card.text
    assert faq.general.last_message.reference.message_id == message.id
    assert card.pinged == ()
    told = faq.world.seen(done)
    assert told.is_private
    assert str(card.id) in told.text


async def test_an_unclear_message_is_answered_to_who_asked_for_it(faq: Stage) -> None:
    message = await faq.bob.send(faq.general, "xylophone zebra quarantine")
    done = await faq.ada.context_menu(faq.general, "Answer from the FAQ", message)
    assert faq.world.seen(done).is_private
    assert "The FAQ has no answer to that" in faq.world.seen(done).text
    assert faq.public() == []


async def test_a_message_without_text_cannot_be_looked_up(faq: Stage) -> None:
    message = await faq.bob.send(faq.general, attachments=[("a.txt", b"x")])
    done = await faq.ada.context_menu(faq.general, "Answer from the FAQ", message)
    assert faq.world.seen(done).text == "That message has no text to look up."


async def test_an_answer_longer_than_a_form_is_not_cut_by_an_edit(stage: Stage) -> None:
    await stage.follow(
        f"# FAQ\n\n## Is it long?\n\n{'Very long indeed. ' * 300}\n\n## Is it short?\n\nYes.\n"
    )
    shown = await stage.run("faq edit", entry=await stage.entry_id("Is it long?"))
    assert shown.modal is None
    assert "longer than a form takes" in stage.world.seen(shown).text


async def test_a_late_undo_keeps_what_was_written_meanwhile(faq: Stage) -> None:
    removed = await faq.run("faq remove", entry=await faq.entry_id(MEETINGS))
    await faq.add(MEETINGS, "Every Wednesday.")
    await faq.press(removed, "Undo", by=faq.manager)
    assert "Every Wednesday." in (await faq.answer(MEETINGS)).text


async def test_an_edit_does_not_make_learned_words_the_entrys_own(faq: Stage) -> None:
    shown = await faq.ask("parley hour", by=faq.manager)
    assert "no answer" in faq.world.seen(shown).text
    gaps = await faq.run("faq gaps")
    which = await faq.press(gaps, "Same as …", by=faq.manager)
    await faq.pick(which, MEETINGS, by=faq.manager)
    assert ANSWERS[1] in (await faq.answer("parley hour")).text
    form = await faq.run("faq edit", entry=await faq.entry_id(MEETINGS))
    assert form.modal["components"][2]["component"].get("value") is None
