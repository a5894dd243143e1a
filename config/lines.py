"""Find the line of each key in a TOML file: tomllib tells a value's line only when it cannot be read.

This reads just enough of TOML to know where tables and keys begin, in text that tomllib has accepted before.
"""

import re
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]#]+)\]")
_KEY = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*'))*)\s*="
)
_PART = re.compile(r"[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*'")
# What opens, closes or hides structure inside a value: strings (long ones first), comments, brackets.
_TOKEN = re.compile(r"\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*|[\[\]{}]")
_LONG_STRING_END = {'"""': re.compile(r"\\.|\"\"\""), "'''": re.compile(r"'''")}


def map_lines(text: str) -> Mapping[KeyPath, int]:
    """Return the line of each table and key; an item of an array of tables is named by its number."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    state = _ValueState()
    for number, line in enumerate(text.split("\n"), start=1):
        if state.is_open:
            state.read(line)
        elif header := _HEADER.match(line):
            table = _enter(header, counts)
            lines.setdefault(table, number)
            if table and isinstance(table[-1], int):
                lines.setdefault(table[:-1], number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key[1])), number)
            state.read(line[key.end() :])
    return lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """Return the line of a key, or of the nearest table around it; 0 when even that is unknown."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 0)


class _ValueState:
    """Whether a value goes on in the next line: an open bracket, or a long string."""

    def __init__(self) -> None:
        self._depth = 0
        self._quotes = ""

    @property
    def is_open(self) -> bool:
        return self._depth > 0 or bool(self._quotes)

    def read(self, line: str) -> None:
        """Follow brackets and long strings through a line."""
        position = 0
        while position < len(line):
            match = (_LONG_STRING_END[self._quotes] if self._quotes else _TOKEN).search(line, position)
            if match is None:
                return
            position = match.end()
            self._take(match[0])

    def _take(self, token: str) -> None:
        if self._quotes:
            self._quotes = "" if token == self._quotes else self._quotes
        elif token in _LONG_STRING_END:
            self._quotes = token
        elif token in ("[", "{"):
            self._depth += 1
        elif token in ("]", "}"):
            self._depth -= 1


def _enter(header: re.Match[str], counts: dict[KeyPath, int]) -> KeyPath:
    """Return the path of a table's header; parents that are arrays stand for their last item."""
    path: KeyPath = ()
    names = _parts(header[2])
    for position, name in enumerate(names):
        path = (*path, name)
        if header[1] == "[[" and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
