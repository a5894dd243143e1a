"""Search a FAQ: exact matches first, then the best evidence of every language's shelf."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from bot.faq.models import Band, Entry, Match, SearchResult, Why
from bot.faq.search.background import load_background
from bot.faq.search.confidence import judge
from bot.faq.search.evidence import Evidence
from bot.faq.search.likeness import Likeness
from bot.faq.search.shelf import Shelf
from bot.faq.search.words import normalise, words_of

# Beside an exact match, the others are at most almost as good.
_NEAR = 0.99
_JUDGED = 5
_MOSTLY_ANSWER = 0.5
_FAR_BEHIND = 0.4


class Index:
    """An immutable index over the entries of one FAQ."""

    def __init__(self, shelves: Iterable[Shelf], exact: Mapping[str, str]) -> None:
        self._shelves = tuple(shelves)
        self._exact = MappingProxyType(dict(exact))

    def search(self, query: str, *, limit: int = 5, prefix: bool = False) -> SearchResult:
        """Return the entries that match a question, keywords or an entry's id, best first.

        Args:
            query: Any text; what is beyond the first words is not looked at.
            limit: How many matches to return at most.
            prefix: Take the last word as half typed.
        """
        exact = self._exact.get(query.strip()) or self._exact.get(normalise(query))
        found = self._found(words_of(query), prefix=prefix and not query.endswith((" ", "?", ".", "!")))
        matches = _matches(found, exact, limit)
        if exact is not None:
            return SearchResult(band=Band.ANSWER, matches=matches)
        return SearchResult(band=judge([evidence for _, evidence in found]).band, matches=matches)

    def evidence(self, words: Sequence[str]) -> tuple[tuple[str, Evidence], ...]:
        """Return the best entries' ids with what speaks for them, for whoever fits the confidence."""
        return tuple((entry.id, evidence) for entry, evidence in self._found(words, prefix=False)[:_JUDGED])

    def _found(self, words: Sequence[str], *, prefix: bool) -> list[tuple[Entry, Evidence]]:
        found = [
            (shelf.entries[number], evidence)
            for shelf in self._shelves
            for number, evidence in shelf.find(shelf.query(words, prefix=prefix))
        ]
        found.sort(key=lambda one: (-one[1].score, one[0].id))
        return found

    def likeness(self) -> Likeness:
        """Return what tells how much two questions ask the same, by this FAQ's weights."""
        return Likeness([shelf.vocabulary for shelf in self._shelves])


def build_index(entries: Sequence[Entry]) -> Index:
    """Build an index; the entries' order does not matter."""
    background = load_background()
    by_language: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_language[entry.language].append(entry)
    by_language.setdefault("english", [])
    ordered = {language: sorted(some, key=lambda entry: entry.id) for language, some in by_language.items()}
    shelves = [Shelf(language, some, background) for language, some in sorted(ordered.items())]
    return Index(shelves, _exact_keys([entry for some in ordered.values() for entry in some]))


def worth_offering(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Drop what is far behind the best: five buttons of which three are noise help nobody."""
    best = matches[0].score if matches else 0.0
    return tuple(match for match in matches if match.score >= _FAR_BEHIND * best)


def _exact_keys(entries: Sequence[Entry]) -> Mapping[str, str]:
    """Map what matches exactly to entry ids: ids over questions over aliases, whichever comes first."""
    exact: dict[str, str] = {}
    for entry in entries:
        exact.setdefault(entry.id, entry.id)
    for entry in entries:
        exact.setdefault(normalise(entry.question), entry.id)
    for entry in entries:
        for alias in entry.aliases:
            exact.setdefault(normalise(alias), entry.id)
    exact.pop("", None)
    return exact


def _matches(found: Sequence[tuple[Entry, Evidence]], exact: str | None, limit: int) -> tuple[Match, ...]:
    matches = [
        Match(
            entry_id=entry.id,
            score=min(evidence.score, _NEAR if exact else 1.0),
            why=Why.ANSWER if evidence.in_question < _MOSTLY_ANSWER * evidence.coverage else Why.KEYWORD,
        )
        for entry, evidence in found[: limit + 1]
        if entry.id != exact
    ]
    if exact is not None:
        matches.insert(0, Match(entry_id=exact, score=1.0, why=Why.EXACT))
    return tuple(matches[:limit])
