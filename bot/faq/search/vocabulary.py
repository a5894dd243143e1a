"""Weigh the words of a FAQ, and find what a query's word may mean among them."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.faq.search import weights
from bot.faq.search.background import HIGHEST, Background
from bot.faq.search.synonyms import related_groups, synonym_groups
from bot.faq.search.words import QUESTION_WORDS, STOP_WORDS

_ENGLISH = "english"
_LONGEST_ACRONYM = 5
_SHORTEST_MENDED = 3
_ONE_TYPO_UP_TO = 7
_SHORTEST_PART = 3
_MOST_EXPANSIONS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of a query: what it may stand for in the FAQ (stem -> factor), and what it weighs.

    `spelling` is the FAQ's own word where the query's was mended.
    """

    spelling: str
    weight: float
    stems: Mapping[str, float]


class Stemmer:
    """Stem words of one language, with a memory."""

    def __init__(self, language: str) -> None:
        known = language if language in snowballstemmer.algorithms() else _ENGLISH
        self._stemmer = snowballstemmer.stemmer(known)
        self._stems: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """Return a word's stem; a name with signs or digits is its own."""
        stem = self._stems.get(word)
        if stem is None:
            stem = self._stemmer.stemWord(word) if word.isalpha() else word
            if len(self._stems) < 50_000:
                self._stems[word] = stem
        return stem


