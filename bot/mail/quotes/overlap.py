"""Find quotes that bear no mark: lines whose words stand in the same order in a mail this one answers."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
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
_QUOTED = frozenset({CUT, UNMARKED})
_MOST_NEW_SHARE = 0.1
_LEAST_COVER = 0.7

_WORD = re.compile(r"\w+")


class Parents:
    """What the mails say that a mail answers; taken apart when it is first asked for, which is seldom.

    Args:
        texts: Their whole texts: what they quoted themselves may be quoted again.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(islice(texts, _MOST_PARENTS))

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return any(self._texts)

    @cached_property
    def _text(self) -> str:
        room = _MOST_CHARACTERS
        read: list[str] = []
        for text in self._texts:
            read.append(text[:room].lower())
            room -= len(read[-1])
        return "\n".join(read)

    @cached_property
    def _words(self) -> Sequence[str]:
        return _WORD.findall(self._text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word."""
        return frozenset(self._words)

    @cached_property
    def _tokens(self) -> frozenset[str]:
        """What stands between spaces: much quicker to look in than the text, which is looked through."""
        return frozenset(self._text.replace(">", " ").split())

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Every run of four words."""
        words = self._words
        return frozenset(zip(words, words[1:], words[2:], words[3:], strict=False))

    @cached_property
    def lines(self) -> frozenset[str]:
        """Every line without its marks."""
        return frozenset([line.strip(_MARKS) for line in self._text.split("\n")])

    def may_hold(self, line: str) -> bool:
        """Tell quickly whether a line may be one of theirs: two of three pairs of its words are."""
        words = line.lower().split()
        if len(words) < SHINGLE:
            return False
        middle = len(words) // 2
        ends = (words[0], words[1], words[middle - 1], words[middle], words[-2], words[-1])
        if sum(map(self._tokens.__contains__, ends)) < SHINGLE:
            return False
        text = self._text
        first = f"{words[0]} {words[1]}" in text
        second = f"{words[middle - 1]} {words[middle]}" in text
        if first == second:  # the third pair decides nothing
            return first
        return f"{words[-2]} {words[-1]}" in text


def share(line: str, parents: Parents) -> float | None:
    """Return the share of a line's shingles that are known; None for a line with fewer than four words."""
    return _share(_WORD.findall(line.lower()), parents.shingles)


def _share(words: Sequence[str], known: frozenset[tuple[str, ...]]) -> float | None:
    if len(words) < SHINGLE:
        return None
    shingles = zip(words, words[1:], words[2:], words[3:], strict=False)
    return sum(map(known.__contains__, shingles)) / (len(words) - SHINGLE + 1)


def mark_unmarked(page: Page, parents: Parents) -> None:
    """Mark the author's supposed lines that the parents hold.

    A short line alone may be a phrase that two people use; it is taken for a quote beside another one. A line
    with a word that no parent has is new, however much of it is like theirs: minutes, votes and reports
    follow a form. And where nothing else would be left, the author has said the same again: that is kept.
    """
    own = [index for index, kind in enumerate(page.kinds) if kind in OWN and page.bare[index]]
    if not any(parents.may_hold(page.bare[index]) for index in own):
        return
    judged = {index: _is_held(page.bare[index], parents) for index in own}
    sure = {index for index, is_sure in judged.items() if is_sure}
    for index in (index for index in own if judged[index] is not None):
        if _neighbour(page, index, -1) in sure or _neighbour(page, index, 1) in sure:
            sure.add(index)
    if len(sure) < len(own):
        for index in sure:
            page.kinds[index] = UNMARKED


def _is_held(line: str, parents: Parents) -> bool | None:
    """Tell whether the parents hold a line for sure; False: it is too short to say so, None: they do not."""
    words = _WORD.findall(line.lower())
    if len(words) < SHINGLE:
        return False if len(line) > 1 and line.strip(_MARKS).lower() in parents.lines else None
    if not parents.words.issuperset(words):
        return None
    found = _share(words, parents.shingles)
    if found is None or found < LEAST_SHARE:
        return None
    return len(words) >= _LEAST_WORDS_ALONE


def find_answers(page: Page, start: int, stop: int, parents: Parents) -> Sequence[int]:
    """Return the lines of an unmarked quote that are answers put between its lines.

    Only where the parents hold nearly all of the quote: else an older mail is quoted that is not at hand.
    """
    judged = [(index, share(page.bare[index], parents)) for index in range(start, stop)]
    shares = [(index, found) for index, found in judged if found is not None and page.kinds[index] in _QUOTED]
    covered = [index for index, found in shares if found >= LEAST_SHARE]
    if not covered or len(covered) < _LEAST_COVER * len(shares):
        return ()
    return [index for index, found in shares if found <= _MOST_NEW_SHARE and index < covered[-1]]


def _neighbour(page: Page, index: int, step: int) -> int:
    index += step
    while 0 <= index < len(page.kinds) and not page.bare[index]:
        index += step
    return index
