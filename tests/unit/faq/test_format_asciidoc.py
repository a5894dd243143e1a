import pytest
from hypothesis import given, settings

from bot.faq.document import Break, Code, Definition, Emphasis, Heading, Include, Link, Paragraph, Text
from bot.faq.formats.asciidoc import FORMAT, parse
from bot.faq.plain import plain_spans, render_plain
from tests.unit.faq.page_properties import check_document, check_linear, pages

HOSTILE = [
    "*a ", "_a ", "`a ", "[a", "<<a", "* a\n", "a::\n", "a::\n\n", "= a\n", "----\n", "----\na\n----\n",
    "....\n", "+\n",
    "[[a]]\n", "https://a[", "link:a[", "{a}", ". a\n.. b\n", "a\n-\n", "****\n", "+++", "footnote:[a",
    ":a: b\n", "////\n",
]  # fmt: skip


@given(
    pages(
        "= ", "== ", "\n----\n", "\n====\n", "\n....\n", "::", " :: ", "* ", "** ", ". ", "- ", "+\n",
        "[[a]]", "[source,x]",
        "*", "_", "`", "link:a[b]", "https://a.example[b]", "<<a,b>>", "{b}", ":b: c\n", "include::x[]",
        "NOTE: ", "//", "footnote:[",
        ".Title\n", "image::a[b]", "|===\n", "kbd:[x]", " +\n", "term::\n", "1. ",
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_parse_never_raises(source: str) -> None:
    check_document(parse(source, "https://docs.example.org/faq"), source)


@pytest.mark.parametrize("unit", HOSTILE)
def test_parse_takes_linear_time(unit: str) -> None:
    check_linear(FORMAT, unit)


@pytest.mark.parametrize(
    ("source", "span"),
    [
        ("*a*", Emphasis(style="bold", spans=(Text(text="a"),))),
        ("_a_", Emphasis(style="italic", spans=(Text(text="a"),))),
        ("`a b`", Code(text="a b")),
        ("link:b[a]", Link(url="https://d.example/b", spans=(Text(text="a"),))),
        ("https://x.example[a]", Link(url="https://x.example", spans=(Text(text="a"),))),
        ("<<here,a>>", Link(url="#here", spans=(Text(text="a"),))),
        ("linkgit:git-add[1]", Text(text="git-add(1)")),
    ],
)
def test_inline_markup(source: str, span: object) -> None:
    (block,) = parse(source, "https://d.example/faq").blocks

    assert isinstance(block, Paragraph)
    assert block.spans[0] == span


def test_marks_go_over_line_ends_and_a_plus_breaks() -> None:
    (block,) = parse("a `b\nc` +\nd", "").blocks

    assert isinstance(block, Paragraph)
    assert block.spans == (Text(text="a "), Code(text="b c"), Break(), Text(text="d"))


def test_terms_keep_what_a_plus_joins() -> None:
    (block,) = parse("[[x]]\nWhy?::\n\tSo.\n+\n----\ncode\n----\n+\nEnd.\n", "").blocks

    assert isinstance(block, Definition)
    assert (plain_spans(block.term), block.anchor, render_plain(block.blocks)) == (
        "Why?",
        "x",
        "So.\ncode\nEnd.",
    )


def test_both_kinds_of_headings() -> None:
    blocks = parse("= A\n\n== B c\n\nD\n-\n", "").blocks

    assert [(each.level, each.anchor) for each in blocks if isinstance(each, Heading)] == [
        (1, "_a"),
        (2, "_b_c"),
        (2, "_d"),
    ]


def test_include_is_named() -> None:
    assert parse("include::more.adoc[]", "").blocks == (Include(target="more.adoc", line=1),)