class Vocabulary:
    """The words of one FAQ in one language.

    Args:
        language: Snowball's name of the language; what only English has (stop words, synonyms, the table of
            common words) serves English alone.
        phrasings: Each entry's questions and aliases, as words.
        answers: Each entry's answer, as words.
    """

    def __init__(
        self,
        language: str,
        phrasings: Iterable[tuple[int, tuple[str, ...]]],
        answers: Iterable[tuple[str, ...]],
        background: Background,
    ) -> None:
        self.stem = Stemmer(language)
        self._is_english = language == _ENGLISH
        self._background = background
        self._weights: dict[str, float] = {}
        self._stems_of_words: dict[str, str] = {}
        self._acronyms: dict[str, set[str]] = defaultdict(set)
        entries_with: dict[str, set[int]] = defaultdict(set)
        entries: set[int] = set()
        for entry, words in phrasings:
            entries.add(entry)
            for word in words:
                entries_with[self._learn(word)].add(entry)
            self._learn_acronyms(words)
        self._frequency = {stem: len(found) for stem, found in entries_with.items()}
        self._entries = len(entries)
        for words in answers:
            for word in words:
                self._learn(word)
        self._known = frozenset(self._stems_of_words.values())
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._stems_of_words:
            self._by_length[len(word)].append(word)
        self._sorted = sorted(self._stems_of_words)
        self._synonyms = self._kin(synonym_groups()) if self._is_english else {}
        self._related = self._kin(related_groups()) if self._is_english else {}

    def weight(self, word: str) -> float:
        """Return how much a word says, 0 to 1: rare in the FAQ and in the language says most."""
        weight = self._weights.get(word)
        if weight is None:
            weight = self._weigh(word)
            if len(self._weights) < 50_000:
                self._weights[word] = weight
        return weight

    def term(self, word: str, *, is_half_typed: bool = False) -> Term:
        """Return what a query's word may stand for."""
        stem = self.stem(word)
        stems: dict[str, float] = {}
        self._add_kin(stems, stem)
        if stem in self._known:
            stems[stem] = weights.EXACT
        else:
            self._add_parts(stems, word)
        spelling = word
        if max(stems.values(), default=0.0) < weights.TYPO and self._may_be_typo(word):
            spelling = self._add_mended(stems, word)
        if is_half_typed:
            self._add_completions(stems, word)
        return Term(spelling=spelling, weight=self.weight(spelling), stems=stems)

    def _learn(self, word: str) -> str:
        stem = self._stems_of_words.get(word)
        if stem is None:
            stem = self._stems_of_words[word] = self.stem(word)
        return stem

    def _learn_acronyms(self, words: tuple[str, ...]) -> None:
        """Note the initials of neighbouring words: who asks for "EE" may mean the Enterprise Edition."""
        for start in range(len(words)):
            for end in range(start + 2, min(start + _LONGEST_ACRONYM, len(words)) + 1):
                if _is_empty(words[start]) or _is_empty(words[end - 1]):
                    continue
                initials = "".join(word[0] for word in words[start:end])
                self._acronyms[initials].update(
                    self.stem(word) for word in words[start:end] if not _is_empty(word)
                )

    def _weigh(self, word: str) -> float:
        if self._is_english and word in QUESTION_WORDS:
            return weights.QUESTION_WORD
        if self._is_english and word in STOP_WORDS:
            return weights.STOP_WORD
        found = self._frequency.get(self.stem(word), 0)
        rarity = math.log(1 + (self._entries - found + 0.5) / (found + 0.5))
        rarity /= math.log(1 + (self._entries + 0.5) / 0.5)
        level = (self._background.level(word) or 0) if self._is_english else 0
        return max(rarity, weights.LEAST) * (1 - weights.COMMON_DAMPING * (level / HIGHEST) ** 2)

    def _add_kin(self, stems: dict[str, float], stem: str) -> None:
        for kin, factor in ((self._related, weights.RELATED), (self._synonyms, weights.SYNONYM)):
            for other in kin.get(stem, ()):
                stems[other] = factor

    def _add_parts(self, stems: dict[str, float], word: str) -> None:
        """Take an unknown word as an acronym, or as two words written as one."""
        for stem in self._acronyms.get(word, ()):
            stems[stem] = max(stems.get(stem, 0.0), weights.ACRONYM)
        for cut in range(_SHORTEST_PART, len(word)):
            first, second = word[:cut], word[cut:]
            if first in self._stems_of_words and second in self._stems_of_words and not _is_empty(second):
                for part in (first, second):
                    stem = self._stems_of_words[part]
                    stems[stem] = max(stems.get(stem, 0.0), weights.SPLIT)

    def _may_be_typo(self, word: str) -> bool:
        if len(word) < _SHORTEST_MENDED:
            return False
        return not self._is_english or self._background.level(word) is None

    def _add_mended(self, stems: dict[str, float], word: str) -> str:
        """Add the FAQ's words that are a typo away (optimal string alignment); return the nearest."""
        reach = 1 if len(word) <= _ONE_TYPO_UP_TO else 2
        lengths = range(max(_SHORTEST_MENDED, len(word) - reach), len(word) + reach + 1)
        choices = [choice for length in lengths for choice in self._by_length.get(length, ())]
        best, nearest = word, reach + 1
        for choice, distance, _ in process.extract(
            word, choices, scorer=OSA.distance, score_cutoff=reach, limit=8
        ):
            if distance > 1 and choice[0] != word[0]:
                continue
            stem = self._stems_of_words[choice]
            factor = weights.TYPO if distance <= 1 else weights.SECOND_TYPO
            stems[stem] = max(stems.get(stem, 0.0), factor)
            if distance < nearest:
                best, nearest = choice, distance
        return best

    def _add_completions(self, stems: dict[str, float], beginning: str) -> None:
        """Add the words that begin so; when one is half typed, nobody knows yet which it is."""
        at = bisect_left(self._sorted, beginning)
        for word in self._sorted[at : at + _MOST_EXPANSIONS]:
            if not word.startswith(beginning):
                break
            stem = self._stems_of_words[word]
            stems[stem] = max(stems.get(stem, 0.0), weights.HALF_TYPED)

    def _kin(self, groups: Iterable[tuple[str, ...]]) -> Mapping[str, frozenset[str]]:
        kin: dict[str, set[str]] = defaultdict(set)
        for group in groups:
            stems = {self.stem(word) for word in group}
            for stem in stems:
                kin[stem] |= (stems - {stem}) & self._known
        return {stem: frozenset(others) for stem, others in kin.items() if others}


def _is_empty(word: str) -> bool:
    return word in STOP_WORDS or word in QUESTION_WORDS
