"""Hold what must be true of any phrase: no crash, nothing past, nothing silently changed, no long work."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.meetings.when.guesses import guess_day
from bot.meetings.when.models import Question, Unclear, When, WhenAnswer
from bot.meetings.when.reader import MAX_LENGTH, read_when
from bot.meetings.when.zones import find_offset, find_zones, list_zone_names
from tests.unit.meetings.phrase_files import FILES, load

NOW = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "UTC",
)
# Words in any order, and every phrase of the files at any moment.
WORDS = sorted(
    {word for path in FILES for line in load(path).lines for word in line.split() if len(word) < 20}
)
LINES = sorted({line for path in FILES for line in load(path).lines})

moments = st.integers(1_700_000_000, 2_000_000_000).map(lambda each: datetime.fromtimestamp(each, UTC))
phrases = st.one_of(
    st.sampled_from(LINES), st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
)


def list_times(answer: WhenAnswer) -> list[When]:
    if isinstance(answer, Unclear):
        return []
    return [each.when for each in answer.choices] if isinstance(answer, Question) else [answer]


@given(st.text(max_size=MAX_LENGTH + 20))
@example("\x00\ud800İ<t:999999999999>")
@example("in 5000 months 10am")
@example("31.12.9999 10am")
@example("<t:253000000000> every day")
@settings(max_examples=300, deadline=None)
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(read_when(text, now=NOW, zone="America/New_York"), When | Question | Unclear)


@given(phrases, moments, st.sampled_from(ZONES))
@settings(max_examples=600, deadline=None)
def test_no_answer_is_past_or_false(phrase: str, now: datetime, zone: str) -> None:
    answer = read_when(phrase, now=now, zone=zone)
    if isinstance(answer, Question):
        assert 1 <= len(answer.choices) <= 8
        assert len({each.readings for each in answer.choices}) == len(answer.choices)
    for when in list_times(answer):
        assert when.start.tzinfo is None
        assert now - timedelta(minutes=1) < when.instant <= now + timedelta(days=366 * 10)
        assert when.instant.astimezone(ZoneInfo(when.zone)).utcoffset() is not None
        if when.rrule:
            assert_series_begins_with_its_rule(when)


def assert_series_begins_with_its_rule(when: When) -> None:
    parts = [part for part in when.rrule.split(";") if not part.startswith("UNTIL")]
    first = next(iter(rrulestr(";".join(parts), dtstart=when.start)))
    assert first == when.start
    until = when.rrule.partition("UNTIL=")[2][:16]
    assert not until or datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) >= when.instant


@given(phrases, moments)
@settings(max_examples=200, deadline=None)
def test_letter_case_spaces_and_wide_letters_change_nothing(phrase: str, now: datetime) -> None:
    wide = phrase.translate({code: code + 0xFEE0 for code in range(ord("a"), ord("z") + 1)})
    first = read_when(phrase, now=now, zone="Europe/Berlin")
    assert read_when(f"  {phrase.upper()}  ", now=now, zone="Europe/Berlin") == first
    assert read_when(wide.replace(" ", "\u3000"), now=now, zone="Europe/Berlin") == first


@given(st.sampled_from(sorted(list_zone_names().values())), moments)
@example("Etc/GMT", NOW)
@example("Etc/GMT0", NOW)
@example("GMT-0", NOW)
@settings(max_examples=100, deadline=None)
def test_every_zone_of_the_database_can_be_named(name: str, now: datetime) -> None:
    for when in list_times(read_when(f"in 3 days 12:00 {name}", now=now, zone="UTC")):
        assert when.start.strftime("%H:%M") == "12:00"
        if "/" in name:
            assert when.zone == name


def test_text_beyond_the_limit_is_refused_by_its_length() -> None:
    answer = read_when("x" * (MAX_LENGTH + 1), now=NOW, zone="UTC")
    assert answer == Unclear(key="when.long", values=(("number", "200"),))


@pytest.mark.parametrize(
    "piece",
    ["every ", "10am-", "2nd and ", "/", "1", "mon,", "in 2 hours and ", "a/b/", "utc+", "<t:", "zz "],
)
def test_the_longest_phrase_takes_no_longer_than_many_short_ones(piece: str) -> None:
    def measure(text: str, times: int) -> float:
        start = time.process_time()
        for _ in range(times):
            read_when(text, now=NOW, zone="Europe/Berlin")
        return time.process_time() - start

    short, long = (piece * 200)[:20], (piece * 200)[:200]
    measure(long, 1)
    assert min(measure(long, 2) for _ in range(3)) < 3 * min(measure(short, 20) for _ in range(3)) + 0.02


@pytest.mark.parametrize(
    ("name", "community", "zones"),
    [
        ("et", "Europe/Berlin", ("America/New_York",)),
        ("est", "Europe/Berlin", ("America/New_York", "Etc/GMT+5")),
        ("cst", "America/Chicago", ("America/Chicago", "Etc/GMT+6")),
        ("cst", "Europe/Berlin", ("America/Chicago", "Asia/Shanghai", "Etc/GMT+6")),
        ("eastern", "Australia/Sydney", ("America/New_York", "Australia/Sydney")),
        ("new york", "UTC", ("America/New_York",)),
        ("christmas", "UTC", ()),
        ("mars", "UTC", ()),
        ("america/nowhere", "UTC", ()),
    ],
)
def test_zone_names(name: str, community: str, zones: tuple[str, ...]) -> None:
    assert find_zones(name, community=community) == zones


@given(st.integers(-1000, 1000))
def test_an_offset_is_a_zone_that_keeps_it(minutes: int) -> None:
    zone = find_offset(minutes)
    for month in range(1, 13) if zone else ():
        moment = datetime(2027, month, 1, tzinfo=ZoneInfo(zone))
        assert moment.utcoffset() == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "x" * 61, "three days after tomorrow", "yesterday", "foo"])
def test_a_guess_is_withheld(text: str) -> None:
    assert guess_day(text, today=NOW.date()) is None


def test_a_guess_lies_ahead() -> None:
    assert str(guess_day("1 month 3 days from now", today=NOW.date())) == "2026-12-21"


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("11:00", ["2026-12-08 11:00"]),  # the day stays
        ("thursday 11:00", ["2026-12-10 11:00"]),  # in the same week
        ("tuesday 16:00", ["2026-12-08 16:00"]),
        ("monday 11:00", ["2026-12-07 11:00", "2026-12-14 11:00"]),  # the day before, or is it the next one?
        ("tomorrow 11:00", ["2026-11-19 11:00"]),  # what says more means what it always does
        ("next thursday 11:00", ["2026-11-19 11:00", "2026-11-26 11:00"]),
        ("9 December 11:00", ["2026-12-09 11:00"]),
        ("in an hour and a half", ["2026-11-18 13:30"]),
    ],
)
def test_a_time_said_of_a_date_is_beside_it(phrase: str, expected: list[str]) -> None:
    answer = read_when(phrase, now=NOW, zone="America/New_York", beside=date(2026, 12, 8))
    assert [f"{when.start:%Y-%m-%d %H:%M}" for when in list_times(answer)] == expected


def test_a_weekday_beside_a_date_of_this_week_is_not_one_that_is_past() -> None:
    answer = read_when("monday 11:00", now=NOW, zone="America/New_York", beside=date(2026, 11, 20))
    assert [when.start.date() for when in list_times(answer)] == [date(2026, 11, 23)]


@pytest.mark.parametrize(
    ("phrase", "minutes"),
    [
        ("every tuesday 10am for an hour and a half", 90),
        ("every tuesday 10am for 2 hours and a half", 150),
        ("every tuesday 10am for half an hour", 30),
    ],
)
def test_half_hours_are_lengths(phrase: str, minutes: int) -> None:
    answer = read_when(phrase, now=NOW, zone="America/New_York")
    assert [when.duration for when in list_times(answer)] == [timedelta(minutes=minutes)]
