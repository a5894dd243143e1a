"""Find the questions of a page and their answers, whatever syntax it was written in.

What marks a question is inferred (bot.faq.markers) or set. Headings above a question are its section. An
answer ends at the next question, or at a heading that is no part of it: one as high as the question's own, or
any heading where questions are no headings. A rule separates and is never content.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.faq.answers import render_answer
from bot.faq.document import Block, Document, Heading, Include, ListBlock, Paragraph, Rule
from bot.faq.lint import lint_entries
from bot.faq.markers import Choice, choose_markers, is_question
from bot.faq.models import Entry, Marker, Problem, Severity
from bot.faq.pieces import HEADINGS, Piece, split_block
from bot.faq.plain import plain_spans, render_plain
from bot.faq.questions import A_PREFIX, clean_question, looks_like_question
from bot.faq.spans import drop_prefix, list_links, text_outside_links
from bot.text.markdown import clean, without_mentions

_MAX_ENTRIES = 5000
_MAX_EMPTY_SHOWN = 20
_SECTION_JOINT = " › "


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What a page yields: entries without ids, what marked them, and what is wrong with the page."""

    entries: tuple[Entry, ...] = ()
    marker: Marker = Marker.AUTO
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question with the blocks of its answer."""

    question: str
    blocks: tuple[Block, ...]
    marker: Marker
    anchor: str = ""
    section: str = ""
    line: int = 0


@dataclass(slots=True, kw_only=True)
class _Current:
    """The question whose answer is being read; `level` is its heading's, 0 when it is no heading."""

    piece: Piece
    level: int
    section: str
    body: list[Block] = field(default_factory=list)


def extract(document: Document, *, questions: Marker = Marker.AUTO, page_url: str = "") -> Extraction:
    """Return a page's entries, each with its answer rendered.

    Args:
        document: The page as blocks, or as entries where it is a data file.
        questions: What marks a question; AUTO to infer it.
        page_url: The page's address, for links to other places of the same page.
    """
    if document.entries and not document.blocks:
        return _take_data(document)
    title = _find_title(document.blocks)
    choice = choose_markers(document.blocks, questions, title)
    found = _Walk(choice, title).walk(document.blocks)
    kept = [each for each in found if each.blocks and not _is_contents(each.blocks)][:_MAX_ENTRIES]
    entries = tuple(_make_entry(each, page_url) for each in kept)
    problems = [
        *_note_missing(choice, questions, entries, document.blocks),
        *_note_empty(found),
        *_note_mixed(kept, choice),
        *lint_entries(entries, [each.blocks for each in kept], document.blocks),
    ]
    marker = choice.marker if entries else questions
    return Extraction(entries=entries, marker=marker, problems=tuple(problems))


