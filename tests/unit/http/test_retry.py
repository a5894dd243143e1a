from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.http.retry import MAX_TRIES, parse_retry_after, plan_wait

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("86401", 86_400.0),
        ("9" * 5_000, 86_400.0),
        ("Tue, 24 Nov 2026 12:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 12:01:30 -0000", 90.0),
        ("Tuesday, 24-Nov-26 12:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2099 11:00:00 GMT", 86_400.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٥", None),
        ("Tue, 99 Nov 2026 12:01:30 GMT", None),
        ("," * 100_000, None),
    ],
)
def test_parse_retry_after_reads_seconds_and_dates(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


@given(st.text())
def test_parse_retry_after_never_raises(value):
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= 86_400


@given(st.integers(0, 86_400))
def test_parse_retry_after_reads_a_date_like_as_many_seconds(seconds):
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(date, NOW) == parse_retry_after(str(seconds), NOW) == seconds


@given(st.floats(0, 1))
def test_plan_wait_grows_and_gives_up(jitter):
    waits = [plan_wait(SourceError("x"), tries=tries, jitter=jitter) for tries in range(1, MAX_TRIES + 1)]
    assert waits == [0.5 * (0.5 + jitter), 1.0 * (0.5 + jitter), None]


@pytest.mark.parametrize(
    ("wish", "wait"), [(0.0, 0.25), (4.0, 4.25), (10.0, 10.25), (10.5, None), (3600.0, None)]
)
def test_plan_wait_obeys_a_short_wish_and_leaves_a_long_one_to_the_next_poll(wish, wait):
    assert plan_wait(SourceError("x", retry_after_seconds=wish), tries=1, jitter=0.5) == wait
