"""Recognise what a page folds away under a line to click: accordions, Confluence's expand, questions.

`<details>` says what it is; the others are buttons and boxes that scripts join. What is taken for such a
pair: something that a page calls a button, an accordion's head or a question, and the box that follows it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.faq.markup.elements import HEADINGS, TEXT, Element
from bot.faq.markup.inline import read_text

_HEAD = re.compile(
    r"(?:accordion|collaps(?:e|ible)|toggle|expand(?:er|able)?|faq)s?[-_]{0,3}(?:item[-_]{1,2})?"
    r"(?:title|head(?:er|ing)?|button|btn|trigger|question|control(?:-text)?|summary|toggle|q)\b"
    r"|(?:^|\s)(?:accordion|collapsible|faq-?q(?:uestion)?|question)(?:\s|$)"
)
_BUTTON_LIKE = frozenset({"button", "a", "label", "div", "span", "summary", "p", "dt"})
_MAX_WRAPPERS = 4
_MAX_QUESTION = 400
_MAX_LOOKED_AT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A line to click and what it folds away; `count` siblings are used up."""

    head: Element
    body: Sequence[Element]
    anchor: str = ""
    count: int = 1


def find_fold(siblings: Sequence[Element], place: int) -> Fold | None:
    """Return the fold that starts at a place among siblings, if one does."""
    element = siblings[place]
    if element.tag == "ac:structured-macro" and element.attributes.get("ac:name") == "expand":
        return _find_macro(element)
    if element.attributes.get("itemtype", "").rstrip("/").endswith("schema.org/Question"):
        return _find_question(element)
    if "expand-container" in element.classes:
        return _find_expand_container(element)
    head = _find_head(element)
    if head is None:
        return None
    body_place = place + 1
    while (
        body_place < len(siblings) and is_blank(siblings[body_place]) and body_place - place < _MAX_WRAPPERS
    ):
        body_place += 1
    body = siblings[body_place] if body_place < len(siblings) else None
    if body is None or not _is_box(body) or _find_head(body) is not None:
        return None
    anchor = head.id or element.id or body.id
    return Fold(head=head, body=(body,), anchor=anchor, count=body_place - place + 1)


def find_parameter(macro: Element, name: str) -> str:
    """Return a Confluence macro's parameter, or ""."""
    for each in macro.children:
        if each.tag == "ac:parameter" and each.attributes.get("ac:name", "") == name:
            return " ".join("".join(text.text for text in each.children if text.tag == TEXT).split())
    return ""


def is_blank(element: Element) -> bool:
    """Tell whether an element is text of spaces alone."""
    return element.tag == TEXT and not element.text.strip()


def _find_macro(macro: Element) -> Fold:
    title = find_parameter(macro, "title") or "…"
    head = Element(tag="span", children=[Element(tag=TEXT, text=title, line=macro.line)], line=macro.line)
    body = [each for each in macro.children if each.tag == "ac:rich-text-body"]
    return Fold(head=head, body=body)


def _find_question(element: Element) -> Fold | None:
    """Read schema.org's Question: its name, and the text of the answer that was accepted."""
    name = _find(element, lambda each: each.attributes.get("itemprop", "") == "name")
    answer = _find(
        element, lambda each: each.attributes.get("itemprop", "") in ("acceptedAnswer", "suggestedAnswer")
    )
    text = _find(answer, lambda each: each.attributes.get("itemprop", "") == "text") if answer else None
    body = text or answer
    if name is None or body is None or (name.tag in HEADINGS):
        return None
    return Fold(head=name, body=(body,), anchor=name.id or element.id)


def _find_expand_container(element: Element) -> Fold | None:
    head = _find(element, lambda each: "expand-control-text" in each.classes)
    body = _find(element, lambda each: "expand-content" in each.classes)
    return Fold(head=head, body=(body,), anchor=element.id) if head and body else None


def _find_head(element: Element) -> Element | None:
    """Look for the line to click in an element that holds nothing else."""
    for _ in range(_MAX_WRAPPERS):
        if element.tag in HEADINGS or element.tag == TEXT:
            return None
        if _is_head(element):
            return (
                element if 0 < len(read_text(element, most=_MAX_LOOKED_AT).strip()) <= _MAX_QUESTION else None
            )
        inner = [each for each in element.children[:10] if not is_blank(each)]
        if len(inner) != 1:
            return None
        element = inner[0]
    return None


def _is_head(element: Element) -> bool:
    if element.tag not in _BUTTON_LIKE or len(element.children) > 20:
        return False
    attributes = element.attributes
    if "aria-expanded" in attributes or (element.tag == "button" and "aria-controls" in attributes):
        return True
    is_plain = not any(each.has_block or each.tag in ("div", "p") for each in element.children)
    return is_plain and _HEAD.search(element.classes) is not None


def _is_box(element: Element) -> bool:
    return element.tag in ("div", "section", "p", "dd", "ul", "ol") or (
        element.has_block and element.tag != TEXT
    )


def _find(element: Element, is_wanted: Callable[[Element], bool]) -> Element | None:
    """Look for an element inside, in order, among the first few."""
    pending = list(reversed(element.children))
    for _ in range(_MAX_LOOKED_AT):
        if not pending:
            return None
        each = pending.pop()
        if is_wanted(each):
            return each
        pending.extend(reversed(each.children[:_MAX_LOOKED_AT]))
    return None
