"""When a digest is wanted is read as people write it, and comes once for each window whatever clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.digest.models import Window
from bot.mail.digest.planning import LATE_AFTER, find_next, plan_digest
from bot.text.cadence import Schedule, parse_when, write_when
from bot.text.wall_time import Days

YEARS = datetime(2025, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("daily", "daily 09:00"),
        ("Daily 9:30", "daily 09:30"),
        ("every day at 9 am", "daily 09:00"),
        ("8:15", "daily 08:15"),
        ("weekdays 09:00", "weekdays 09:00"),
        ("weekdays at 5pm", "weekdays 17:00"),
        ("weekly", "mondays 09:00"),
        ("weekly on friday 16:00", "fridays 16:00"),
        ("Mondays 09:00", "mondays 09:00"),
        ("mon, thu 9:00", "mondays, thursdays 09:00"),
        ("tuesdays and fridays 7h30", "tuesdays, fridays 07:30"),
        ("every sunday 12 pm", "sundays 12:00"),
        ("12 am", "daily 00:00"),
        ("after 10 threads", "after 10 threads"),
        ("20 threads", "after 20 threads"),
    ],
)
def test_schedule_is_read_and_written(typed: str, written: str) -> None:
    schedule = parse_when(typed)

    assert schedule is not None
    assert write_when(schedule) == written
    assert parse_when(written) == schedule


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "daily 25:00", "13 pm", "fortnightly", "after 0 threads", "after 900 threads", "m 9:00"],
)
def test_what_is_no_schedule_is_refused(typed: str) -> None:
    assert parse_when(typed) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_harm(text: str) -> None:
    schedule = parse_when(text)

    assert schedule is None or parse_when(write_when(schedule)) == schedule


def test_digest_is_due_at_its_moment_and_once() -> None:
    schedule = Schedule(at=time(9))
    told = datetime(2026, 3, 2, 8, tzinfo=UTC)
    due = datetime(2026, 3, 3, 8, tzinfo=UTC)

    early = plan_digest(schedule, BERLIN, told_until=told, now=due - timedelta(seconds=1), new_threads=0)
    first = plan_digest(schedule, BERLIN, told_until=told, now=due + timedelta(seconds=9), new_threads=0)
    again = plan_digest(schedule, BERLIN, told_until=due, now=due + timedelta(seconds=20), new_threads=0)

    assert (early, first, again) == (None, Window(since=told, until=due), None)
    assert find_next(schedule, BERLIN, told_until=told) == due


def test_missed_digests_are_merged_into_one_that_reaches_to_the_present() -> None:
    now = datetime(2026, 3, 6, 12, tzinfo=UTC)
    told = datetime(2026, 3, 2, 8, tzinfo=UTC)

    window = plan_digest(Schedule(), BERLIN, told_until=told, now=now, new_threads=0)

    assert window == Window(since=told, until=now, rounds=4)


def test_threads_are_counted_and_rest_for_an_hour() -> None:
    schedule = Schedule(threads=10)
    told = datetime(2026, 3, 2, 8, tzinfo=UTC)

    soon = plan_digest(schedule, BERLIN, told_until=told, now=told + timedelta(minutes=59), new_threads=50)
    few = plan_digest(schedule, BERLIN, told_until=told, now=told + timedelta(days=9), new_threads=9)
    due = plan_digest(schedule, BERLIN, told_until=told, now=told + timedelta(hours=1), new_threads=10)

    assert (soon, few) == (None, None)
    assert due == Window(since=told, until=told + timedelta(hours=1))


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    start=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: YEARS + timedelta(minutes=minutes)),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    steps=st.lists(st.integers(1, 60 * 40), min_size=1, max_size=60),
)
def test_windows_join_without_gap_or_overlap(
    zone: str, start: datetime, at: time, weekdays: set[int], steps: list[int]
) -> None:
    schedule = Schedule(days=Days(weekdays=frozenset(weekdays)), at=at)
    now = told = start
    rounds = 0
    for minutes in steps:
        now += timedelta(minutes=minutes)
        window = plan_digest(schedule, ZoneInfo(zone), told_until=told, now=now, new_threads=0)
        if window is not None:
            assert window.since == told < window.until <= now
            is_late = window.rounds > 1 or now - window.until > LATE_AFTER
            assert not is_late or window.until == now
            told, rounds = window.until, rounds + window.rounds
        again = plan_digest(schedule, ZoneInfo(zone), told_until=told, now=now, new_threads=0)
        assert again is None
    days = (now - start).days
    assert rounds <= days + 2
