"""The search's quality on the repository's own labelled sets, and its cost as a FAQ grows."""

import statistics
import time
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from bot.faq.models import Band, Entry
from bot.faq.search import Index, build_index
from tests.benchmarks.labelled import LabelledSet, read_set
from tests.benchmarks.variants import PLAIN, SHORT, TYPO, vary

SETS = Path(__file__).parents[2] / "fixtures/faq/sets"
OWN = read_set(SETS / "working_group.json")
INDEX = build_index(OWN.entries)


def first_is_right(labelled: LabelledSet, index: Index, variant: str) -> float:
    texts = vary(tuple(question.text for question in labelled.questions), variant)
    right = [
        [labelled.position(match.entry_id) for match in index.search(text, limit=1).matches]
        == [question.gold]
        for question, text in zip(labelled.questions, texts, strict=True)
        if question.gold is not None
    ]
    return sum(right) / len(right)


@pytest.mark.parametrize(("variant", "floor"), [(PLAIN, 0.70), (TYPO, 0.64), (SHORT, 0.62)])
def test_first_match_is_right(variant: str, floor: float) -> None:
    assert first_is_right(OWN, INDEX, variant) >= floor


def test_first_match_is_right_more_often_than_fuzzy_matching() -> None:
    titles = [default_process(entry.question) for entry in OWN.entries]
    asked = [question for question in OWN.questions if question.gold is not None]
    fuzzy = sum(
        process.extractOne(default_process(question.text), titles, scorer=fuzz.WRatio)[2] == question.gold
        for question in asked
    )

    assert first_is_right(OWN, INDEX, PLAIN) > fuzzy / len(asked) + 0.2


def test_answers_given_are_mostly_right_and_strangers_are_mostly_left_alone() -> None:
    answered = [question for question in OWN.questions if INDEX.search(question.text).band is Band.ANSWER]
    right = [
        question
        for question in answered
        if OWN.position(INDEX.search(question.text).matches[0].entry_id) == question.gold
    ]
    strangers = [question for question in OWN.questions if question.gold is None]
    bothered = [question for question in answered if question.gold is None]

    assert len(right) >= 0.7 * len(answered)
    assert len(right) >= 0.35 * (len(OWN.questions) - len(strangers))
    assert len(bothered) <= 0.25 * len(strangers)


def test_far_strangers_are_met_with_silence() -> None:
    far = [question for question in OWN.questions if question.kind == "oos_far"]
    silent = [question for question in far if INDEX.search(question.text).band is Band.SILENT]

    assert len(silent) >= 0.8 * len(far)


def filled(size: int) -> Index:
    """Fill a FAQ with made-up entries around the set's own."""
    verbs = ("paint", "move", "sell", "clean")
    subjects = (
        "printer",
        "tunnel",
        "garden",
        "violin",
        "harbour",
        "carpet",
        "rocket",
        "lantern",
        "window",
        "saddle",
    )
    made = [
        Entry(
            id=f"made{number}",
            question=f"How do I {verbs[number % 4]} the {subjects[number % 10]} {number}?",
            answer="",
            text=f"Take the {subjects[number // 10 % 10]} to room {number} and wait.",
        )
        for number in range(size - len(OWN.entries))
    ]
    return build_index([*OWN.entries, *made])


def median_seconds(index: Index) -> float:
    taken = []
    for question in OWN.questions:
        started = time.thread_time()
        index.search(question.text)
        taken.append(time.thread_time() - started)
    return statistics.median(taken)


def test_tenfold_faq_costs_far_less_than_ten_times_the_time() -> None:
    assert median_seconds(filled(2000)) < 6 * median_seconds(filled(200))
