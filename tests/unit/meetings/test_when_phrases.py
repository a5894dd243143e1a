"""Compare what every phrase under tests/fixtures/meetings/when means with the answer beside it."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.meetings.when.models import Question, Unclear, When
from bot.meetings.when.reader import read_when
from bot.text.catalogue import load_texts
from tests.unit.meetings.phrase_files import FILES, FIXTURES, answer_all, load

GIVEN = json.loads((FIXTURES / "nl_times.json").read_text(encoding="utf-8"))
NOW = datetime.fromisoformat(GIVEN["now"])
TEXTS = load_texts()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_phrases_mean_what_stands_beside_them(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))

    assert answer_all(load(path)) == expected


def read(phrase: str) -> When | Question | Unclear:
    return read_when(phrase, now=NOW, zone="America/New_York")


ASKED_ONCE = {"July 7 2027 10am EST"}
ASKED_SERIES = {
    "every 2nd tuesday 10am ET",
    "every tuesday 10am until march",
    "quarterly on the first wednesday at 10am",
}


@pytest.mark.parametrize(("phrase", "instant"), GIVEN["one"])
def test_single_dates_come_out_right_or_ask_with_the_right_one_among_the_choices(phrase, instant) -> None:
    answer = read(phrase)

    assert isinstance(answer, Question) == (phrase in ASKED_ONCE)
    found = [each.when for each in answer.choices] if isinstance(answer, Question) else [answer]
    assert datetime.fromisoformat(instant) in [each.instant for each in found]
    assert not any(each.rrule for each in found)


@pytest.mark.parametrize(("phrase", "rule", "time"), GIVEN["rec"])
def test_series_come_out_right_or_ask(phrase, rule, time) -> None:
    answer = read(phrase)

    assert isinstance(answer, Question) == (phrase in ASKED_SERIES)
    found = [each.when for each in answer.choices] if isinstance(answer, Question) else [answer]
    rules = [each.rrule.partition("=2027")[0] for each in found]
    assert rule in rules or rule == "FREQ=?"
    assert {each.start.strftime("%H:%M") for each in found} == {time or "10:00"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_answer_has_its_texts_and_every_button_fits(path: Path) -> None:
    phrases = load(path)
    for line in phrases.lines:
        answer = read_when(line, now=phrases.now, zone=phrases.zone)
        if isinstance(answer, Unclear):
            assert len(TEXTS(answer.key, **dict(answer.values))) <= 400
        if isinstance(answer, Question):
            assert TEXTS(answer.key)
            labels = [
                " · ".join(TEXTS(r.key, **dict(r.values)) for r in each.readings) for each in answer.choices
            ]
            assert len(set(labels)) == len(labels)
            assert max(map(len, labels)) <= 80
