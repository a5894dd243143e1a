"""Write an HTML mail as the plain text its sender's program would have sent: quotes marked ">", lists, links.

turbohtml cuts it into tags and text (linear, whatever it is); should it refuse, bot.text.html does. No tree
is built: a mail's nesting means little, and a hostile one's means none.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import turbohtml

from bot.text.html import TextRun, tokenize

MAX_HTML: Final = 512 * 1024

_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "figure", "hr"})
_LINES: Final = frozenset(
    {
        "div",
        "tr",
        "ul",
        "ol",
        "li",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "center",
        "dt",
        "dd",
        "form",
        "body",
        "caption",
        "fieldset",
        "tbody",
        "thead",
        "details",
        "summary",
        "figcaption",
    }
)
_UNSEEN: Final = frozenset({"head", "style", "script", "title", "template", "object", "svg", "select"})
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base"})
_HIDDEN: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\n\r\f\xa0]+")
_MAX_QUOTES: Final = 20
_MAX_LISTS: Final = 8
_MAX_LINK: Final = 500

ORIGINAL: Final = "-----Original Message-----"
_ATTRIBUTIONS: Final = ("gmail_attr", "moz-cite-prefix")
_ORIGINALS: Final = ("divrplyfwdmsg", "yahoo_quoted", "olk_src_body_section")
_SIGNATURES: Final = ("gmail_signature", "moz-signature", "applemailsignature", "protonmail_signature_block")
"""Names of elements, or their ends, by which mail programs tell what stands in them, in any language."""
_MOST_ATTRIBUTING: Final = 4

# A start tag with its attributes, an end tag, or a text: (kind, name or text, attributes).
_Token = tuple[str, str, dict[str, str]]


def write_text(source: str) -> tuple[str, bool]:
    """Return the text of an HTML mail, and whether it was too long and is cut."""
    is_cut = len(source) > MAX_HTML
    tokens = list(_read_tokens(source[:MAX_HTML]))
    writer = _Writer()
    text = writer.write(tokens)
    if writer.is_hiding:  # an element that hides its content is never closed
        text = _Writer(hides=False).write(tokens)
    return text, is_cut


def _read_tokens(source: str) -> Iterator[_Token]:
    try:
        found = list(turbohtml.tokenize(source))
    except (turbohtml.HTMLParseError, ValueError, RecursionError):
        yield from _read_tokens_slowly(source)
        return
    for token in found:
        match token.type:
            case turbohtml.TokenType.TEXT:
                yield "text", token.data or "", {}
            case turbohtml.TokenType.START_TAG:
                attributes = {name: value or "" for name, value in token.attrs or ()}
                yield "start", token.tag or "", attributes
            case turbohtml.TokenType.END_TAG:
                yield "end", token.tag or "", {}


def _read_tokens_slowly(source: str) -> Iterator[_Token]:
    for token in tokenize(source):
        if isinstance(token, TextRun):
            yield "text", token.text, {}
        else:
            yield ("end" if token.is_end else "start"), token.name, token.attributes


class _Writer:
    """Text as it grows: the current line, and the lines before it with their quote marks."""

    def __init__(self, *, hides: bool = True) -> None:
        self._hides = hides
        self._lines: list[str] = []
        self._line: list[str] = []
        self._wants_blank = self._is_tight = False
        self._quotes = 0
        self._last_quotes = -1
        self._verbatim = 0
        self._lists: list[int] = []
        self._link = ""
        self._link_start = 0
        self._attribution = -1
        self._hidden_by = ""
        self._hidden_depth = 0

    @property
    def is_hiding(self) -> bool:
        """Tell whether what was read last is hidden."""
        return bool(self._hidden_by)

    def write(self, tokens: Iterable[_Token]) -> str:
        """Return the text of all tokens."""
        for kind, value, attributes in tokens:
            if self._hidden_by:
                self._pass_over(kind, value)
            elif kind == "text":
                self._add_text(value)
            elif kind == "start":
                self._start(value, attributes)
            else:
                self._end(value)
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _pass_over(self, kind: str, name: str) -> None:
        if name == "body" and kind == "start" and self._hidden_by == "head":
            self._hidden_by = ""
        elif name == self._hidden_by and kind != "text":
            self._hidden_depth += 1 if kind == "start" else -1
            if self._hidden_depth <= 0:
                self._hidden_by = ""

    def _add_text(self, text: str) -> None:
        if self._verbatim:
            first, *others = text.replace("\xa0", " ").split("\n")
            self._line.append(first)
            for other in others:
                self._end_line(is_break=True)
                self._line.append(other)
            return
        text = _BLANKS.sub(" ", text)
        if text == " " and not self._line:
            return
        if text.startswith(" ") and (not self._line or self._line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self._line.append(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._hides and name not in _VOID and (name in _UNSEEN or _hides_content(attributes)):
            self._hidden_by, self._hidden_depth = name, 1
        elif name == "br":
            self._end_line(is_break=True)
        elif name in _PARAGRAPHS:
            self._end_line()
            # Outlook's paragraphs have no space between them; an empty one is the blank line.
            self._is_tight = attributes.get("class", "").startswith("Mso")
            self._wants_blank = self._wants_blank or not self._is_tight
        elif name == "a":
            self._start_link(attributes.get("href", ""))
        elif name in {"td", "th"} and self._line:
            self._line.append("  ")
        else:
            self._note_program(attributes)
            self._start_block(name)

    def _note_program(self, attributes: dict[str, str]) -> None:
        """Write what mail programs tell by their names for elements, as other programs would in text."""
        if not ("class" in attributes or "id" in attributes):
            return
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().split()
        if any(name.endswith(_ATTRIBUTIONS) for name in names):
            self._end_line()
            self._attribution = len(self._lines)
        elif self._quotes or not self._lines:
            return
        elif any(name.endswith(_ORIGINALS) for name in names):
            self._put(ORIGINAL)
        elif any(name.endswith(_SIGNATURES) for name in names):
            self._put("-- ")

    def _put(self, line: str) -> None:
        self._end_line()
        if self._lines[-1] != line:
            self._lines.append(line)
        self._wants_blank = False
        self._last_quotes = 0

    def _start_block(self, name: str) -> None:
        if name == "blockquote":
            self._end_line()
            self._quote_attribution()
            self._quotes += 1
        elif name == "pre":
            self._end_line()
            self._verbatim += 1
        elif name in {"ul", "ol"}:
            self._end_line()
            self._lists.append(0 if name == "ul" else 1)
        elif name == "li":
            self._end_line()
            self._line.append(self._bullet())
        elif name in _LINES:
            self._end_line()

    def _quote_attribution(self) -> None:
        """Mark what stands between an attribution's element and its quote; a forwarded mail's stays."""
        start, self._attribution = self._attribution, -1
        above = self._lines[start:] if start >= 0 and not self._quotes else []
        if 0 < len(above) <= _MOST_ATTRIBUTING and not above[0].startswith("---"):
            self._lines[start:] = [f"> {line}" if line else ">" for line in above]
            self._last_quotes = 1

    def _bullet(self) -> str:
        if not self._lists:
            return "* "
        indent = "  " * min(len(self._lists) - 1, _MAX_LISTS)
        number = self._lists[-1]
        if not number:
            return f"{indent}* "
        self._lists[-1] += 1
        return f"{indent}{number}. "

    def _end(self, name: str) -> None:
        if name == "a":
            self._end_link()
        elif name in _PARAGRAPHS:
            self._end_line(is_break=self._is_tight)
            self._wants_blank = self._wants_blank or not self._is_tight
        elif name == "blockquote" and self._quotes:
            self._end_line()
            self._quotes -= 1
            self._wants_blank = True
        elif name == "pre" and self._verbatim:
            self._end_line()
            self._verbatim -= 1
        elif name in {"ul", "ol"} and self._lists:
            self._end_line()
            self._lists.pop()
        elif name in _LINES:
            self._end_line()

    def _start_link(self, target: str) -> None:
        self._link = target.strip()
        self._link_start = len(self._line)

    def _end_link(self) -> None:
        """Write a link's address behind its text, unless the text is the address."""
        target, self._link = self._link, ""
        if not target.lower().startswith(("http://", "https://")) or len(target) > _MAX_LINK:
            return
        shown = "".join(self._line[self._link_start :]).strip()
        if shown and shown.rstrip("/") not in target:
            self._line.append(f" <{target}>")

    def _end_line(self, *, is_break: bool = False) -> None:
        """Finish the current line; an empty one is only one where it was asked for."""
        text = "".join(self._line).rstrip()
        self._line.clear()
        if not text and (not is_break or not any(self._lines[-2:])):
            return
        quotes = min(self._quotes, _MAX_QUOTES)
        if self._wants_blank and text and self._last_quotes >= quotes and self._lines[-1].strip(">"):
            self._lines.append(">" * quotes)
        self._wants_blank = False
        self._last_quotes = quotes
        mark = ">" * quotes
        text = "-- " if text == "--" else text
        self._lines.append(f"{mark} {text}" if mark and text else mark or text)


def _hides_content(attributes: dict[str, str]) -> bool:
    style = attributes.get("style", "")
    return "hidden" in attributes or (":" in style and _HIDDEN.search(style) is not None)
