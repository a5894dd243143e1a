"""Write an answer's blocks for Discord, once, when its page is loaded.

Discord has no tables, rules or deep headings, and its own idea of nesting: headings become bold lines,
tables aligned code, lists are nested by two spaces, quotes are flattened to one level.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
    Span,
    Spans,
    Table,
    Text,
)
from bot.faq.plain import MAX_NESTING, plain_spans
from bot.text.markdown import ZERO_WIDTH_SPACE, code_block, escape, inline_code, masked_link

_DELIMITERS = {"bold": "**", "italic": "*", "underline": "__", "strike": "~~"}
_MAX_LIST_DEPTH = 8
_MAX_ROW_WIDTH = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """Where text is being written: the page's address, the emphasis already open, how deep."""

    page_url: str = ""
    is_open: frozenset[str] = frozenset()
    is_link: bool = False
    depth: int = 0

    def inside(self, *, style: str = "", is_link: bool = False) -> "_Style":
        return _Style(
            page_url=self.page_url,
            is_open=self.is_open | {style} if style else self.is_open,
            is_link=self.is_link or is_link,
            depth=self.depth + 1,
        )


def render_answer(blocks: Sequence[Block], *, page_url: str = "") -> str:
    """Return the blocks as Discord Markdown.

    Args:
        blocks: The answer.
        page_url: The page's address, for links to other places of the same page; "" leaves their text.
    """
    return _write_blocks(blocks, _Style(page_url=page_url.partition("#")[0]))


def _write_blocks(blocks: Iterable[Block], style: _Style) -> str:
    if style.depth > MAX_NESTING:
        return ""
    parts: list[str] = []
    for block in blocks:
        written = _write_block(block, style)
        if written:
            # A list joins the line that announces it.
            joint = (
                "\n" if isinstance(block, ListBlock) and parts and not parts[-1].endswith("```") else "\n\n"
            )
            parts.append(joint if parts else "")
            parts.append(written)
    return "".join(parts)


def _write_block(block: Block, style: _Style) -> str:
    match block:
        case Paragraph(spans=spans):
            return _write_spans(spans, style)
        case Heading(spans=spans):
            return _write_bold(spans, style)
        case ListBlock():
            return "\n".join(_write_list(block, style, 0))
        case CodeBlock(text=text, language=language):
            return code_block(text, language)
        case Quote(blocks=blocks):
            return _write_quote(blocks, style)
        case Table():
            return _write_table(block)
        case Definition(term=term, blocks=blocks):
            return "\n".join(filter(None, (_write_bold(term, style), _write_blocks(blocks, style.inside()))))
    return ""


def _write_quote(blocks: Sequence[Block], style: _Style) -> str:
    inner = _write_blocks(blocks, style.inside())
    return "\n".join(f"> {line}" for line in inner.split("\n")) if inner else ""


def _write_bold(spans: Spans, style: _Style) -> str:
    return _write_spans((Emphasis(style="bold", spans=spans),), style)


def _write_list(block: ListBlock, style: _Style, level: int) -> list[str]:
    if style.depth > MAX_NESTING:
        return []
    lines: list[str] = []
    indent = "  " * min(level, _MAX_LIST_DEPTH)
    for number, item in enumerate(block.items, block.start):
        mark = f"{number}." if block.is_ordered else "-"
        lines.extend(_write_item(item, style, level, f"{indent}{mark} ", f"{indent}  "))
    return lines


def _write_item(item: ListItem, style: _Style, level: int, first: str, rest: str) -> list[str]:
    """Write one item; code in it stands at the margin, because Discord would show its indentation."""
    lines: list[str] = []
    lead = first
    for block in item.blocks:
        if isinstance(block, ListBlock):
            if lead == first:
                lines.append(first + ZERO_WIDTH_SPACE)
            lines.extend(_write_list(block, style.inside(), level + 1))
        else:
            written = _write_block(block, style.inside())
            if not written:
                continue
            if isinstance(block, CodeBlock | Table):
                lines.extend([first + ZERO_WIDTH_SPACE] if lead == first else [])
                lines.extend(written.split("\n"))
            else:
                head, *tail = written.split("\n")
                lines.append(lead + head)
                lines.extend(rest + line if line else "" for line in tail)
        lead = rest
    return lines


