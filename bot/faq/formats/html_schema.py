"""Read the questions that a page declares to search engines (schema.org's FAQPage in JSON-LD).

They are taken only where the page's own text does not show them as headings or folded lines: the text has
sections, anchors and the formatting that the declaration often lacks.
"""

import html
import json
import re
from collections.abc import Iterator

from bot.faq.document import Block, Definition, Emphasis, Heading, ListBlock, Paragraph, Spans, Text
from bot.faq.markup.blocks import read_blocks
from bot.faq.markup.elements import Element, Tree
from bot.faq.markup.inline import Reading
from bot.faq.plain import plain_spans

_MAX_SCRIPTS = 20
_MAX_NODES = 20_000
_MAX_DEPTH = 12
_MAX_QUESTIONS = 2000
_NOT_A_LETTER = re.compile(r"[\W_]+")


def add_schema(root: Element, blocks: tuple[Block, ...], reading: Reading) -> tuple[Block, ...]:
    """Return the page's blocks, or the declared questions where the blocks show less than half of them."""
    declared = list(_list_declared(root, reading))
    if not declared:
        return blocks
    shown = {_key(plain_spans(spans)) for spans in _list_marks(blocks)}
    found = sum(1 for each in declared if _key(plain_spans(each.term)) in shown)
    if found * 2 >= len(declared):
        return blocks
    title = next((block for block in blocks if isinstance(block, Heading)), None)
    return (title, *declared) if title else tuple(declared)


def _list_marks(blocks: tuple[Block, ...]) -> Iterator[Spans]:
    """Yield what could be seen as a question on the page."""
    for block in blocks:
        match block:
            case Heading(spans=spans) | Definition(term=spans):
                yield spans
            case Paragraph(spans=(Emphasis(style="bold", spans=spans), *_)):
                yield spans
            case ListBlock(items=items):
                for item in items:
                    yield from _list_marks(item.blocks[:1])
            case _:
                pass


def _list_declared(root: Element, reading: Reading) -> Iterator[Definition]:
    scripts = 0
    pending = [root]
    while pending and scripts < _MAX_SCRIPTS:
        element = pending.pop()
        pending.extend(reversed(element.children))
        if element.tag == "script" and "ld+json" in element.attributes.get("type", "").lower():
            scripts += 1
            yield from _read_script("".join(each.text for each in element.children), element.line, reading)


def _read_script(text: str, line: int, reading: Reading) -> Iterator[Definition]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    for question in _find_questions(data):
        name = question.get("name")
        answer = question.get("acceptedAnswer", question.get("suggestedAnswer"))
        answer = answer[0] if isinstance(answer, list) and answer else answer
        body = answer.get("text") if isinstance(answer, dict) else answer
        if isinstance(name, str) and isinstance(body, str) and name.strip() and body.strip():
            term = " ".join(html.unescape(name[:1000]).split())
            yield Definition(
                term=(Text(text=term),), blocks=_read_answer(body, line, reading), marker="details", line=line
            )


def _find_questions(data: object) -> Iterator[dict[str, object]]:
    pending: list[tuple[object, int]] = [(data, 0)]
    found = 0
    for _ in range(_MAX_NODES):
        if not pending or found >= _MAX_QUESTIONS:
            return
        node, depth = pending.pop()
        if isinstance(node, dict) and str(node.get("@type", "")).endswith("Question"):
            found += 1
            yield node
        elif depth < _MAX_DEPTH and isinstance(node, dict | list):
            inner = list(node.values()) if isinstance(node, dict) else node
            pending.extend((each, depth + 1) for each in reversed(inner[:_MAX_QUESTIONS]))


def _read_answer(text: str, line: int, reading: Reading) -> tuple[Block, ...]:
    tree = Tree()
    tree.feed(text if "<" in text else html.unescape(text), first_line=line)
    return read_blocks(tree.root, reading)


def _key(text: str) -> str:
    return _NOT_A_LETTER.sub(" ", text.casefold()).strip()
