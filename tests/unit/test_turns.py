"""When a job is due: pure arithmetic."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turns import Turns, lengthening_pause
from tests.clocks import NOON

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def turns() -> Turns:
    made = Turns(interval=HOUR, turn_at=NOON, pause=HOUR)
    made.succeed(NOON)
    return made


@pytest.mark.parametrize(
    ("wishes", "due"),
    [
        ((), HOUR),
        ((2 * HOUR,), HOUR),
        ((HOUR / 2,), HOUR / 2),
        ((HOUR / 2, HOUR / 4, HOUR / 3), HOUR / 4),
        ((-HOUR,), -HOUR),
    ],
)
def test_earliest_of_turn_and_wishes_is_due(wishes, due):
    made = turns()
    for wish in wishes:
        made.wake(NOON + wish)
    assert made.due_at() == NOON + due


def test_wish_is_met_by_a_run_at_or_after_it_and_kept_by_one_before():
    made = turns()
    made.wake(NOON + 2 * SECOND)
    made.begin(NOON + SECOND)
    made.succeed(NOON + SECOND)
    assert made.due_at() == NOON + 2 * SECOND
    made.begin(NOON + 2 * SECOND)
    made.succeed(NOON + 2 * SECOND)
    assert made.due_at() == NOON + 2 * SECOND + HOUR


def test_wish_that_was_kept_through_a_failure_counts_after_the_recovery():
    made = turns()
    made.begin(NOON)
    made.fail(NOON, ValueError("x"))
    made.wait(NOON, 5 * SECOND)
    made.wake(NOON + 9 * SECOND)
    assert made.due_at() == NOON + 5 * SECOND
    made.begin(NOON + 5 * SECOND)
    made.succeed(NOON + 5 * SECOND)
    assert made.due_at() == NOON + 9 * SECOND


def test_turn_beyond_its_pause_is_taken_at_once():
    made = turns()
    made.mend(NOON - HOUR)
    assert made.due_at() == NOON - HOUR


@pytest.mark.parametrize("now", [NOON, NOON + HOUR / 2, NOON + 2 * HOUR, NOON - SECOND / 2])
def test_turn_within_its_pause_stays(now):
    made = turns()
    made.mend(now)
    assert made.due_at() == NOON + HOUR


def test_run_left_to_another_process_is_asked_for_again_soon_and_is_no_run():
    made = turns()
    made.begin(NOON + HOUR)
    made.leave(NOON + HOUR, 15 * SECOND)
    assert made.due_at() == NOON + HOUR + 15 * SECOND
    assert (made.health.last_run_at, made.health.running_since) == (NOON, None)


def test_pauses_grow_from_a_second_to_five_minutes():
    pauses = [lengthening_pause(failures, 0).total_seconds() for failures in range(1, 101)]
    assert pauses[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert set(pauses[9:]) == {300}


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_pause_is_within_its_bounds_and_chance_only_lengthens_it(failures, chance):
    pause = lengthening_pause(failures, chance)
    assert lengthening_pause(failures, 0) <= pause <= 5 * 60 * SECOND
    assert pause <= 1.25 * lengthening_pause(failures, 0)
