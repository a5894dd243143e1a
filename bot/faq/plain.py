"""Read blocks and spans as plain text, with nothing but what a reader would read: for search, and for labels."""

from collections.abc import Iterable, Sequence

from bot.faq.document import (
    Block,
    Break,
    Code,
    CodeBlock,
    Definition,
    Emphasis,
    Heading,
    Include,
    Link,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Spans,
    Table,
    Text,
)
from bot.text.markdown import clean

MAX_NESTING = 30
"""Deeper than this nothing is read: no page needs it, and Python's stack has an end."""


def render_plain(blocks: Sequence[Block]) -> str:
    """Return the blocks as plain text, a line each."""
    lines: list[str] = []
    _collect(blocks, lines, 0)
    return clean("\n".join(line for line in lines if line))


def plain_spans(spans: Spans) -> str:
    """Return spans as plain text; a forced break is a newline, other whitespace one space."""
    parts: list[str] = []
    _collect_spans(spans, parts, 0)
    return "\n".join(" ".join(line.split()) for line in "".join(parts).split("\n")).strip()


def _collect_spans(spans: Spans, parts: list[str], depth: int) -> None:
    if depth > MAX_NESTING:
        return
    for span in spans:
        match span:
            case Text(text=text) | Code(text=text):
                parts.append(text.replace("\n", " "))
            case Break():
                parts.append("\n")
            case Emphasis(spans=inner) | Link(spans=inner):
                _collect_spans(inner, parts, depth + 1)


def _collect(blocks: Iterable[Block], lines: list[str], depth: int) -> None:
    if depth > MAX_NESTING:
        return
    for block in blocks:
        match block:
            case Paragraph(spans=spans) | Heading(spans=spans):
                lines.append(plain_spans(spans))
            case ListBlock(items=items):
                for item in items:
                    _collect(item.blocks, lines, depth + 1)
            case CodeBlock(text=text):
                lines.append(text.strip("\n"))
            case Quote(blocks=inner):
                _collect(inner, lines, depth + 1)
            case Table(rows=rows):
                lines.extend(" ".join(filter(None, map(plain_spans, row))) for row in rows)
            case Definition(term=term, blocks=inner):
                lines.append(plain_spans(term))
                _collect(inner, lines, depth + 1)
            case Rule() | Include():
                pass
