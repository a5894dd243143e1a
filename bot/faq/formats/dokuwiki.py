"""Read DokuWiki pages: the wiki that many working groups keep their FAQ in.

The rules are DokuWiki's own (inc/Parsing/ParserMode): a heading's level is seven minus its equals signs; a
list item has two spaces or a tab before its mark; two spaces without a mark are preformatted text.
"""

import re

from bot.faq.document import (
    Block,
    CodeBlock,
    Definition,
    Document,
    Heading,
    Include,
    Paragraph,
    Quote,
    Rule,
    Spans,
    Table,
    Text,
)
from bot.faq.formats.contract import Format
from bot.faq.formats.dokuwiki_inline import CLOSE, OPEN, Context, parse_spans, plain_text
from bot.faq.formats.dokuwiki_links import find_wiki, section_id
from bot.faq.formats.dokuwiki_lists import Item, nest
from bot.faq.formats.dokuwiki_signs import looks_like
from bot.faq.formats.dokuwiki_verbatim import Line, outline
from bot.faq.models import Problem, Severity

# "  **bold" is an indented paragraph to its author, though DokuWiki's first star would make it an item.
_ITEM = re.compile(r"((?: {2}|\t)[ \t]*)([*\-])(?!(?<=\*)\*(?!\*))(.*)")
_BOLD_LINE = re.compile(r"[ \t]+\*\*(?!\*)")
_TERM = re.compile(r"(?: {2}|\t)[ \t]*([?;])[ ]?(.*)")
_DESCRIPTION = re.compile(r"(?: {2}|\t)[ \t]*[!:][ ]?(.*)")
_INDENTED = re.compile(r"(?: {2}|\t)(.*)")
_RULE = re.compile(r"[ \t]{0,9}-{4,}[ \t]*")
_QUOTE = re.compile(r"(>{1,20})[ ]?(.*)")
_INCLUDE = re.compile(
    r"\s*\{\{(?:page|section|include|blog|namespace|topic)>([^{}]{0,300})\}\}\s*", re.IGNORECASE
)
_MACRO = re.compile(r"\s*~~[A-Z][^~\n]*~~\s*")
_CELL = re.compile(r"\[\[[^\[\]\n]{0,1000}\]\]|\{\{[^{}\n]{0,1000}\}\}|(?P<bar>[|^])")
_MAX_ROW = 20_000
_CODE_REGION = re.compile(rf"{OPEN}(\d{{1,7}}){CLOSE}")
_PAIRED_TAG = re.compile(r"</([A-Za-z][\w\-]{0,30})\s?>")
_FOLDED = re.compile(r"\s*\+{4}\s*([^|+]{1,300})\|?\s*(.*)")
_HIDDEN = re.compile(r"\s*+<hidden\s++([^<>]{1,300})>\s*(.*)", re.IGNORECASE)
_QUOTED_OPTION = re.compile(r'(?:initialState="[^"]*"|onHidden="([^"]*)"|onVisible="[^"]*")', re.IGNORECASE)


def parse(text: str, base_url: str) -> Document:
    """Turn a page's source into blocks; links are made absolute from the page's address."""
    plan = outline(text)
    context = Context(
        wiki=find_wiki(base_url),
        regions=plan.regions,
        paired_tags=frozenset(name.lower() for name in _PAIRED_TAG.findall(text)),
    )
    blocks = tuple(_Blocks(plan.lines, context).read())
    problems = [
        Problem(what=f"<{name}> is never closed, so it is read as text", line=line)
        for line, name in plan.unclosed
    ]
    if context.dropped:
        names = ", ".join(sorted(context.dropped)[:10])
        problems.append(Problem(what=f"plugin syntax left out: {names}", severity=Severity.INFO))
    first = next((block for block in blocks if isinstance(block, Heading)), None)
    return Document(
        title=plain_text(first.spans) if first else "",
        blocks=blocks,
        problems=tuple(problems),
    )


