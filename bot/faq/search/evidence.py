"""Weigh the evidence that an entry answers a query: words, characters, and what its answer says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.faq.search import weights
from bot.faq.search.phrasings import Phrasing, cosine, trigrams
from bot.faq.search.vocabulary import Term

_POOL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query's terms; `wanted` maps a stem of the FAQ to the terms that it may stand for."""

    terms: tuple[Term, ...]
    total: float
    wanted: Mapping[str, tuple[tuple[int, float], ...]]
    grams: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an entry; each part is 0 to 1.

    `in_question` is the share of the query's weight that the best phrasing has.
    """

    score: float
    words: float = 0.0
    characters: float = 0.0
    coverage: float = 0.0
    in_question: float = 0.0


def make_query(terms: Iterable[Term]) -> Query:
    """Put a query's terms together."""
    terms = tuple(terms)
    wanted: dict[str, list[tuple[int, float]]] = {}
    for number, term in enumerate(terms):
        for stem, factor in term.stems.items():
            wanted.setdefault(stem, []).append((number, factor))
    return Query(
        terms=terms,
        total=sum(term.weight for term in terms),
        wanted={stem: tuple(found) for stem, found in wanted.items()},
        grams=trigrams((term.spelling, term.weight) for term in terms),
    )


def weigh(query: Query, phrasings: Sequence[Phrasing], answer: Mapping[str, float]) -> Evidence:
    """Weigh one entry by its phrasings and its answer's stems (each with its saturated frequency)."""
    compared = [_compare(query, phrasing) for phrasing in phrasings]
    covered = [0.0] * len(query.terms)
    for found, _, _ in compared:
        covered = [max(pair) for pair in zip(covered, found, strict=True)]
    for stem, meant in query.wanted.items():
        frequency = answer.get(stem)
        if frequency is not None:
            for term, factor in meant:
                covered[term] = max(covered[term], factor * frequency)
    coverage = _share(query, covered)
    if not compared:
        return Evidence(score=weights.COVERAGE * coverage / _FULL, coverage=coverage)
    scored = sorted(
        (
            (words + weights.CHARACTERS * characters, words, characters, found)
            for found, words, characters in compared
        ),
        key=lambda one: -one[0],
    )
    best, words, characters, found = scored[0]
    pooled = sum(one[0] for one in scored[:_POOL]) / len(scored[:_POOL])
    best += weights.POOLED * (pooled - best)
    return Evidence(
        score=min(1.0, (best + weights.COVERAGE * coverage) / _FULL),
        words=words,
        characters=characters,
        coverage=coverage,
        in_question=_share(query, found),
    )


_FULL = 1.0 + weights.CHARACTERS + weights.COVERAGE


def _compare(query: Query, phrasing: Phrasing) -> tuple[list[float], float, float]:
    """Return how well the phrasing has each term, the Tversky overlap of words, the cosine of characters."""
    found = [0.0] * len(query.terms)
    used = 0.0
    for stem, weight in phrasing.stems.items():
        best = 0.0
        for term, factor in query.wanted.get(stem, ()):
            found[term] = max(found[term], factor)
            best = max(best, factor)
        used += best * weight
    characters = cosine(query.grams, phrasing.grams)
    matched = sum(factor * term.weight for factor, term in zip(found, query.terms, strict=True))
    if not matched:
        return found, 0.0, characters
    missing, surplus = query.total - matched, max(0.0, phrasing.total - used)
    words = matched / (matched + weights.MISSING * missing + weights.SURPLUS * surplus)
    return found, words, characters


def _share(query: Query, found: Sequence[float]) -> float:
    """Return the share of the query's weight that is found."""
    if not query.total:
        return 0.0
    return sum(factor * term.weight for factor, term in zip(found, query.terms, strict=True)) / query.total
