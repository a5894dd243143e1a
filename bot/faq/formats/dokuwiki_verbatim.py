"""Take out of a DokuWiki page what its other rules must not touch: code, files, raw text.

These regions may begin and end anywhere, so they are found first. Each is replaced by a numbered mark, and
what is left is cut into logical lines that know where they stand in the source.
"""

import re
from dataclasses import dataclass

from bot.faq.document import CodeBlock
from bot.faq.formats.dokuwiki_inline import CLOSE, OPEN

_START = re.compile(
    r"<(?P<block>code|file)\b(?P<rest>[^>\n]{0,200})>|<(?P<raw>nowiki|php|html)>|(?P<percent>%%)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[\w+#.\-]{1,20}")
_MAX_UNCLOSED = 10
_OWN_MARKS = re.compile(f"[{OPEN}{CLOSE}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A logical line and the line of the source where it starts."""

    text: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A page as lines, the verbatim regions that they name, and the lines of blocks that are never closed."""

    lines: list[Line]
    regions: list[str | CodeBlock]
    unclosed: list[tuple[int, str]]


class _Finder:
    """Find closing marks; one not found once is not looked for again, which keeps the time linear."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = text.lower()
        self._missing: set[str] = set()

    def find(self, mark: str, start: int) -> int:
        if mark in self._missing:
            return -1
        # A letter that grows when lowered (İ) shifts every place after it; then only exact case is found.
        haystack = self._folded if len(self._folded) == len(self._text) else self._text
        place = haystack.find(mark, start)
        if place < 0:
            self._missing.add(mark)
        return place


def outline(source: str) -> Outline:
    """Cut a page into logical lines with its verbatim regions taken out."""
    text = _OWN_MARKS.sub("", source)
    finder = _Finder(text)
    regions: list[str | CodeBlock] = []
    pieces: list[tuple[str, int]] = []
    unclosed: list[tuple[int, str]] = []
    done = place = 0
    number = 1
    while match := _START.search(text, place):
        mark = "%%" if match["percent"] else f"</{(match['block'] or match['raw']).lower()}>"
        end = finder.find(mark, match.end())
        if end < 0:
            if match["block"] and len(unclosed) < _MAX_UNCLOSED:
                unclosed.append((number + text.count("\n", done, match.start()), match["block"].lower()))
            place = match.end()
            continue
        pieces.append((text[done : match.start()], number))
        number += text.count("\n", done, match.start())
        body = text[match.end() : end]
        regions.append(_code(body, match["rest"], number) if match["block"] else body)
        pieces.append((f"{OPEN}{len(regions) - 1}{CLOSE}", number))
        done = place = end + len(mark)
        number += text.count("\n", match.start(), done)
    pieces.append((text[done:], number))
    return Outline(lines=_lines(pieces), regions=regions, unclosed=unclosed)


def _code(body: str, options: str, number: int) -> CodeBlock:
    """Make a code block; the first option is the language, "-" for none, the second a file name."""
    found = _LANGUAGE.match(options.split(maxsplit=1)[0]) if options.strip() else None
    language = found[0] if found and found[0] != "-" else ""
    return CodeBlock(text=body.strip("\n"), language=language, line=number)


def _lines(pieces: list[tuple[str, int]]) -> list[Line]:
    lines: list[Line] = []
    pending: list[str] = []
    start = 1
    for text, first in pieces:
        for offset, part in enumerate(text.split("\n")):
            if offset:
                lines.append(Line(text="".join(pending), number=start))
                pending.clear()
            if not pending:
                start = first + offset
            pending.append(part)
    lines.append(Line(text="".join(pending), number=start))
    return lines
