"""Find what an acronym stands for: who asks for "EE" may mean the entry on the "Enterprise Edition"."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from bot.faq.search.words import QUESTION_WORDS, STOP_WORDS

_SHORTEST = 2
_LONGEST = 5
_MOST_PLACES = 20


class Initials:
    """The initials of all phrasings as one text, in which an acronym is simply found."""

    def __init__(self, phrasings: Iterable[Sequence[str]]) -> None:
        self._phrasings = tuple(tuple(words) for words in phrasings)
        starts: list[int] = []
        length = 0
        for words in self._phrasings:
            starts.append(length)
            length += len(words) + 1
        self._starts = tuple(starts)
        self._text = " ".join("".join(word[0] for word in words) for words in self._phrasings)

    def words(self, acronym: str) -> set[str]:
        """Return the words that an acronym may stand for, without those that say nothing."""
        found: set[str] = set()
        if not _SHORTEST <= len(acronym) <= _LONGEST:
            return found
        at, places = self._text.find(acronym), 0
        while at >= 0 and places < _MOST_PLACES:
            number = bisect_right(self._starts, at) - 1
            start = at - self._starts[number]
            words = self._phrasings[number][start : start + len(acronym)]
            if not is_empty(words[0]) and not is_empty(words[-1]):
                places += 1
                found.update(word for word in words if not is_empty(word))
            at = self._text.find(acronym, at + 1)
        return found


def is_empty(word: str) -> bool:
    """Return whether a word says nothing by itself."""
    return word in STOP_WORDS or word in QUESTION_WORDS
