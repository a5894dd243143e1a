"""Take the mails that a mail answers apart: their lines, words and runs of words, kept for who asks next."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Final

SHINGLE: Final = 4
"""How many words in a row are compared."""
MARKS: Final = " \t>|"
_MOST_PARENTS = 12
_MOST_CHARACTERS = 400_000
_KEPT_CHARACTERS = 400_000
_MANY = 40
"""So many lines are first looked for as they are."""
_SOON_SEARCHED = 8_000
"""Through a text of fewer characters a few pairs are sooner looked for than its tokens are set apart."""

_WORD = re.compile(r"\w+")
_NO_WORDS = bytes(
    code if chr(code).isalnum() or chr(code) in "_\n" else ord(" ") for code in range(128)
) + bytes(128)


class TakenApart:
    """What one mail says, taken apart when it is first asked for, which is seldom.

    Args:
        text: Its whole text: what it quoted itself may be quoted again.
    """

    def __init__(self, text: str) -> None:
        self.text = text.lower()

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What stands between spaces: much quicker to look in than the text, which is looked through."""
        return frozenset(self.text.replace(">", " ").split())

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its words."""
        return frozenset(self._words)

    def find_shingles(self, wanted: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
        """Return which of some runs of four words it holds; to keep all of its own would take far longer."""
        return wanted.intersection(_shingles(self._words))

    @cached_property
    def _words(self) -> Sequence[str]:
        return words_in(self.text)

    @cached_property
    def lines(self) -> frozenset[str]:
        """Every line without its marks."""
        return frozenset([line.strip(MARKS) for line in self.text.split("\n")])


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
    def _text(self) -> str:
        return "\n".join([each.text for each in self._texts])

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return _all_of([each.vocabulary for each in self._texts])

    @cached_property
    def lines(self) -> frozenset[str]:
        """Every line of theirs, in lower case and without marks."""
        return _all_of([each.lines for each in self._texts])

    def know(self, words: Sequence[str]) -> bool:
        """Tell whether every word is one of theirs."""
        return self._vocabulary.issuperset(words)

    def shares(self, lines: Sequence[Sequence[str]]) -> list[float]:
        """Return for each line, given as four words or more, the share of its shingles that are theirs."""
        shingles = [list(_shingles(words)) for words in lines]
        wanted = set(chain.from_iterable(shingles))
        known: set[tuple[str, ...]] = set()
        for each in self._texts:
            if len(known) < len(wanted):
                known |= each.find_shingles(wanted)
        return [sum(map(known.__contains__, some)) / len(some) for some in shingles]

    def may_hold_any(self, lines: Collection[str]) -> bool:
        """Tell quickly whether one of some lines may be one of theirs.

        A log that answers a log holds many of its lines as they are: that is seen at once.
        """
        if len(lines) >= _MANY and any(map(_surely_may_be_held, self.lines.intersection(lines))):
            return True
        return any(map(self.may_hold, lines))

    def may_hold(self, line: str) -> bool:
        """Tell quickly whether a line may be one of theirs: two of three pairs of its words are."""
        words = line.split()
        if len(words) < SHINGLE:
            return False
        middle = len(words) // 2
        ends = (words[0], words[1], words[middle - 1], words[middle], words[-2], words[-1])
        if len(self._text) < _SOON_SEARCHED:
            return self._hold_pairs(ends) and self._know_most(ends)
        return self._know_most(ends) and self._hold_pairs(ends)

    def _know_most(self, words: Sequence[str]) -> bool:
        """Tell whether two thirds of some words are theirs."""
        first, *others = self._texts
        known = sum(map(first.tokens.__contains__, words))
        for each in others:
            if known >= SHINGLE:
                break
            known = sum([word in first.tokens or word in each.tokens for word in words])
        return known >= SHINGLE

    def _hold_pairs(self, ends: tuple[str, str, str, str, str, str]) -> bool:
        """Tell whether they hold two of three pairs; where the first two agree, the third decides nothing."""
        text = self._text
        first = f"{ends[0]} {ends[1]}" in text
        if first == (f"{ends[2]} {ends[3]}" in text):
            return first
        return f"{ends[4]} {ends[5]}" in text


def _all_of(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    return sets[0] if len(sets) == 1 else frozenset[str]().union(*sets)


def _surely_may_be_held(line: str) -> bool:
    """Tell whether a line that a text holds as a line of its own may be held by what `may_hold` asks."""
    words = line.split()
    return len(words) >= SHINGLE and ">" not in line and " ".join(words) == line


def _shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)


def words_in(text: str) -> list[str]:
    """Return the words of a text in their order."""
    if text.isascii():  # as most is; several times as quick as the pattern
        return text.encode().translate(_NO_WORDS).decode().split()
    return _WORD.findall(text)


def words_of_each(lines: Sequence[str]) -> list[list[str]]:
    """Return the words of each line, none of which holds a line break."""
    joined = "\n".join(lines)
    if lines and joined.isascii():
        return [line.split() for line in joined.encode().translate(_NO_WORDS).decode().split("\n")]
    return list(map(words_in, lines))
