"""Read labelled sets: entries, and questions of which it is known which entry answers them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.faq.models import Entry

_MISSING = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question; `gold` is the position of the entry that answers it, None when none does.

    It is -1 where the set names an entry that it does not have: in scope, and never found.
    """

    text: str
    gold: int | None
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """A set. `ids` are the entries' ids as the file has them; inside, an entry is its position."""

    name: str
    ids: tuple[Any, ...]
    entries: tuple[Entry, ...]
    questions: tuple[Question, ...]

    def position(self, entry_id: str) -> int:
        """Return an entry's position from the id that it has inside."""
        return int(entry_id[1:])


def read_set(path: Path) -> LabelledSet:
    """Read a set's file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    ids = tuple(entry["id"] for entry in content["entries"])
    # Ids may be any JSON value; their JSON text is a key for all.
    positions = {json.dumps(entry_id): number for number, entry_id in reversed(tuple(enumerate(ids)))}
    return LabelledSet(
        name=str(content.get("name") or path.stem),
        ids=ids,
        entries=tuple(_entry(number, entry) for number, entry in enumerate(content["entries"])),
        questions=tuple(_question(query, positions) for query in content["queries"]),
    )


def _entry(number: int, entry: Mapping[str, Any]) -> Entry:
    answer = entry.get("answer") or ""
    return Entry(
        # The product answers to an entry's id. Those of a set ("1", "faq") are no question's words, so
        # inside they are what nobody asks: a control character and the position.
        id=f"\x00{number:06}",
        question=entry.get("question") or "",
        answer=answer,
        text=answer,
        aliases=tuple(entry.get("aliases") or ()),
        section=entry.get("section") or "",
        language=entry.get("language") or "english",
    )


def _question(query: Mapping[str, Any], positions: Mapping[str, int]) -> Question:
    gold = query.get("gold")
    return Question(
        text=query.get("q") or "",
        gold=None if gold is None else positions.get(json.dumps(gold), _MISSING),
        kind=str(query.get("kind") or ""),
    )
