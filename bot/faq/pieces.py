"""Cut a document's blocks into pieces: what could be a question, by which mark, and what is content.

Nothing is decided here. A piece that is not taken as a question gives its block back as content.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.faq.document import Block, Definition, Heading, ListBlock, Paragraph, Spans, Text
from bot.faq.models import Marker
from bot.faq.plain import plain_spans
from bot.faq.questions import A_PREFIX, Q_PREFIX, looks_like_question
from bot.faq.spans import SpanLine, drop_prefix, join_lines, raw_text, split_bold_lead, split_lines

HEADINGS = (Marker.H1, Marker.H2, Marker.H3, Marker.H4, Marker.H5, Marker.H6)

# What may follow the bold words of a paragraph that is bold alone all the same.
_LEAD_ENDS = ("", "?", "？", ":", "：", ".", "!")
_MAX_BOLD_LEAD = 300
_MAX_Q_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A candidate question (when it has a marker) or content.

    Attributes:
        question: Its text, as plain as the page has it.
        rest: What of the answer came in the same block.
        block: What it is when it is no question; None where another piece gives the same block back.
        is_whole: The answer is all in `rest`; what follows does not belong to it.
    """

    marker: Marker | None = None
    question: str = ""
    rest: tuple[Block, ...] = ()
    block: Block | None = None
    anchor: str = ""
    line: int = 0
    is_whole: bool = False


def split_block(block: Block, markers: frozenset[Marker]) -> Iterator[Piece]:
    """Yield the pieces of a top-level block, looking for these marks only."""
    pieces: tuple[Piece, ...] = ()
    match block:
        case Heading():
            marker = HEADINGS[min(6, max(1, block.level)) - 1]
            pieces = (_piece(marker, block.spans, (), block),) if marker in markers else ()
        case Paragraph():
            pieces = _split_paragraph(block, markers)
        case Definition():
            marker = {"details": Marker.DETAILS, "q": Marker.Q}.get(block.marker, Marker.TERM)
            if marker in markers:
                pieces = (_piece(marker, block.term, block.blocks, block, is_whole=True),)
        case ListBlock() if Marker.BOLD in markers:
            pieces = _split_list(block)
    yield from pieces or (Piece(block=block),)


def _piece(
    marker: Marker,
    spans: Spans,
    rest: tuple[Block, ...],
    block: Heading | Paragraph | Definition,
    *,
    is_whole: bool = False,
) -> Piece:
    return Piece(
        marker=marker,
        question=plain_spans(spans),
        rest=rest,
        block=block,
        anchor=block.anchor,
        line=block.line,
        is_whole=is_whole,
    )


def _split_paragraph(block: Paragraph, markers: frozenset[Marker]) -> tuple[Piece, ...]:
    if Marker.Q in markers:
        pieces = _split_q(block)
        if pieces:
            return pieces
    if Marker.BOLD in markers:
        piece = _split_bold(block)
        if piece:
            return (piece,)
    return ()


def _split_bold(block: Paragraph) -> Piece | None:
    """Find a bold-only paragraph, or a bold lead with its answer in the same paragraph."""
    parts = split_bold_lead(block.spans)
    if parts is None:
        return None
    lead, rest = parts
    text = plain_spans(lead)
    if not text or len(text) > _MAX_BOLD_LEAD:
        return None
    following = plain_spans(rest)
    if following in _LEAD_ENDS:
        return _piece(Marker.BOLD, (*lead, Text(text=following)), (), block)
    starts_line = raw_text(rest[:1]).lstrip(" \t").startswith("\n")
    if starts_line or text.endswith(("?", "？")):
        return _piece(Marker.BOLD, lead, (_paragraph(split_lines(rest), block),), block)
    return None


def _paragraph(lines: tuple[SpanLine, ...], block: Paragraph) -> Paragraph:
    return Paragraph(spans=join_lines(lines), line=block.line)


def _split_q(block: Paragraph) -> tuple[Piece, ...]:
    """Find "Q:" lines, each with the "A:" line or whatever else follows it in the paragraph."""
    lines = split_lines(block.spans)
    starts = [index for index, line in enumerate(lines) if drop_prefix(line.spans, Q_PREFIX) is not None]
    if not starts:
        return ()
    pieces: list[Piece] = []
    if starts[0] > 0:
        pieces.append(Piece(block=_paragraph(lines[: starts[0]], block), line=block.line))
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        pieces.append(_read_q(lines[start:end], block, block.line + start))
    return tuple(pieces)


def _read_q(lines: tuple[SpanLine, ...], block: Paragraph, line: int) -> Piece:
    """Divide the lines of one question and its answer."""
    count = 1
    while count < min(len(lines), _MAX_Q_LINES) and not _ends_question(lines, count):
        count += 1
    first = drop_prefix(lines[0].spans, Q_PREFIX) or ()
    question = " ".join(plain_spans(spans) for spans in (first, *(each.spans for each in lines[1:count])))
    answer = lines[count:]
    return Piece(
        marker=Marker.Q,
        question=question,
        rest=(_paragraph(answer, block),) if answer else (),
        block=_paragraph(lines, block),
        anchor=block.anchor,
        line=line if block.line else 0,
    )


def _ends_question(lines: tuple[SpanLine, ...], count: int) -> bool:
    """Tell whether the answer starts at line `count`: it says so, or the question is at its end."""
    before = plain_spans(lines[count - 1].spans)
    is_answer = drop_prefix(lines[count].spans, A_PREFIX) is not None
    return is_answer or looks_like_question(before[-1:]) or lines[count].is_forced


def _split_list(block: ListBlock) -> tuple[Piece, ...]:
    """Find a list whose items are bold questions with their answers below them."""
    pieces: list[Piece] = []
    for item in block.items:
        first = item.blocks[0] if item.blocks else None
        piece = _split_bold(first) if isinstance(first, Paragraph) else None
        if piece is None or not looks_like_question(piece.question):
            return ()
        pieces.append(
            Piece(
                marker=Marker.BOLD,
                question=piece.question,
                rest=(*piece.rest, *item.blocks[1:]),
                block=None if pieces else block,
                line=piece.line or block.line,
            )
        )
    return tuple(pieces)
