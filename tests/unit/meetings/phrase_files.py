"""Read the phrase files under tests/fixtures/meetings/when, and write what they came to.

A file names the moment and the group's zone, then a phrase a line; the JSON of the same name beside it holds
the answers in the same order. Adding a case is adding a line to both, or letting

    python -m tests.unit.meetings.phrase_files slips

write the second (all files when none is named); then read the difference before keeping it.
"""

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.meetings.when.models import Question, Unclear, When, WhenAnswer
from bot.meetings.when.reader import read_when

FIXTURES = Path(__file__).parents[2] / "fixtures" / "meetings" / "when"
FILES = sorted(FIXTURES.glob("*.txt"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    now: datetime
    zone: str
    lines: tuple[str, ...]


def load(path: Path) -> Phrases:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    given = dict(line.split("=", 1) for line in head.split("\n"))
    lines = tuple(body.removesuffix("\n").split("\n"))
    return Phrases(now=datetime.fromisoformat(given["now"]), zone=given["zone"], lines=lines)


def tell(answer: WhenAnswer) -> object:
    """Write an answer as JSON: a time as text, a question as its choices, a refusal as its key."""
    if isinstance(answer, When):
        return _tell_time(answer)
    if isinstance(answer, Unclear):
        return {"unclear": answer.key, **dict(answer.values)}
    assert isinstance(answer, Question)
    choices = {
        " + ".join(" ".join((each.key, *(value for _, value in each.values))) for each in choice.readings): (
            _tell_time(choice.when)
        )
        for choice in answer.choices
    }
    assert len(choices) == len(answer.choices), "no two buttons read the same"
    return {"ask": answer.key, "choices": choices}


def _tell_time(when: When) -> str:
    parts = [
        when.start.isoformat(timespec="minutes"),
        when.zone,
        when.instant.strftime("= %m-%d %H:%MZ"),
        when.rrule,
    ]
    parts.append(f"{int(when.duration.total_seconds()) // 60} min" if when.duration else "")
    return " ".join(part for part in parts if part)


def answer_all(phrases: Phrases) -> list[list[object]]:
    return [[line, tell(read_when(line, now=phrases.now, zone=phrases.zone))] for line in phrases.lines]


def accept(wanted: list[str]) -> None:
    for path in FILES:
        if not wanted or path.stem in wanted:
            rows = [json.dumps(row, ensure_ascii=False) for row in answer_all(load(path))]
            path.with_suffix(".json").write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    accept(sys.argv[1:])
