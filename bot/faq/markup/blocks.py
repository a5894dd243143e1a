"""Read a tree of elements as blocks: headings, paragraphs, lists, what is folded away.

Boxes without a meaning of their own are looked through, so that the headings in them stand at the top. A list
whose items are sections of their own (a heading or something folded in each) is looked through as well.
"""

import re
from collections.abc import Callable, Sequence

from bot.faq.document import (
    Block,
    CodeBlock,
    Definition,
    Heading,
    Include,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Spans,
)
from bot.faq.markup.definitions import read_definitions
from bot.faq.markup.elements import HEADINGS, TEXT, Element
from bot.faq.markup.folding import Fold, find_fold, find_parameter, is_blank
from bot.faq.markup.inline import SILENT, Reading, is_permalink, read_spans, read_text
from bot.faq.markup.slugs import Slugs
from bot.faq.markup.tables import is_layout, read_table
from bot.faq.plain import plain_spans

_LANGUAGE = re.compile(r"\b(?:language|lang|highlight|brush:?|sourceCode)[-_: ]\s?([\w+#.\-]{1,20})")
_MAX_NESTING = 30
_MAX_NAMED = 20
_LISTS = frozenset({"ul", "ol", "menu", "dir", "ac:task-list"})
_SILENT_MACROS = frozenset({
    "toc", "toc-zone", "children", "pagetree", "recently-updated", "anchor", "livesearch",
    "attachments", "contentbylabel", "gallery", "jira", "pagetreesearch", "profile-picture", "status",
})  # fmt: skip
_INCLUDE_MACROS = frozenset({"include", "excerpt-include"})
_CODE_MACROS = frozenset({"code", "noformat"})


def read_blocks(root: Element, reading: Reading) -> tuple[Block, ...]:
    """Return the blocks inside an element."""
    return tuple(_Reader(reading).read(root.children))


