"""Find quotes that bear no mark: lines whose words stand in the same order in a mail this one answers."""

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from bot.mail.quotes.page import CUT, FENCED, TEXT, UNMARKED, Page
from bot.mail.quotes.parents import MARKS, SHINGLE, Parents, words_in, words_of_each

LEAST_SHARE = 0.6
"""A line is a quote where this share of its shingles stands in the parent."""
_LEAST_WORDS_ALONE = 7
_QUOTED = frozenset({CUT, UNMARKED})
_MOST_NEW_SHARE = 0.1
_LEAST_COVER = 0.7


def shares(lines: Sequence[str], parents: Parents) -> list[float | None]:
    """Return the share of each line's shingles that are known; None for one with fewer than four words."""
    words = words_of_each([line.lower() for line in lines])
    found = iter(parents.shares([each for each in words if len(each) >= SHINGLE]))
    return [next(found) if len(each) >= SHINGLE else None for each in words]


def mark_unmarked(page: Page, parents: Parents) -> None:
    """Mark the author's supposed lines that the parents hold.

    A short line alone may be a phrase that two people use; it is taken for a quote beside another one. A line
    with a word that no parent has is new, however much of it is like theirs: minutes, votes and reports
    follow a form. And where nothing else would be left, the author has said the same again: that is kept.
    """
    own = _own_lines(page)
    if not parents.may_hold_any(own.values()):
        return
    sure = _spread(page, _find_held(own, parents))
    if len(sure) < len(own):
        for index in sure:
            page.kinds[index] = UNMARKED


def _own_lines(page: Page) -> dict[int, str]:
    """Return the author's supposed lines, in lower case, by their places."""
    kinds = page.kinds
    own = {index: low for index, low in zip(page.texts, page.low_lines, strict=True) if kinds[index] == TEXT}
    if FENCED in kinds:
        for index, bare in enumerate(page.bare):
            if bare and kinds[index] == FENCED:
                own[index] = bare.lower()
    return own


def _find_held(lines: Mapping[int, str], parents: Parents) -> dict[int, str]:
    """Return those of some lines that the parents hold: as they are, or broken elsewhere."""
    known = parents.lines
    held: dict[int, str] = {}
    others: dict[int, str] = {}
    for index, line in lines.items():
        if line.strip(MARKS) not in known:
            others[index] = line
        elif len(line) > 1:
            held[index] = line
    words = zip(others, words_of_each(list(others.values())), strict=True)
    reflowed = {index: each for index, each in words if len(each) >= SHINGLE and parents.know(each)}
    for index, found in zip(reflowed, parents.shares(list(reflowed.values())), strict=True):
        if found >= LEAST_SHARE:
            held[index] = others[index]
    return held


def _spread(page: Page, held: Mapping[int, str]) -> Set[int]:
    """Return the held lines that are quotes for sure: long ones, and all below one; above one only the next.

    Words are counted only where that decides it, which in a log is seldom.
    """
    sure: set[int] = set()
    is_sure = False
    filled = [index for index, bare in enumerate(page.bare) if bare]
    for index, below in pairwise([*filled, -1]):
        if index not in held:
            is_sure = False
        elif is_sure or _is_long(held[index]) or _is_long(held.get(below, "")):
            is_sure = True
            sure.add(index)
    return sure


def _is_long(line: str) -> bool:
    return len(words_in(line)) >= _LEAST_WORDS_ALONE


def find_answers(page: Page, start: int, stop: int, parents: Parents) -> Sequence[int]:
    """Return the lines of an unmarked quote that are answers put between its lines.

    Only where the parents hold nearly all of the quote: else an older mail is quoted that is not at hand.
    """
    judged = enumerate(shares(page.bare[start:stop], parents), start)
    quoted = [(index, found) for index, found in judged if found is not None and page.kinds[index] in _QUOTED]
    covered = [index for index, found in quoted if found >= LEAST_SHARE]
    if not covered or len(covered) < _LEAST_COVER * len(quoted):
        return ()
    return [index for index, found in quoted if found <= _MOST_NEW_SHARE and index < covered[-1]]
