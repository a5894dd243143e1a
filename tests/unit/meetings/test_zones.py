from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bot.meetings.ics.reading import parse_calendar
from bot.meetings.ics.tzids import find_zone_name
from bot.meetings.zones import TransitionZone, find_zone, iana_names, to_utc
from tests.unit.meetings.calendar_text import calendar, event, starts

US_RULES = """BEGIN:STANDARD
DTSTART:20071104T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT"""


def vtimezone(tzid: str, *, body: str = US_RULES, location: str = "") -> str:
    place = f"X-LIC-LOCATION:{location}\n" if location else ""
    return f"BEGIN:VTIMEZONE\nTZID:{tzid}\n{place}{body}\nEND:VTIMEZONE"


def own_zone() -> TransitionZone:
    (zone,) = parse_calendar(
        calendar(vtimezone("Ours"), event("DTSTART;TZID=Ours:20251105T100000"))
    ).timezones
    return TransitionZone(zone)


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("UTC", "UTC"),
        ("Zulu", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("europe/berlin", "Europe/Berlin"),
        ("US/Eastern", "US/Eastern"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Etc/GMT-2", "Etc/GMT-2"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("eastern standard time", "America/New_York"),
        ("/mozilla.org/20050126_1/America/New_York", "America/New_York"),
        ("/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"),
        ("(GMT) Greenwich Mean Time: Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("UTC+01", "+01:00"),
        ("UTC-03:30", "-03:30"),
        ("GMT+0530", "+05:30"),
        ("(UTC+04:00)", "+04:00"),
        ("+0900", "+09:00"),
        ("GMT+0", "UTC"),
        ("UTC+99", None),
        ("Customized Time Zone", None),
        ("tzone://Microsoft/Custom", None),
        ("Mars/Olympus_Mons", None),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_tzid_names_its_zone(tzid: str, zone: str | None) -> None:
    assert find_zone_name(tzid) == zone


def test_every_windows_zone_is_known_here() -> None:
    assert {name for name in WINDOWS_TO_OLSON if find_zone(find_zone_name(name) or "") is None} == set()


@given(st.text(max_size=250))
def test_any_tzid_has_an_answer_whose_zone_exists(tzid: str) -> None:
    name = find_zone_name(tzid)
    assert name is None or find_zone(name) is not None


def test_every_zone_of_the_database_can_be_opened() -> None:
    assert len(iana_names()) > 500
    assert all(find_zone(name) is not None for name in iana_names().values())


def test_display_name_whose_offset_is_another_is_no_name() -> None:
    assert find_zone_name("(UTC+09:00) Eastern Time (US & Canada)") == "+09:00"


def test_own_zone_is_what_its_rules_say() -> None:
    zone, real = own_zone(), ZoneInfo("America/New_York")
    instant = datetime(2010, 1, 1, tzinfo=UTC)
    for _ in range(3000):
        assert instant.astimezone(zone).replace(tzinfo=None) == instant.astimezone(real).replace(tzinfo=None)
        instant += timedelta(hours=37)


@pytest.mark.parametrize(
    "wall",
    [
        datetime(2025, 3, 9, 1, 59),
        datetime(2025, 3, 9, 2, 30),
        datetime(2025, 3, 9, 3, 0),
        datetime(2025, 11, 2, 0, 59),
        datetime(2025, 11, 2, 1, 30),
        datetime(2025, 11, 2, 1, 30, fold=1),
        datetime(2025, 11, 2, 2, 0),
    ],
)
def test_own_zone_treats_gaps_and_doubled_hours_as_the_database_does(wall: datetime) -> None:
    assert to_utc(wall, own_zone()) == to_utc(wall, ZoneInfo("America/New_York"))


def test_own_zone_shows_the_doubled_hour_twice() -> None:
    shown = [datetime(2025, 11, 2, hour, 30, tzinfo=UTC).astimezone(own_zone()) for hour in (5, 6)]
    assert [(one.hour, one.fold) for one in shown] == [(1, 0), (1, 1)]
    assert [one.astimezone(UTC).hour for one in shown] == [5, 6]


def test_database_wins_over_a_stale_definition() -> None:
    stale = vtimezone("America/New_York", body=US_RULES.replace("0400", "0700"))
    assert starts(calendar(stale, event("DTSTART;TZID=America/New_York:20251105T100000"))) == ["11-05T15:00"]


def test_location_of_a_definition_wins_over_its_rules() -> None:
    data = calendar(
        vtimezone("Zone 7", location="Europe/Paris"), event("DTSTART;TZID=Zone 7:20251105T100000")
    )
    assert starts(data) == ["11-05T09:00"]


def test_abbreviation_means_what_the_calendar_says_of_it() -> None:
    meeting = event("DTSTART;TZID=EST:20251010T100000")
    assert starts(calendar(meeting)) == ["10-10T15:00"]
    assert starts(calendar(vtimezone("EST"), meeting)) == ["10-10T14:00"]


def test_two_calendars_in_one_body_may_use_a_name_for_different_zones() -> None:
    other = US_RULES.replace("-0400", "+0200").replace("-0500", "+0100")
    first = calendar(vtimezone("Ours"), event("DTSTART;TZID=Ours:20251105T100000", uid="a"))
    second = calendar(vtimezone("Ours", body=other), event("DTSTART;TZID=Ours:20251106T100000", uid="b"))
    assert starts(first + second) == ["11-05T15:00", "11-06T09:00"]


@pytest.mark.parametrize(
    ("head", "zones", "start"),
    [
        ("X-WR-TIMEZONE:America/New_York", (), "11-05T15:00"),
        ("X-WR-TIMEZONE:Tokyo Standard Time", (), "11-05T01:00"),
        ("", ("Ours",), "11-05T15:00"),
        ("X-WR-TIMEZONE:Asia/Tokyo", ("Ours",), "11-05T01:00"),
        ("", ("Ours", "Theirs"), "11-05T09:00"),
        ("", (), "11-05T09:00"),
        ("X-WR-TIMEZONE:Nowhere", (), "11-05T09:00"),
    ],
)
def test_floating_time_is_the_calendars_or_the_readers(head: str, zones: tuple[str, ...], start: str) -> None:
    data = calendar(*map(vtimezone, zones), event("DTSTART:20251105T100000"), head=head)
    assert starts(data, floating_zone="Europe/Berlin") == [start]


def test_time_in_utc_and_whole_days_do_not_float() -> None:
    data = calendar(
        event("DTSTART:20251105T100000Z", uid="a"),
        event("DTSTART;TZID=America/New_York:20251106T100000Z", uid="b"),
        event("DTSTART;VALUE=DATE:20251107", uid="c"),
        head="X-WR-TIMEZONE:Asia/Tokyo",
    )
    assert starts(data) == ["11-05T10:00", "11-06T10:00", "11-07"]


def test_zone_of_one_offset_and_no_rules_is_read() -> None:
    body = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETTO:+0530\nEND:STANDARD"
    data = calendar(vtimezone("Fixed", body=body), event("DTSTART;TZID=Fixed:20251105T100000"))
    assert starts(data) == ["11-05T04:30"]


def test_fixed_offset_is_a_zone() -> None:
    assert find_zone("-03:30") == timezone(-timedelta(hours=3, minutes=30))
    assert find_zone("+25:00") is None
