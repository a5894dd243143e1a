"""Write lists of words and phrases in many languages so that they read as lists and not as punctuation."""

import re
from collections.abc import Iterable

import re2


def phrases(*lines: str) -> tuple[str, ...]:
    """Return what stands between the bars of some lines."""
    return tuple(phrase for line in lines for phrase in line.split("|"))


def by_beginning(wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return phrases by their first two characters, so that a text is held against few of them."""
    found: dict[str, tuple[str, ...]] = {}
    for phrase in wanted:
        found[phrase[:2]] = (*found.get(phrase[:2], ()), phrase)
    return found


class Finder:
    """Find which of many phrases a text holds, in one pass over it, however many they are.

    Args:
        wanted: The phrases.
    """

    __slots__ = ("_set", "_wanted")

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = tuple(wanted)
        self._set = re2.Set.SearchSet()
        for phrase in self._wanted:
            self._set.Add(re2.escape(phrase))
        self._set.Compile()

    def find(self, text: str) -> frozenset[str]:
        """Return the phrases that the text holds."""
        places = self._set.Match(text.encode(errors="replace"))
        return frozenset([self._wanted[place] for place in places]) if places else frozenset()


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
