"""Read Markdown as elements, together with the HTML that it is mixed with.

markdown-it-py finds the structure; its tokens and the raw HTML between them feed one tree, so `<details>`
around Markdown, `<h3>` headings and `<br>` in a cell mean what they mean on the page.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.faq.document import Block
from bot.faq.markup.blocks import read_blocks
from bot.faq.markup.commonmark_rules import add_rules
from bot.faq.markup.elements import HTML_NAMES, Element, Tree
from bot.faq.markup.inline import Reading
from bot.faq.markup.links import resolve_link

MAX_MARKS = 80_000
"""How many punctuation marks and line ends are read: each may cost markdown-it 10 µs, a bracket 40."""

_BRACKET_COST = 4
_MAX_NESTED = 12
_NESTED = re.compile(r"^(?:>[ ]?|[-*+][ ]){12,}", re.MULTILINE)
_MARK = re.compile(r"[^\w\s]|\n")
_BOXES = frozenset({"body", "div", "section", "article", "main", "details", "center", "blockquote"})
_ATTRIBUTES = re.compile(r"\{:?[ \t]*+(?:#([\w:.\-]{1,200}))?[^{}\n]{0,200}\}[ \t]*\Z")
# `[label](address){target=_blank}`, as MkDocs and kramdown have it.
_SPAN_ATTRIBUTES = re.compile(
    r"\A\{:?[ \t]*+(?:(?:[.#][\w\-]{1,60}+|[\w\-]{1,40}+=[^\s{}]{0,100}+)[ \t]*+){1,10}+\}"
)
_HEADING_ID = re.compile(r"\{:?[ \t]*+#([\w:.\-]{1,200})[^{}\n]{0,200}\}[ \t]*\Z")
_FURNITURE = re.compile(
    r"\[_?\[?toc\]?_?\]|\$\{toc\}|@\[toc\].{0,100}|\[\[_TOC_\]\]|(?:toc\n?)?\{:\s{0,3}\.?toc[^{}\n]{0,100}\}"
    r"|\{:[^{}\n]{0,200}\}|<!--.{0,500}-->",
    re.IGNORECASE,
)
_END_TAG = re.compile(r"</([A-Za-z][\w.:\-]{0,60})")
_TAG_NAME = re.compile(r"</?([A-Za-z][\w.:\-]{0,60})(?=[\s/>])")
_ALERT = re.compile(r"\[!(note|tip|important|warning|caution|info|question|faq)\][+\-]?[ \t]*", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_LIQUID = re.compile(
    r"\{\{-?[ \t]*(?:site|page|config)\.[\w.\-\[\]'\"]{1,100}[^{}\n]{0,200}\}\}"
    r"|\{%-?[ \t]*(?:raw|endraw|include|include_relative|comment|endcomment|if|endif|else|assign|for"
    r"|endfor|capture"
    r"|endcapture|unless|endunless)\b[^{}\n]{0,300}%\}"
    r"|\{\{[<%]-?/?[^{}\n]{0,300}[>%]\}\}"
)
_LIQUID_PATH = re.compile(
    r"\{\{-?[ \t]*['\"]([^'\"{}\n]{1,300})['\"][ \t]*\|[^{}\n]{1,100}\}\}|\{%-?[ \t]*(?:link"
    r"|post_url)[ \t]+([^\s{}%]{1,300})[ \t]*-?%\}"
)


class Commonmark:
    """Reads the Markdown of one page, or of many answers with the same base address."""

    def __init__(self, base_url: str, *, has_slugs: bool = True) -> None:
        self._machine = MarkdownIt("commonmark", {"maxNesting": 60}).enable(["table", "strikethrough"])
        add_rules(self._machine)
        self._reading = Reading(
            resolve=lambda target: resolve_link(target, base_url),
            is_furniture=_is_nothing,
            has_slugs=has_slugs,
        )

    def read(self, source: str, *, first_line: int = 1) -> tuple[tuple[Block, ...], int]:
        """Return the blocks, and the line from which on the source is left out as too much, or 0."""
        text, cut_line = _bound(_NESTED.sub(_flatten, source))
        tokens = self._machine.parse(_LIQUID_PATH.sub(_take_path, _LIQUID.sub("", text)))
        tree = Tree()
        closed = frozenset(name.lower() for name in _END_TAG.findall(source))
        _Feeder(tree, first_line, closed).feed(tokens)
        return read_blocks(tree.root, self._reading), cut_line + first_line - 1 if cut_line else 0


def _is_nothing(_: Element) -> bool:
    return False


def _bound(source: str) -> tuple[str, int]:
    """Cut a text after its last mark that may be read; most have none too many."""
    if len(source) * _BRACKET_COST <= MAX_MARKS:
        return source, 0
    cost = 0
    for found in _MARK.finditer(source):
        cost += _BRACKET_COST if found[0] == "[" else 1
        if cost > MAX_MARKS:
            return source[: found.start()], source.count("\n", 0, found.start()) + 1
    return source, 0


def _flatten(found: re.Match[str]) -> str:
    """Keep what nests on one line from nesting deeper than is read."""
    return found[0][: _MAX_NESTED * 2]


def _take_path(found: re.Match[str]) -> str:
    return found[1] or found[2]


class _Feeder:
    """Feeds markdown-it's tokens to a tree."""

    def __init__(self, tree: Tree, first_line: int, closed: frozenset[str]) -> None:
        self._tree = tree
        self._closed = closed
        self._first = first_line
        self._line = first_line
        self._is_quote_start = False

    def feed(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.map:
                self._line = token.map[0] + self._first
            self._feed_block(token)

    def _feed_block(self, token: Token) -> None:
        tree, line = self._tree, self._line
        match token.type:
            case "inline":
                self._feed_line(token)
            case "fence" | "code_block":
                info = token.info.strip().strip("{}").lstrip(".").split(",")[0].split()
                language = info[0][:20] if info else ""
                tree.open("pre", {"data-language": language}, line)
                tree.say(token.content, line)
                tree.close("pre")
            case "html_block":
                tree.feed(token.content, first_line=line)
            case "hr":
                tree.open("hr", line=line)
            case _ if token.nesting > 0:
                self._open(token)
            case _ if token.nesting < 0:
                tree.close(token.tag)

    def _open(self, token: Token) -> None:
        if token.type == "heading_open" and token.level == 0:
            # A list or a paragraph that raw HTML left open does not swallow the rest of the page.
            self._tree.close_all(_BOXES)
        self._is_quote_start = token.type in ("blockquote_open", "paragraph_open") and (
            token.type == "blockquote_open" or self._is_quote_start
        )
        attributes = {name: str(value) for name, value in token.attrs.items()}
        self._tree.open(token.tag, attributes, self._line)

    def _feed_line(self, token: Token) -> None:
        """Feed a line of text, without what only says how to show it."""
        children = token.children or []
        if _FURNITURE.fullmatch(token.content.strip()):
            return
        found = _HEADING_ID.search(token.content[-300:]) or _ATTRIBUTES.search(token.content[-300:])
        if found and children and children[-1].type == "text":
            last = children[-1]
            last.content = last.content[: max(0, len(last.content) - len(found[0].strip()))].rstrip()
            if found[1]:
                self._tree.open("a", {"name": found[1]}, self._line)
                self._tree.close("a")
        if self._is_quote_start and children:
            self._read_alert(children[0])
        self._is_quote_start = False
        before = ""
        for child in children:
            if before.endswith("_close") or before in ("image", "code_inline"):
                child.content = _SPAN_ATTRIBUTES.sub("", child.content, count=1)
            self._feed_span(child)
            before = child.type

    def _read_alert(self, first: Token) -> None:
        """Read GitHub's `> [!NOTE]` as a bold word."""
        found = _ALERT.match(first.content)
        if found:
            first.content = first.content[found.end() :]
            self._tree.open("strong")
            self._tree.say(f"{found[1].capitalize()}:", self._line)
            self._tree.close("strong")

    def _feed_span(self, token: Token) -> None:
        tree = self._tree
        match token.type:
            case "text":
                tree.say(self._read_task(token.content), self._line)
            case "softbreak" | "hardbreak":
                self._line += 1
                tree.say("\n", self._line) if token.type == "softbreak" else tree.open("br", line=self._line)
            case "code_inline":
                tree.open("code", line=self._line)
                tree.say(token.content, self._line)
                tree.close("code")
            case "image":
                tree.say(" ".join(token.content.split()), self._line)
            case "html_inline":
                self._feed_tag(token.content)
            case _ if token.nesting > 0:
                tree.open(token.tag, {name: str(value) for name, value in token.attrs.items()}, self._line)
            case _ if token.nesting < 0:
                tree.close(token.tag)

    def _feed_tag(self, source: str) -> None:
        """Feed a tag; `<name>` that nothing closes and HTML does not know is an author's placeholder."""
        found = _TAG_NAME.match(source)
        name = found[1].lower() if found else ""
        if name and name not in HTML_NAMES and name not in self._closed:
            self._tree.say(source, self._line)
        else:
            self._tree.feed(source, first_line=self._line)

    def _read_task(self, text: str) -> str:
        """Show `[x]` at the start of an item as the box it stands for."""
        if not text.startswith("[") or not self._tree.is_at_item_start():
            return text
        return (
            _TASK.sub(lambda found: "☐ " if found[1] == " " else "☑ ", text, count=1)
            if _TASK.match(text)
            else text
        )
