"""Hold one way to ask for an entry, ready to be compared with a query."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_GRAM = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the FAQ; one object serves all phrasings that have it (hence no keywords: there are many)."""

    spelling: str
    stem: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """A question or an alias.

    Its characters are compared through its words: a phrasing's vector of trigrams is the sum of its words',
    so that words' likenesses add up to the phrasing's, and no phrasing needs a vector of its own.

    Attributes:
        words: All words, repeated ones too.
        stems: The stems with their weights.
        total: The sum of those weights.
        norm: The length of the vector of trigrams.
    """

    words: tuple[Word, ...]
    stems: Mapping[str, float]
    total: float
    norm: float


def make_phrasing(words: Sequence[Word]) -> Phrasing:
    """Make a phrasing of its words."""
    stems: dict[str, float] = {}
    for word in words:
        stems[word.stem] = max(stems.get(word.stem, 0.0), word.weight)
    vector = add_up((grams_of(word.spelling), word.weight) for word in words)
    return Phrasing(
        words=tuple(words),
        stems=stems,
        total=sum(stems.values()),
        norm=length_of(vector),
    )


def add_up(words: Iterable[tuple[Iterable[str], float]]) -> dict[str, float]:
    """Return the vector of words, given as trigrams and weight: each counts as much as its word says."""
    vector: dict[str, float] = {}
    for grams, weight in words:
        for gram in grams:
            vector[gram] = vector.get(gram, 0.0) + weight
    return vector


def grams_of(word: str, *, is_half_typed: bool = False) -> list[str]:
    """Return a word's trigrams; a blank marks either end, but not the open one of a half-typed word."""
    padded = f" {word}" if is_half_typed else f" {word} "
    return [padded[start : start + _GRAM] for start in range(len(padded) - _GRAM + 1)]


def length_of(vector: Mapping[str, float]) -> float:
    """Return a vector's Euclidean length."""
    return math.sqrt(sum(value * value for value in vector.values()))
