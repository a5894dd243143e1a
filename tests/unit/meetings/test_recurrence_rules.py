"""Rules as text, and the dates they give, beside dateutil's for what dateutil does right."""

from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from dateutil import rrule as dateutil_rrule
from hypothesis import given, settings

from bot.meetings.models import Frequency, Moment, RecurrenceRule, WeekDay
from bot.meetings.recurrence.rule_text import RefusedRuleError, parse_rule, write_rule
from bot.meetings.recurrence.walls import Steps, walk

START = datetime(2024, 2, 29, 9, 30)
END = START + timedelta(days=1500)


def dates(
    text: str, start: datetime = START, *, low: datetime | None = None, high: datetime = END
) -> list[datetime]:
    rule = parse_rule(text)
    return list(walk(rule, start, is_date=False, low=low or start, high=high, steps=Steps(100_000)))


def days(text: str, start: str, number: int = 5) -> list[str]:
    begin = datetime.fromisoformat(start)
    found = dates(text, begin, high=begin + timedelta(days=10_000))
    return [f"{wall:%Y-%m-%d}" for wall in found[:number]]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=WEEKLY", RecurrenceRule(freq=Frequency.WEEKLY)),
        ("freq=weekly;byday=tu,mo;", RecurrenceRule(freq=Frequency.WEEKLY, by_day=(WeekDay(0), WeekDay(1)))),
        ("RRULE=x;FREQ=DAILY; INTERVAL=0", RecurrenceRule(freq=Frequency.DAILY)),
        (
            "FREQ=MONTHLY;BYDAY=+2TU,-1FR",
            RecurrenceRule(freq=Frequency.MONTHLY, by_day=(WeekDay(1, 2), WeekDay(4, -1))),
        ),
        ("FREQ=MONTHLY;BYDAY=0MO,SA", RecurrenceRule(freq=Frequency.MONTHLY, by_day=(WeekDay(5),))),
        (
            "FREQ=DAILY;UNTIL=20251104T100000Z;WKST=SU",
            RecurrenceRule(
                freq=Frequency.DAILY, until=Moment(wall=datetime(2025, 11, 4, 10), zone="UTC"), week_start=6
            ),
        ),
        (
            "FREQ=DAILY;UNTIL=20251104",
            RecurrenceRule(freq=Frequency.DAILY, until=Moment(wall=datetime(2025, 11, 4), is_date=True)),
        ),
    ],
)
def test_rule_is_read(text: str, rule: RecurrenceRule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FREQ=SECONDLY", "it repeats more often than every hour"),
        ("FREQ=FORTNIGHTLY", "its FREQ 'FORTNIGHTLY' is unknown"),
        ("BYDAY=MO", "it has no FREQ"),
        ("FREQ=DAILY;COUNT=0", "its COUNT '0' is no number of times"),
        ("FREQ=DAILY;COUNT=many", "its COUNT 'MANY' is no number of times"),
        ("FREQ=DAILY;UNTIL=tomorrow", "its UNTIL 'TOMORROW' is no date"),
        ("FREQ=DAILY;UNTIL=20251332", "its UNTIL '20251332' is no date"),
        ("FREQ=WEEKLY;BYDAY=XX", "its BYDAY 'XX' is no day"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "its BYMONTHDAY 32 is out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=x", "its BYMONTHDAY 'X' is no number"),
        ("FREQ=HOURLY;BYMINUTE=0,10,20,30,40", "it repeats more than 96 times a day"),
        ("FREQ=DAILY;" + "X" * 3000, "the rule is too long"),
    ],
)
def test_rule_that_cannot_be_followed_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(RefusedRuleError) as refused:
        parse_rule(text)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        (
            "FREQ=MONTHLY",
            "2025-01-31",
            ["2025-01-31", "2025-03-31", "2025-05-31", "2025-07-31", "2025-08-31"],
        ),
        (
            "FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD",
            "2025-01-31",
            ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"],
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31,1;RSCALE=GREGORIAN;SKIP=FORWARD",
            "2025-01-31",
            ["2025-01-31", "2025-02-01", "2025-03-01", "2025-03-31", "2025-04-01"],
        ),
        ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]),
        (
            "FREQ=YEARLY;BYMONTHDAY=6",
            "2025-03-06",
            ["2025-03-06", "2026-03-06", "2027-03-06", "2028-03-06", "2029-03-06"],
        ),
        (
            "FREQ=YEARLY;BYDAY=20MO",
            "1997-05-19",
            ["1997-05-19", "1998-05-18", "1999-05-17", "2000-05-15", "2001-05-14"],
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU",
            "2010-01-03",
            ["2010-01-03", "2016-01-03", "2021-01-03", "2027-01-03", "2033-01-02"],
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO",
            "2024-12-23",
            ["2024-12-23", "2025-12-22", "2026-12-28", "2027-12-27", "2028-12-25"],
        ),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "2025-06-13",
            ["2025-06-13", "2026-02-13", "2026-03-13", "2026-11-13", "2027-08-13"],
        ),
        (
            "FREQ=MONTHLY;BYDAY=5TU",
            "2025-04-29",
            ["2025-04-29", "2025-07-29", "2025-09-30", "2025-12-30", "2026-03-31"],
        ),
    ],
)
def test_rule_falls_on_its_days(text: str, start: str, expected: list[str]) -> None:
    assert days(text, start) == expected


