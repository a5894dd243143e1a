"""Build a tree of elements from tags in any order: unclosed, crossed, too many, too deep.

The rules are those of the HTML standard as far as they show: a block ends an open paragraph, an item the
item before it, an end tag what is open inside its element. The tree is bounded in depth and in number, and
each tag costs at most the depth.
"""

from collections import Counter
from dataclasses import dataclass, field

from bot.text.html import Tag, tokenize

MAX_DEPTH = 100
MAX_ELEMENTS = 100_000

TEXT = "#text"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "ri:page", "ri:attachment", "ri:url", "ri:user", "x-include",
})  # fmt: skip
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre",
    "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    "ac:structured-macro", "ac:rich-text-body", "ac:layout", "ac:layout-section", "ac:layout-cell",
    "ac:task-list", "ac:task", "x-include",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "button", "canvas", "cite", "code",
    "data", "datalist", "del", "dfn", "em", "font", "i", "iframe", "ins", "kbd", "label", "map", "mark",
    "meter", "nobr", "noscript", "object", "option", "output", "picture", "progress", "q", "rp", "rt",
    "ruby", "s", "samp", "script", "select", "slot", "small", "span", "strike", "strong", "style",
    "sub", "sup", "svg", "template", "textarea", "time", "title", "tt", "u", "var", "video",
})  # fmt: skip
HTML_NAMES = BLOCKS | VOID | _INLINE
_SCOPES = frozenset({"table", "td", "th", "details", "body", "ac:rich-text-body", "ac:structured-macro"})
# What an element ends when it opens, and what keeps it from looking further out.
_ENDS = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu", "dir", "table"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "table"})),
    "tr": (frozenset({"tr", "td", "th"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "thead": (frozenset({"thead", "tbody", "tfoot", "tr"}), frozenset({"table"})),
    "tbody": (frozenset({"thead", "tbody", "tfoot", "tr"}), frozenset({"table"})),
    "tfoot": (frozenset({"thead", "tbody", "tfoot", "tr"}), frozenset({"table"})),
}
_TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "details", "body"})


@dataclass(slots=True, kw_only=True)
class Element:
    """A node while the tree is built and read; text is an element without children.

    Attributes:
        has_block: Whether a block stands somewhere inside, so that it cannot be part of a line.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    text: str = ""
    line: int = 0
    has_block: bool = False

    @property
    def id(self) -> str:
        """The fragment that leads here."""
        return self.attributes.get("id", "")

    @property
    def classes(self) -> str:
        """Its classes as written, in lower case."""
        return self.attributes.get("class", "").lower()

    @property
    def is_inline(self) -> bool:
        """Whether it is part of a line of text."""
        return self.tag not in BLOCKS and not self.has_block


class Tree:
    """Takes tags and text in order, and holds the tree that they make under `root`."""

    def __init__(self) -> None:
        self.root = Element(tag="body", has_block=True)
        self.is_full = False
        self._stack = [self.root]
        self._open: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._count = 0

    def open(self, tag: str, attributes: dict[str, str] | None = None, line: int = 0) -> Element:
        """Start an element within the innermost open one."""
        if tag in BLOCKS:
            self._end_paragraph()
            if tag in HEADINGS and self._stack[-1].tag in HEADINGS:
                self._pop()
            if tag in _ENDS:
                self._end_siblings(*_ENDS[tag])
            if tag in ("td", "th") and self._stack[-1].tag == "table":
                self.open("tr", line=line)
            self._mark_ancestors()
        element = Element(tag=tag, attributes=attributes or {}, line=line)
        if not self._add(element) or tag in VOID:
            return element
        if len(self._stack) >= MAX_DEPTH:
            self._skipped[tag] += 1
        else:
            self._stack.append(element)
            self._open[tag] += 1
        return element

    def close(self, tag: str) -> None:
        """End an element and what is open inside it; an end tag without a start is ignored."""
        if self._skipped[tag]:
            self._skipped[tag] -= 1
            return
        wanted = HEADINGS if tag in HEADINGS else (tag,)
        if not any(self._open[each] for each in wanted):
            return
        is_block = tag in BLOCKS
        for place in range(len(self._stack) - 1, 0, -1):
            element = self._stack[place]
            if element.tag in wanted:
                while len(self._stack) > place:
                    self._pop()
                return
            if element.tag in _SCOPES and tag not in _TABLE_PARTS and tag != "ac:structured-macro":
                return
            if not is_block and element.tag in BLOCKS:
                return

    def say(self, text: str, line: int = 0) -> None:
        """Add text to the innermost open element."""
        if text:
            self._add(Element(tag=TEXT, text=text, line=line))

    def is_at_item_start(self) -> bool:
        """Tell whether nothing was said yet in the innermost list item."""
        if self._stack[-1].children or len(self._stack) < 3:
            return False
        return "li" in (
            self._stack[-1].tag,
            self._stack[-2].tag if len(self._stack[-2].children) == 1 else "",
        )

    def close_all(self, keep: frozenset[str]) -> None:
        """End what is open, from the inside out, up to an element of the tags to keep."""
        while len(self._stack) > 1 and self._stack[-1].tag not in keep:
            self._pop()

    def feed(self, source: str, *, first_line: int = 1) -> None:
        """Read HTML; line ends are spaces there, except in preformatted text."""
        for token in tokenize(source, first_line=first_line):
            if self.is_full:
                return
            if not isinstance(token, Tag):
                text = token.text
                self.say(
                    text if self._open["pre"] or self._is_verbatim() else text.replace("\n", " "), token.line
                )
            elif token.is_end:
                if token.name == "br":
                    self.open("br", line=token.line)
                self.close(token.name)
            else:
                self.open(token.name, token.attributes, token.line)
                if token.is_closed and token.name not in VOID:
                    self._close_empty(token.name)

    def _is_verbatim(self) -> bool:
        return bool(self._open["ac:plain-text-body"] or self._open["script"])

    def _close_empty(self, tag: str) -> None:
        """End `<x/>`: HTML ignores the slash on its own elements, XHTML and JSX mean it."""
        if ":" in tag or tag in {"a", "span", "div", "p", "summary", "li", "td", "th"} or tag not in BLOCKS:
            self.close(tag)

    def _add(self, element: Element) -> bool:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            self.is_full = True
            return False
        self._stack[-1].children.append(element)
        return True

    def _pop(self) -> None:
        self._open[self._stack.pop().tag] -= 1

    def _end_paragraph(self) -> None:
        if not self._open["p"]:
            return
        for place in range(len(self._stack) - 1, 0, -1):
            tag = self._stack[place].tag
            if tag == "p":
                while len(self._stack) > place:
                    self._pop()
                return
            if tag in BLOCKS:
                return

    def _end_siblings(self, ended: frozenset[str], fence: frozenset[str]) -> None:
        """End the outermost of the named elements this side of the fence."""
        found = 0
        for place in range(len(self._stack) - 1, 0, -1):
            tag = self._stack[place].tag
            if tag in fence:
                break
            if tag in ended:
                found = place
        if found:
            while len(self._stack) > found:
                self._pop()

    def _mark_ancestors(self) -> None:
        for element in reversed(self._stack):
            if element.has_block:
                return
            element.has_block = True
