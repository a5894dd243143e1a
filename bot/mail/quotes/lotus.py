"""Find the header blocks of old Notes: names in a column of their own, or each above its value."""

import re
from typing import Final

from bot.mail.quotes.header_words import FIELD_KINDS, LONGEST_FIELD, SUBJECT, TO
from bot.mail.quotes.page import BLANK, HEADER, TEXT, Page

_LEAST_INDENT = 8
_FARTHEST = 16
_DATED = re.compile(r"(?<!\d)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}[:.]\d\d")
_GAP = re.compile(r" {2,}")
SUBJECT_NAMES: Final = frozenset(name for name, kind in FIELD_KINDS.items() if kind == SUBJECT)


def mark_columns(page: Page) -> None:
    """Mark each block: it ends below the name of its subject and holds one of who it was to."""
    if SUBJECT_NAMES.isdisjoint(page.holds):
        return
    _mark_stacks(page)
    if " " * 4 * _LEAST_INDENT not in page.text:
        return
    for index in page.texts:
        if page.kinds[index] == TEXT and _name(page, index) == SUBJECT:
            start = _start(page, index)
            if any(_name(page, line) == TO for line in range(start, index)):
                page.mark(start, _stop(page, index + 1), HEADER)


def _mark_stacks(page: Page) -> None:
    """Mark each block that has the name of who wrote and the date above "To", and "Subject" below, alone."""
    if SUBJECT_NAMES.isdisjoint(page.low_lines):
        return
    lines = zip(page.texts, page.low_lines, strict=True)
    for index in [index for index, low in lines if low in SUBJECT_NAMES]:
        if page.kinds[index] != TEXT:
            continue
        fields = [line for line in range(max(0, index - _FARTHEST), index) if _names_receiver(page, line)]
        above = page.last_filled(fields[0] - 1) if fields else -1
        if above < 1 or not _DATED.search(page.bare[above]):
            continue
        start = above if page.kinds[above - 1] == BLANK else above - 1
        page.mark(start, min(page.next_filled(index + 1) + 1, len(page.kinds)), HEADER)


def _names_receiver(page: Page, index: int) -> bool:
    return page.kinds[index] == TEXT and FIELD_KINDS.get(page.bare[index].lower()) == TO


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
