"""Hold what others would use, to be measured beside ours: rapidfuzz's scorers and SQLite's full text."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from bot.faq.models import Band, Entry
from bot.faq.search import Index, build_index
from tests.benchmarks.variants import HALF_TYPED

_LIMIT = 5
_USUAL_CUTOFF = 80
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The ids found with their scores, best first; `is_answer` is None where a system cannot tell."""

    ranked: tuple[tuple[str, float], ...]
    band: Band | None = None


Finder = Callable[[str, str], Reply]


def finders(entries: Sequence[Entry]) -> dict[str, Callable[[], Finder]]:
    """Return what makes each system ready over the entries."""
    return {
        "ours": lambda: Ours(entries),
        "rapidfuzz WRatio": lambda: Fuzzy(entries, fuzz.WRatio),
        "rapidfuzz token_set": lambda: Fuzzy(entries, fuzz.token_set_ratio),
        "FTS5 porter OR": lambda: FullText(entries),
    }


class Ours:
    """The search under test."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._index: Index = build_index(entries)

    def __call__(self, query: str, variant: str) -> Reply:
        """Search; a half-typed query as autocomplete does."""
        result = self._index.search(query, limit=_LIMIT, prefix=variant == HALF_TYPED)
        return Reply(ranked=tuple((one.entry_id, one.score) for one in result.matches), band=result.band)


class Fuzzy:
    """rapidfuzz over all questions and aliases, answering from 80 on as most bots do."""

    def __init__(self, entries: Sequence[Entry], scorer: Callable[..., float]) -> None:
        asked = [(entry.id, text) for entry in entries for text in (entry.question, *entry.aliases)]
        self._ids = [entry_id for entry_id, _ in asked]
        self._texts = [default_process(text) for _, text in asked]
        self._scorer = scorer

    def __call__(self, query: str, variant: str) -> Reply:
        """Search with all scores, the best phrasing for each entry."""
        best: dict[str, float] = {}
        for _, score, number in process.extract(
            default_process(query), self._texts, scorer=self._scorer, limit=None
        ):
            best.setdefault(self._ids[number], score)
            if len(best) == _LIMIT:
                break
        ranked = tuple(best.items())
        is_sure = bool(ranked) and ranked[0][1] >= _USUAL_CUTOFF
        return Reply(ranked=ranked, band=Band.ANSWER if is_sure else Band.SILENT)


class FullText:
    """SQLite's FTS5 with Porter's stemmer, any of the words, the question five times the answer."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._ids = [entry.id for entry in entries]
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "create virtual table faq using fts5(question, answer, tokenize='porter unicode61')"
        )
        self._database.executemany(
            "insert into faq (rowid, question, answer) values (?, ?, ?)",
            [
                (number, "\n".join((entry.question, *entry.aliases)), entry.text)
                for number, entry in enumerate(entries)
            ],
        )

    def __call__(self, query: str, variant: str) -> Reply:
        """Search; the last word of a half-typed query as a prefix. BM25 tells nothing of confidence."""
        words = [f'"{word}"' for word in _WORD.findall(query)]
        if not words:
            return Reply(ranked=())
        if variant == HALF_TYPED:
            words[-1] += "*"
        rows = self._database.execute(
            "select rowid, -bm25(faq, 5.0, 1.0) from faq where faq match ? order by 2 desc limit ?",
            (" OR ".join(words), _LIMIT),
        )
        return Reply(ranked=tuple((self._ids[number], score) for number, score in rows))
