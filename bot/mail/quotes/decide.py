"""Decide what an attribution or header block takes with it, over the kinds of the lines."""

from collections.abc import Sequence

from bot.mail.quotes.attributions import Attribution
from bot.mail.quotes.judging import Certainty
from bot.mail.quotes.overlap import find_answers
from bot.mail.quotes.page import (
    ATTRIBUTION,
    BLANK,
    CUT,
    DELIMITER,
    DEVICE,
    HEADER,
    HEADS,
    OWN,
    PATCH,
    QUOTE,
    SIGNATURE,
    STAYS,
    TEXT,
    UNMARKED,
    Page,
    outliner,
)
from bot.mail.quotes.parents import Parents

_MOST_BEFORE_MARKS = 4
_FARTHEST = 60
_CITATION = 12
_ANSWERED = outliner({*OWN, QUOTE})


def cut_unmarked(page: Page, attributions: Sequence[Attribution], parents: Parents) -> None:
    """Mark what stands below an attribution or header block without quote marks, down to the end.

    Nothing is cut where the author has written nothing above: what stands below may then be the answer, or
    a mail that was passed on. An attribution of whom only a name is known takes nothing with it.
    """
    if HEADS.isdisjoint(page.kinds):
        return
    weak = {
        line
        for each in attributions
        if each.certainty < Certainty.DATED
        for line in range(each.start, each.stop)
    }
    stop = first = page.first_own()
    for index in (line for line, kind in enumerate(page.kinds) if kind in HEADS and line not in weak):
        if index < stop:
            continue
        stop = _end_of_head(page, index)
        if first < index and (_holds_inner_head(page, index, stop) or _is_unmarked(page, stop)):
            _cut(page, stop, parents)
            return


def mark_bars(page: Page, attributions: Sequence[Attribution]) -> None:
    """Mark lines that begin with "|" as quotes where one stands below an attribution: else they are a table.

    Lines that end with "|" too draw one in any case.
    """
    if not attributions:
        return
    below = {page.next_filled(each.stop) for each in attributions}
    if not any(index < len(page.bare) and page.bare[index][0] == "|" for index in below):
        return
    for index, bare in enumerate(page.bare):
        if (
            bare
            and bare[0] == "|"
            and page.kinds[index] in (TEXT, HEADER)
            and (bare[-1] != "|" or bare == "|")
        ):
            page.kinds[index] = QUOTE


def is_citation(page: Page) -> bool:
    """Tell a few marked lines that the author cites from a mail that is answered: nothing attributes them."""
    if HEADS & set(page.kinds) or UNMARKED in page.kinds:
        return False
    quotes = page.kinds.count(QUOTE)
    if not 0 < quotes <= _CITATION:
        return False
    last = len(page.kinds) - 1 - page.kinds[::-1].index(QUOTE)
    return page.has_own(last, len(page.kinds))


def _end_of_head(page: Page, index: int) -> int:
    """Return the line after the head: several heads in a row are one."""
    stop = index
    while stop < len(page.kinds) and (page.kinds[stop] in HEADS or page.kinds[stop] == BLANK):
        stop += 1
    return stop


def _holds_inner_head(page: Page, index: int, stop: int) -> bool:
    """Tell a header block whose mail begins with an attribution: the ">" below are that mail's own."""
    heads = page.kinds[index:stop]
    if HEADER not in heads:
        return False
    filled = 0
    for kind in page.kinds[index + heads.index(HEADER) : stop + _FARTHEST]:
        if kind == ATTRIBUTION:
            return True
        filled += kind not in HEADS and kind != BLANK
        if filled > _MOST_BEFORE_MARKS:
            break
    return False


def _is_unmarked(page: Page, stop: int) -> bool:
    """Tell whether the quote below a head bears no marks: no ">" within its first few lines."""
    filled = 0
    for index in range(stop, min(len(page.kinds), stop + _FARTHEST)):
        kind = page.kinds[index]
        if kind == QUOTE:
            return False
        if kind in OWN or kind in (SIGNATURE, DEVICE, PATCH):
            filled += 1
            if filled > _MOST_BEFORE_MARKS:
                return True
    return filled > 0


def _cut(page: Page, start: int, parents: Parents) -> None:
    stop = len(page.kinds)
    page.mark(start, stop, CUT, only=frozenset({*OWN, *HEADS, QUOTE, SIGNATURE, DEVICE, PATCH}))
    if parents:
        for index in find_answers(page, start, stop, parents):
            page.kinds[index] = TEXT


def is_passed_on(page: Page) -> bool:
    """Tell a mail that only passes another on: a header block stands above everything."""
    first = page.next_filled(0)
    return first < len(page.kinds) and page.kinds[first] in (DELIMITER, HEADER)


def answered_quotes(page: Page, own: str) -> str:
    """Outline the author's lines and the marked quotes that one of the author's lines follows.

    One quote above everything that the author wrote, with its attribution, is a mail answered below its
    text: it says nothing about what is answered where, and is left out.

    Args:
        page: The lines.
        own: The outline of the author's, of whom there is one at least.
    """
    first, last = own.find(STAYS), own.rfind(STAYS)
    if QUOTE not in page.kinds[:last]:
        return own
    is_below = QUOTE not in page.kinds[first:last] and not HEADS.isdisjoint(page.kinds[:first])
    if is_below:
        return own
    return page.outline(_ANSWERED)[:last] + own[last:]
