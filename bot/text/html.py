"""Cut HTML and XHTML into tags and text, in linear time and without ever giving up on a page.

The standard library's html.parser is quadratic on unclosed comments and quotes (measured on Python 3.11:
40 kB of `<a b="` take 3 s) and raises on character references with thousands of digits; pages come from
outside, so this reads them instead. The rules are those of the HTML standard's tokeniser, less what no
page's text depends on.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_START = re.compile(r"<(?:!--|!\[CDATA\[|[!?]|/?[A-Za-z])")
# A tag ends at the first ">" outside a quoted value. Atomic groups: no attempt goes over a text twice.
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][^\s/>]{0,60})(?P<rest>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)>"
)
_SIMPLE_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][^\s/<>]{0,60})(?P<rest>[^<>]*+)>")
_ATTRIBUTE = re.compile(r"([^\s=/\"'>]{1,100})(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s>]++))?+")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9a-fA-F]{7,}+);?")
_RAW = frozenset({"script", "style", "textarea", "title", "noscript", "xmp", "iframe"})
_MAX_FAILURES = 20
_MAX_ATTRIBUTES = 40
_MAX_VALUE = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A start or end tag; names are in lower case, values decoded."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    is_end: bool = False
    is_closed: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRun:
    """Text between tags; character references are decoded unless it stood in CDATA or a script."""

    text: str
    line: int = 0


Token = Tag | TextRun


def unescape(text: str) -> str:
    """Decode character references; one with too many digits stands for no character and stays away."""
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def tokenize(source: str, *, first_line: int = 1) -> Iterator[Token]:
    """Yield the tags and texts of a page or a fragment, each with the line where it starts."""
    return _Tokenizer(source, first_line).read()


class _Tokenizer:
    """One pass; what is once found missing from the rest of the text is not looked for again."""

    def __init__(self, source: str, line: int) -> None:
        self._source = source
        self._folded = source.lower()
        if len(self._folded) != len(source):  # a letter that grows when lowered (İ) shifts every place
            self._folded = source
        self._line = line
        self._counted = 0
        self._missing: set[str] = set()
        self._failures = 0

    def read(self) -> Iterator[Token]:
        source = self._source
        done = place = 0
        while found := _START.search(source, place):
            start = found.start()
            line = self._at(done)
            token, end = self._read_markup(found)
            if end < 0:
                place = found.end()
                continue
            if start > done:
                yield TextRun(text=unescape(source[done:start]), line=line)
            done = place = end
            if token is None:
                continue
            yield token
            if isinstance(token, Tag) and token.name in _RAW and not token.is_end and not token.is_closed:
                body, done = self._read_raw(token.name, end)
                place = done
                yield TextRun(text=body, line=self._at(end))
                yield Tag(name=token.name, is_end=True, line=self._at(done))
        if done < len(source):
            yield TextRun(text=unescape(source[done:]), line=self._at(done))

    def _at(self, place: int) -> int:
        """Return the line of a place; places come in order, so every line end is counted once."""
        if place > self._counted:
            self._line += self._source.count("\n", self._counted, place)
            self._counted = place
        return self._line

    def _find(self, mark: str, start: int) -> int:
        if mark in self._missing:
            return -1
        place = self._folded.find(mark, start)
        if place < 0:
            self._missing.add(mark)
        return place

    def _read_markup(self, found: re.Match[str]) -> tuple[Token | None, int]:
        """Return what starts here and where it ends; -1 when it is only a character."""
        opening = found[0]
        if opening == "<!--":
            end = self._find("-->", found.end() - 2)
            return None, end + 3 if end >= 0 else self._end_at(">", found.end())
        if opening == "<![CDATA[":
            end = self._find("]]>", found.end())
            stop = end if end >= 0 else len(self._source)
            text = self._source[found.end() : stop]
            return TextRun(text=text, line=self._at(found.start())), min(stop + 3, len(self._source))
        if opening in ("<!", "<?"):
            return None, self._end_at(">", found.end())
        return self._read_tag(found.start())

    def _end_at(self, mark: str, start: int) -> int:
        end = self._find(mark, start)
        return end + len(mark) if end >= 0 else -1

    def _read_tag(self, start: int) -> tuple[Tag | None, int]:
        found = None
        if self._find(">", start) < 0:
            return None, -1
        if self._failures < _MAX_FAILURES:
            found = _TAG.match(self._source, start)
            self._failures += found is None
        if found is None:
            found = _SIMPLE_TAG.match(self._source, start)
        if found is None:
            return None, -1
        rest = found["rest"]
        tag = Tag(
            name=found["name"].lower(),
            attributes={} if found["end"] else _read_attributes(rest),
            is_end=bool(found["end"]),
            is_closed=rest.endswith("/"),
            line=self._at(start),
        )
        return tag, found.end()

    def _read_raw(self, name: str, start: int) -> tuple[str, int]:
        """Read the text of an element that holds no tags; unclosed, it holds none."""
        end = self._find(f"</{name}", start)
        if end < 0:
            return "", start
        text = self._source[start:end]
        return (unescape(text) if name in {"title", "textarea"} else text), end


def _read_attributes(text: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for found, _ in zip(_ATTRIBUTE.finditer(text), range(_MAX_ATTRIBUTES), strict=False):
        value = (found[2] or "")[: _MAX_VALUE + 2]
        if value[:1] in ("'", '"') and value[:1] == value[-1:] and len(value) > 1:
            value = value[1:-1]
        attributes.setdefault(found[1].lower(), unescape(value))
    return attributes
