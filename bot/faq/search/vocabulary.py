"""Weigh the words of a FAQ, and find what a query's word may mean among them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.faq.search import weights
from bot.faq.search.acronyms import Initials, is_empty
from bot.faq.search.background import HIGHEST, Background
from bot.faq.search.phrasings import Word
from bot.faq.search.spelling import SHORTEST_MENDED, Lexicon
from bot.faq.search.stems import ENGLISH, stem_of
from bot.faq.search.synonyms import related_stems, synonymous_stems
from bot.faq.search.words import QUESTION_WORDS, STOP_WORDS

_SHORTEST_PART = 3
_SHORTEST_DOUBTED = 5
_SHORTEST_CUT = 3
_MOST_LONG_FORMS = 3
_RARE_UP_TO = 60
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

    def stem(self, word: str) -> str:
        """Return a word's stem."""
        return stem_of(word, self._language)

    def word(self, spelling: str) -> Word:
        """Return a word with its stem and weight."""
        return self._words.get(spelling) or Word(spelling, self.stem(spelling), self._weigh(spelling))

    def term(self, word: str) -> Term:
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
        elif not stems and self._is_english and len(word) >= _SHORTEST_DOUBTED:
            self._add_doubted(stems, word)
        if stem not in self._known:
            self._add_long_form(stems, word)
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

    def _add_long_form(self, stems: dict[str, float], word: str) -> None:
        """Take an unknown word as a cut one ("config", "repo"), where few words begin so."""
        if len(word) < _SHORTEST_CUT:
            return
        meant = {self._stems[completion] for completion in self._lexicon.completions(word)}
        if len(meant) <= _MOST_LONG_FORMS:
            for stem in meant:
                _raise(stems, stem, weights.LONG_FORM)

    def joined(self, first: str, second: str) -> str | None:
        """Return the stem of two words written as one, if the FAQ does so: "git hub" for "github"."""
        joined = first + second
        return None if is_empty(first) and is_empty(second) else self._stems.get(joined)

    def _may_be_typo(self, word: str) -> bool:
        if len(word) < SHORTEST_MENDED:
            return False
        return not self._is_english or self._background.level(word) is None

    def _add_mended(self, stems: dict[str, float], word: str) -> str:
        """Add the FAQ's words that are a typo away; return the nearest."""
        nearest = self._lexicon.nearest(word)
        for choice, distance in nearest:
            _raise(stems, self._stems[choice], weights.TYPO if distance <= 1 else weights.SECOND_TYPO)
        return nearest[0][0] if nearest else word

    def _add_doubted(self, stems: dict[str, float], word: str) -> None:
        """Add the FAQ's words that a rare English one may be a typo for: "discard" may mean Discord."""
        level = self._background.level(word)
        if level is None or level >= _RARE_UP_TO:
            return
        for choice, distance in self._lexicon.nearest(word):
            if distance <= 1:
                _raise(stems, self._stems[choice], weights.DOUBTED)


def _raise(stems: dict[str, float], stem: str, factor: float) -> None:
    stems[stem] = max(stems.get(stem, 0.0), factor)
