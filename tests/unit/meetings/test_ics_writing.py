from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import hypothesis.strategies as st
import icalendar
import pytest
import recurring_ical_events
from hypothesis import given

from bot.meetings.feed import read_feed
from bot.meetings.ics.reading import parse_calendar
from bot.meetings.ics_writing import write_calendar, write_occurrence
from bot.meetings.models import Frequency, Meeting, Moment, Occurrence, RecurrenceRule, WeekDay
from bot.meetings.occurrences import expand
from tests.benchmarks.calendar_cases import Case, read_cases
from tests.benchmarks.calendars import FIXTURES
from tests.unit.meetings.calendar_text import HIGH, LOW, calendar, event, occurrences, starts

NOW = datetime(2025, 10, 1, tzinfo=UTC)
CASES = tuple(read_cases(FIXTURES / "cases.jsonl"))
WEEKLY = Meeting(
    uid="wg@example",
    dtstart=Moment(wall=datetime(2025, 10, 7, 10), zone="America/New_York"),
    dtend=Moment(wall=datetime(2025, 10, 7, 11), zone="America/New_York"),
    rrules=(RecurrenceRule(freq=Frequency.WEEKLY, by_day=(WeekDay(1),)),),
    summary="WG call, weekly",
)


def lines(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def facts(found: tuple[Occurrence, ...]) -> list[tuple[object, ...]]:
    return [(one.key, one.start, one.end, one.wall, one.zone, one.summary, one.status) for one in found]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_was_read_comes_back_as_it_was(case: Case) -> None:
    feed = read_feed(
        case.data, window_from=case.window[0], window_to=case.window[1], floating_zone=case.floating_zone
    )
    data = write_calendar(
        feed.calendar.meetings,
        now=NOW,
        timezones=feed.calendar.timezones,
        floating_zone=case.floating_zone,
    )
    again = parse_calendar(data)
    assert again.problems == ()
    assert facts(expand(again, *case.window).occurrences) == facts(feed.expansion.occurrences)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_each_occurrence_can_be_written_alone(case: Case) -> None:
    feed = read_feed(
        case.data, window_from=case.window[0], window_to=case.window[1], floating_zone=case.floating_zone
    )
    for one in feed.expansion.occurrences[:4]:
        data = write_occurrence(one, now=NOW, timezones=feed.calendar.timezones)
        found = expand(parse_calendar(data), *case.window).occurrences
        assert [(other.start, other.end, other.summary) for other in found] == [
            (one.start, one.end, one.summary)
        ]


def test_series_is_written_for_strict_clients() -> None:
    rule = replace(WEEKLY.rrules[0], until=Moment(wall=datetime(2025, 12, 30), is_date=True))
    skipped = Moment(wall=datetime(2025, 11, 11, 15), zone="UTC")
    written = lines(
        write_calendar([replace(WEEKLY, rrules=(rule,), exdates=(skipped,))], now=NOW, name="Ours")
    )
    assert written[written.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "SUMMARY:WG call\\, weekly",
        "DTSTART;TZID=America/New_York:20251007T100000",
        "DTEND;TZID=America/New_York:20251007T110000",
        "DTSTAMP:20251001T000000Z",
        "UID:wg@example",
        "SEQUENCE:0",
        "RRULE:FREQ=WEEKLY;UNTIL=20251231T045959Z;BYDAY=TU",
        "EXDATE;TZID=America/New_York:20251111T100000",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_zone_is_defined_by_the_clock_before_each_change() -> None:
    written = lines(write_calendar([WEEKLY], now=NOW))
    summer = written.index("BEGIN:DAYLIGHT")
    assert written[summer : summer + 7] == [
        "BEGIN:DAYLIGHT",
        "DTSTART:20240310T020000",
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "TZNAME:EDT",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "END:DAYLIGHT",
    ]


@pytest.mark.parametrize(
    "zone",
    [
        *(
            "Europe/Berlin",
            "Europe/Dublin",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Kolkata",
            "+05:45",
        ),
        *("America/Sao_Paulo", "America/Santiago", "Pacific/Auckland", "America/New_York"),
    ],
)
def test_written_zone_means_the_same_without_a_database(zone: str) -> None:
    meeting = replace(
        WEEKLY,
        dtstart=Moment(wall=datetime(2025, 1, 7, 10), zone=zone),
        dtend=None,
        rrules=(RecurrenceRule(freq=Frequency.DAILY),),
    )
    data = write_calendar([meeting], now=NOW)
    low, high = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    renamed = data.replace(f"TZID:{zone}".encode(), b"TZID:Nowhere").replace(
        f"TZID={zone}".encode(), b"TZID=Nowhere"
    )
    assert parse_calendar(renamed).timezones[0].tzid == "Nowhere"
    expected = [one.start for one in occurrences(data, low, high)]
    assert len(expected) > 700
    assert [one.start for one in occurrences(renamed, low, high)] == expected


def test_other_programs_read_the_same() -> None:
    moved = Meeting(
        uid="wg@example",
        recurrence_id=Moment(wall=datetime(2025, 11, 4, 15), zone="UTC"),
        dtstart=Moment(wall=datetime(2025, 11, 5, 12), zone="Europe/Berlin"),
        summary="Moved",
        sequence=2,
    )
    data = write_calendar([WEEKLY, moved], now=NOW)
    theirs = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(LOW, HIGH)
    assert sorted(one.start.astimezone(UTC) for one in theirs) == [one.start for one in occurrences(data)]


def test_occurrence_of_a_series_has_an_identity_of_its_own() -> None:
    first, second, *_ = occurrences(write_calendar([WEEKLY], now=NOW))
    one, other = (parse_calendar(write_occurrence(each, now=NOW)).meetings[0] for each in (first, second))
    assert (one.uid, other.uid) == ("20251007T140000Z-wg@example", "20251014T140000Z-wg@example")
    assert one.recurrence_id is None
    assert not one.is_recurring


def test_ambiguous_hour_ends_when_it_should() -> None:
    data = calendar(event("DTSTART;TZID=America/New_York:20251102T013000", "DURATION:PT1H"))
    (one,) = occurrences(data)
    (again,) = occurrences(write_occurrence(one, now=NOW))
    assert again.ends_at - again.starts_at == timedelta(hours=1)


def test_whole_days_and_what_a_card_needs_are_written() -> None:
    data = calendar(
        event(
            "DTSTART;VALUE=DATE:20251101",
            "DURATION:P2D",
            "CONFERENCE;VALUE=URI:https://meet.example/a\\nATTENDEE:mailto:x",
            "URL:https://example.org/",
            "STATUS:CANCELLED",
            "CATEGORIES:a,b",
            "ORGANIZER;CN=Ada:mailto:ada@example.org",
            "X-GOOGLE-CONFERENCE:https://meet.google.com/abc",
        )
    )
    found = parse_calendar(data).meetings
    written = write_calendar(found, now=NOW, refresh_interval=timedelta(hours=1))
    (again,) = parse_calendar(written).meetings
    kept = replace(again, line=0, dtstamp=None, conferences=found[0].conferences)
    assert kept == replace(found[0], line=0)
    assert again.conferences == ("https://meet.example/aATTENDEE:mailto:x",)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines(written)
    assert occurrences(written)[0].end == date(2025, 11, 3)


def test_floating_times_get_the_zone_that_is_given() -> None:
    data = calendar(event("DTSTART:20251105T100000", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20251105T100000"))
    meetings = parse_calendar(data).meetings
    written = write_calendar(meetings, now=NOW, floating_zone="Asia/Tokyo")
    assert starts(written) == ["11-12T01:00"]
    assert starts(write_calendar(meetings, now=NOW), floating_zone="Europe/Paris") == ["11-12T09:00"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_texts_of_any_kind_stay_texts(summary: str, address: str, name: str) -> None:
    meeting = replace(
        WEEKLY,
        summary=summary,
        description=name,
        description_html=address,
        categories=(name, "wg"),
        organizer=summary,
        location=summary,
        url=address,
        conferences=(address,),
        properties=(("X-GOOGLE-CONFERENCE", address),),
    )
    found = parse_calendar(write_calendar([meeting], now=NOW, name=name))
    assert [one.uid for one in found.meetings] == ["wg@example"]
    assert found.meetings[0].dtstart == replace(WEEKLY.dtstart, tzid="America/New_York")
