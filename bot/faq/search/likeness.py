"""Tell how much questions ask the same, by one FAQ's weights, without an entry between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.faq.search import weights
from bot.faq.search.phrasings import add_up, grams_of, length_of
from bot.faq.search.vocabulary import Vocabulary
from bot.faq.search.words import normalise, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """A question as one language sees it: its stems with their weights, and a unit vector of its trigrams."""

    stems: Mapping[str, float]
    total: float
    grams: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question ready to be compared; the same `key` means the same words."""

    key: str
    profiles: tuple[_Profile, ...]


class Likeness:
    """Compare questions, remembering each: a hundred of them make thousands of pairs."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._vocabularies = tuple(vocabularies)
        self._asked: dict[str, _Asked] = {}

    def __call__(self, first: str, second: str) -> float:
        """Return how much two questions ask the same, 0 to 1; 1.0 for the same words."""
        one, other = self._prepared(first), self._prepared(second)
        if one.key == other.key:
            return 1.0
        pairs = zip(one.profiles, other.profiles, strict=True)
        return max((_alike(mine, others) for mine, others in pairs), default=0.0)

    def _prepared(self, text: str) -> _Asked:
        found = self._asked.get(text)
        if found is None:
            words = tuple(dict.fromkeys(words_of(text)))
            profiles = tuple(_profile(vocabulary, words) for vocabulary in self._vocabularies)
            found = self._asked[text] = _Asked(key=normalise(text), profiles=profiles)
        return found


def _profile(vocabulary: Vocabulary, spellings: Sequence[str]) -> _Profile:
    words = [vocabulary.word(spelling) for spelling in spellings]
    stems: dict[str, float] = {}
    for word in words:
        stems[word.stem] = max(stems.get(word.stem, 0.0), word.weight)
    vector = add_up((grams_of(word.spelling), word.weight) for word in words)
    norm = length_of(vector) or 1.0
    return _Profile(
        stems=stems,
        total=sum(stems.values()),
        grams={gram: value / norm for gram, value in vector.items()},
    )


def _alike(one: _Profile, other: _Profile) -> float:
    """Return the mean of the words' overlap, seen from both sides, and the characters' cosine."""
    if not one.total or not other.total:
        return 0.0
    shared = one.stems.keys() & other.stems.keys()
    # A stem's weight hangs on its spelling too, so each side counts by its own.
    mine = min(1.0, sum(one.stems[stem] for stem in shared) / one.total)
    others = min(1.0, sum(other.stems[stem] for stem in shared) / other.total)
    words = (_overlap(mine, others) + _overlap(others, mine)) / 2
    fewer, more = sorted((one.grams, other.grams), key=len)
    characters = sum(value * more[gram] for gram, value in fewer.items() if gram in more)
    return (words + min(1.0, characters)) / 2


def _overlap(asked: float, phrased: float) -> float:
    return float(asked**weights.ASKED_POWER * phrased**weights.PHRASING_POWER)