def _write_spans(spans: Spans, style: _Style) -> str:
    """Write the spans of a block; each line is free of spaces at its ends."""
    text = _write_inline(spans, style, is_line_start=True)
    return "\n".join(line.strip() for line in text.strip().split("\n")).strip("\n")


def _write_inline(spans: Spans, style: _Style, *, is_line_start: bool) -> str:
    if style.depth > MAX_NESTING:
        return ""
    parts: list[str] = []
    for span in spans:
        starts_line = parts[-1].endswith("\n") if parts else is_line_start
        written = _write_span(span, style, is_line_start=starts_line)
        if not written:
            continue
        # Two delimiters that touch would be read as one longer one.
        if parts and _would_merge(parts[-1][-1], written[0]):
            parts.append(ZERO_WIDTH_SPACE)
        parts.append(written)
    return "".join(parts)


def _would_merge(before: str, after: str) -> bool:
    return before == after and before in "*_~`"


def _write_span(span: Span, style: _Style, *, is_line_start: bool) -> str:
    match span:
        case Text(text=text):
            return escape(_one_line(text), at_line_start=is_line_start)
        case Code(text=text):
            return inline_code(text)
        case Break():
            return " " if style.is_link else "\n"
        case Emphasis(style=name, spans=spans):
            return _write_emphasis(name, spans, style)
        case Link(url=url, spans=spans):
            return _write_link(url, spans, style)


def _write_emphasis(name: str, spans: Spans, style: _Style) -> str:
    delimiter = _DELIMITERS.get(name, "")
    if not delimiter or name in style.is_open:
        return _write_inline(spans, style.inside(), is_line_start=False)
    inner = _write_inline(spans, style.inside(style=name), is_line_start=False)
    core = inner.strip()
    if not core.strip(ZERO_WIDTH_SPACE):
        return inner
    before = inner[: len(inner) - len(inner.lstrip())]
    after = inner[len(inner.rstrip()) :]
    # Discord ends emphasis at an empty line, and a break inside it is read more surely between two of them.
    written = "\n".join(
        f"{delimiter}{line.strip()}{delimiter}" if line.strip() else "" for line in core.split("\n")
    )
    return f"{before}{written}{after}"


def _write_link(url: str, spans: Spans, style: _Style) -> str:
    label = _write_inline(spans, style.inside(is_link=True), is_line_start=False)
    if style.is_link:
        return label
    shown = plain_spans(spans)
    if url.startswith("#"):
        url = style.page_url + url if style.page_url else ""
    return masked_link(label.strip(), url, shown=shown)


def _one_line(text: str) -> str:
    """Make every run of whitespace one space, and keep one at each end."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if text[-1].isspace() else ''}"


def _write_table(table: Table) -> str:
    rows = [[plain_spans(cell).replace("\n", " ") for cell in row] for row in table.rows]
    count = max((len(row) for row in rows), default=0)
    widths = [
        max(_width(row[column]) if column < len(row) else 0 for row in rows)
        for column in range(min(count, _MAX_ROW_WIDTH))
    ]
    is_aligned = sum(widths) + 3 * len(widths) <= _MAX_ROW_WIDTH
    lines: list[str] = []
    for index, row in enumerate(rows):
        lines.append(_write_row(row, widths if is_aligned else []))
        if index == 0 and table.has_head and len(rows) > 1:
            lines.append("-+-".join("-" * width for width in widths) if is_aligned else "---")
    text = "\n".join(lines)
    return code_block(text) if text.strip() else ""


def _write_row(row: list[str], widths: list[int]) -> str:
    if not widths:
        return " | ".join(row)
    padded = [*row, *([""] * (len(widths) - len(row)))]
    return " | ".join(
        cell + " " * (width - _width(cell)) for cell, width in zip(padded, widths, strict=False)
    ).rstrip()


def _width(text: str) -> int:
    """Count columns: East Asian letters and emoji take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
