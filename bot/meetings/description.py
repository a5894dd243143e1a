"""Write the description of a meeting as lines of plain text in which every link stands as its address."""

import html
import re
from dataclasses import dataclass

from bot.meetings.providers import unwrap
from bot.text.html import Tag, tokenize
from bot.text.markdown import clean

MAX_CHARACTERS = 30_000
_MAX_LINES = 600
_MAX_LINE = 2000
_IS_HTML = re.compile(
    r"<(?:a|b|br|body|div|dl|dt|em|h[1-6]|html|html-blob|i|li|ol|p|span|strong|table|u|ul)\b[^<>]{0,2000}>|&nbsp;",
    re.IGNORECASE,
)
# Outlook writes label<address> in plain text; a tokenizer of HTML takes that for a tag.
_BRACKETED = re.compile(r"<(https?://[^\s<>]{1,2000})>", re.IGNORECASE)
_BLOCKS = frozenset({
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tbody", "tr", "ul",
})  # fmt: skip
_HIDDEN = frozenset({"head", "script", "style", "title"})
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u3000]+")
_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]\u2026]{1,2000}", re.IGNORECASE)
_URL_END = ".,;:!?*_~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address, unwrapped, with the text between it and the one before it."""

    url: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the description: its links, each after its label, and what stands behind the last."""

    links: tuple[Link, ...] = ()
    tail: str = ""

    @property
    def text(self) -> str:
        """Return the whole line."""
        return self.without(frozenset())

    @property
    def words(self) -> str:
        """Return the line without its addresses."""
        return "".join(link.label for link in self.links) + self.tail

    def without(self, hidden: frozenset[str]) -> str:
        """Return the line without some of its addresses."""
        pieces = (link.label + ("" if link.url in hidden else link.url) for link in self.links)
        return ("".join(pieces) + self.tail).strip()


def read_lines(source: str) -> tuple[Line, ...]:
    """Return the lines of a description, in HTML or plain; at most as many as anybody reads."""
    text = source[:MAX_CHARACTERS]
    if _IS_HTML.search(text):
        text = _Writer().write(_BRACKETED.sub(r" \1 ", text))
    lines = clean(text).split("\n")[:_MAX_LINES]
    return tuple(_read_line(_SPACES.sub(" ", line).strip()[:_MAX_LINE]) for line in lines)


def _read_line(text: str) -> Line:
    return _cut_links(text) if "://" in text else Line(tail=text)


def find_links_in(text: str) -> tuple[Link, ...]:
    """Return the addresses in a text, in order."""
    return _cut_links(text).links


def _cut_links(text: str) -> Line:
    found = []
    done = 0
    for match in _URL.finditer(text):
        written = _trim(match[0])
        url = unwrap(html.unescape(written).partition("\xa0")[0])
        found.append(Link(url=url, label=text[done : match.start()]))
        done = match.start() + len(written)
    return Line(links=tuple(found), tail=text[done:])


def _trim(url: str) -> str:
    """Take away the punctuation of the sentence, and a bracket that was opened before the address."""
    url = url.rstrip(_URL_END)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_URL_END)
    return url


def _break(tag: Tag) -> str:
    if tag.name == "li":
        return "" if tag.is_end else "\n• "
    return "\n"


class _Writer:
    """Write HTML as text, each link as its label and its address."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._label: list[str] = []
        self._address = ""
        self._hidden = 0

    def write(self, source: str) -> str:
        for token in tokenize(source):
            if isinstance(token, Tag):
                self._take_tag(token)
            elif not self._hidden:
                self._put(token.text)
        self._end_link()
        return "".join(self._written)

    def _put(self, text: str) -> None:
        (self._label if self._address else self._written).append(text)

    def _take_tag(self, tag: Tag) -> None:
        if tag.name in _HIDDEN and not tag.is_closed:
            self._hidden = max(0, self._hidden + (-1 if tag.is_end else 1))
        elif tag.name == "a":
            self._end_link()
            href = tag.attributes.get("href", "").strip()
            self._address = href if href.lower().startswith(("http://", "https://")) else ""
        elif tag.name in _BLOCKS:
            self._put(" " if self._address else _break(tag))

    def _end_link(self) -> None:
        """Write a link; a label that is an address itself says nothing more."""
        if self._address:
            label = "".join(self._label).strip()
            is_address = not label or label.lower().startswith(("http://", "https://"))
            self._written.append(f" {self._address} " if is_address else f"{label} {self._address} ")
        self._address = ""
        self._label.clear()
