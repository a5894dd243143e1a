"""Read blocks and spans as plain text, for search and for labels: nothing but what a reader would read."""

from collections.abc import Iterable, Iterator, Sequence

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
    Paragraph,
    Quote,
    Spans,
    Table,
    Text,
)
from bot.text.markdown import clean

MAX_NESTING = 30
"""Deeper than this nothing is read: no page needs it, and Python's stack has an end."""


def render_plain(blocks: Sequence[Block]) -> str:
    """Return the blocks as plain text, a line each."""
    lines = (each.strip("\n") if isinstance(each, str) else plain_spans(each) for each in list_texts(blocks))
    return clean("\n".join(filter(None, lines)))


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


def list_texts(blocks: Iterable[Block]) -> Iterator[Spans | str]:
    """Yield what the blocks say, in reading order: spans, and code as it stands."""
    pending = list(reversed(tuple(blocks)))
    while pending:
        block = pending.pop()
        match block:
            case Paragraph(spans=spans) | Heading(spans=spans):
                yield spans
            case CodeBlock(text=text):
                yield text
            case Table(rows=rows):
                for row in rows:
                    yield tuple(span for cell in row for span in (*cell, Text(text=" ")))
            case _:
                pending.extend(reversed(_list_inside(block)))


def _list_inside(block: Block) -> tuple[Block, ...]:
    match block:
        case ListBlock(items=items):
            return tuple(inner for item in items for inner in item.blocks)
        case Quote(blocks=blocks):
            return blocks
        case Definition(term=term, blocks=blocks):
            return (Paragraph(spans=term), *blocks)
        case _:
            return ()
