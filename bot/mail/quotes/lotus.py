"""Find the header block of old Notes: names in a right column, values beside them, all far indented."""

import re
from typing import Final

from bot.mail.quotes.header_words import FIELD_KINDS, LONGEST_FIELD, SUBJECT, TO
from bot.mail.quotes.page import BLANK, HEADER, TEXT, Page

_LEAST_INDENT = 8
_FARTHEST = 16
_GAP = re.compile(r" {2,}")
SUBJECT_NAMES: Final = frozenset(name for name, kind in FIELD_KINDS.items() if kind == SUBJECT)


def mark_columns(page: Page) -> None:
    """Mark each block: it ends below the name of its subject and holds one of who it was to."""
    indent = " " * 4 * _LEAST_INDENT
    if SUBJECT_NAMES.isdisjoint(page.holds) or indent not in page.text:
        return
    for index in page.texts:
        if page.kinds[index] == TEXT and _name(page, index) == SUBJECT:
            start = _start(page, index)
            if any(_name(page, line) == TO for line in range(start, index)):
                page.mark(start, _stop(page, index + 1), HEADER)


def _name(page: Page, index: int) -> str | None:
    """Tell which header a line names at its right end."""
    if not _is_indented(page, index):
        return None
    name = _GAP.split(page.bare[index])[-1]
    return FIELD_KINDS.get(name.lower()) if len(name) <= LONGEST_FIELD else None


def _is_indented(page: Page, index: int) -> bool:
    return page.lines[index].startswith(" " * _LEAST_INDENT)


def _start(page: Page, index: int) -> int:
    """Return the first line of the block; the name of who wrote stands at the top of its left column."""
    first = index
    while first > max(0, index - _FARTHEST):
        above = first - 1
        if page.kinds[above] != BLANK and not (page.kinds[above] == TEXT and _is_indented(page, above)):
            break
        first = above
    return page.next_filled(first)


def _stop(page: Page, index: int) -> int:
    while index < len(page.kinds) and page.kinds[index] == TEXT and _is_indented(page, index):
        index += 1
    return index
