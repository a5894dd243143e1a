"""Find quotes that bear no mark: lines whose words stand in the same order in a mail this one answers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice

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
_NO_WORDS = bytes(
    code if chr(code).isalnum() or chr(code) in "_\n" else ord(" ") for code in range(128)
) + bytes(128)
_KEPT_CHARACTERS = 400_000


class TakenApart:
    """What one mail says, taken apart when it is first asked for, which is seldom.

    Args:
        text: Its whole text: what it quoted itself may be quoted again.
    """

    def __init__(self, text: str) -> None:
        self.text = text.lower()

    @cached_property
    def words(self) -> Sequence[str]:
        """Its words in their order."""
        return _words(self.text)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What stands between spaces: much quicker to look in than the text, which is looked through."""
        return frozenset(self.text.replace(">", " ").split())

    def find_shingles(self, wanted: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
        """Return which of some runs of four words it holds; to keep all of its own would take far longer."""
        return wanted.intersection(_shingles(self.words))

    @cached_property
    def lines(self) -> frozenset[str]:
        """Every line without its marks."""
        return frozenset([line.strip(_MARKS) for line in self.text.split("\n")])


class Shelf:
    """Texts taken apart, kept for those that ask next: the answers to a mail stand near to each other."""

    def __init__(self) -> None:
        self._kept: dict[str, TakenApart] = {}
        self._room = _KEPT_CHARACTERS

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._kept)

    def take(self, text: str) -> TakenApart:
        """Return a text taken apart."""
        found = self._kept.pop(text, None)
        if found is None:
            found = TakenApart(text)
            self._room -= len(text)
        self._kept[text] = found  # behind all others: the first ones go first
        while self._room < 0 and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._room += len(oldest)
        return found


class Parents:
    """What the mails say that a mail answers.

    Args:
        texts: Their whole texts.
        shelf: Keeps what was taken apart for other mails.
    """

    def __init__(self, texts: Iterable[str], shelf: Shelf | None = None) -> None:
        shelf = Shelf() if shelf is None else shelf
        room = _MOST_CHARACTERS
        taken: list[TakenApart] = []
        for text in islice(texts, _MOST_PARENTS):
            read = text[:room]
            room -= len(read)
            if read:
                taken.append(shelf.take(read))
        self._texts = tuple(taken)

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self._texts)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset[str]().union(*[each.words for each in self._texts])

    def know(self, words: Sequence[str]) -> bool:
        """Tell whether every word is one of theirs."""
        return self._words.issuperset(words)

    def hold_line(self, line: str) -> bool:
        """Tell whether a line, in lower case and without marks, is one of theirs."""
        return any(line in each.lines for each in self._texts)

    def shares(self, lines: Sequence[Sequence[str]]) -> list[float]:
        """Return for each line, given as four words or more, the share of its shingles that are theirs."""
        shingles = [list(_shingles(words)) for words in lines]
        wanted = set(chain.from_iterable(shingles))
        known: set[tuple[str, ...]] = set()
        for each in self._texts:
            if len(known) < len(wanted):
                known |= each.find_shingles(wanted)
        return [sum(map(known.__contains__, some)) / len(some) for some in shingles]

    def may_hold(self, line: str) -> bool:
        """Tell quickly whether a line may be one of theirs: two of three pairs of its words are."""
        words = line.split()
        if len(words) < SHINGLE:
            return False
        middle = len(words) // 2
        ends = (words[0], words[1], words[middle - 1], words[middle], words[-2], words[-1])
        if not self._know_most(ends):
            return False
        first = self._hold_pair(ends[0], ends[1])
        if first == self._hold_pair(ends[2], ends[3]):  # the third pair decides nothing
            return first
        return self._hold_pair(ends[4], ends[5])

    def _know_most(self, words: Sequence[str]) -> bool:
        """Tell whether two thirds of some words are theirs."""
        first, *others = self._texts
        known = sum(map(first.tokens.__contains__, words))
        for each in others:
            if known >= SHINGLE:
                break
            known = sum([word in first.tokens or word in each.tokens for word in words])
        return known >= SHINGLE

    def _hold_pair(self, one: str, other: str) -> bool:
        pair = f"{one} {other}"
        return any(pair in each.text for each in self._texts)


def shares(lines: Sequence[str], parents: Parents) -> list[float | None]:
    """Return the share of each line's shingles that are known; None for one with fewer than four words."""
    words = [_words(line.lower()) for line in lines]
    found = iter(parents.shares([each for each in words if len(each) >= SHINGLE]))
    return [next(found) if len(each) >= SHINGLE else None for each in words]


def _shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)


def _words(text: str) -> list[str]:
    if text.isascii():  # as most is; several times as quick as the pattern
        return text.encode().translate(_NO_WORDS).decode().split()
    return _WORD.findall(text)


def mark_unmarked(page: Page, parents: Parents) -> None:
    """Mark the author's supposed lines that the parents hold.

    A short line alone may be a phrase that two people use; it is taken for a quote beside another one. A line
    with a word that no parent has is new, however much of it is like theirs: minutes, votes and reports
    follow a form. And where nothing else would be left, the author has said the same again: that is kept.
    """
    own = [index for index, kind in enumerate(page.kinds) if kind in OWN and page.bare[index]]
    low = {index: page.bare[index].lower() for index in own}
    if not any(map(parents.may_hold, low.values())):
        return
    judged = _judge(low, parents)
    sure = {index for index, is_sure in judged.items() if is_sure}
    for index in sorted(judged):
        if _neighbour(page, index, -1) in sure or _neighbour(page, index, 1) in sure:
            sure.add(index)
    if len(sure) < len(own):
        for index in sure:
            page.kinds[index] = UNMARKED


def _judge(lines: Mapping[int, str], parents: Parents) -> dict[int, bool]:
    """Return the lines that the parents hold, by their places: True for sure, False where they are short."""
    held: dict[int, int] = {}
    reflowed: dict[int, Sequence[str]] = {}
    for index, line in lines.items():
        words = _words(line)
        if parents.hold_line(line.strip(_MARKS)):
            if len(line) > 1:
                held[index] = len(words)
        elif len(words) >= SHINGLE and parents.know(words):
            reflowed[index] = words
    for index, found in zip(reflowed, parents.shares(list(reflowed.values())), strict=True):
        if found >= LEAST_SHARE:
            held[index] = len(reflowed[index])
    return {index: words >= _LEAST_WORDS_ALONE for index, words in held.items()}


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


def _neighbour(page: Page, index: int, step: int) -> int:
    index += step
    while 0 <= index < len(page.kinds) and not page.bare[index]:
        index += step
    return index
