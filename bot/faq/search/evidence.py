"""Weigh the evidence that an entry answers a query: words, characters, and what its answer says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.faq.search import weights
from bot.faq.search.phrasings import Phrasing, add_up, grams_of, length_of
from bot.faq.search.vocabulary import Term

_POOL = 3
_FULL = 1.0 + weights.CHARACTERS + weights.COVERAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query's terms; `wanted` maps a stem of the FAQ to the terms that it may stand for.

    `grams` is a unit vector.
    """

    terms: tuple[Term, ...]
    total: float
    wanted: Mapping[str, tuple[tuple[int, float], ...]]
    grams: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an entry; each part is 0 to 1.

    `in_question` is the share of the query's weight that the best phrasing has, `strongest` what the
    weightiest word says that it has.
    """

    score: float
    words: float = 0.0
    characters: float = 0.0
    coverage: float = 0.0
    in_question: float = 0.0
    strongest: float = 0.0


@dataclass(frozen=True, slots=True)
class _Comparison:
    """How one phrasing compares: which terms it has (and how well), words' overlap, characters' cosine."""

    found: Mapping[int, float]
    words: float
    characters: float
    matched: float


def make_query(terms: Iterable[Term]) -> Query:
    """Put a query's terms together."""
    terms = tuple(terms)
    wanted: dict[str, list[tuple[int, float]]] = {}
    for number, term in enumerate(terms):
        for stem, factor in term.stems.items():
            wanted.setdefault(stem, []).append((number, factor))
    vector = add_up(
        (grams_of(term.spelling, is_half_typed=term.is_half_typed), term.weight) for term in terms
    )
    norm = length_of(vector) or 1.0
    return Query(
        terms=terms,
        total=sum(term.weight for term in terms),
        wanted={stem: tuple(found) for stem, found in wanted.items()},
        grams={gram: value / norm for gram, value in vector.items()},
    )


class Scales:
    """Weigh entries against one query, remembering how alike each word of theirs is to the query."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._weights = [term.weight for term in query.terms]
        self._likeness: dict[str, float] = {}

    def weigh(self, phrasings: Sequence[Phrasing], answer: Mapping[str, float]) -> Evidence:
        """Weigh one entry by its phrasings and its answer's stems (each with its saturated frequency)."""
        compared = [self._compare(phrasing) for phrasing in phrasings]
        covered: dict[int, float] = {}
        for one in compared:
            _keep_best(covered, one.found.items())
        asked = self._covered(covered)
        wanted = self._query.wanted
        for stem in wanted.keys() & answer.keys():
            _keep_best(covered, ((term, _told(factor) * answer[stem]) for term, factor in wanted[stem]))
        coverage = self._covered(covered)
        covering = weights.COVERAGE * asked + weights.TOLD * (coverage - asked)
        if not compared:
            return Evidence(score=min(1.0, covering / _FULL), coverage=coverage)
        scored = sorted(
            ((one.words + weights.CHARACTERS * one.characters, one) for one in compared),
            key=lambda pair: -pair[0],
        )
        best, first = scored[0]
        pooled = sum(score for score, _ in scored[:_POOL]) / len(scored[:_POOL])
        best += weights.POOLED * (pooled - best)
        return Evidence(
            score=min(1.0, (best + covering) / _FULL),
            words=first.words,
            characters=first.characters,
            coverage=coverage,
            in_question=self._share(first.matched),
            strongest=max(
                (factor * self._weights[term] for term, factor in first.found.items()), default=0.0
            ),
        )

    def _compare(self, phrasing: Phrasing) -> _Comparison:
        """Compare one phrasing: how much of each side's words the other has, the cosine of characters."""
        wanted = self._query.wanted
        found: dict[int, float] = {}
        used = 0.0
        for stem, weight in phrasing.stems.items():
            meant = wanted.get(stem)
            if meant is not None:
                _keep_best(found, meant)
                used += weight * max(factor for _, factor in meant)
        characters = self._characters(phrasing)
        if not found:
            return _Comparison(found, 0.0, characters, 0.0)
        matched = sum(factor * self._weights[term] for term, factor in found.items())
        words = self._share(matched) ** weights.ASKED_POWER
        words *= min(1.0, used / phrasing.total) ** weights.PHRASING_POWER
        return _Comparison(found, words, characters, matched)

    def _characters(self, phrasing: Phrasing) -> float:
        if not phrasing.norm:
            return 0.0
        likeness = self._likeness
        total = 0.0
        for word in phrasing.words:
            alike = likeness.get(word.spelling)
            if alike is None:
                grams = self._query.grams
                alike = sum(grams[gram] for gram in grams_of(word.spelling) if gram in grams)
                likeness[word.spelling] = alike
            if alike:
                total += word.weight * alike
        return min(1.0, total / phrasing.norm)

    def _covered(self, covered: Mapping[int, float]) -> float:
        """Return the share of the query that these terms, each found so well, make up."""
        return self._share(sum(factor * self._weights[term] for term, factor in covered.items()))

    def _share(self, weight: float) -> float:
        """Return a weight as the share of the query's."""
        return min(1.0, weight / self._query.total) if self._query.total else 0.0


def _told(factor: float) -> float:
    """Return what a word found so well in a question is worth in an answer.

    An answer has many words, so that one of a query's kin is in it by chance more often.
    """
    return factor * weights.KIN_TOLD if factor <= weights.SYNONYM else factor


def _keep_best(found: dict[int, float], factors: Iterable[tuple[int, float]]) -> None:
    for term, factor in factors:
        if factor > found.get(term, 0.0):
            found[term] = factor
