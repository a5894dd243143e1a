"""What marks a question, where its answer ends, and what an editor is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.document import (
    Block,
    Break,
    Definition,
    Document,
    Emphasis,
    Heading,
    Include,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Rule,
    Span,
    Text,
)
from bot.faq.extract import Extraction, extract
from bot.faq.models import Entry, Marker, Severity
from bot.faq.questions import clean_question, looks_like_question


def h(level: int, text: str, line: int = 0) -> Heading:
    return Heading(level=level, spans=(Text(text=text),), anchor=text.lower(), line=line)


def p(*spans: str | Span) -> Paragraph:
    return Paragraph(spans=tuple(Text(text=each) if isinstance(each, str) else each for each in spans))


def bold(text: str) -> Emphasis:
    return Emphasis(style="bold", spans=(Text(text=text),))


def read(*blocks: Block, questions: Marker = Marker.AUTO) -> Extraction:
    return extract(Document(blocks=blocks), questions=questions)


def pairs(found: Extraction) -> list[tuple[str, str]]:
    return [(each.question, each.answer) for each in found.entries]


def test_headings_that_ask_are_questions_and_those_above_are_sections() -> None:
    found = read(
        h(1, "FAQ"),
        p("Welcome."),
        h(2, "Joining"),
        h(3, "How?"),
        p("So."),
        h(3, "Why?"),
        p("Thus."),
        h(2, "Tools"),
        h(3, "Which?"),
        p("These."),
    )

    assert pairs(found) == [("How?", "So."), ("Why?", "Thus."), ("Which?", "These.")]
    assert [each.section for each in found.entries] == ["Joining", "Joining", "Tools"]
    assert found.marker is Marker.H3


def test_statement_with_parts_below_stays_one_entry() -> None:
    found = read(
        h(2, "How do I start?"),
        p("Run it."),
        h(2, "Tearing"),
        h(3, "On Linux"),
        p("Set a."),
        h(3, "On macOS"),
        p("Set b."),
        h(2, "Is it free?"),
        p("Yes."),
        h(2, "Where is the log?"),
        p("Here."),
    )

    assert pairs(found)[1] == ("Tearing", "**On Linux**\n\nSet a.\n\n**On macOS**\n\nSet b.")


def test_bold_note_in_an_answer_is_no_question() -> None:
    found = read(
        p(bold("How?")),
        p("So."),
        p(bold("Note:")),
        p("Careful."),
        p(bold("Windows")),
        p("Same."),
        p(bold("Why?")),
        p("Thus."),
        p(bold("When?")),
        p("Now."),
        p(bold("Adding a member")),
        p("Ask."),
        p(bold("Who?")),
        p("All."),
        p(bold("Where?")),
        p("Here."),
    )

    assert [each.question for each in found.entries] == [
        "How?",
        "Why?",
        "When?",
        "Adding a member",
        "Who?",
        "Where?",
    ]
    assert found.entries[0].answer == "So.\n\n**Note:**\n\nCareful.\n\n**Windows**\n\nSame."


def test_deepest_heading_used_twice_is_taken_where_nothing_asks() -> None:
    found = read(
        h(1, "Help"), h(2, "Disk full"), p("Delete."), h(2, "Slow start"), p("Wait."), h(3, "More"), p("x")
    )

    assert [each.question for each in found.entries] == ["Disk full", "Slow start"]
    assert found.marker is Marker.H2


def test_table_of_contents_is_no_entry() -> None:
    toc = ListBlock(items=(ListItem(blocks=(p(Link(url="#how?", spans=(Text(text="How?"),))),)),))
    found = read(h(2, "General"), toc, h(2, "How?"), p("So."), h(2, "Why?"), p("Thus."))

    assert [each.question for each in found.entries] == ["How?", "Why?"]


def test_rule_separates_and_links_behind_the_last_one_are_furniture() -> None:
    back = p(Link(url="https://example.org/", spans=(Text(text="Home"),)), " | ")
    found = read(p(bold("How?")), p("So."), Rule(), p("And so."), Rule(), back)

    assert pairs(found) == [("How?", "So.\n\nAnd so.")]


def test_q_and_a_lines_are_found_in_one_paragraph() -> None:
    found = read(
        p("Q: How?", Break(), "A: So.", "\nQ: And\nwhy?\nA: Thus.\nReally."),
        p(bold("Q:"), " Who?"),
        p("A: All."),
    )

    assert pairs(found) == [("How?", "So."), ("And why?", "Thus. Really."), ("Who?", "All.")]


def test_list_of_bold_questions_is_read_item_by_item() -> None:
    items = tuple(ListItem(blocks=(p(bold(f"{word}?")), p("So."))) for word in ("How", "Why"))

    assert pairs(read(ListBlock(items=items, is_ordered=True))) == [("How?", "So."), ("Why?", "So.")]


def test_definition_is_whole() -> None:
    found = read(
        Definition(term=(Text(text="How?"),), blocks=(p("So."),), marker="details"), p("Not part of it.")
    )

    assert (pairs(found), found.marker) == ([("How?", "So.")], Marker.DETAILS)


def test_wanted_marker_is_obeyed() -> None:
    blocks = (h(2, "How?"), p("So."), p(bold("Really?")), p("Yes."), h(2, "Why?"), p("Thus."))

    assert [each.question for each in read(*blocks, questions=Marker.BOLD).entries] == ["Really?"]


def test_links_to_the_same_page_get_its_address() -> None:
    page = Document(blocks=(h(2, "How?"), p(Link(url="#why", spans=(Text(text="see"),))), p("So.")))

    found = extract(page, page_url="https://example.org/faq#top")

    assert found.entries[0].answer == "[see](https://example.org/faq#why)\n\nSo."


def test_data_entries_are_cleaned() -> None:
    entry = Entry(id="", question="Q: How ?", answer="Ask @everyone", text="", aliases=("1. what way", " "))
    found = extract(Document(entries=(entry,)))

    assert found.marker is Marker.DATA
    assert [(each.question, each.answer, each.aliases) for each in found.entries] == [
        ("How?", "Ask @\u200beveryone", ("what way",))
    ]


def test_problems_name_their_lines() -> None:
    link = Link(url="other", spans=(Text(text="other"),))
    found = read(
        h(2, "How?", 1),
        h(2, "Why?", 2),
        p("TODO ", link),
        h(2, "why?", 4),
        p("@here"),
        Include(target="x", line=6),
    )

    assert [(each.line, each.severity, each.what) for each in found.problems] == [
        (6, Severity.WARNING, "the page includes 'x', which is not read; add it as a page"),
        (1, Severity.ERROR, "'How?' has no answer, so it is left out"),
        (4, Severity.WARNING, "“why?” is asked twice; see line 2"),
        (2, Severity.WARNING, "“Why?” looks unfinished: 'TODO'"),
        (
            2,
            Severity.WARNING,
            "the link to 'other' in “Why?” leads nowhere without the page's address; its text is kept",
        ),
        (4, Severity.WARNING, "the answer to “why?” mentions people; the mention is shown, and calls nobody"),
    ]


@pytest.mark.parametrize(
    ("raw", "question", "anchor"),
    [
        ("Q: What is it ?", "What is it?", ""),
        ("1. How？", "How?", ""),
        ("Question 3: Why?", "Why?", ""),
        ("2.1 Setting up", "Setting up", ""),
        ("How? {#how-to}", "How?", "how-to"),
        ("How? ¶", "How?", ""),
        ("What is C#", "What is C#", ""),
        ("3D printers?", "3D printers?", ""),
        ("Q&A", "Q&A", ""),
        ("a\u00a0b\u200bc", "a bc", ""),
    ],
)
def test_question_is_cleaned(raw: str, question: str, anchor: str) -> None:
    assert clean_question(raw) == (question, anchor)


@pytest.mark.parametrize(
    "text", ["Anything?", "How to join", "Wie geht das", "如何加入", "Can I?*", "¿Qué es"]
)
def test_question_is_told(text: str) -> None:
    assert looks_like_question(text)


@pytest.mark.parametrize("text", ["Joining", "What we do:", "Is.", "Howitzer", "A note on tides"])
def test_statement_is_told(text: str) -> None:
    assert not looks_like_question(text)


SPANS = st.recursive(
    st.builds(Text, text=st.text(max_size=12)) | st.just(Break()),
    lambda inner: (
        st.builds(Emphasis, style=st.sampled_from(["bold", "italic"]), spans=st.tuples(inner))
        | st.builds(Link, url=st.sampled_from(["#a", "https://x.org", "b"]), spans=st.tuples(inner))
    ),
    max_leaves=4,
)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Heading, level=st.integers(1, 6), spans=st.tuples(SPANS)),
        st.builds(Paragraph, spans=st.lists(SPANS, max_size=4).map(tuple)),
        st.builds(
            Definition, term=st.tuples(SPANS), blocks=st.tuples(st.builds(Paragraph, spans=st.tuples(SPANS)))
        ),
        st.just(Rule()),
    ),
    max_size=12,
)


@given(BLOCKS, st.sampled_from(Marker))
def test_extract_never_raises_and_never_invents(blocks: list[Block], marker: Marker) -> None:
    found = extract(Document(blocks=tuple(blocks)), questions=marker)

    assert len(found.entries) <= 4 * len(blocks)
    assert all(each.question and each.answer and each.text for each in found.entries)
    assert found.entries or any(each.severity is Severity.ERROR for each in found.problems)
