"""Index the entries of one language: gather candidates from postings, then weigh each."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest

from bot.faq.models import Entry
from bot.faq.search import weights
from bot.faq.search.background import Background
from bot.faq.search.evidence import Evidence, Query, Scales, make_query
from bot.faq.search.phrasings import Phrasing, grams_of, make_phrasing
from bot.faq.search.vocabulary import Vocabulary
from bot.faq.search.words import words_of

_QUERY_WORDS = 40
_ANSWER_CHARACTERS = 6000
_CANDIDATES = 60
# How many postings a query may walk for candidates; the rarest words come first. It binds from about a
# thousand entries on, and keeps a query's cost flat above.
_POSTINGS = 9000


class Shelf:
    """The entries of one language, in page order, and the vocabulary of their words."""

    def __init__(self, language: str, entries: Sequence[Entry], background: Background) -> None:
        self.entries = tuple(entries)
        asked = [(number, words_of(text)) for number, entry in enumerate(entries) for text in _asked(entry)]
        told = [_counted(_answer_words(entry)) for entry in entries]
        self.vocabulary = Vocabulary(language, asked, (word for words in told for word in words), background)
        self._phrasings: list[list[Phrasing]] = [[] for _ in entries]
        for number, words in asked:
            self._phrasings[number].append(self._phrasing(words))
        lengths = [sum(words.values()) for words in told]
        average = sum(lengths) / max(1, len(lengths))
        stem = self.vocabulary.stem
        self._answers = [
            _frequencies(stem, words, length / max(1.0, average))
            for words, length in zip(told, lengths, strict=True)
        ]
        self._by_stem = _postings(self._stems_of(number) for number in range(len(entries)))
        self._by_gram = _postings(self._grams_of(number) for number in range(len(entries)))

    def query(self, words: Sequence[str], *, prefix: bool) -> Query:
        """Make a query of words; with `prefix`, the last one is half typed."""
        distinct = list(dict.fromkeys(words))[:_QUERY_WORDS]
        terms = {self.vocabulary.stem(word): self.vocabulary.term(word) for word in distinct}
        if prefix and words:
            terms[self.vocabulary.stem(words[-1])] = self.vocabulary.half_typed_term(words[-1])
        return make_query(terms.values())

    def find(self, query: Query) -> list[tuple[int, Evidence]]:
        """Return candidates with their evidence, unsorted; entries with none are left out."""
        scales = Scales(query)
        found = (
            (number, scales.weigh(self._phrasings[number], self._answers[number]))
            for number in self._candidates(query)
        )
        return [(number, evidence) for number, evidence in found if evidence.score > 0]

    def _phrasing(self, words: Sequence[str]) -> Phrasing:
        return make_phrasing([self.vocabulary.word(word) for word in words])

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
        words = {word.spelling for phrasing in self._phrasings[number] for word in phrasing.words}
        return {gram for word in words for gram in grams_of(word)}


def _asked(entry: Entry) -> tuple[str, ...]:
    return tuple(text for text in (entry.question, *entry.aliases) if text.strip())


def _answer_words(entry: Entry) -> Iterator[str]:
    for line in (*entry.text[:_ANSWER_CHARACTERS].splitlines(), entry.section):
        yield from words_of(line)


def _counted(words: Iterable[str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def _frequencies(stem: Callable[[str], str], words: Mapping[str, int], length: float) -> Mapping[str, float]:
    """Return how much a text is about each stem, 0 to 1: saturated, and normalised by length (BM25).

    `length` is relative to the average text's.
    """
    counts: dict[str, int] = {}
    for word, count in words.items():
        counts[stem(word)] = counts.get(stem(word), 0) + count
    norm = weights.SATURATION * (1 - weights.LENGTH_SHARE + weights.LENGTH_SHARE * length)
    # Few counts are distinct: their shares are made once, a number in memory for each would be many.
    shares = {count: count / (count + norm) for count in set(counts.values())}
    return {found: shares[count] for found, count in counts.items()}


def _postings(keys: Iterable[set[str]]) -> Mapping[str, Sequence[int]]:
    postings: dict[str, array[int]] = {}
    for number, found in enumerate(keys):
        for key in found:
            posting = postings.get(key)
            if posting is None:
                posting = postings[key] = array("I")
            posting.append(number)
    return postings
