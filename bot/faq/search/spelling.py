"""Find the words of a FAQ that a mistyped or half-typed one may be."""

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_MENDED = 3
_ONE_TYPO_UP_TO = 7
_MOST_MENDED = 8
_MOST_COMPLETIONS = 40
_LAST_CHARACTER = chr(sys.maxunicode)


class Lexicon:
    """The words of a FAQ, by first letter and length: few are looked at for one mistyped word.

    Args:
        words: Each word with how much it is asked about; of two as near, the more asked one is meant.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        self._sorted = tuple(sorted(words))
        self._asked = words
        grouped: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._sorted:
            grouped[word[0], len(word)].append(word)
        self._grouped = {key: tuple(some) for key, some in grouped.items()}
        self._first_letters = tuple(dict.fromkeys(word[0] for word in self._sorted))

    def nearest(self, word: str) -> list[tuple[str, int]]:
        """Return the words one typo away, or two from a word of eight letters on; nearest first.

        A typo is a letter too many, too few, wrong, or swapped with its neighbour (optimal string
        alignment). Two typos leave the first letter alone: people seldom mistype that one.
        """
        reach = 1 if len(word) <= _ONE_TYPO_UP_TO else 2
        lengths = range(max(SHORTEST_MENDED, len(word) - reach), len(word) + reach + 1)
        choices = [choice for length in lengths for choice in self._grouped.get((word[0], length), ())]
        found = {choice: 1 for choice in self._with_other_first(word) if choice in self._asked}
        for choice, distance, _ in process.extract(
            word, choices, scorer=OSA.distance, score_cutoff=reach, limit=None
        ):
            found[choice] = int(distance)
        return sorted(found.items(), key=lambda pair: (pair[1], -self._asked[pair[0]], pair[0]))[
            :_MOST_MENDED
        ]

    def completions(self, beginning: str) -> list[str]:
        """Return the words that begin so, the most asked first."""
        at = bisect_left(self._sorted, beginning)
        end = bisect_left(self._sorted, beginning + _LAST_CHARACTER)
        return sorted(self._sorted[at:end], key=lambda word: -self._asked[word])[:_MOST_COMPLETIONS]

    def _with_other_first(self, word: str) -> Iterator[str]:
        """Yield what the word may be when its first letter is the typo."""
        rest = word[1:]
        candidates = [rest, f"{rest[0]}{word[0]}{rest[1:]}"]
        candidates += [letter + word for letter in self._first_letters]
        candidates += [letter + rest for letter in self._first_letters]
        for candidate in candidates:
            if candidate[0] != word[0] and len(candidate) >= SHORTEST_MENDED:
                yield candidate
