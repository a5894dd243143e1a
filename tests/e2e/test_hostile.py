"""Hostile text in a page is shown as text: it pings nobody, hides nothing, leads nowhere it does not say."""

import json
import re

import pytest

from tests.e2e.stage import Stage

QUESTION = "Who is hostile here?"
HOSTILE = (
    "@everyone and @here",
    "<@123456789012345678> <@!123456789012345678> <@&123456789012345678>",
    "<#123456789012345678>",
    "</faq ask:123456789012345678>",
    "<t:0:R>",
    "<id:customize>",
    "[click](javascript:alert(1))",
    "\u202eright to left\u202c and \u2066isolated\u2069",
    "in\u200bvis\u2060ible\U000e0041",
    "``` unclosed",
    "||spoiler|| ~~gone~~ **bold",
    "> quote\n>>> more",
    "# not a heading\n-# not small",
    "{question} {0} %s \\g<0>",
    "\x00\x07\x1b[31m",
    "\ud800 half a character",
    "a" * 9000,
    "*" * 3000,
    "😀" * 2500,
    "e\u0301" * 3000,
    "@everyone " * 400,
)
# Nowhere: what pings, and what cannot be seen. In Markdown: what leads somewhere it should not.
HIDDEN = r"[\u202a-\u202e\u2066-\u2069\x00\x07\x1b\ud800\U000e0041]"
NOWHERE = re.compile(rf"@everyone|@here|<@[!&]?\d|<#1234|{HIDDEN}")
FORBIDDEN = re.compile(rf"{NOWHERE.pattern}|</faq ask:1|<t:0:R|<id:|\]\(<?javascript")


def data(place: str) -> bytes:
    """Write a data page, whose texts come through as they are, with the hostile ones in one place."""
    entries = []
    for number, text in enumerate(HOSTILE):
        entry = {"question": f"{QUESTION} {number}", "answer": f"Answer {number}.", "section": "Plain"}
        entries.append(
            entry
            | {place: f"{entry[place]} {text}\n\nThe end." if place == "answer" else f"{entry[place]} {text}"}
        )
    return json.dumps(entries).encode()


@pytest.mark.parametrize("place", ["question", "answer", "section"])
async def test_hostile_text_is_only_text(stage: Stage, place: str) -> None:
    said = await stage.told("faq source add", upload=("faq.json", data(place)))
    assert f"Found {len(HOSTILE)} questions" in said.text, said.text
    choices = await stage.choices("faq ask", "question", "")
    assert len(choices) == len(HOSTILE)
    shown = [
        await stage.run(command) for command in ("faq browse", "faq check", "faq source list", "faq gaps")
    ]
    for entry_id in choices.values():
        shown.append(await stage.ask(entry_id))
        shown.append(await stage.press(shown[-1], "Not it", by=stage.bob))
        edit = await stage.run("faq edit", entry=entry_id)
        assert edit.modal is not None or "longer than a form takes" in stage.world.seen(edit).text
    shown += [await stage.run("faq remove", entry=entry_id) for entry_id in list(choices.values())[::6]]
    shown.append(await stage.run("faq export"))
    for seen in (said, *map(stage.world.seen, shown)):
        assert seen.pinged == ()
        assert not FORBIDDEN.search(seen.text)
        assert not NOWHERE.search("\n".join((*seen.labels, *seen.options)))
    assert not NOWHERE.search("\n".join(choices))


async def test_a_link_says_where_it_leads(stage: Stage) -> None:
    page = f"### {QUESTION}\n\n[good.example.org](https://evil.example.org/x) and [safe](https://good.example.org).\n"
    await stage.follow(page)
    card = await stage.answer(QUESTION)
    assert "good.example.org <https://evil.example.org/x>" in card.text
    assert "[safe](https://good.example.org)" in card.text


async def test_hostile_titles_pages_and_errors_are_inert(stage: Stage) -> None:
    await stage.told(
        "faq source add",
        upload=(
            "@everyone **x**.md",
            b"- no\n- heading\n\n**Who is there?**\n\nWe.\n\n**Who else?**\n\nThey.\n",
        ),
    )
    for command in ("faq source list", "faq check"):
        card = await stage.told(command)
        assert "@everyone" not in card.text
        assert r"\*\*x" in card.text
        assert card.pinged == ()


async def test_hostile_entries_from_chat_are_inert(stage: Stage) -> None:
    said = await stage.add("Who pings <@&99> @everyone?", "I do: @everyone <@&99>", "@here you\n<@5>")
    card = await stage.answer("who pings 99 everyone")
    for seen in (said, card):
        assert not FORBIDDEN.search(seen.text)
        assert seen.pinged == ()


async def test_hostile_gaps_and_learned_words_are_inert(stage: Stage) -> None:
    await stage.follow(f"### {QUESTION}\n\nNobody.\n\n### Another one?\n\nYes.\n")
    await stage.ask("xyzzy @everyone <@&99> **qwertz**")
    card = await stage.told("faq gaps")
    assert "xyzzy" in card.text
    assert "@everyone" not in card.text
    assert "<@&99>" not in card.text
    assert r"\*\*qwertz" in card.text
    assert card.pinged == ()
