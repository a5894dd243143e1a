from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.post import Accent, Action, Button, Post, Row, Select, Words
from bot.faq.models import Entry, Page, PageKind
from bot.faq.render import (
    Asked,
    entry_link,
    render_answer,
    render_silence,
    render_suggestions,
    render_topic,
    topic_key,
)
from bot.text import limits
from bot.text.catalogue import load_texts
from tests.unit.faq.render_material import MENTION, NOW, entries, few, many_entries, pages, text, words_of

TEXTS = load_texts()
ASKED = Asked(user_id=7, query_key="0123456789abcdef")
PAGE = Page(
    id=1,
    guild_id=1,
    kind=PageKind.URL,
    location="https://wiki.example.org/faq",
    link="https://wiki.example.org/faq",
    title="Harbour FAQ",
    edited_at=NOW,
)
ENTRY = Entry(
    id="e1",
    question="Can I *join*?",
    answer="Yes: read the [rules](https://wiki.example.org/rules).",
    text="Yes: read the rules.",
    section="Membership",
    anchor="join",
    page_id=1,
)


def buttons(post: Post) -> list[Button]:
    return [button for block in post.blocks if isinstance(block, Row) for button in block.buttons]


def words(post: Post) -> list[str]:
    return [block.markdown for block in post.blocks if isinstance(block, Words)]


def test_an_answer_shows_the_pages_words_where_they_stand_and_what_to_do() -> None:
    card = render_answer(TEXTS, ENTRY, PAGE, ASKED)
    assert (card.title, card.accent, card.lead, card.mention_users) == (
        r"Can I \*join\*?", Accent.ANSWER, "", (),
    )  # fmt: skip
    assert words(card) == [
        ENTRY.answer,
        (
            "-# Harbour FAQ › Membership · [open the page](https://wiki.example.org/faq#join)"
            " · edited <t:1767225600:D>"
        ),
    ]
    assert [(button.label, button.emoji, button.action) for button in buttons(card)] == [
        ("Helpful", "👍", Action(kind="faq.helpful", args=("e1", ASKED.query_key))),
        ("Not it", "", Action(kind="faq.not_it", args=("e1", ASKED.query_key))),
        ("", "🗑️", Action(kind="faq.bin", args=("7", "e1"))),
    ]


def test_an_answer_for_a_member_may_ping_that_member_alone() -> None:
    card = render_answer(TEXTS, ENTRY, PAGE, ASKED, to_user_id=8)
    assert (card.lead, card.mention_users) == ("<@8>, this may help:", (8,))


def test_a_note_stands_on_top() -> None:
    assert words(render_answer(TEXTS, ENTRY, PAGE, ASKED, note="*Just answered.*"))[0] == "*Just answered.*"


def test_an_entry_made_in_chat_says_so() -> None:
    card = render_answer(TEXTS, replace(ENTRY, page_id=0), None, ASKED)
    assert words(card)[-1] == "-# Written here by the FAQ's editors, not on the page yet"


@pytest.mark.parametrize(
    ("entry", "page", "link"),
    [
        (ENTRY, PAGE, "https://wiki.example.org/faq#join"),
        (replace(ENTRY, anchor=""), PAGE, "https://wiki.example.org/faq"),
        (ENTRY, replace(PAGE, link=""), ""),
        (ENTRY, None, ""),
    ],
)
def test_where_an_entry_is_read(entry: Entry, page: Page | None, link: str) -> None:
    assert entry_link(entry, page) == link


def test_a_long_answer_is_cut_with_a_way_to_the_rest() -> None:
    card = render_answer(TEXTS, replace(ENTRY, answer="All is said here. " * 400), PAGE, ASKED)
    assert words(card)[0].endswith("[read on](https://wiki.example.org/faq#join)")
    assert 3000 < card.text_length() <= limits.MESSAGE_TEXT


