"""Hostile text in a page is shown as text: it pings nobody, hides nothing, leads nowhere it does not say."""

import json

import pytest

from tests.e2e.world import Stage

QUESTION = "Who is hostile here?"
HOSTILE = [
    "@everyone and @here",
    "<@123456789012345678> <@!123456789012345678> <@&123456789012345678>",
    "<#123456789012345678>",
    "</faq ask:123456789012345678>",
    "<t:0:R>",
    "<id:customize>",
    "[good.example.org](https://evil.example.org)",
    "[click](javascript:alert(1))",
    "\u202eright to left\u202c and \u2066isolated\u2069",
    "in\u200bvis\u2060ible\U000e0041",
    "``` unclosed",
    "||spoiler|| ~~gone~~ **bold",
    "> quote\n>>> more",
    "# not a heading\n-# not small",
    "{question} {0} %s \\g<0>",
    "\x00\x07\x1b[31m",
    "a" * 9000,
    "*" * 3000,
    "😀" * 2500,
    "e\u0301" * 3000,
]
FORBIDDEN = ("@everyone", "@here", "<@", "<#1", "</faq ask:1", "<id:", "javascript:", "\u202e", "\u2066", "\x00", "\x1b")


def data(*, question: str = QUESTION, answer: str = "An answer.", **more: str) -> bytes:
    """Write a data page, whose texts come through as they are."""
    return json.dumps([{"question": question, "answer": answer, **more}]).encode()


async def look_at_everything(stage: Stage) -> list[str]:
    """Open all that shows the entry; return what was read."""
    (choice,) = (await stage.choices("faq ask", "question", "")).items()
    shown = [await stage.ask(choice[1]), await stage.ask(choice[1], by=stage.bob, to=stage.ada)]
    shown += [await stage.run(command) for command in ("faq browse", "faq check", "faq source list")]
    shown.append(await stage.run("faq source refresh"))
    shown.append(await stage.run("faq remove", entry=choice[1]))
    seen = [stage.world.seen(each) for each in shown]
    assert [each.pinged for each in seen] == [()] * len(seen)
    words = [each.text.replace(f"<@{stage.ada.id}>, this may help:", "") for each in seen]
    return [choice[0], *words, *(option for each in seen for option in each.options)]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("place", ["question", "answer", "section", "both"])
async def test_hostile_text_is_only_text(stage: Stage, text: str, place: str) -> None:
    parts = {"question": f"{QUESTION} {text}" if place in ("question", "both") else QUESTION}
    if place in ("answer", "both"):
        parts["answer"] = text
    if place == "section":
        parts["section"] = text
    said = await stage.told("faq source add", upload=("faq.json", data(**parts)))
    assert "Found 1 question" in said.text, said.text
    for words in (said.text, *await look_at_everything(stage)):
        for forbidden in FORBIDDEN:
            assert forbidden not in words


async def test_a_link_says_where_it_leads(stage: Stage) -> None:
    page = f"### {QUESTION}\n\n[good.example.org](https://evil.example.org/x) and [safe](https://good.example.org).\n"
    await stage.follow(page)
    card = await stage.answer(QUESTION)
    assert "good.example.org <https://evil.example.org/x>" in card.text
    assert "[safe](https://good.example.org)" in card.text


async def test_hostile_titles_pages_and_errors_are_inert(stage: Stage) -> None:
    await stage.told("faq source add", upload=("@everyone **x**.md", b"### A question?\n\nAn answer.\n"))
    for command in ("faq source list", "faq check"):
        card = await stage.told(command)
        assert "@everyone" not in card.text
        assert r"\*\*x" in card.text
        assert card.pinged == ()


async def test_hostile_entries_from_chat_are_inert(stage: Stage) -> None:
    said = await stage.add("Who pings <@&99> @everyone?", "I do: @everyone <@&99>", "@here you\n<@5>")
    card = await stage.answer("who pings 99 everyone")
    for seen in (said, card):
        assert "@everyone" not in seen.text
        assert "<@" not in seen.text
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
