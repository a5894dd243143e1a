"""Search a FAQ: exact matches first, then the best evidence of every language's shelf."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.faq.models import Band, Entry, Match, SearchResult, Why
from bot.faq.search.background import load_background
from bot.faq.search.confidence import judge
from bot.faq.search.evidence import Evidence, Query
from bot.faq.search.shelf import Shelf
from bot.faq.search.words import normalise, words_of

# Beside an exact match, the others are at most almost as good.
_NEAR = 0.99
_MOSTLY_ANSWER = 0.5
_JUDGED = 3
# What ends a word: nothing after it is half typed.
_CLOSING = (" ", "?", ".", "!")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What speaks for which entry, best first; `asked` and `ranked` are of the best one's language."""

    found: tuple[tuple[Entry, Evidence], ...]
    asked: Query | None
    ranked: tuple[Evidence, ...]


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
        findings = self.weigh(query, prefix=prefix)
        matches = _matches(findings.found, exact, limit)
        if exact is not None:
            return SearchResult(band=Band.ANSWER, matches=matches)
        if findings.asked is None:
            return SearchResult(band=Band.SILENT)
        return SearchResult(band=judge(findings.asked, findings.ranked).band, matches=matches)

    def weigh(self, query: str, *, prefix: bool = False) -> Findings:
        """Return all evidence for a query, exact matches apart."""
        words = words_of(query)
        is_open = prefix and not query.endswith(_CLOSING)
        found: list[tuple[Entry, Evidence]] = []
        asked: Query | None = None
        ranked: tuple[Evidence, ...] = ()
        for shelf in self._shelves:
            asked_here = shelf.query(words, prefix=is_open)
            here = sorted(shelf.find(asked_here), key=lambda one: (-one[1].score, one[0]))
            found += [(shelf.entries[number], evidence) for number, evidence in here]
            if here and (not ranked or here[0][1].score > ranked[0].score):
                asked, ranked = asked_here, tuple(evidence for _, evidence in here[:_JUDGED])
        found.sort(key=lambda one: (-one[1].score, one[0].id))
        return Findings(found=tuple(found), asked=asked, ranked=ranked)

    def similarity(self, first: str, second: str) -> float:
        """Return how much two questions ask the same, 0 to 1; 1.0 for the same words."""
        if normalise(first) == normalise(second):
            return 1.0
        return max((shelf.likeness(first, second) for shelf in self._shelves), default=0.0)


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
