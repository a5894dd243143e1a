"""Join the lines that format=flowed broke (RFC 3676)."""

import re
from itertools import groupby
from typing import Final

_QUOTED: Final = re.compile(r"(>*)(?: ?)(.*)", re.DOTALL)
_SIGNATURE: Final = "-- "
_MAX_QUOTES: Final = 50


def unflow(text: str, *, delete_space: bool) -> str:
    """Return the text with its paragraphs as lines; quote marks are written anew: ">> ".

    Args:
        text: Lines ended by newlines.
        delete_space: The part says DelSp=yes: the space that marks a soft end is no part of the text.
    """
    if " \n" not in text and "\n " not in text and "\n>" not in text:
        return text.removeprefix(" ")
    lines = [_take_apart(line) for line in text.split("\n")]
    joined: list[str] = []
    for depth, group in groupby(lines, key=lambda line: line[0]):
        mark = ">" * depth + " " if depth else ""
        open_pieces: list[str] = []
        for _, line in group:
            if line == _SIGNATURE:
                _close(joined, mark, open_pieces)
                joined.append(mark + line)
            elif line.endswith(" ") and not line.isspace():  # a blank line parts, whatever its spaces
                open_pieces.append(line[:-1] if delete_space else line)
            else:
                open_pieces.append(line)
                _close(joined, mark, open_pieces)
        _close(joined, mark, open_pieces)
    return "\n".join(joined)


def _take_apart(line: str) -> tuple[int, str]:
    """Return how deep a line is quoted and its text without the stuffed space."""
    found = _QUOTED.match(line)
    return (min(len(found[1]), _MAX_QUOTES), found[2]) if found else (0, line)


def _close(joined: list[str], mark: str, pieces: list[str]) -> None:
    if pieces:
        joined.append((mark + "".join(pieces)).rstrip(" "))
        pieces.clear()
