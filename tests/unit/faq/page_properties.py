"""What every parser of pages owes: it never raises, is linear, and adds nothing of its own."""

import gc
import time

from hypothesis import strategies as st

from bot.faq.document import (
    Block,
    Definition,
    Document,
    Emphasis,
    Heading,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    Span,
    Table,
)
from bot.faq.formats.contract import Format

SMALL, LARGE = 6_000, 48_000
# Linear work takes 8 times as long; caches and the machine's other work get room, quadratic work none.
MOST_TIMES_LONGER = 24
LEAST_SECONDS = 0.05


def pages(*fragments: str) -> st.SearchStrategy[str]:
    """Text made of a syntax's own marks, words and anything else."""
    common = (
        "\n",
        "\n\n",
        " ",
        "    ",
        "word",
        "Is it so?",
        "é",
        "\x00",
        "\u2028",
        "<b>",
        "</b>",
        "&amp;",
        "[",
        "]",
    )
    piece = st.sampled_from(fragments + common) | st.text(max_size=8)
    return st.lists(piece, max_size=60).map("".join)


def check_document(document: Document, source: str) -> None:
    """Hold what a document promises: lines that exist, bounded text, nothing empty that promises text."""
    lines = len(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    text = 0
    pending: list[Block | Span] = list(document.blocks)
    while pending:
        node = pending.pop()
        assert 0 <= getattr(node, "line", 0) <= lines
        text += len(getattr(node, "text", ""))
        if isinstance(node, Heading | Paragraph):
            assert node.spans
        if isinstance(node, Heading):
            assert 1 <= node.level <= 6
        pending.extend(list_inner(node))
    assert text <= 4 * len(source) + 1000


def list_inner(node: Block | Span) -> list[Block | Span]:
    match node:
        case Heading(spans=spans) | Paragraph(spans=spans) | Emphasis(spans=spans) | Link(spans=spans):
            return list(spans)
        case ListBlock(items=items):
            return [block for item in items for block in item.blocks]
        case Quote(blocks=blocks):
            return list(blocks)
        case Definition(term=term, blocks=blocks):
            return [*term, *blocks]
        case Table(rows=rows):
            return [span for row in rows for cell in row for span in cell]
        case _:
            return []


def check_linear(syntax: Format, unit: str, *, begin: str = "", end: str = "", scale: int = 1) -> None:
    """Parse a text of one repeated unit, and one eight times as long, between what may enclose it.

    Quick steps need a larger scale, or their square is lost in what the clock cannot tell.
    """
    base = "https://wiki.example.org/wiki/Page"
    seconds = []
    for length in (SMALL * scale, LARGE * scale):
        source = begin + unit * (length // len(unit)) + end
        gc.disable()  # its pauses grow with what the whole run has made, not with this text
        start = time.process_time()
        check_document(syntax.parse(source, base), source)
        syntax.looks_like(source)
        seconds.append(time.process_time() - start)
        gc.enable()
    assert seconds[1] <= MOST_TIMES_LONGER * max(seconds[0], LEAST_SECONDS)
