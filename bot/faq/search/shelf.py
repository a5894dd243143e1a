"""Index the entries of one language: gather candidates from postings, then weigh each."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest

from bot.faq.models import Entry
from bot.faq.search import weights
from bot.faq.search.background import Background
from bot.faq.search.evidence import Evidence, Query, make_query, weigh
from bot.faq.search.phrasings import Phrasing, make_phrasing
from bot.faq.search.vocabulary import Term, Vocabulary
from bot.faq.search.words import words_of

_QUERY_WORDS = 40
_ANSWER_CHARACTERS = 6000
_CANDIDATES = 60
# How many postings a query may walk for candidates; the rarest words come first. It binds from about a
# thousand entries on, and keeps a query's cost flat above.
_POSTINGS = 9000


class Shelf:
    """The entries of one language. `entries` are in page order."""

    def __init__(self, language: str, entries: Sequence[Entry], background: Background) -> None:
        asked = [(number, words_of(text)) for number, entry in enumerate(entries) for text in _asked(entry)]
        told = [_answer_words(entry) for entry in entries]
        self.entries = tuple(entries)
        self._vocabulary = Vocabulary(language, asked, told, background)
        stem, weight = self._vocabulary.stem, self._vocabulary.weight
        self._phrasings: list[list[Phrasing]] = [[] for _ in entries]
        for number, words in asked:
            triples = ((word, stem(word), weight(word)) for word in words)
            self._phrasings[number].append(make_phrasing(number, triples))
        average = sum(map(len, told)) / max(1, len(told))
        self._answers = [_frequencies(map(stem, words), len(words), average) for words in told]
        self._by_stem = _postings(self._stems_of(number) for number in range(len(entries)))
        self._by_gram = _postings(self._grams_of(number) for number in range(len(entries)))

    def query(self, words: Sequence[str], *, prefix: bool) -> Query:
        """Make a query of words; with `prefix`, the last one is half typed."""
        distinct = list(dict.fromkeys(words))[:_QUERY_WORDS]
        last = words[-1] if prefix and words else None
        terms = {
            self._vocabulary.stem(word): self._vocabulary.term(word, is_half_typed=word == last)
            for word in distinct
        }
        return make_query(terms.values())

    def find(self, query: Query) -> list[tuple[int, Evidence]]:
        """Return candidates with their evidence, unsorted; entries with none are left out."""
        found = (
            (number, weigh(query, self._phrasings[number], self._answers[number]))
            for number in self._candidates(query)
        )
        return [(number, evidence) for number, evidence in found if evidence.score > 0]

    def likeness(self, first: str, second: str) -> float:
        """Return how much two questions ask the same, 0 to 1, by this FAQ's weights."""
        one, other = words_of(first), words_of(second)
        return (self._likeness(one, other) + self._likeness(other, one)) / 2

    def _likeness(self, asked: Sequence[str], other: Sequence[str]) -> float:
        stem, weight = self._vocabulary.stem, self._vocabulary.weight
        phrasing = make_phrasing(0, ((word, stem(word), weight(word)) for word in other))
        query = make_query(
            Term(spelling=word, weight=weight(word), stems={stem(word): weights.EXACT})
            for word in dict.fromkeys(asked)
        )
        evidence = weigh(query, [phrasing], {})
        return (evidence.words + evidence.characters) / 2

    def _candidates(self, query: Query) -> set[int]:
        by_words: dict[int, float] = defaultdict(float)
        room = _POSTINGS
        for term in sorted(query.terms, key=lambda term: -term.weight):
            for stem, factor in term.stems.items():
                posting = self._by_stem.get(stem, ())
                room -= len(posting)
                if room < 0 and by_words:
                    break
                for number in posting:
                    by_words[number] += factor * term.weight
        by_grams: dict[int, float] = defaultdict(float)
        room = _POSTINGS
        for gram, value in sorted(query.grams.items(), key=lambda pair: len(self._by_gram.get(pair[0], ()))):
            posting = self._by_gram.get(gram, ())
            room -= len(posting)
            if room < 0:
                break
            for number in posting:
                by_grams[number] += value
        return {
            *nlargest(_CANDIDATES, by_words, key=by_words.__getitem__),
            *nlargest(_CANDIDATES // 2, by_grams, key=by_grams.__getitem__),
        }

    def _stems_of(self, number: int) -> set[str]:
        asked = {stem for phrasing in self._phrasings[number] for stem in phrasing.stems}
        return asked | set(self._answers[number])

    def _grams_of(self, number: int) -> set[str]:
        return {gram for phrasing in self._phrasings[number] for gram in phrasing.grams}


def _asked(entry: Entry) -> tuple[str, ...]:
    return tuple(text for text in (entry.question, *entry.aliases) if text.strip())


def _answer_words(entry: Entry) -> tuple[str, ...]:
    text = entry.text[:_ANSWER_CHARACTERS]
    words = [word for line in text.splitlines() for word in words_of(line)]
    return (*words, *words_of(entry.section))


def _frequencies(stems: Iterable[str], length: int, average: float) -> Mapping[str, float]:
    """Return how much a text is about each stem, 0 to 1: saturated, and normalised by length (BM25)."""
    counts: dict[str, int] = defaultdict(int)
    for stem in stems:
        counts[stem] += 1
    norm = weights.SATURATION * (1 - weights.LENGTH_SHARE + weights.LENGTH_SHARE * length / max(1.0, average))
    return {stem: count / (count + norm) for stem, count in counts.items()}


def _postings(keys: Iterable[set[str]]) -> Mapping[str, Sequence[int]]:
    postings: dict[str, array[int]] = {}
    for number, found in enumerate(keys):
        for key in found:
            posting = postings.get(key)
            if posting is None:
                posting = postings[key] = array("I")
            posting.append(number)
    return postings
