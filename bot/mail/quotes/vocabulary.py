"""Write lists of words and phrases in many languages so that they read as lists and not as punctuation."""

import re
from collections.abc import Iterable


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
    """Find which of many phrases a text holds: those that share a stem only where the text holds the stem.

    Args:
        wanted: The phrases.
        stems: Parts that several of them share.
    """

    __slots__ = ("_foreign", "_groups", "_others")

    def __init__(self, wanted: Iterable[str], stems: Iterable[str]) -> None:
        groups: dict[str, list[str]] = {stem: [] for stem in stems}
        self._others: list[str] = []
        self._foreign: list[str] = []
        for phrase in wanted:
            stem = next((each for each in groups if each in phrase), None)
            if not phrase.isascii():
                self._foreign.append(phrase)
            else:
                (self._others if stem is None else groups[stem]).append(phrase)
        self._groups = tuple(groups.items())

    def find(self, text: str) -> list[str]:
        """Return the phrases that the text holds."""
        found = [phrase for phrase in self._others if phrase in text]
        for stem, phrases_of_it in self._groups:
            if stem in text:
                found += [phrase for phrase in phrases_of_it if phrase in text]
        if not text.isascii():
            found += [phrase for phrase in self._foreign if phrase in text]
        return found


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
