"""The benchmark's predictions: a JSON object a line, whatever the set holds."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.faq import main

ENTRIES = (
    {"id": 7, "question": "Where are the minutes?", "answer": "", "aliases": ["notes"], "section": ""},
    {"id": "häuser/1", "question": "How do I join?", "answer": "Subscribe to the list."},
    {"id": 2.5, "question": "", "answer": None},
)


def predicted(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    entries: Sequence[object],
    questions: Sequence[object],
    *options: str,
) -> list[dict[str, Any]]:
    path = folder / "set.json"
    path.write_text(json.dumps({"entries": list(entries), "queries": list(questions)}), encoding="utf-8")

    assert main(["--predict", str(path), *options]) == 0

    printed = capsys.readouterr()
    assert printed.err == ""
    return [json.loads(line) for line in printed.out.splitlines()]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("minutes", 7, id="number"),
        pytest.param("notes", 7, id="by an alias"),
        pytest.param("how can i join", "häuser/1", id="letters beyond ASCII"),
    ],
)
def test_ids_come_back_as_they_came(
    question: str, expected: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = predicted(tmp_path, capsys, ENTRIES, [{"q": question, "gold": expected, "kind": "user"}])

    assert list(line) == ["ranked", "band", "ms"]
    assert line["ranked"][0][0] == expected
    assert line["band"] in {"answer", "suggest"}


def test_half_typed_question_is_completed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = predicted(tmp_path, capsys, ENTRIES, [{"q": "minu"}], "--autocomplete")

    assert line["ranked"][0][0] == 7


def test_questions_are_answered_in_their_order_whatever_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ("", "minutes", "\x00", "会議", "a" * 5000)

    lines = predicted(tmp_path, capsys, ENTRIES, [{"q": text, "gold": None} for text in texts])

    assert [bool(line["ranked"]) for line in lines] == [False, True, False, False, False]


def test_set_without_entries_is_met_with_silence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = predicted(tmp_path, capsys, (), [{"q": "minutes", "gold": None}])

    assert (line["ranked"], line["band"]) == ([], "silent")


def test_wanted_entry_that_the_set_lacks_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = predicted(tmp_path, capsys, ENTRIES, [{"q": "minutes", "gold": "gone"}])

    assert line["ranked"][0][0] == 7
