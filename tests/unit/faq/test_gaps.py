import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.gaps import Gap, merge_similar
from bot.faq.models import Unanswered
from bot.faq.search import build_index
from bot.faq.search.likeness import Likeness

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def asked(phrasing: str, count: int = 1, *, days_ago: int = 0) -> Unanswered:
    at = NOW - timedelta(days=days_ago)
    return Unanswered(
        guild_id=1, query_key=f"k-{phrasing}", phrasing=phrasing, count=count, first_at=at, last_at=at
    )


def share_of_words(one: str, other: str) -> float:
    first, second = set(one.split()), set(other.split())
    return len(first & second) / max(1, len(first | second))


def shapes(gaps: Iterable[Gap]) -> list[tuple[int, list[str]]]:
    return [(gap.count, [question.phrasing for question in gap.questions]) for gap in gaps]


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([], []),
        ([asked("where is lunch")], [(1, ["where is lunch"])]),
        (
            [asked("where is lunch", 2), asked("where is the lunch", 3), asked("who pays")],
            [(5, ["where is the lunch", "where is lunch"]), (1, ["who pays"])],
        ),
        (
            [asked("a b", 2), asked("c d", 3), asked("c d e", 1)],
            [(4, ["c d", "c d e"]), (2, ["a b"])],
        ),
        (
            [asked("old words", days_ago=9), asked("old words here", days_ago=1)],
            [(2, ["old words here", "old words"])],
        ),
    ],
    ids=["nothing", "one", "merged", "most asked first", "latest wording names the gap"],
)
def test_questions_of_one_meaning_are_one_gap(
    questions: list[Unanswered], expected: list[tuple[int, list[str]]]
) -> None:
    assert shapes(merge_similar(questions, share_of_words)) == expected


def test_a_gap_is_named_by_its_most_asked_wording() -> None:
    (gap,) = merge_similar([asked("is it free", 1), asked("is it free now", 4)], share_of_words)
    assert (gap.key, gap.phrasing) == ("k-is it free now", "is it free now")
    assert gap.keys == ("k-is it free now", "k-is it free")


@given(
    st.lists(
        st.builds(asked, st.sampled_from(["a b c", "a b d", "a b c d", "x", "x y", "z"]), st.integers(1, 9)),
        max_size=12,
        unique_by=lambda question: question.query_key,
    ),
    st.randoms(use_true_random=False),
)
def test_no_question_is_lost_and_order_does_not_matter(questions: list[Unanswered], random: object) -> None:
    gaps = merge_similar(questions, share_of_words)
    assert sorted(key for gap in gaps for key in gap.keys) == sorted(q.query_key for q in questions)
    assert sum(gap.count for gap in gaps) == sum(question.count for question in questions)
    assert [gap.count for gap in gaps] == sorted((gap.count for gap in gaps), reverse=True)
    random.shuffle(questions)
    assert merge_similar(questions, share_of_words) == gaps


def test_work_stays_bounded() -> None:
    compared = 0

    def never(one: str, other: str) -> float:
        nonlocal compared
        compared += 1
        return 0.0

    merge_similar([asked(str(number)) for number in range(3000)], never)
    assert compared <= 400 * 400


def test_comparing_costs_little_beside_preparing() -> None:
    index = build_index(())
    texts = [f"zork{number} how do I frobnicate a widget {number}" for number in range(40)]

    def seconds(likeness: Callable[[], Likeness]) -> float:
        start = time.process_time()
        for one in texts:
            for other in texts:
                likeness()(one, other)
        return time.process_time() - start

    remembering = index.likeness()
    seconds(index.likeness)
    assert seconds(lambda: remembering) * 4 < seconds(index.likeness)
