from datetime import UTC, datetime, timedelta

import pytest

from bot.faq.recent import RecentAnswers, Shown

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HERE, ELSEWHERE = 10, 11


@pytest.fixture
def recent() -> RecentAnswers:
    answers = RecentAnswers()
    assert answers.claim(HERE, "e1", now=NOW) is None
    answers.sent(HERE, "e1", message_id=77)
    return answers


@pytest.mark.parametrize(
    ("channel", "entry", "seconds", "earlier"),
    [
        (HERE, "e1", 0, 77),
        (HERE, "e1", 59, 77),
        (HERE, "e1", 60, None),
        (HERE, "e2", 0, None),
        (ELSEWHERE, "e1", 0, None),
    ],
)
def test_an_answer_is_remembered_for_a_minute_in_its_channel(
    recent: RecentAnswers, channel: int, entry: str, seconds: int, earlier: int | None
) -> None:
    found = recent.claim(channel, entry, now=NOW + timedelta(seconds=seconds))
    assert (found.message_id if found else None) == earlier


def test_a_second_asker_does_not_prolong_the_minute(recent: RecentAnswers) -> None:
    recent.claim(HERE, "e1", now=NOW + timedelta(seconds=50))
    assert recent.claim(HERE, "e1", now=NOW + timedelta(seconds=61)) is None


def test_an_answer_being_sent_counts_already() -> None:
    recent = RecentAnswers()
    recent.claim(HERE, "e1", now=NOW)
    assert recent.claim(HERE, "e1", now=NOW) == Shown(at=NOW, message_id=None)


def test_a_removed_answer_frees_the_place(recent: RecentAnswers) -> None:
    recent.withdraw(HERE, "e1", message_id=77)
    assert recent.claim(HERE, "e1", now=NOW) is None


def test_removing_another_copy_does_not_free_the_place(recent: RecentAnswers) -> None:
    recent.withdraw(HERE, "e1", message_id=78)
    assert recent.claim(HERE, "e1", now=NOW) is not None


def test_an_answer_that_was_not_sent_frees_the_place() -> None:
    recent = RecentAnswers()
    recent.claim(HERE, "e1", now=NOW)
    recent.withdraw(HERE, "e1", message_id=None)
    assert recent.claim(HERE, "e1", now=NOW) is None


def test_what_was_never_shown_can_be_withdrawn() -> None:
    RecentAnswers().withdraw(HERE, "e1", message_id=None)


def test_memory_stays_bounded() -> None:
    recent = RecentAnswers()
    for number in range(5000):
        recent.claim(number, "e1", now=NOW)
    assert recent.claim(0, "e1", now=NOW) is None
    assert recent.claim(4999, "e1", now=NOW) is not None