class _Blocks:
    """One pass over the lines of a page."""

    def __init__(self, lines: list[Line], context: Context) -> None:
        self._lines = lines
        self._context = context
        self._place = 0
        self._blocks: list[Block] = []
        self._pending: list[Line] = []
        self._anchors: dict[str, int] = {}
        # Where a folded part was looked for to the end and not found: looking once keeps the time linear.
        self._open_until: dict[str, int] = {}

    def read(self) -> list[Block]:
        while self._place < len(self._lines):
            line = self._lines[self._place]
            if not line.text.strip() or _MACRO.fullmatch(line.text):
                self._end_paragraph()
                self._place += 1
            elif not self._special(line):
                self._pending.append(line)
                self._place += 1
        self._end_paragraph()
        return self._blocks

    def _special(self, line: Line) -> bool:
        """Read a block that its first line gives away; tell whether there was one."""
        match line.text[0]:
            case "=" | " " | "\t" if _heading(line.text):
                read = self._heading
            case " " | "\t" if line.text.startswith(("  ", "\t")) and not _BOLD_LINE.match(line.text):
                read = self._indented
            case "|" | "^":
                read = self._table
            case ">":
                read = self._quote
            case _:
                return self._furniture(line)
        self._end_paragraph()
        read()
        return True

    def _furniture(self, line: Line) -> bool:
        block: Block | None = None
        if _RULE.fullmatch(line.text):
            block = Rule(line=line.number)
        elif found := _INCLUDE.fullmatch(line.text):
            block = Include(target=found[1].partition("&")[0].strip(), line=line.number)
        elif (found := _FOLDED.fullmatch(line.text)) or (found := _HIDDEN.fullmatch(line.text)):
            return self._folded(line, found)
        if block is None:
            return False
        self._end_paragraph()
        self._blocks.append(block)
        self._place += 1
        return True

    def _end_paragraph(self) -> None:
        if self._pending:
            text = "\n".join(line.text for line in self._pending)
            self._blocks.extend(self._paragraphs(text, self._pending[0].number))
            self._pending.clear()

    def _paragraphs(self, text: str, number: int) -> list[Block]:
        """Make a paragraph of each stretch between code blocks."""
        blocks: list[Block] = []
        done = 0
        for match in _CODE_REGION.finditer(text):
            region = self._context.regions[int(match[1])]
            if isinstance(region, CodeBlock):
                self._add_paragraph(blocks, text[done : match.start()], number)
                blocks.append(region)
                done = match.end()
                number = region.line
        self._add_paragraph(blocks, text[done:], number)
        return blocks

    def _add_paragraph(self, blocks: list[Block], text: str, number: int) -> None:
        stripped = text.strip()
        if stripped:
            number += text[: len(text) - len(text.lstrip())].count("\n")
            spans = parse_spans(stripped, self._context)
            if any(not isinstance(span, Text) or span.text.strip() for span in spans):
                blocks.append(Paragraph(spans=spans, line=number))

    def _heading(self) -> None:
        line = self._lines[self._place]
        level, text = _heading(line.text) or (1, line.text)
        self._place += 1
        spans = self._spans(text)
        anchor = section_id(plain_text(spans))
        count = self._anchors.get(anchor, 0)
        self._anchors[anchor] = count + 1
        self._blocks.append(
            Heading(
                level=level,
                spans=spans,
                anchor=f"{anchor}{count or ''}",
                line=line.number,
            )
        )

    def _indented(self) -> None:
        text = self._lines[self._place].text
        if _ITEM.fullmatch(text):
            self._list()
        elif _TERM.fullmatch(text) and self._describes(self._place + 1):
            self._definition()
        else:
            self._preformatted()

    def _list(self) -> None:
        items: list[Item] = []
        while self._place < len(self._lines):
            line = self._lines[self._place]
            found = _ITEM.fullmatch(line.text)
            if not found:
                break
            items.append(
                Item(
                    indent=len(found[1].replace("\t", "  ")),
                    is_ordered=found[2] == "-",
                    blocks=tuple(self._paragraphs(found[3].strip(), line.number)),
                    line=line.number,
                )
            )
            self._place += 1
        self._blocks.extend(nest(items))

    def _describes(self, place: int) -> bool:
        return place < len(self._lines) and _DESCRIPTION.fullmatch(self._lines[place].text) is not None

    def _definition(self) -> None:
        """Read a term with its descriptions, as the definition list plugins write them."""
        line = self._lines[self._place]
        term = _TERM.fullmatch(line.text)
        self._place += 1
        blocks: list[Block] = []
        while self._describes(self._place):
            told = self._lines[self._place]
            found = _DESCRIPTION.fullmatch(told.text)
            blocks.extend(self._paragraphs(found[1] if found else "", told.number))
            self._place += 1
        self._blocks.append(
            Definition(term=self._spans(term[2] if term else ""), blocks=tuple(blocks), line=line.number)
        )

    def _preformatted(self) -> None:
        first = self._lines[self._place]
        texts: list[str] = []
        while self._place < len(self._lines):
            text = self._lines[self._place].text
            found = _INDENTED.fullmatch(text)
            if not found or not text.strip() or _ITEM.fullmatch(text) or _heading(text):
                break
            texts.append(found[1])
            self._place += 1
        if not texts:
            self._pending.append(first)
            self._place += 1
            return
        text = "\n".join(texts)
        if OPEN in text:
            self._blocks.extend(self._paragraphs(text, first.number))
        else:
            self._blocks.append(CodeBlock(text=text, line=first.number))

    def _table(self) -> None:
        first = self._lines[self._place]
        rows: list[tuple[Spans, ...]] = []
        while self._place < len(self._lines) and self._lines[self._place].text[:1] in ("|", "^"):
            rows.append(self._row(self._lines[self._place].text.rstrip()))
            self._place += 1
        if any(cell for row in rows for cell in row):
            has_head = first.text.startswith("^") and "|" not in _CELL.sub(_only_bars, first.text.rstrip())
            self._blocks.append(Table(rows=tuple(rows), has_head=has_head, line=first.number))

    def _row(self, text: str) -> tuple[Spans, ...]:
        cells: list[str] = []
        start = 1
        if len(text) > _MAX_ROW:
            return (self._spans(text),)
        for match in _CELL.finditer(text, 1):
            if match["bar"]:
                cells.append(text[start : match.start()])
                start = match.end()
        if text[start:].strip():
            cells.append(text[start:])
        return tuple(() if cell.strip() == ":::" else self._spans(cell) for cell in cells)

    def _spans(self, text: str) -> Spans:
        return parse_spans(text.strip(), self._context)

    def _quote(self) -> None:
        first = self._lines[self._place]
        texts: list[str] = []
        while self._place < len(self._lines):
            found = _QUOTE.fullmatch(self._lines[self._place].text)
            if not found:
                break
            texts.append(found[2])
            self._place += 1
        inner: list[Block] = []
        for text in texts:
            self._add_paragraph(inner, text, first.number)
        if inner:
            self._blocks.append(Quote(blocks=tuple(inner), line=first.number))

    def _folded(self, line: Line, found: re.Match[str]) -> bool:
        """Read `++++ Title | text ++++` or `<hidden Title> text </hidden>`, which unfold at a click."""
        end = "++++" if line.text.lstrip().startswith("+") else "</hidden>"
        rest = [Line(text=found[2], number=line.number)]
        place = self._place
        if place < self._open_until.get(end, 0):
            return False
        while end not in rest[-1].text.lower():
            place += 1
            if place >= len(self._lines) or _heading(self._lines[place].text):
                self._open_until[end] = place
                return False
            rest.append(self._lines[place])
        self._end_paragraph()
        last = rest.pop()
        inside, after = _split_at(last.text, end)
        rest.append(Line(text=inside, number=last.number))
        option = _QUOTED_OPTION.search(found[1])
        title = option[1] if option and option[1] else _QUOTED_OPTION.sub("", found[1])
        self._blocks.append(
            Definition(
                term=self._spans(title),
                blocks=tuple(_Blocks(rest, self._context).read()),
                marker="details",
                line=line.number,
            )
        )
        if after.strip():
            self._pending.append(Line(text=after, number=last.number))
        self._place = place + 1
        return True


def _split_at(text: str, mark: str) -> tuple[str, str]:
    place = text.lower().find(mark)
    return text[:place], text[place + len(mark) :]


def _heading(line: str) -> tuple[int, str] | None:
    """Return a heading line's level and text; the equals signs on its two sides need not be as many."""
    stripped = line.strip(" \t")
    if not (stripped.startswith("==") and stripped.endswith("==")):
        return None
    inner = stripped.lstrip("=")
    text = inner.rstrip("=").strip()
    return (min(6, max(1, 7 - (len(stripped) - len(inner)))), text) if text else None


def _only_bars(match: re.Match[str]) -> str:
    return match["bar"] or ""


FORMAT = Format(
    name="dokuwiki",
    label="DokuWiki",
    extensions=(".dokuwiki",),
    media_types=("text/x-dokuwiki",),
    hints=("doku.php", "do=export_raw", "/_export/raw/"),
    looks_like=looks_like,
    parse=parse,
)
