import pytest
from hypothesis import given, settings

from bot.faq.document import Definition, Heading, Link, Paragraph, Text
from bot.faq.formats.markdown import FORMAT, parse
from bot.faq.plain import plain_spans, render_plain
from tests.unit.faq.page_properties import check_document, check_linear, pages

HOSTILE = [
    "[", "![", "[a](", "*a ", "**a*b ", "_a*", "`a``b", "<a ", "<!--", "<b>", "<details>\n\n", "> ", "- ",
    "- a\n", "#\n",
    "1. a\n", "|a|\n|-|\n", '??? "a"\n    ', ":::tip\n", ":::a\nx\n:::\n", "[a]: b\n", "[a](b) ",
    "<a href=\"", "{{ site.a }}",
    "<details>\n<summary>a</summary>\n\n", "<div>\n\n", "~~a", "{: #a}\n", "\\", "<ul><li>",
]  # fmt: skip


@given(
    pages(
        "# ", "## ", "**", "_", "`", "```\n", "- ", "1. ", "> ", "| a | b |\n|---|---|\n", "<details>",
        "<summary>",
        "</details>", "[a](b)", "[a]: b", "???", ' "title"', "!!! note\n", ":::tip", ":::", "---\n",
        "{#a}", "<a name=x>",
        "<h3>", "<!--", "-->", "[x] ", "![", "{: .x}", "~~", "\t", "<li>", "<table>", "> [!NOTE]\n",
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_parse_never_raises(source: str) -> None:
    check_document(parse(source, "https://docs.example.org/a/faq"), source)


@pytest.mark.parametrize("unit", HOSTILE)
def test_parse_takes_linear_time(unit: str) -> None:
    check_linear(FORMAT, unit)


def test_deep_lists_and_quotes_stay_readable() -> None:
    nested = "\n".join(f"{'  ' * depth}- level {depth}" for depth in range(200))

    assert "level 5" in render_plain(parse(nested, "").blocks)
    assert "end" in render_plain(parse("> " * 300 + "end", "").blocks)


def test_too_much_markup_is_cut_and_said() -> None:
    document = parse("# a\n\nb\n\n" * 60_000, "")

    assert [problem.what for problem in document.problems] == [
        "the page has too much markup; it is read up to here"
    ]
    assert document.problems[0].line > 1000


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What's new?", "whats-new"),
        ("C++ & `code`", "c--code"),
        ("Ünïcode – dash", "ünïcode--dash"),
        ("Named {#here}", "here"),
        ("Named { #here .x }", "here"),
        ('<a id="here"></a>Named', "here"),
    ],
)
def test_heading_gets_the_anchor_of_its_renderer(heading: str, anchor: str) -> None:
    block = parse(f"## {heading}\n\ntext", "").blocks[0]

    assert isinstance(block, Heading)
    assert block.anchor == anchor


def test_equal_headings_get_numbered_anchors() -> None:
    blocks = parse("# A\n\n# A\n\n# A", "").blocks

    assert [block.anchor for block in blocks if isinstance(block, Heading)] == ["a", "a-1", "a-2"]


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("other.md", "https://docs.example.org/a/other.md"),
        ("/top", "https://docs.example.org/top"),
        ("#part", "#part"),
        ("https://docs.example.org/a/faq#part", "#part"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("<with space>", "https://docs.example.org/a/with%20space"),
    ],
)
def test_links_are_made_absolute(target: str, url: str) -> None:
    (block,) = parse(f"[x]({target})", "https://docs.example.org/a/faq").blocks

    assert isinstance(block, Paragraph)
    assert block.spans == (Link(url=url, spans=(Text(text="x"),)),)


def test_placeholders_in_angle_brackets_stay_and_tags_go() -> None:
    (block,) = parse("Type <name> or <b>bold</b> in <Card>boxes</Card>.", "").blocks

    assert render_plain([block]) == "Type <name> or bold in boxes."


def test_summary_with_an_open_list_does_not_swallow_the_page() -> None:
    blocks = parse("<ul><li>one\n\n## Next?\n\nYes.", "").blocks

    assert [plain_spans(block.spans) for block in blocks if isinstance(block, Heading)] == ["Next?"]


def test_front_matter_needs_fields() -> None:
    assert render_plain(parse("---\nJust a line\n---\n\ntext", "").blocks).startswith("Just a line")
    assert parse('---\ntitle: "T &amp; U"\n---\ntext', "").title == "T & U"


def test_folded_box_becomes_a_definition_with_its_line() -> None:
    (block,) = parse('??? question "Why?"\n\n    Because.\n', "").blocks

    assert isinstance(block, Definition)
    assert (plain_spans(block.term), block.marker, block.line) == ("Why?", "details", 1)
    assert render_plain(block.blocks) == "Because."


@pytest.mark.parametrize(
    ("text", "least"),
    [("# A\n\n## B?\n\n[x](https://a.example)\n", 0.5), ("**Why?**\n\n- so\n", 0.1)],
)
def test_looks_like_markdown(text: str, least: float) -> None:
    assert FORMAT.looks_like(text) >= least


@pytest.mark.parametrize("text", ["== A ==\n'''b'''\n", "A\n=\n\n.. note:: x\n", "<!doctype html><p>"])
def test_other_syntaxes_do_not_look_like_markdown(text: str) -> None:
    assert FORMAT.looks_like(text) < 0.4
