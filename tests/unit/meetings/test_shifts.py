"""Say the shifts of a year's clock changes by hand, and compare: 12 zones, Lord Howe among them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetings.shifts import Shift, ShiftNotice, find_shifts

HOUR = timedelta(hours=1)
# The first day on which each zone's clocks show another offset, and by how much they were put forward, from
# October 2026 to September 2027, as the zones' governments announced them (Morocco by its Ramadan table).
CHANGES: dict[str, list[tuple[date, timedelta]]] = {
    "America/New_York": [(date(2026, 11, 1), -HOUR), (date(2027, 3, 14), HOUR)],
    "America/Los_Angeles": [(date(2026, 11, 1), -HOUR), (date(2027, 3, 14), HOUR)],
    "Europe/London": [(date(2026, 10, 25), -HOUR), (date(2027, 3, 28), HOUR)],
    "Europe/Berlin": [(date(2026, 10, 25), -HOUR), (date(2027, 3, 28), HOUR)],
    "Europe/Dublin": [(date(2026, 10, 25), -HOUR), (date(2027, 3, 28), HOUR)],
    "Africa/Casablanca": [(date(2027, 2, 7), -HOUR), (date(2027, 3, 14), HOUR)],
    "Australia/Sydney": [(date(2026, 10, 4), HOUR), (date(2027, 4, 4), -HOUR)],
    "Australia/Lord_Howe": [(date(2026, 10, 4), HOUR / 2), (date(2027, 4, 4), -HOUR / 2)],
    "America/Sao_Paulo": [],
    "Asia/Kolkata": [],
    "Asia/Tokyo": [],
    "UTC": [],
}


def moved(zone: str, first: date, second: date) -> timedelta:
    """Return how far a zone's clocks were put forward between two days at noon."""
    return sum((by for day, by in CHANGES[zone] if first < day <= second), timedelta())


@pytest.mark.parametrize("zone", CHANGES)
def test_a_year_of_weekly_meetings_shifts_as_the_clocks_were_changed(zone: str) -> None:
    noon = [datetime(2026, 9, 30, 12, tzinfo=ZoneInfo(zone)) + timedelta(weeks=week) for week in range(53)]
    for before, after in pairwise(noon):
        notice = find_shifts(before.astimezone(UTC), after.astimezone(UTC), zone=zone, zones=CHANGES)

        own = moved(zone, before.date(), after.date())
        expected = {other: by for other in CHANGES if (by := moved(other, before.date(), after.date()) - own)}
        told = {name: each.by for each in notice.shifts for name in each.zones} if notice else {}
        assert told == expected
        assert notice is None or notice.is_weekly


def test_zones_that_move_alike_are_named_together_in_the_groups_order() -> None:
    zone = ZoneInfo("America/New_York")
    before, after = (datetime(2027, 3, day, 10, tzinfo=zone).astimezone(UTC) for day in (10, 17))
    zones = [
        "Asia/Kolkata",
        "Europe/Berlin",
        "America/Los_Angeles",
        "Europe/Berlin",
        "No/Where",
        "Africa/Casablanca",
    ]
    assert find_shifts(before, after, zone="America/New_York", zones=zones) == ShiftNotice(
        shifts=(Shift(by=-HOUR, zones=("Asia/Kolkata", "Europe/Berlin")),), is_weekly=True
    )


def test_a_monthly_meeting_is_compared_with_the_last_time() -> None:
    before, after = (datetime(2027, month, 3, 10, tzinfo=UTC) for month in (3, 4))
    notice = find_shifts(before, after, zone="UTC", zones=["Europe/London"])
    assert notice == ShiftNotice(shifts=(Shift(by=HOUR, zones=("Europe/London",)),), is_weekly=False)


def test_a_meeting_that_was_moved_says_nothing_of_clocks() -> None:
    zone = ZoneInfo("America/New_York")
    before, after = datetime(2027, 3, 10, 10, tzinfo=zone), datetime(2027, 3, 17, 11, tzinfo=zone)
    assert find_shifts(before, after, zone="America/New_York", zones=["Asia/Kolkata"]) is None


def test_over_midnight_the_shorter_way_counts() -> None:
    zone = ZoneInfo("America/New_York")
    before, after = (datetime(2027, 3, day, 14, 45, tzinfo=zone).astimezone(UTC) for day in (10, 17))
    notice = find_shifts(before, after, zone="America/New_York", zones=["Asia/Kolkata"])
    assert notice is not None
    assert notice.shifts == (Shift(by=-HOUR, zones=("Asia/Kolkata",)),)


@pytest.mark.parametrize("zone", ["", "No/Where", "x" * 500])
def test_an_unknown_zone_says_nothing(zone: str) -> None:
    assert (
        find_shifts(
            datetime(2027, 3, 10, tzinfo=UTC), datetime(2027, 3, 31, tzinfo=UTC), zone=zone, zones=[zone]
        )
        is None
    )


moments = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))


@given(moments, moments, st.sampled_from(list(CHANGES)))
def test_a_shift_back_is_the_shift_there(one: datetime, other: datetime, zone: str) -> None:
    there = find_shifts(one, other, zone=zone, zones=CHANGES)
    back = find_shifts(other, one, zone=zone, zones=CHANGES)
    assert (there is None) == (back is None)
    if there and back:
        half = timedelta(hours=-12)
        assert {each.by for each in there.shifts} - {half} == {-each.by for each in back.shifts} - {
            -half,
            half,
        }
        assert all(zone not in each.zones for each in there.shifts)
