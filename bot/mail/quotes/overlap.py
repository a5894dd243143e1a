"""Find quotes that bear no mark: lines whose words stand in the same order in a mail this one answers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.mail.quotes.page import CUT, OWN, UNMARKED, Page

SHINGLE = 4
"""How many words in a row are compared."""
LEAST_SHARE = 0.6
"""A line is a quote where this share of its shingles stands in the parent."""
_LEAST_WORDS_ALONE = 7
_MOST_PARENTS = 12
_MOST_CHARACTERS = 400_000
_MARKS = " \t>|"
_MOST_NEW_SHARE = 0.1
_LEAST_COVER = 0.7

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Parents:
    """What the mails say that a mail answers: their runs of four words, and their lines without marks."""

    shingles: frozenset[tuple[str, ...]]
    lines: frozenset[str]


def read_parents(texts: Iterable[str]) -> Parents:
    """Read the parents' whole texts; what they quoted themselves may be quoted again."""
    shingles: set[tuple[str, ...]] = set()
    lines: set[str] = set()
    room = _MOST_CHARACTERS
    for text in islice(texts, _MOST_PARENTS):
        part = text[:room].lower()
        words = _WORD.findall(part)
        shingles.update(zip(words, words[1:], words[2:], words[3:], strict=False))
        lines.update(line.strip(_MARKS) for line in part.split("\n"))
        room -= len(part)
    return Parents(frozenset(shingles), frozenset(lines))


def share(line: str, parents: Parents) -> float | None:
    """Return the share of a line's shingles that are known; None for a line with fewer than four words."""
    words = _WORD.findall(line.lower())
    if len(words) < SHINGLE:
        return None
    shingles = list(zip(words, words[1:], words[2:], words[3:], strict=False))
    return sum(shingle in parents.shingles for shingle in shingles) / len(shingles)


def mark_unmarked(page: Page, parents: Parents) -> None:
    """Mark the author's supposed lines that the parents hold.

    A short line alone may be a phrase that two people use; it is taken for a quote beside another one.
    """
    hits: dict[int, bool] = {}
    for index, bare in enumerate(page.bare):
        if page.kinds[index] in OWN:
            found = share(bare, parents)
            if found is not None and found >= LEAST_SHARE:
                hits[index] = len(_WORD.findall(bare)) >= _LEAST_WORDS_ALONE
            elif found is None and len(bare) > 1 and bare.strip(_MARKS).lower() in parents.lines:
                hits[index] = False
    sure = {index for index, is_long in hits.items() if is_long}
    for index in sorted(hits):
        if index in sure or _neighbour(page, index, -1) in sure or _neighbour(page, index, 1) in sure:
            sure.add(index)
            page.kinds[index] = UNMARKED


def find_answers(page: Page, start: int, stop: int, parents: Parents) -> Sequence[int]:
    """Return the lines of an unmarked quote that are answers put between its lines.

    Only where the parents hold nearly all of the quote: else an older mail is quoted that is not at hand.
    """
    judged = [(index, share(page.bare[index], parents)) for index in range(start, stop)]
    shares = [(index, found) for index, found in judged if found is not None and page.kinds[index] == CUT]
    covered = [index for index, found in shares if found >= LEAST_SHARE]
    if not covered or len(covered) < _LEAST_COVER * len(shares):
        return ()
    return [index for index, found in shares if found <= _MOST_NEW_SHARE and index < covered[-1]]


def _neighbour(page: Page, index: int, step: int) -> int:
    index += step
    while 0 <= index < len(page.kinds) and not page.bare[index]:
        index += step
    return index
