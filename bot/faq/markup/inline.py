"""Read elements as the spans of one line: emphasis, links, code, what stands for a picture."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.faq.document import Break, Code, Emphasis, Link, Span, Spans, Text
from bot.faq.markup.elements import TEXT, Element
from bot.faq.spans import join_text

MAX_DEPTH = 110

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "dfn": "italic",
    "var": "italic", "u": "underline", "ins": "underline", "s": "strike", "del": "strike", "strike": "strike",
}  # fmt: skip
_CODES = frozenset({"code", "tt", "kbd", "samp"})
SILENT = frozenset({
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "canvas", "video",
    "audio", "select", "textarea", "title", "head", "map", "annotation", "ac:parameter", "ac:task-id",
    "ac:task-uuid", "ri:page", "ri:attachment", "ri:url", "ri:user", "ac:placeholder",
})  # fmt: skip
"""Elements whose text nobody reads as part of the page."""

_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_PERMALINK = re.compile(
    r"\b(?:headerlink|header-anchor|heading-anchor|anchor-link|permalink|hash-link|anchorjs-link)\b"
)
_MAX_SIGN_ELEMENTS = 20
_PERMALINK_SIGNS = frozenset({"", "¶", "#", "🔗", "§", "\u200b", "\uf0c1", "link", "permalink"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How elements of one page are read.

    Attributes:
        resolve: Makes a link's target absolute.
        is_furniture: Tells what is no part of the page's text.
        has_slugs: Whether headings get the fragments that renderers of Markdown give them.
    """

    resolve: Callable[[str], str]
    is_furniture: Callable[[Element], bool]
    has_slugs: bool = False


def read_spans(elements: Iterable[Element], reading: Reading) -> Spans:
    """Return the spans of a line; a block inside it stands on a line of its own."""
    spans: list[Span] = []
    _collect(elements, spans, reading, _State())
    return trim(join_text(spans))


def read_text(element: Element, *, most: int = 0) -> str:
    """Return the text inside an element as it stands, a forced break as a line end.

    Args:
        element: Where to read.
        most: Read no more elements than this; 0 reads all.
    """
    parts: list[str] = []
    pending = [element]
    count = 0
    while pending and (not most or count < most):
        count += 1
        each = pending.pop()
        if each.tag == TEXT:
            parts.append(each.text)
        elif each.tag == "br":
            parts.append("\n")
        elif each.tag not in SILENT:
            pending.extend(reversed(each.children))
    return "".join(parts)


def is_permalink(element: Element) -> bool:
    """Tell whether a link is the sign beside a heading that leads to the heading itself."""
    if element.tag != "a" or not element.attributes.get("href", "").startswith("#"):
        return False
    text = read_text(element, most=_MAX_SIGN_ELEMENTS).strip().lower()
    return text in _PERMALINK_SIGNS or (bool(_PERMALINK.search(element.classes)) and len(text) < 40)


def trim(spans: Spans) -> Spans:
    """Drop breaks and spaces at both ends."""
    first, last = 0, len(spans)
    while first < last and _is_blank(spans[first]):
        first += 1
    while last > first and _is_blank(spans[last - 1]):
        last -= 1
    kept = list(spans[first:last])
    if kept and isinstance(kept[0], Text):
        kept[0] = Text(text=kept[0].text.lstrip())
    if kept and isinstance(kept[-1], Text):
        kept[-1] = Text(text=kept[-1].text.rstrip())
    return tuple(kept)


def _is_blank(span: Span) -> bool:
    return isinstance(span, Break) or (isinstance(span, Text) and not span.text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What is open around a place: styles are not nested in themselves, nor links in links."""

    styles: frozenset[str] = frozenset()
    in_link: bool = False
    depth: int = 0


def _collect(elements: Iterable[Element], spans: list[Span], reading: Reading, state: _State) -> None:
    for element in elements:
        if element.tag == TEXT:
            spans.append(Text(text=element.text))
        elif element.tag == "br":
            spans.append(Break())
        elif element.tag not in SILENT and state.depth < MAX_DEPTH and not reading.is_furniture(element):
            _read_element(element, spans, reading, state)


def _read_element(element: Element, spans: list[Span], reading: Reading, state: _State) -> None:
    tag = element.tag
    if tag in _CODES:
        text = read_text(element)
        spans.append(Code(text=" ".join(text.split()))) if text.strip() else None
    elif tag == "a" and not state.in_link:
        _read_link(element, spans, reading, state)
    elif tag in ("img", "input", "ac:emoticon", "q", "ac:link"):
        _read_special(element, spans, reading, state)
    elif not element.is_inline:
        spans.append(Break())
        _collect(element.children, spans, reading, _deeper(state))
        spans.append(Break())
    else:
        style = _STYLES.get(tag, "")
        if not style and _BOLD_STYLE.search(element.attributes.get("style", "")):
            style = "bold"
        _read_styled(element, spans, reading, state, style)


def _read_styled(element: Element, spans: list[Span], reading: Reading, state: _State, style: str) -> None:
    if not style or style in state.styles:
        _collect(element.children, spans, reading, _deeper(state))
        return
    inner: list[Span] = []
    _collect(element.children, inner, reading, _deeper(state, style=style))
    joined = join_text(inner)
    if all(_is_blank(span) for span in joined):
        spans.extend(joined)
    else:
        spans.append(Emphasis(style=style, spans=joined))


def _read_link(element: Element, spans: list[Span], reading: Reading, state: _State) -> None:
    target = element.attributes.get("href", "").strip()
    inner: list[Span] = []
    _collect(element.children, inner, reading, _deeper(state, in_link=bool(target)))
    if target and is_permalink(element):
        return
    joined = join_text(inner)
    url = reading.resolve(target) if target else ""
    if not url:
        spans.extend(joined)
    elif any(not _is_blank(span) for span in joined):
        spans.append(Link(url=url, spans=joined))


def _read_special(element: Element, spans: list[Span], reading: Reading, state: _State) -> None:
    match element.tag:
        case "img":
            spans.append(Text(text=" ".join(element.attributes.get("alt", "").split())))
        case "input" if element.attributes.get("type", "").lower() == "checkbox":
            spans.append(Text(text="☑ " if "checked" in element.attributes else "☐ "))
        case "ac:emoticon":
            spans.append(Text(text=element.attributes.get("ac:emoji-fallback", "")))
        case "q":
            spans.append(Text(text="“"))
            _collect(element.children, spans, reading, _deeper(state))
            spans.append(Text(text="”"))
        case "ac:link":
            _read_wiki_link(element, spans, reading, state)


def _read_wiki_link(element: Element, spans: list[Span], reading: Reading, state: _State) -> None:
    """Read Confluence's link: to a page by its title, to a place of this page, to a file."""
    named = next((each for each in element.children if each.tag.startswith("ri:")), None)
    label: list[Span] = []
    _collect(
        (each for each in element.children if each is not named), label, reading, _deeper(state, in_link=True)
    )
    title = (
        (named.attributes.get("ri:content-title") or named.attributes.get("ri:filename", "")) if named else ""
    )
    anchor = element.attributes.get("ac:anchor", "")
    joined = trim(join_text(label)) or ((Text(text=title or anchor),) if title or anchor else ())
    if named is None and anchor and joined and not state.in_link:
        spans.append(Link(url=f"#{anchor}", spans=joined))
    else:
        spans.extend(joined)


def _deeper(state: _State, *, style: str = "", in_link: bool = False) -> _State:
    return _State(
        styles=state.styles | {style} if style else state.styles,
        in_link=state.in_link or in_link,
        depth=state.depth + 1,
    )
