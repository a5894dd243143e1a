"""Wall times through a year of each zone, beside a count of every minute that its clock shows."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.times import timestamp
from bot.text.wall_time import DAILY, WEEKDAYS, Days, LocalOccurrence, next_occurrence, occurrence_on

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
YEARS = [
    ("America/New_York", 2026),
    ("Europe/London", 2026),
    ("Australia/Lord_Howe", 2026),  # by half an hour
    ("America/Sao_Paulo", 2018),  # midnight is skipped
    ("Africa/Casablanca", 2026),  # back and forth for Ramadan
    ("Pacific/Apia", 2011),  # without a 30 December
    ("Europe/Berlin", 2026),
    ("Australia/Sydney", 2026),
    ("Europe/Dublin", 2026),  # its winter is the exception
    ("Asia/Tehran", 2021),
    ("America/Santiago", 2026),
    ("Asia/Kolkata", 2026),  # nothing ever happens
    ("Antarctica/Troll", 2026),  # by two hours
    ("America/Nuuk", 2023),  # on the evening before
    ("America/St_Johns", 2006),  # at one minute past midnight
    ("America/Havana", 2026),
    ("Asia/Amman", 2021),
    ("Asia/Pyongyang", 2018),
    ("Pacific/Kwajalein", 1993),  # without a 21 August
]
TIMES = [time(minute // 60, minute % 60) for minute in range(0, 211, 15)] + [time(9), time(23, 30)]


def first_shown(name, year):
    """Watch the zone's clock: which wall times it shows that are later than all before, and when.

    Every minute of a day on which the offset changes is looked at, every quarter of an hour of the others.
    """
    zone, latest = ZoneInfo(name), datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    walls, instants, dates = [], [], set()
    day = datetime(year, 1, 1, tzinfo=UTC) - 2 * DAY
    while day < datetime(year + 1, 1, 3, tzinfo=UTC):
        quiet = day.astimezone(zone).utcoffset() == (day + DAY).astimezone(zone).utcoffset()
        for minute in range(0, 1440, 15 if quiet else 1):
            instant = day + minute * MINUTE
            shown = instant.astimezone(zone).replace(tzinfo=None, fold=0)
            dates.add(shown.date())
            if shown > latest:
                latest = shown
                walls.append(shown)
                instants.append(instant)
        day += DAY
    return walls, instants, sorted(date for date in dates if date.year == year)


@pytest.mark.parametrize(("name", "year"), YEARS, ids=str)
def test_each_local_date_of_a_year_has_its_one_occurrence(name, year):
    zone = ZoneInfo(name)
    walls, instants, dates = first_shown(name, year)
    for wall in TIMES:
        expected = {day: instants[bisect_left(walls, datetime.combine(day, wall))] for day in dates}
        found, after = {}, expected[dates[0]] - MINUTE
        while len(found) < len(expected):
            occurrence = next_occurrence(wall, zone, after=after)
            assert occurrence.at > after
            assert occurrence.date not in found
            found[occurrence.date], after = occurrence.at, occurrence.at
        assert found == expected


@pytest.mark.parametrize(
    ("name", "day", "wall", "expected"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:00"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30"),
        ("Europe/London", date(2026, 10, 25), time(1, 30), "2026-10-25T00:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "2026-10-03T15:30"),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), "2018-11-04T03:00"),
        ("America/Sao_Paulo", date(2018, 2, 17), time(23, 30), "2018-02-18T01:30"),
        ("Pacific/Apia", date(2011, 12, 29), time(9), "2011-12-29T19:00"),
        ("Pacific/Apia", date(2011, 12, 30), time(9), None),
        ("Pacific/Apia", date(2011, 12, 31), time(9), "2011-12-30T19:00"),
        ("America/St_Johns", date(2006, 4, 2), time(0, 30), "2006-04-02T03:31"),
        ("Africa/Monrovia", date(1972, 1, 7), time(0, 10), "1972-01-07T00:45"),
        ("Asia/Kolkata", date(2026, 6, 1), time(9), "2026-06-01T03:30"),
    ],
)
def test_known_turns_of_clocks(name, day, wall, expected):
    found = occurrence_on(day, wall, ZoneInfo(name))
    assert (found and f"{found.at:%Y-%m-%dT%H:%M}") == expected


@pytest.mark.parametrize(
    ("days", "dates"),
    [
        (DAILY, ["04-30", "05-01", "05-02"]),
        (WEEKDAYS, ["04-30", "05-01", "05-04"]),
        (Days(weekdays=frozenset({0})), ["05-04", "05-11", "05-18"]),
        (Days(weekdays=frozenset({1, 3})), ["04-30", "05-05", "05-07"]),
        (Days(month_day=1), ["05-01", "06-01", "07-01"]),
        (Days(month_day=31), ["04-30", "05-31", "06-30"]),
    ],
)
def test_days(days, dates):
    zone, after, found = ZoneInfo("Europe/Berlin"), datetime(2026, 4, 30, 6, 59, tzinfo=UTC), []
    for _ in dates:
        occurrence = next_occurrence(time(9), zone, after=after, days=days)
        found.append(f"{occurrence.date:%m-%d}")
        after = occurrence.at
    assert found == dates


def test_the_month_whose_day_a_zone_left_out_has_none():
    found = next_occurrence(
        time(9), ZoneInfo("Pacific/Apia"), after=datetime(2011, 12, 1, tzinfo=UTC), days=Days(month_day=30)
    )
    assert found.date == date(2012, 1, 30)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": frozenset()},
        {"weekdays": frozenset({7})},
        {"month_day": 0},
        {"month_day": 32},
        {"month_day": 1, "weekdays": frozenset({1})},
    ],
)
def test_days_that_never_come_are_refused(wrong):
    with pytest.raises(ValueError, match=r"weekdays|day of the month"):
        Days(**wrong)


def test_shown_so_that_each_reader_sees_their_own_time():
    found = occurrence_on(date(2026, 3, 8), time(2, 30), ZoneInfo("America/New_York"))
    assert timestamp(found.at) == "<t:1772953200:f>"


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_no_error(year):
    for name in ("Pacific/Apia", "Pacific/Niue", "UTC"):
        for month, day in ((1, 1), (12, 31)):
            after = datetime(year, month, day, 12, tzinfo=UTC)
            found = next_occurrence(time(9), ZoneInfo(name), after=after)
            assert found is None or found.at > after


ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
WALLS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
INSTANTS = st.integers(-2_208_988_800, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
DAYS = st.one_of(
    st.builds(Days, weekdays=st.frozensets(st.integers(0, 6), min_size=1)),
    st.builds(Days, month_day=st.integers(1, 31)),
)


@given(WALLS, ZONES, INSTANTS, DAYS)
def test_occurrence_is_later_on_one_of_the_days_and_the_first(wall, zone, after, days):
    found = next_occurrence(wall, zone, after=after, days=days)
    assert found.at > after
    assert days.includes(found.date)
    shown = found.at.astimezone(zone).replace(tzinfo=None)
    assert shown == datetime.combine(found.date, wall) or (
        # In a gap: a second earlier the clock still showed less, by the old offset.
        (found.at - timedelta(seconds=60)).astimezone(zone).replace(tzinfo=None)
        < datetime.combine(found.date, wall)
        < shown
    )
    assert shown.second == 0
    # Whoever asks from any moment before it gets the same.
    assert next_occurrence(wall, zone, after=after + (found.at - after) / 2, days=days) == found


@given(WALLS, ZONES, INSTANTS)
def test_a_week_of_days_has_a_week_of_occurrences_in_order(wall, zone, after):
    found: list[LocalOccurrence] = []
    for _ in range(7):
        found.append(next_occurrence(wall, zone, after=found[-1].at if found else after))
    assert [each.date for each in found] == sorted({each.date for each in found})
    assert len({each.at for each in found}) == 7
    assert found[-1].date - found[0].date in {6 * DAY, 7 * DAY}