class _Walk:
    """One pass over a page's blocks, with the headings that are open."""

    def __init__(self, choice: Choice, title: Heading | None) -> None:
        self._choice = choice
        self._title = title
        self._open: list[tuple[int, str]] = []
        self._current: _Current | None = None
        self._found: list[Answered] = []

    def walk(self, blocks: Sequence[Block]) -> list[Answered]:
        for block in blocks:
            if block is self._title:
                continue
            if len(self._found) >= _MAX_ENTRIES:
                break
            pieces = list(split_block(block, self._choice.markers))
            if any(piece.marker and is_question(piece, self._choice) for piece in pieces):
                for piece in pieces:
                    self._take(piece)
            else:
                self._read_content(block)
        self._finish()
        return self._found

    def _take(self, piece: Piece) -> None:
        if not is_question(piece, self._choice):
            if piece.block is not None:
                self._read_content(piece.block)
            return
        self._finish()
        level = 0
        if piece.marker in HEADINGS:
            level = HEADINGS.index(piece.marker) + 1
            self._close_headings(level)
        section = _SECTION_JOINT.join(text for _, text in self._open if text)
        if level:
            self._open.append((level, clean_question(piece.question)[0]))
        self._current = _Current(piece=piece, level=level, section=section, body=list(piece.rest))
        if piece.is_whole:
            self._finish()

    def _read_content(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._read_heading(block)
        elif self._current is not None:
            self._current.body.append(block)

    def _read_heading(self, heading: Heading) -> None:
        if self._current is not None:
            if self._current.level and heading.level > self._current.level:
                self._current.body.append(heading)
                return
            self._finish()
        self._close_headings(heading.level)
        self._open.append((heading.level, clean_question(plain_spans(heading.spans))[0]))

    def _close_headings(self, level: int) -> None:
        while self._open and self._open[-1][0] >= level:
            self._open.pop()

    def _finish(self) -> None:
        current, self._current = self._current, None
        if current is None or current.piece.marker is None:
            return
        question, anchor = clean_question(current.piece.question)
        self._found.append(
            Answered(
                question=question,
                blocks=_trim(current.body),
                marker=current.piece.marker,
                anchor=anchor or current.piece.anchor,
                section=current.section,
                line=current.piece.line,
            )
        )


def _find_title(blocks: Sequence[Block]) -> Heading | None:
    """Return the heading that names the page: the first, when no other is as high and it asks nothing."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    if not headings or any(each.level <= headings[0].level for each in headings[1:]):
        return None
    asks = looks_like_question(clean_question(plain_spans(headings[0].spans))[0])
    return None if asks and len(headings) == 1 else headings[0]


def _trim(body: list[Block]) -> tuple[Block, ...]:
    """Drop rules, what follows the last of them when it only links elsewhere, and the answer's own "A:"."""
    rules = [place for place, block in enumerate(body) if isinstance(block, Rule)]
    if rules and all(_only_links(block) for block in body[rules[-1] :]):
        body = body[: rules[-1]]
    kept = [block for block in body if not isinstance(block, Rule | Include)]
    if kept and isinstance(kept[0], Paragraph):
        rest = drop_prefix(kept[0].spans, A_PREFIX)
        if rest is not None:
            kept[0] = replace(kept[0], spans=rest)
            kept = kept[0 if rest else 1 :]
    while kept and isinstance(kept[-1], Heading):
        kept.pop()
    return tuple(kept) if render_plain(kept).strip() else ()


def _only_links(block: Block) -> bool:
    if isinstance(block, Rule):
        return True
    if not isinstance(block, Paragraph):
        return False
    return bool(list_links(block.spans)) and not text_outside_links(block.spans).strip(" \n|·•-–—←→<>[]()/")


def _is_contents(blocks: Sequence[Block]) -> bool:
    """Tell whether an answer holds nothing but links to places of the same page: a table of contents."""
    has_link = False
    for paragraph in _list_paragraphs(blocks):
        if paragraph is None:
            return False
        links = list_links(paragraph.spans)
        if any(not link.url.startswith("#") for link in links):
            return False
        if text_outside_links(paragraph.spans).strip(" \n.,;:|·•-–—0123456789()"):
            return False
        has_link = has_link or bool(links)
    return has_link


def _list_paragraphs(blocks: Sequence[Block]) -> list[Paragraph | None]:
    """Return the paragraphs, those of lists too; None stands for anything else that holds text."""
    found: list[Paragraph | None] = []
    pending = list(reversed(blocks))
    while pending:
        block = pending.pop()
        if isinstance(block, ListBlock):
            for item in reversed(block.items):
                pending.extend(reversed(item.blocks))
        elif isinstance(block, Paragraph):
            found.append(block)
        elif not isinstance(block, Heading | Rule | Include):
            found.append(None)
    return found


def _make_entry(answered: Answered, page_url: str) -> Entry:
    return Entry(
        id="",
        question=answered.question,
        answer=render_answer(answered.blocks, page_url=page_url),
        text=render_plain(answered.blocks),
        section=answered.section,
        anchor=answered.anchor,
        line=answered.line,
    )


def _take_data(document: Document) -> Extraction:
    """Take over the entries of a data file; what its answers mention is broken."""
    entries = tuple(
        replace(
            entry,
            question=clean_question(entry.question)[0],
            answer=without_mentions(entry.answer).strip(),
            text=clean(entry.text or entry.answer).strip(),
            aliases=tuple(filter(None, (clean_question(alias)[0] for alias in entry.aliases))),
        )
        for entry in document.entries[:_MAX_ENTRIES]
    )
    kept = tuple(entry for entry in entries if entry.question and entry.answer)
    return Extraction(entries=kept, marker=Marker.DATA, problems=tuple(lint_entries(kept, [], ())))


def _note_missing(
    choice: Choice, wanted: Marker, entries: tuple[Entry, ...], blocks: Sequence[Block]
) -> list[Problem]:
    includes = [block for block in blocks if isinstance(block, Include)]
    names = ", ".join(block.target[:80] for block in includes[:5])
    if entries:
        return [
            Problem(
                what=f"the page includes {each.target[:80]!r}, which is not read; add it as a page",
                line=each.line,
            )
            for each in includes[:5]
        ]
    if includes:
        what = f"the page only includes others ({names}); add those instead"
    elif wanted is not Marker.AUTO and choice.counts:
        seen = ", ".join(f"{marker} ({count})" for marker, count in choice.counts)
        what = f"no question is marked by {wanted}; the page has: {seen}"
    elif choice.counts:
        tried = ", ".join(f"{marker} ({count})" for marker, count in choice.counts)
        what = f"no question with an answer was found; tried: {tried}"
    else:
        what = "no question was found: the page has no headings, bold lines, Q: lines, terms or folded parts"
    return [Problem(what=what, severity=Severity.ERROR)]


def _note_empty(found: Sequence[Answered]) -> list[Problem]:
    """Name the questions without an answer; a heading with questions below it is a section, and none."""
    problems = []
    for each, following in zip(found, (*found[1:], None), strict=False):
        if each.blocks:
            continue
        is_section = following is not None and each.question in following.section.split(_SECTION_JOINT)
        if not is_section:
            what = f"{each.question!r} has no answer, so it is left out"
            problems.append(Problem(what=what, line=each.line, severity=Severity.ERROR))
    return problems[:_MAX_EMPTY_SHOWN]


def _note_mixed(kept: Sequence[Answered], choice: Choice) -> list[Problem]:
    kinds = sorted({each.marker for each in kept})
    problems = []
    if len(kinds) > 1:
        counted = ", ".join(f"{kind} ({sum(each.marker is kind for each in kept)})" for kind in kinds)
        problems.append(Problem(what=f"questions are marked in several ways: {counted}"))
    statements = [each for each in kept if not looks_like_question(each.question)]
    if statements and len(statements) < len(kept) and choice.marker in HEADINGS:
        named = ", ".join(repr(each.question[:60]) for each in statements[:3])
        what = f"headings that ask nothing are taken as questions ({len(statements)}), such as {named}"
        problems.append(Problem(what=what, line=statements[0].line, severity=Severity.INFO))
    return problems
