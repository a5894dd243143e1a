import pytest
from docutils.parsers.rst import roles
from hypothesis import given, settings

from bot.faq.document import Code, Definition, Emphasis, Heading, Include, Link, Paragraph, Text
from bot.faq.formats.rest import FORMAT, MAX_LINES, parse
from bot.faq.plain import plain_spans, render_plain
from tests.unit.faq.page_properties import check_document, check_linear, pages

HOSTILE = [
    "*a ", "`a ", "**a ", "|a ", "a_ ", "a\n\n", "- ", "* a\n", ":a: b\n\n", ".. x::\n\n", ".. _a: b\n",
    "a\n=\n\n", "[1]_ ",
    "1. a\n", "a\n b\n", ":a:`b`", "`", "+-+\n", "== ==\n", ".. |a| replace:: x\n", "| a\n", "\\",
    "- - - - a\n",
    ".. note:: a\n\n   b\n\n", ".. dropdown:: a\n\n   .. dropdown:: b\n\n", ".. list-table::\n\n   * - a\n",
]  # fmt: skip


@given(
    pages(
        "====\n", "----\n", "~~~~\n", "*", "**", "``", "`", "`_", "`__", ":ref:`",
        ".. _a: https://b.example\n", ".. note::",
        ".. unknown:: x\n\n   ", ".. code-block:: python\n\n   ", "::\n\n  ", "- ", "1. ", ":field: ",
        ":Question: ", ":Answer: ",
        "|a|", ".. |a| replace:: b\n", ".. [1] c\n", "[1]_", "| ", "+--+\n", "=== ===\n",
        ".. include:: /etc/passwd\n", ".. role:: x\n",
        ".. raw:: html\n\n   ", ".. image:: a.png\n", ".. list-table::\n\n   * - ", "\\ ",
        "__ https://c.example\n", "a_ ", "  ",
        ".. csv-table::\n   :file: a\n", ".. contents::\n", ".. figure:: a\n   :figwidth: image\n", ">>> ",
        ".. default-role:: code\n",
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_parse_never_raises(source: str) -> None:
    check_document(parse(source, "https://docs.example.org/en/faq.html"), source)


@pytest.mark.parametrize("unit", HOSTILE)
def test_parse_takes_linear_time(unit: str) -> None:
    check_linear(FORMAT, unit)


@pytest.mark.parametrize(
    ("source", "span"),
    [
        ("``a *b*``", Code(text="a *b*")),
        ("*a*", Emphasis(style="italic", spans=(Text(text="a"),))),
        ("**a**", Emphasis(style="bold", spans=(Text(text="a"),))),
        (":func:`~os.path.join`", Code(text="join")),
        (":class:`shown <hidden>`", Code(text="shown")),
        (":guilabel:`File --> Open`", Emphasis(style="bold", spans=(Text(text="File → Open"),))),
        (":doc:`a guide <g>`", Link(url="https://d.example/en/g.html", spans=(Text(text="a guide"),))),
        (":pep:`8`", Link(url="https://peps.python.org/pep-0008/", spans=(Text(text="PEP 8"),))),
        (":unknown:`kept`", Text(text="kept")),
        (r"\*a\*", Text(text="*a*")),
        ("`a <b.html>`_", Link(url="https://d.example/en/b.html", spans=(Text(text="a"),))),
        ("`a`__\n\n__ https://x.example", Link(url="https://x.example", spans=(Text(text="a"),))),
        ("a_\n\n.. _a: b_\n.. _b: https://x.example", Link(url="https://x.example", spans=(Text(text="a"),))),
        ("no_such_ name", Text(text="no_such_ name")),
    ],
)  # fmt: skip
def test_inline_markup(source: str, span: object) -> None:
    block = parse(source, "https://d.example/en/faq.html").blocks[0]

    assert isinstance(block, Paragraph)
    assert block.spans[0] == span


def test_lone_heading_is_not_taken_away_as_a_title() -> None:
    heading, paragraph = parse("Why?\n====\n\nSo.\n", "").blocks

    assert isinstance(heading, Heading)
    assert (plain_spans(heading.spans), heading.anchor, heading.line) == ("Why?", "why", 1)
    assert render_plain([paragraph]) == "So."


def test_files_are_not_read_but_named() -> None:
    table = ".. csv-table::\n   :file: /etc/hostname\n"
    source = f".. include:: /etc/hostname\n\n.. raw:: html\n   :file: /etc/hostname\n\n{table}"

    assert parse(source, "").blocks[0] == Include(target="/etc/hostname", line=1)
    assert render_plain(parse(source, "").blocks[1:]) == ""


def test_roles_of_one_page_do_not_reach_the_next() -> None:
    before = dict(roles._roles)

    parse(".. role:: mine(code)\n   :language: x\n\n:mine:`a`\n\n.. default-role:: code\n", "")

    assert roles._roles == before


def test_unknown_directive_keeps_its_text() -> None:
    source = ".. tabs::\n\n   .. tab:: One\n\n      First *text*.\n\n.. toctree::\n\n   a\n"

    assert render_plain(parse(source, "").blocks) == "One\nFirst text."


def test_folding_directive_becomes_a_definition() -> None:
    (block,) = parse(".. dropdown:: Why?\n   :open:\n\n   So.\n", "").blocks

    assert isinstance(block, Definition)
    assert (plain_spans(block.term), block.marker, render_plain(block.blocks)) == ("Why?", "details", "So.")


def test_fields_become_questions() -> None:
    first, second = parse("x\n\n:Question: Why?\n:Answer: So.\n:Note: Well.\n", "").blocks[1:]

    assert isinstance(first, Definition)
    assert isinstance(second, Definition)
    assert (plain_spans(first.term), first.marker, render_plain(first.blocks)) == ("Why?", "q", "So.")
    assert (plain_spans(second.term), second.marker) == ("Note", "term")


def test_repeated_footnotes_do_not_multiply_a_page() -> None:
    source = "[1]_ " * 900 + "\n\n.. [1] " + "word " * 100

    text = render_plain(parse(source, "").blocks)

    assert 100_000 < len(text) < 260_000


def test_text_too_deep_for_docutils_is_kept() -> None:
    source = "\n".join(f"{'  ' * depth}level {depth}\n" for depth in range(25)) + "\nend"

    assert "end" in render_plain(parse(source, "").blocks)


def test_long_page_is_cut_and_said() -> None:
    document = parse("a\n\n" * MAX_LINES, "")

    assert [problem.line for problem in document.problems] == [MAX_LINES]
