"""What editors typed, written as a page and read again: the same questions, the same answers."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.export import to_dokuwiki, to_markdown
from bot.faq.formats import FORMATS
from bot.faq.loading import parse_page
from bot.faq.models import Entry, ParsedPage
from bot.faq.plain import render_plain
from bot.faq.typed import parse_typed

WRITERS = {"dokuwiki": to_dokuwiki, "markdown": to_markdown}
READABLE = [each.name for each in FORMATS if each.name in WRITERS]
PARTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "**b**",
                "*i*",
                "__u__",
                "~~s~~",
                "`c`",
                "[l](https://x.org/a_b)",
                "https://y.org/z",
                "\n",
                "\n\n",
                "- ",
                "1. ",
                "> ",
                "# ",
                "Q: ",
                "A: ",
                "%%",
                "//",
                "''",
                "__",
                "[[",
                "]]",
                "{{",
                "((",
                "))",
                "<nowiki>",
                "</nowiki>",
                "<del>",
                "</code>",
                "=====",
                "----",
                "^",
                "|",
                "\\\\",
                "  ",
                "-->",
                "640x480",
                "~~NOTOC~~",
                "{{page>x}}",
                "FIXME",
                "```",
                "++++ a |",
                "<b>",
                "&amp;",
                "!",
                "word",
            ]
        ),
        st.text(alphabet="abcé *_`~|>#[]()<>\\%'/{}=^-.!?:1x", max_size=8),
    ),
    max_size=12,
).map("".join)


def entry(question: str, answer: str) -> Entry:
    return Entry(id="a", question=question, answer=answer, text=answer)


def read(text: str, name: str) -> ParsedPage:
    return parse_page(text.encode(), name="", media_type="", base_url="", declared_format=name)


def words(text: str) -> str:
    """Reduce a text to its letters, digits and marks, in order: layout may change, content may not."""
    return re.sub(r"[\s\u200b]+", "", text).replace("‹", "<")


def test_dokuwiki_page_is_in_the_groups_own_style() -> None:
    answer = "See [the log](https://example.org/log), *please*:\n- one\n  - `two`\n\n```sh\nls\n```"

    assert to_dokuwiki([entry("Where is it?", answer), entry("Onboarding", "Soon.")]) == (
        "**Where is it?**\n\n"
        "See [[https://example.org/log|the log]], //please//:\n\n"
        "  * one\n    * ''%%two%%''\n\n"
        "<code sh>\nls\n</code>\n\n"
        "**Onboarding?**\n\nSoon.\n"
    )


def test_markdown_page_is_in_the_groups_own_style() -> None:
    answer = "See [the log](https://example.org/log), *please*:\n- one\n  - `two`\n\n```sh\nls\n```"

    assert to_markdown([entry("Where is it?", answer)]) == (
        "**Where is it?**\n\n"
        "See [the log](https://example.org/log), *please*:\n\n"
        "- one\n  - `two`\n\n"
        "```sh\nls\n```\n"
    )


def test_nothing_to_export_is_an_empty_page() -> None:
    assert (to_dokuwiki([]), to_markdown([])) == ("", "")


@pytest.mark.parametrize("name", READABLE)
@given(answer=PARTS)
@settings(max_examples=200)
def test_exported_answer_is_read_again(name: str, answer: str) -> None:
    blocks = parse_typed(f"Start. {answer}")
    text = WRITERS[name]([entry("What is first?", f"Start. {answer}"), entry("What is next?", "The end.")])
    page = read(text, name)

    assert [each.question for each in page.entries] == ["What is first?", "What is next?"], text
    assert words(page.entries[0].text) == words(render_plain(blocks)), text
    assert page.entries[1].text == "The end."


@pytest.mark.parametrize("name", READABLE)
@given(question=PARTS)
def test_exported_question_is_read_again(name: str, question: str) -> None:
    asked = " ".join(f"Why {question} so".split()) + "?"
    page = read(WRITERS[name]([entry(asked, "Because.")]), name)

    assert [words(each.question) for each in page.entries] == [words(asked)]
