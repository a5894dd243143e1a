"""From chat to the page: export, paste, refresh, and the entry is the page's own."""

import pytest

from tests.e2e.pages import ANSWERS, COST, FAQ, JOIN, MEETINGS
from tests.e2e.stage import Stage

QUESTION = "Is there a harbour choir?"
ANSWER = (
    "Yes, it **sings** on Fridays. See [the list](https://lists.example.org/choir).\n"
    "- bring a *score*\n- be loud"
)
DOKUWIKI_PAGE = (
    f"====== Harbour FAQ ======\n\n==== {JOIN} ====\n\nWrite to the list.\n\n==== {COST} ====\n\nNothing.\n"
)


async def exported(stage: Stage, **options: str) -> tuple[str, str]:
    shown = await stage.run("faq export", **options)
    (file,) = shown.response.attachments
    return file.filename, (await file.read()).decode()


async def test_nothing_to_export_is_said(faq: Stage) -> None:
    said = await faq.told("faq export")
    assert (said.text, said.is_private) == ("Nothing was made in chat, so there is nothing to export.", True)


@pytest.mark.parametrize(
    ("syntax", "name", "page"), [("dokuwiki", "faq.txt", DOKUWIKI_PAGE), ("markdown", "faq.md", FAQ)]
)
async def test_an_entry_pasted_into_the_page_folds_into_it(
    stage: Stage, syntax: str, name: str, page: str
) -> None:
    await stage.follow(page, name)
    await stage.add(QUESTION, ANSWER, "who sings")
    filename, text = await exported(stage, format=syntax)
    assert filename == name
    stage.serve(f"{page}\n{text}", name)
    assert "The page has changed" in (await stage.told("faq source refresh")).text
    card = await stage.answer(QUESTION)
    assert "not on the page yet" not in card.text
    assert "it **sings** on Fridays" in card.text
    assert "[the list](https://lists.example.org/choir)" in card.text
    assert (await stage.told("faq export")).text == "Nothing was made in chat, so there is nothing to export."


async def test_dokuwiki_is_exported_unless_said(faq: Stage) -> None:
    await faq.add(QUESTION, ANSWER)
    name, text = await exported(faq)
    assert name == "faq.txt"
    assert "[[https://lists.example.org/choir|the list]]" in text
    assert f"**{QUESTION}**" in text


async def test_an_edit_with_a_link_folds_when_the_page_says_the_same(faq: Stage) -> None:
    shown = await faq.run("faq edit", entry=await faq.entry_id(MEETINGS))
    answer = "Every Wednesday, see [the plan](https://plan.example.org)."
    await faq.manager.submit_modal(shown, {"question": MEETINGS, "answer": answer, "aliases": ""})
    faq.serve(FAQ.replace(ANSWERS[1], answer))
    await faq.run("faq source refresh")
    assert (await faq.told("faq export")).text == "Nothing was made in chat, so there is nothing to export."
    assert "[the plan](https://plan.example.org" in (await faq.answer(MEETINGS)).text


async def test_an_edit_stays_while_the_page_says_something_else(faq: Stage) -> None:
    shown = await faq.run("faq edit", entry=await faq.entry_id(MEETINGS))
    await faq.manager.submit_modal(shown, {"question": MEETINGS, "answer": "Every Wednesday."})
    faq.serve(FAQ.replace(ANSWERS[1], "Every Thursday."))
    await faq.run("faq source refresh")
    assert "Every Wednesday." in (await faq.answer(MEETINGS)).text


async def test_what_is_hidden_is_named_for_the_page(faq: Stage) -> None:
    await faq.run("faq remove", entry=await faq.entry_id(COST))
    said = await faq.told("faq export")
    assert f"remove them there:\n- {COST}" in said.text
    assert said.files == ()
    faq.serve(FAQ[: FAQ.index(f"### {COST}")])
    await faq.run("faq source refresh")
    assert (await faq.told("faq export")).text == "Nothing was made in chat, so there is nothing to export."


async def test_what_was_learned_moves_to_the_page_entry(faq: Stage) -> None:
    await faq.add(QUESTION, "Yes, on Fridays.")
    words = "harbour choir singing on which day"
    await faq.press(await faq.ask(words, by=faq.bob), "Helpful", by=faq.manager)
    faq.serve(f"{FAQ}\n### {QUESTION}\n\nYes, on Fridays.\n")
    await faq.run("faq source refresh")
    assert f"“{words}” → **{QUESTION}**" in (await faq.told("faq aliases")).text
