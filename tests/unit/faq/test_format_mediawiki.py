import pytest
from hypothesis import given, settings

from bot.faq.document import Code, CodeBlock, Emphasis, Heading, Include, Link, Paragraph, Text
from bot.faq.formats.mediawiki import FORMAT, parse
from bot.faq.formats.mediawiki_links import find_wiki, resolve
from bot.faq.plain import render_plain
from tests.unit.faq.page_properties import check_document, check_linear, pages

HOSTILE = [
    "{{", "}}", "[[", "'''", "''a", "[http://a ", "{|\n", "* a\n", "*#:;*#:;a\n", "=a=\n", " a\n", "|\n",
    "{|\n|-\n|a\n",
    "<nowiki>", "<!--", "<ref>", "<b>", ";a:b\n", "[[a|b]]", "{{a}}", "<pre>", "[[File:", "|a||",
    "\ue0000\ue001", "__A",
    "{{:a}}\n", "{{a|{{b}}", "#*\n", "<br>",
]  # fmt: skip


@given(
    pages(
        "== ", " ==", "=", "'''", "''", "[[", "]]", "|", "{{", "}}", "{{:", "* ", "# ", ": ", "; ", " x",
        "{|\n", "\n|}",
        "\n|-\n", "\n! ", "\n| ", "||", "<nowiki>", "</nowiki>", "<pre>", "</pre>", "<ref>", "</ref>",
        "<ref/>", "<!--", "-->",
        "<br>", "<code>", "</code>", "[http://a.example b]", "----", "__TOC__", "#REDIRECT [[a]]",
        "\ue0000\ue001",
        '<syntaxhighlight lang="x">', "</syntaxhighlight>", "<ul>", "<li>", "[[File:a|", "[[Category:b]]",
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_parse_never_raises(source: str) -> None:
    check_document(parse(source, "https://wiki.example.org/wiki/FAQ"), source)


@pytest.mark.parametrize("unit", HOSTILE)
def test_parse_takes_linear_time(unit: str) -> None:
    check_linear(FORMAT, unit)


def test_definition_of_spaces_takes_linear_time() -> None:
    check_linear(FORMAT, " ", begin="; term", end="of more words", scale=4)


@pytest.mark.parametrize(
    ("page", "target", "url"),
    [
        ("https://w.example/wiki/FAQ", "main page", "https://w.example/wiki/Main_page"),
        ("https://w.example/w/index.php?title=FAQ", "A b#C d", "https://w.example/w/index.php?title=A_b#C_d"),
        ("https://w.example/w/index.php?title=FAQ&action=raw", "X", "https://w.example/w/index.php?title=X"),
        ("https://w.example/index.php/FAQ", "X", "https://w.example/index.php/X"),
        ("https://github.com/o/r/wiki/FAQ", "How to", "https://github.com/o/r/wiki/How-to"),
        ("https://w.example/wiki/FAQ", "/sub", "https://w.example/wiki/FAQ/sub"),
        ("https://w.example/wiki/FAQ", "#Part one", "#Part_one"),
        ("https://w.example/wiki/FAQ", "wikipedia:de:Uhr", "https://de.wikipedia.org/wiki/Uhr"),
        ("https://w.example/wiki/FAQ", "w:Clock", "https://en.wikipedia.org/wiki/Clock"),
        ("", "Main page", "Main page"),
    ],
)
def test_links_are_made_absolute(page: str, target: str, url: str) -> None:
    assert resolve(target, find_wiki(page)) == url


@pytest.mark.parametrize(
    ("source", "spans"),
    [
        ("'''a'''", (Emphasis(style="bold", spans=(Text(text="a"),)),)),
        ("''a''", (Emphasis(style="italic", spans=(Text(text="a"),)),)),
        ("''never closed", (Emphasis(style="italic", spans=(Text(text="never closed"),)),)),
        ("<code>a <b></code>", (Code(text="a"),)),
        ("<tt>x</tt> <unknown>", (Code(text="x"), Text(text=" <unknown>"))),
        ("<nowiki>''a''</nowiki>", (Text(text="''a''"),)),
        ("[https://a.example]", (Link(url="https://a.example", spans=(Text(text="https://a.example"),)),)),
        ("[[Help:A (b)|]]", (Link(url="Help:A (b)", spans=(Text(text="A"),)),)),
        ("a[[Category:X]][[de:Y]]", (Text(text="a"),)),
        ("{{a|{{b}}}}c", (Text(text="c"),)),
    ],
)
def test_inline_markup(source: str, spans: tuple[object, ...]) -> None:
    (block,) = parse(source, "").blocks

    assert isinstance(block, Paragraph)
    assert block.spans == spans


def test_unclosed_template_is_text_and_closed_ones_go() -> None:
    assert render_plain(parse("a {{b {{c}} d", "").blocks) == "a {{b d"


def test_template_over_many_lines_keeps_line_numbers() -> None:
    document = parse("<!--\n\n-->\n{{box\n|a=<pre>\nx</pre>\n}}\n== Here ==\n", "")

    assert [block.line for block in document.blocks if isinstance(block, Heading)] == [8]
    assert [(problem.line, problem.what) for problem in document.problems] == [
        (4, "the template {{box}} is left out")
    ]


def test_transcluded_page_and_redirect_are_includes() -> None:
    assert parse("{{:Other page}}", "").blocks == (Include(target="Other page", line=1),)
    assert parse("#REDIRECT [[Other]]", "").blocks == (Include(target="Other", line=1),)


def test_equal_headings_get_numbered_anchors() -> None:
    blocks = parse("== A b ==\n== A b ==\n=== ''A'' b ===\n", "").blocks

    assert [block.anchor for block in blocks if isinstance(block, Heading)] == ["A_b", "A_b_2", "A_b_3"]


def test_leading_space_is_preformatted_but_not_in_tables() -> None:
    code, table = parse(" one\n  two\n{|\n| a\n b\n|}", "").blocks

    assert code == CodeBlock(text="one\n two", line=1)
    assert render_plain([table]) == "a b"


def test_unclosed_tag_is_named_with_its_line() -> None:
    (problem,) = parse("a\n<pre>b", "").problems

    assert (problem.line, problem.what) == (2, "<pre> is never closed, so it is read as text")