def test_suggestions_are_one_a_row_with_a_way_out() -> None:
    others = (ENTRY, replace(ENTRY, id="e2", question="Who is who?"))
    card = render_suggestions(TEXTS, others, ASKED, help_place="in <#9>")
    assert [[button.label for button in row.buttons] for row in card.blocks[1:]] == [
        ["Can I *join*?"], ["Who is who?"], ["None of these"],
    ]  # fmt: skip
    assert [button.action for button in buttons(card)] == [
        Action(kind="faq.pick", args=("e1", ASKED.query_key)),
        Action(kind="faq.pick", args=("e2", ASKED.query_key)),
        Action(kind="faq.none", args=(ASKED.query_key,)),
    ]
    assert words(card) == ["The page answers these; pick one, or ask a person in <#9>."]


@pytest.mark.parametrize(
    ("is_noted", "has_faq", "said"),
    [
        (
            True,
            True,
            (
                "Nothing on the page answers “lunch?”. Ask a person in <#9>.\n"
                "-# The question is noted, without your name, for the editors of the FAQ."
            ),
        ),
        (False, True, "Nothing on the page answers “lunch?”. Ask a person in <#9>."),
        (
            True,
            False,
            "No FAQ page is followed yet. Someone with Manage Server can add one: `/faq source add url:`",
        ),
    ],
)
def test_silence_is_honest_and_leads_to_a_person(is_noted: bool, has_faq: bool, said: str) -> None:
    card = render_silence(TEXTS, "lunch?", help_place="in <#9>", is_noted=is_noted, has_faq=has_faq)
    assert words(card) == [said]


@pytest.mark.parametrize(
    ("number", "start", "shown", "labels"),
    [
        (3, 0, 3, []),
        (25, 0, 25, []),
        (26, 0, 25, ["Next"]),
        (60, 25, 25, ["Back", "Next"]),
        (60, 50, 10, ["Back"]),
    ],
)
def test_a_topic_is_listed_by_the_page(number: int, start: int, shown: int, labels: list[str]) -> None:
    listed = tuple(replace(ENTRY, id=f"e{index}", question=f"Q{index}?") for index in range(number))
    card = render_topic(TEXTS, listed, topic="Membership", topics=("Membership",), start=start)
    (menu,) = (block for block in card.blocks if isinstance(block, Select))
    assert card.title == f"Membership · {number}"
    assert [option.value for option in menu.options] == [f"e{start + index}" for index in range(shown)]
    assert [button.label for button in buttons(card)] == labels
    assert {button.action.args[1] for button in buttons(card)} <= {topic_key("Membership")}


def test_all_topics_are_named_when_none_is_chosen() -> None:
    card = render_topic(TEXTS, (ENTRY,), topic="", topics=("Membership", "Money"), start=0)
    assert words(card)[0] == "Topics: Membership, Money"
    assert card.title == "All questions · 1"


@given(
    entry=entries(), page=st.one_of(st.none(), pages()), note=st.sampled_from(["", "*Just answered.*" * 12])
)
def test_any_entry_can_be_shown_and_pings_nobody(entry: Entry, page: Page | None, note: str) -> None:
    card = render_answer(TEXTS, entry, page, ASKED, to_user_id=2**63, note=note)
    assert not MENTION.search(words_of(card))
    assert (card.lead, card.mention_users) == (f"<@{2**63}>, this may help:", (2**63,))


@given(many_entries(5), st.booleans())
def test_any_entries_can_be_suggested(listed: tuple[Entry, ...], is_second: bool) -> None:
    card = render_suggestions(TEXTS, listed, ASKED, help_place="in <no>", is_second_try=is_second)
    assert not MENTION.search(words_of(card))
    assert len(buttons(card)) == len(listed) + 1


@given(text, st.booleans())
def test_any_question_can_be_met_with_silence(phrasing: str, has_faq: bool) -> None:
    card = render_silence(TEXTS, phrasing, help_place="here", is_noted=True, has_faq=has_faq)
    assert not MENTION.search(words_of(card))


@few
@given(
    listed=many_entries(27),
    topic=text,
    topics=st.lists(text, max_size=15).map(tuple),
    start=st.sampled_from([0, 1]),
)
def test_any_topic_can_be_listed(
    listed: tuple[Entry, ...], topic: str, topics: tuple[str, ...], start: int
) -> None:
    card = render_topic(TEXTS, listed, topic=topic, topics=topics, start=min(start, len(listed) - 1))
    assert not MENTION.search(words_of(card))
