"""Weigh the words of a FAQ, and find what a query's word may mean among them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.faq.search import weights
from bot.faq.search.acronyms import Initials, is_empty
from bot.faq.search.background import Background
from bot.faq.search.phrasings import Word
from bot.faq.search.spelling import SHORTEST_MENDED, Lexicon
from bot.faq.search.synonyms import related_stems, synonymous_stems
from bot.faq.search.words import QUESTION_WORDS, STOP_WORDS, TELLING_QUESTION_WORDS
from bot.text.stems import ENGLISH, stem_of

_EMPTY_WORDS = Lexicon({word: 0 for word in QUESTION_WORDS | STOP_WORDS if len(word) >= SHORTEST_MENDED})
_SHORTEST_PART = 3
_LONGEST_PARTED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of a query: what it may stand for in the FAQ (stem -> factor), and what it weighs.

    `spelling` is the FAQ's own word where the query's was mended.
    """

    spelling: str
    weight: float
    stems: Mapping[str, float]
    is_half_typed: bool = False


class Vocabulary:
    """The words of one FAQ in one language.

    Args:
        language: Snowball's name of the language; what only English has (stop words, synonyms, the table of
            common words) serves English alone.
        phrasings: Each entry's questions and aliases, as words.
        told: The words of all answers.
    """

    def __init__(
        self,
        language: str,
        phrasings: Sequence[tuple[int, tuple[str, ...]]],
        told: Iterable[str],
        background: Background,
    ) -> None:
        self._language = language
        self._is_english = language == ENGLISH
        self._background = background
        self._entries = len({entry for entry, _ in phrasings})
        entries_with: dict[str, set[int]] = {}
        for entry, words in phrasings:
            for word in words:
                entries_with.setdefault(self.stem(word), set()).add(entry)
        self._frequency = {stem: len(found) for stem, found in entries_with.items()}
        self._initials = Initials(words for _, words in phrasings)
        asked = {word for _, words in phrasings for word in words}
        self._words = {word: Word(word, self.stem(word), self._weigh(word)) for word in asked}
        self._stems = {word: self.stem(word) for word in (*asked, *told)}
        self._known = frozenset(self._stems.values())
        self._lexicon = Lexicon({word: self._frequency.get(stem, 0) for word, stem in self._stems.items()})
        if self._is_english:
            # Read now, so that no member's first question waits for it.
            synonymous_stems()
            related_stems()

    def stem(self, word: str) -> str:
        """Return a word's stem."""
        return stem_of(word, self._language)

    def word(self, spelling: str) -> Word:
        """Return a word with its stem and weight."""
        return self._words.get(spelling) or Word(spelling, self.stem(spelling), self._weigh(spelling))

    def term(self, word: str) -> Term:
        """Return what a query's word may stand for."""
        word = self._without_slip(word)
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
        return Term(spelling=spelling, weight=self.word(spelling).weight, stems=stems)

    def half_typed_term(self, beginning: str) -> Term:
        """Return what a word's beginning may stand for: nobody knows yet which word it will be."""
        whole = self.term(beginning)
        completions = self._lexicon.completions(beginning)
        if not completions:
            return whole
        stems = dict(whole.stems) if self.stem(beginning) in self._known else {}
        for completion in completions:
            _raise(stems, self._stems[completion], weights.HALF_TYPED)
        weight = sum(self.word(completion).weight for completion in completions) / len(completions)
        return Term(spelling=beginning, weight=weight, stems=stems, is_half_typed=True)

    def _weigh(self, word: str) -> float:
        """Return how much a word says, 0 to 1: rare in the FAQ and in the language says most."""
        if self._is_english and word in TELLING_QUESTION_WORDS:
            return weights.TELLING_QUESTION_WORD
        if self._is_english and word in QUESTION_WORDS:
            return weights.QUESTION_WORD
        if self._is_english and word in STOP_WORDS:
            return weights.STOP_WORD
        found = self._frequency.get(self.stem(word), 0)
        level = (self._background.level(word) or 0) if self._is_english else 0
        imagined = weights.IMAGINED_ENTRIES * _share_of_entries(level)
        everything = self._entries + weights.IMAGINED_ENTRIES
        rarity = math.log(everything / ((found or 0.5) + imagined))
        rarity /= math.log(everything / (0.5 + weights.IMAGINED_ENTRIES * _share_of_entries(0)))
        return min(1.0, max(weights.LEAST, rarity * self._beside_subject(found)))

    def _beside_subject(self, found: int) -> float:
        """Return what is left of a word's weight when so many entries have it in their question."""
        if self._entries < weights.SUBJECT_FROM_ENTRIES:
            return 1.0
        return min(1.0, (1 - found / self._entries) / (1 - weights.SUBJECT_SHARE))

    def _add_kin(self, stems: dict[str, float], stem: str) -> None:
        if not self._is_english:
            return
        for kin, factor in ((related_stems(), weights.RELATED), (synonymous_stems(), weights.SYNONYM)):
            for other in kin.get(stem, ()):
                if other in self._known:
                    stems[other] = factor

    def _add_parts(self, stems: dict[str, float], word: str) -> None:
        """Take an unknown word as an acronym, or as two words written as one."""
        for meant in self._initials.words(word):
            _raise(stems, self._stems[meant], weights.ACRONYM)
        for cut in range(_SHORTEST_PART, min(len(word), _LONGEST_PARTED)):
            first, second = word[:cut], word[cut:]
            if first in self._stems and second in self._stems and not is_empty(second):
                _raise(stems, self._stems[first], weights.SPLIT)
                _raise(stems, self._stems[second], weights.SPLIT)

    def _may_be_typo(self, word: str) -> bool:
        if len(word) < SHORTEST_MENDED:
            return False
        return not self._is_english or self._background.level(word) is None

    def _without_slip(self, word: str) -> str:
        """Return the question or stop word that is one typo away: "waht" asks nothing about a hat."""
        if self._is_english and self.stem(word) not in self._known and self._may_be_typo(word):
            nearest = _EMPTY_WORDS.nearest(word)
            if nearest and nearest[0][1] <= 1:
                return nearest[0][0]
        return word

    def _add_mended(self, stems: dict[str, float], word: str) -> str:
        """Add the FAQ's words that are a typo away; return the nearest."""
        nearest = self._lexicon.nearest(word)
        for choice, distance in nearest:
            _raise(stems, self._stems[choice], weights.TYPO if distance <= 1 else weights.SECOND_TYPO)
        return nearest[0][0] if nearest else word


def _share_of_entries(level: int) -> float:
    """Return the share of ordinary texts as short as a question that have a word of this level.

    One in ten thousand has a rare word. The table's levels are logarithms of counts, so each step multiplies.
    """
    return min(0.5, math.pow(10.0, 0.035 * level - 4))


def _raise(stems: dict[str, float], stem: str, factor: float) -> None:
    stems[stem] = max(stems.get(stem, 0.0), factor)