def test_rule_that_never_falls_ends() -> None:
    assert dates("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30") == []


def test_walk_ends_when_its_steps_are_used_up_and_says_so() -> None:
    steps = Steps(10)
    rule = parse_rule("FREQ=DAILY;COUNT=100")
    found = list(walk(rule, START, is_date=False, low=START, high=END, steps=steps))
    assert len(found) == 10
    assert steps.is_exhausted


def test_parts_about_times_mean_nothing_to_whole_days() -> None:
    rule = parse_rule("FREQ=DAILY;BYHOUR=1,2;BYMINUTE=5")
    found = walk(
        rule, datetime(2025, 1, 1), is_date=True, low=START, high=datetime(2025, 1, 3), steps=Steps(99)
    )
    assert list(found) == [datetime(2025, 1, day) for day in (1, 2, 3)]


NUMBER = st.integers
WEEK_DAYS = st.lists(st.builds(WeekDay, NUMBER(0, 6), st.just(0)), max_size=4, unique=True)
# Counted days and plain ones in one rule are read differently by dateutil.
NTH_DAYS = WEEK_DAYS | st.lists(
    st.builds(WeekDay, NUMBER(0, 6), NUMBER(-5, 5).filter(bool)), max_size=3, unique=True
)
COMMON = {
    "interval": st.integers(1, 40),
    "by_hour": st.lists(NUMBER(0, 23), max_size=2, unique=True),
    "by_month": st.lists(NUMBER(1, 12), max_size=4, unique=True),
    "week_start": NUMBER(0, 6),
}
MONTH_DAYS = st.lists(NUMBER(-31, 31).filter(bool), max_size=4, unique=True)
POSITIONS = st.lists(NUMBER(-4, 4).filter(bool), max_size=2, unique=True)
RULES = st.one_of(
    st.fixed_dictionaries({"freq": st.just("HOURLY"), **COMMON, "by_day": WEEK_DAYS}),
    st.fixed_dictionaries(
        {"freq": st.just("DAILY"), **COMMON, "by_day": WEEK_DAYS, "by_month_day": MONTH_DAYS}
    ),
    st.fixed_dictionaries(
        {"freq": st.just("WEEKLY"), **COMMON, "by_day": WEEK_DAYS, "by_set_pos": POSITIONS}
    ),
    st.fixed_dictionaries(
        {
            "freq": st.just("MONTHLY"),
            **COMMON,
            "by_day": NTH_DAYS,
            "by_month_day": MONTH_DAYS,
            "by_set_pos": POSITIONS,
        }
    ),
    st.fixed_dictionaries({"freq": st.just("YEARLY"), **COMMON, "by_day": NTH_DAYS, "by_set_pos": POSITIONS}),
).map(
    lambda parts: RecurrenceRule(
        **{
            name: Frequency(value)
            if name == "freq"
            else tuple(sorted(value))
            if isinstance(value, list)
            else value
            for name, value in parts.items()
        }
    )
)


@given(RULES, st.none() | st.integers(1, 10**6))
def test_rule_written_and_read_again_is_the_same(rule: RecurrenceRule, count: int | None) -> None:
    text = write_rule(rule) + (f";COUNT={count}" if count else "")
    try:
        again = parse_rule(text)
    except RefusedRuleError:
        return
    assert write_rule(again) == write_rule(parse_rule(write_rule(again)))
    assert parse_rule(write_rule(again)) == again


@settings(max_examples=200, deadline=None, derandomize=True)
@given(RULES, st.datetimes(datetime(2023, 1, 1), datetime(2024, 12, 31)), st.none() | st.integers(1, 30))
def test_dates_are_those_of_another_engine(rule: RecurrenceRule, start: datetime, count: int | None) -> None:
    start = start.replace(microsecond=0)
    # A BYDAY that counts beside BYMONTHDAY or within a year's months is read differently by dateutil.
    if rule.by_month_day and any(day.nth for day in rule.by_day):
        return
    # It begins the first week at DTSTART instead of at WKST, and then takes its positions from there.
    if rule.freq is Frequency.WEEKLY and rule.by_set_pos:
        return
    high = start + timedelta(days=90 if rule.freq is Frequency.HOURLY else 900)
    text = write_rule(rule) + (f";COUNT={count}" if count else "")
    if rule.by_set_pos and not (rule.by_day or rule.by_month or rule.by_month_day or rule.by_hour):
        return
    mine = dates(text, start, high=high)
    if not mine:
        return  # dateutil would look for the first date until the year 9999
    assert dateutil_rrule.rrulestr(text, dtstart=start).between(start, high, inc=True) == mine


@settings(max_examples=200, deadline=None)
@given(RULES, st.none() | st.integers(1, 400), st.integers(0, 900))
def test_jump_to_a_window_leaves_nothing_out(rule: RecurrenceRule, count: int | None, later: int) -> None:
    text = write_rule(rule) + (f";COUNT={count}" if count else "")
    low = START + timedelta(days=later)
    high = low + timedelta(days=200)
    whole = [wall for wall in dates(text, high=high) if wall >= low]
    assert [wall for wall in dates(text, low=low, high=high) if wall >= low] == whole
