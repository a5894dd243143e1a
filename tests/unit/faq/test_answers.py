"""Blocks as Discord shows them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.answers import render_answer
from bot.faq.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Definition,
    Emphasis,
    Heading,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
    Text,
)
from bot.faq.plain import render_plain


def t(text: str) -> Text:
    return Text(text=text)


def p(*spans: Span) -> Paragraph:
    return Paragraph(spans=spans)


def e(style: str, *spans: Span) -> Emphasis:
    return Emphasis(style=style, spans=spans)


@pytest.mark.parametrize(
    ("block", "written"),
    [
        (p(t("  one\n two  "), e("bold", t("three ")), t("four")), "one two **three** four"),
        (p(e("bold", t("a")), e("bold", t("b"))), "**a**\u200b**b**"),
        (p(e("bold", e("italic", t("both")))), "***both***"),
        (p(e("bold", e("bold", t("once")))), "**once**"),
        (p(e("bold", t("a"), Break(), t("b"))), "**a**\n**b**"),
        (p(t("a"), Break(), t("# b")), "a\n\\# b"),
        (p(e("italic", t("x")), t(" - y")), "*x* - y"),
        (p(Code(text="a`b")), "`` a`b ``"),
        (p(Code(text="@everyone")), "`@\u200beveryone`"),
        (
            p(Link(url="https://x.org/", spans=(e("bold", t("x")), Link(url="u", spans=(t("y"),))))),
            "[**x**y](https://x.org/)",
        ),
        (p(Link(url="page", spans=(t("page"),))), "page"),
        (Heading(level=3, spans=(t("Head"),)), "**Head**"),
        (CodeBlock(text="a\n```\nb", language="c++"), "```c++\na\n`\u200b`\u200b`\nb\n```"),
        (CodeBlock(text="a", language="not a language!"), "```\na\n```"),
        (Quote(blocks=(p(t("a")), Quote(blocks=(p(t("b")),)))), "> a\n> \n> > b"),
        (Rule(), ""),
        (Definition(term=(t("Term"),), blocks=(p(t("Told")),)), "**Term**\nTold"),
        (
            Table(rows=(((t("A"),), (t("Bee"),)), ((t("漢字"),), ()))),
            "```\nA    | Bee\n-----+----\n漢字 |\n```",
        ),
    ],
)
def test_block_is_written_for_discord(block: Block, written: str) -> None:
    assert render_answer((block,)) == written


def test_lists_are_nested_by_two_spaces() -> None:
    inner = ListBlock(items=(ListItem(blocks=(p(t("b")),)),), is_ordered=True, start=3)
    outer = ListBlock(
        items=(
            ListItem(blocks=(p(t("a")), inner, CodeBlock(text="c"))),
            ListItem(blocks=(p(t("d")), p(t("e")))),
        )
    )

    assert render_answer((p(t("Steps:")), outer)) == "Steps:\n- a\n  3. b\n```\nc\n```\n- d\n  e"


def test_wide_table_is_not_padded() -> None:
    table = Table(rows=(((t("x" * 60),), (t("y" * 60),)), ((t("1"),), (t("2"),))))

    assert render_answer((table,)) == f"```\n{'x' * 60} | {'y' * 60}\n---\n1 | 2\n```"


def test_plain_text_has_no_marks() -> None:
    blocks = (
        Heading(level=2, spans=(t("H"),)),
        p(e("bold", t("a")), t(" b"), Break(), t("c")),
        CodeBlock(text="d"),
    )

    assert render_plain(blocks) == "H\na b\nc\nd"


SPANS = st.recursive(
    st.builds(
        Text,
        text=st.text(alphabet="ab *_`~|>#-@<>[]()1.\\\n", max_size=8)
        | st.sampled_from(["@everyone", "<@1>"]),
    )
    | st.builds(Code, text=st.text(alphabet="a`@ ", max_size=6))
    | st.just(Break()),
    lambda inner: st.builds(
        Emphasis,
        style=st.sampled_from(["bold", "italic", "underline", "strike", "odd"]),
        spans=st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
PARAGRAPHS = st.builds(Paragraph, spans=st.lists(SPANS, max_size=4).map(tuple))
BLOCKS = st.recursive(
    PARAGRAPHS | st.builds(CodeBlock, text=st.text(alphabet="a`\n@", max_size=12)),
    lambda inner: (
        st.builds(Quote, blocks=st.lists(inner, max_size=2).map(tuple))
        | st.builds(
            ListBlock,
            items=st.lists(
                st.builds(ListItem, blocks=st.lists(inner, max_size=2).map(tuple)), max_size=3
            ).map(tuple),
            is_ordered=st.booleans(),
        )
    ),
    max_leaves=6,
)


@given(st.lists(BLOCKS, max_size=4))
def test_answer_is_inert_and_balanced(blocks: list[Block]) -> None:
    written = render_answer(blocks)

    assert written.count("```") % 2 == 0
    assert not re.search(r"@everyone|@here|<@\d", written)
    assert not re.search(r"\]\(", written)


@given(st.lists(BLOCKS, max_size=4))
def test_answer_keeps_every_letter(blocks: list[Block]) -> None:
    written, plain = (
        re.sub(r"[^ab]", "", text)
        for text in (render_answer(blocks).replace("\u200b", ""), render_plain(blocks))
    )

    assert written == plain


def test_deep_nesting_is_survived() -> None:
    block: Block = p(t("deep"))
    span: Span = t("deep")
    for _ in range(5000):
        block = Quote(blocks=(block,))
        span = Emphasis(style="bold", spans=(span,))

    assert render_answer((block, p(span))) == ""
