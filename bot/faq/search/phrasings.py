"""Hold one way to ask for an entry, ready to be compared with a query."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_GRAM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """A question or an alias: its stems with their weights, and its characters' trigrams (a unit vector)."""

    entry: int
    stems: Mapping[str, float]
    total: float
    grams: Mapping[str, float]


def make_phrasing(entry: int, words: Iterable[tuple[str, str, float]]) -> Phrasing:
    """Make a phrasing from (word, stem, weight) triples."""
    triples = tuple(words)
    stems: dict[str, float] = {}
    for _, stem, weight in triples:
        stems[stem] = max(stems.get(stem, 0.0), weight)
    return Phrasing(
        entry=entry,
        stems=stems,
        total=sum(stems.values()),
        grams=trigrams((word, weight) for word, _, weight in triples),
    )


def trigrams(words: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the words' trigrams as a unit vector; each counts as much as its word says."""
    vector: dict[str, float] = {}
    for word, weight in words:
        padded = f" {word} "
        for start in range(len(padded) - _GRAM + 1):
            gram = padded[start : start + _GRAM]
            vector[gram] = vector.get(gram, 0.0) + weight
    norm = math.sqrt(sum(value * value for value in vector.values()))
    return {gram: value / norm for gram, value in vector.items()} if norm else {}


def cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return how alike two unit vectors are."""
    if len(first) > len(second):
        first, second = second, first
    return sum(value * second[gram] for gram, value in first.items() if gram in second)