class _Reader:
    """Reads one page; knows the anchor that waits for the next block, and the fragments given so far."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._slugs = Slugs()
        self._anchor = ""
        self._level = 1
        self._depth = 0
        self._readers: dict[str, Callable[[Element], list[Block]]] = {
            **dict.fromkeys(HEADINGS, self._read_heading),
            **dict.fromkeys(_LISTS, self._read_list),
            **dict.fromkeys(("hr", "pre", "x-include", "button"), _read_leaf),
            "blockquote": self._read_quote,
            "table": self._read_table,
            "details": self._read_details,
            "dl": self._read_terms,
            "ac:structured-macro": self._read_macro,
        }

    def read(self, elements: Sequence[Element]) -> list[Block]:
        """Read siblings: runs of text as paragraphs, what is between them as what it is."""
        if self._depth > _MAX_NESTING:
            spans = read_spans(elements, self._reading)
            return [Paragraph(spans=spans)] if spans else []
        self._depth += 1
        blocks: list[Block] = []
        line: list[Element] = []
        place = 0
        while place < len(elements):
            element = elements[place]
            place += 1
            if self._is_silent(element):
                continue
            fold = None if element.tag == TEXT else find_fold(elements, place - 1)
            if fold is None and element.is_inline and element.tag != "button":
                line.append(element)
                continue
            self._end_line(line, blocks)
            if fold is not None:
                blocks.extend(self._read_fold(fold, element))
                place += fold.count - 1
            else:
                blocks.extend(self._read_block(element))
        self._end_line(line, blocks)
        self._depth -= 1
        return blocks

    def _is_silent(self, element: Element) -> bool:
        if element.tag == TEXT:
            return False
        return element.tag in SILENT or self._reading.is_furniture(element)

    def _end_line(self, line: list[Element], blocks: list[Block]) -> None:
        if not line:
            return
        spans = read_spans(line, self._reading)
        anchor = _find_name(line)
        if spans:
            number = next((each.line for each in line if not is_blank(each)), line[0].line)
            blocks.append(Paragraph(spans=spans, anchor=anchor or self._take_anchor(), line=number))
            self._anchor = ""
        elif anchor:
            self._anchor = anchor
        line.clear()

    def _take_anchor(self) -> str:
        anchor, self._anchor = self._anchor, ""
        return anchor

    def _read_block(self, element: Element) -> list[Block]:
        read = self._readers.get(element.tag)
        if read is not None:
            return read(element)
        self._anchor = element.id or self._anchor
        return self.read(element.children)

    def _read_quote(self, element: Element) -> list[Block]:
        blocks = tuple(self.read(element.children))
        return [Quote(blocks=blocks, line=element.line)] if blocks else []

    def _read_table(self, element: Element) -> list[Block]:
        if is_layout(element):
            return self.read(element.children)
        return list(read_table(element, self._reading))

    def _read_terms(self, element: Element) -> list[Block]:
        return list(read_definitions(element, self._reading, self.read))

    def _read_heading(self, element: Element) -> list[Block]:
        level = HEADINGS.index(element.tag) + 1
        spans = read_spans(element.children, self._reading)
        waiting = self._take_anchor()
        if not spans:
            return []
        anchor = element.id or _find_name(element.children) or _find_permalink(element) or waiting
        if self._reading.has_slugs:
            slug = self._slugs.make(plain_spans(spans))
            anchor = anchor or slug
        self._level = level
        return [Heading(level=level, spans=spans, anchor=anchor, line=element.line)]

    def _read_list(self, element: Element) -> list[Block]:
        items = [
            self.read(each.children)
            for each in element.children
            if not is_blank(each) and not self._is_silent(each)
        ]
        items = [blocks for blocks in items if blocks]
        sections = sum(1 for blocks in items if isinstance(blocks[0], Heading | Definition))
        if items and sections * 2 > len(items):
            return [block for blocks in items for block in blocks]
        if not items:
            return []
        start = element.attributes.get("start", "1")
        return [
            ListBlock(
                items=tuple(ListItem(blocks=tuple(blocks)) for blocks in items),
                is_ordered=element.tag == "ol",
                start=int(start) if start.isascii() and start.isdigit() and len(start) < 10 else 1,
                line=element.line,
            )
        ]

    def _read_details(self, element: Element) -> list[Block]:
        summary = next((each for each in element.children if each.tag == "summary"), None)
        body = [each for each in element.children if each is not summary]
        if summary is None:
            return self.read(body)
        anchor = element.id or summary.id or _find_name(summary.children)
        return self._read_fold(Fold(head=summary, body=body, anchor=anchor), element)

    def _read_fold(self, fold: Fold, element: Element) -> list[Block]:
        """Read something folded; one that holds others of its kind is a section and not a question."""
        term = read_spans(fold.head.children, self._reading)
        anchor = fold.anchor or self._take_anchor()
        level = min(6, self._level + 1)
        blocks = self.read(fold.body)
        line = element.line or fold.head.line
        if not term:
            return blocks
        folded = sum(1 for block in blocks if isinstance(block, Definition) and block.marker == "details")
        if folded and folded * 2 >= len(blocks):
            return [Heading(level=level, spans=term, anchor=anchor, line=line), *blocks]
        marker = element.attributes.get("data-marker", "details")
        return [Definition(term=term, blocks=tuple(blocks), marker=marker, anchor=anchor, line=line)]

    def _read_macro(self, macro: Element) -> list[Block]:
        """Read a Confluence macro: code, includes, boxes with a title; what only computes is left out."""
        name = macro.attributes.get("ac:name", "")
        if name in _SILENT_MACROS:
            return []
        if name in _INCLUDE_MACROS:
            return [Include(target=_find_page_title(macro) or name, line=macro.line)]
        if name in _CODE_MACROS:
            body = next((each for each in macro.children if each.tag == "ac:plain-text-body"), None)
            text = read_text(body).strip("\n") if body else ""
            language = find_parameter(macro, "language")
            return [CodeBlock(text=text, language=language, line=macro.line)] if text else []
        title = find_parameter(macro, "title")
        lead: list[Block] = [Paragraph(spans=_bold(title), line=macro.line)] if title else []
        body_elements = [each for each in macro.children if each.tag == "ac:rich-text-body"]
        return [*lead, *self.read(body_elements)]


def _bold(text: str) -> Spans:
    strong = Element(tag="strong", children=[Element(tag=TEXT, text=text)])
    return read_spans([strong], Reading(resolve=str, is_furniture=lambda _: False))


def _read_leaf(element: Element) -> list[Block]:
    """Read what holds no blocks; a button that folds nothing is furniture."""
    match element.tag:
        case "hr":
            return [Rule(line=element.line)]
        case "pre":
            return _read_code(element)
        case "x-include":
            return [Include(target=element.attributes.get("target", ""), line=element.line)]
    return []


def _read_code(element: Element) -> list[Block]:
    text = read_text(element).strip("\n").rstrip()
    inner = next((each for each in element.children if each.tag == "code"), None)
    language = element.attributes.get("data-language", "")
    for each in (element, inner):
        found = _LANGUAGE.search(each.attributes.get("class", "")) if each else None
        language = language or (found[1] if found else "")
    return [CodeBlock(text=text, language=language, line=element.line)] if text.strip() else []


def _find_name(elements: Sequence[Element]) -> str:
    """Return the anchor that `<a name>` or an id sets in a line, or ""."""
    pending = list(reversed(elements[:_MAX_NAMED]))
    for _ in range(_MAX_NAMED):
        if not pending:
            break
        each = pending.pop()
        name = each.id or (each.attributes.get("name", "") if each.tag == "a" else "")
        if name:
            return name
        pending.extend(reversed(each.children[:_MAX_NAMED]))
    return ""


def _find_permalink(element: Element) -> str:
    for each in element.children[:_MAX_NAMED]:
        if is_permalink(each):
            return each.attributes.get("href", "")[1:]
    return ""


def _find_page_title(macro: Element) -> str:
    pending = list(macro.children[:_MAX_NAMED])
    for _ in range(_MAX_NAMED):
        if not pending:
            break
        each = pending.pop()
        if each.tag == "ri:page":
            return each.attributes.get("ri:content-title", "")
        pending.extend(each.children[:_MAX_NAMED])
    return ""
