"""What takes dates out of a series, moves and replaces them, and the keys that stay."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.meetings.ics.reading import parse_calendar
from bot.meetings.models import OccurrenceKey
from bot.meetings.occurrences import MAX_OCCURRENCES, MAX_PROBLEMS, expand
from tests.unit.meetings.calendar_text import HIGH, LOW, calendar, event, occurrences, starts

NY = "TZID=America/New_York"
WEEKLY = event(f"DTSTART;{NY}:20251021T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")
DAYS = event("DTSTART;VALUE=DATE:20251021", "RRULE:FREQ=WEEKLY;COUNT=3")
PLAIN = ["10-21T14:00", "10-28T14:00", "11-04T15:00", "11-11T15:00"]


def override(identified: str, *lines: str, **values: str) -> str:
    return event(f"RECURRENCE-ID{identified}", *lines, **values)


def test_series_keeps_its_wall_time_over_the_change_of_clocks() -> None:
    found = occurrences(calendar(WEEKLY))
    assert starts(calendar(WEEKLY)) == PLAIN
    assert [(one.wall.hour, one.zone) for one in found] == [(10, "America/New_York")] * 4


@pytest.mark.parametrize(
    "exdate",
    [
        f"EXDATE;{NY}:20251028T100000",
        "EXDATE:20251028T140000Z",
        "EXDATE:20251028T100000",
        "EXDATE;VALUE=DATE:20251028",
        "EXDATE;TZID=Europe/Paris:20251028T150000",
        f"EXDATE;{NY}:20251101T100000,20251028T100000",
    ],
)
def test_exdate_is_understood_in_every_form(exdate: str) -> None:
    series = WEEKLY.replace("END:VEVENT", f"{exdate}\nEND:VEVENT")
    assert starts(calendar(series)) == [PLAIN[0], *PLAIN[2:]]


@pytest.mark.parametrize(
    "identified",
    [f";{NY}:20251028T100000", ":20251028T140000Z", ":20251028T100000", ";VALUE=DATE:20251028"],
)
def test_recurrence_id_is_understood_in_every_form(identified: str) -> None:
    moved = override(identified, f"DTSTART;{NY}:20251029T120000", summary="Moved")
    found = occurrences(calendar(WEEKLY, moved))
    assert starts(calendar(WEEKLY, moved)) == [PLAIN[0], "10-29T16:00", *PLAIN[2:]]
    assert found[1].key == OccurrenceKey("m", "20251028T140000Z")
    assert found[1].recurrence_id == datetime(2025, 10, 28, 14, tzinfo=UTC)
    assert found[1].summary == "Moved"
    # It says nothing of its length, so it lasts as long as the others.
    assert found[1].ends_at == datetime(2025, 10, 29, 17, tzinfo=UTC)


def test_cancelled_date_is_reported_as_cancelled() -> None:
    gone = override(f";{NY}:20251028T100000", f"DTSTART;{NY}:20251028T100000", "STATUS:CANCELLED")
    assert starts(calendar(WEEKLY, gone)) == [PLAIN[0], "10-28T14:00 cancelled", *PLAIN[2:]]


def test_date_that_the_series_never_had_cannot_be_cancelled() -> None:
    gone = override(f";{NY}:20251029T100000", f"DTSTART;{NY}:20251029T100000", "STATUS:CANCELLED")
    assert starts(calendar(WEEKLY, gone)) == PLAIN


def test_date_that_the_series_no_longer_has_still_takes_place_where_it_was_moved() -> None:
    moved = override(f";{NY}:20251029T100000", f"DTSTART;{NY}:20251030T100000")
    assert starts(calendar(WEEKLY, moved)) == [*PLAIN[:2], "10-30T14:00", *PLAIN[2:]]


def test_moved_out_of_the_window_leaves_nothing_behind() -> None:
    moved = override(f";{NY}:20251028T100000", f"DTSTART;{NY}:20270101T120000")
    assert starts(calendar(WEEKLY, moved)) == [PLAIN[0], *PLAIN[2:]]


def test_this_and_future_moves_what_follows_by_wall_time() -> None:
    later = override(f";RANGE=THISANDFUTURE;{NY}:20251028T100000", f"DTSTART;{NY}:20251028T083000")
    assert starts(calendar(WEEKLY, later)) == [PLAIN[0], "10-28T12:30", "11-04T13:30", "11-11T13:30"]
    keys = [one.key.original for one in occurrences(calendar(WEEKLY, later))]
    assert keys == [one.key.original for one in occurrences(calendar(WEEKLY))]


def test_this_and_future_may_move_to_another_zone() -> None:
    later = override(
        f";RANGE=THISANDFUTURE;{NY}:20251028T100000", "DTSTART;TZID=Europe/Paris:20251028T150000"
    )
    # 15:00 in Paris is 10:00 in New York in that week alone; the rest keeps the distance in Paris' time.
    assert starts(calendar(WEEKLY, later)) == [PLAIN[0], "10-28T14:00", "11-04T15:00", "11-11T15:00"]


def test_this_and_future_can_cancel_the_rest() -> None:
    end = override(
        f";RANGE=THISANDFUTURE;{NY}:20251104T100000", f"DTSTART;{NY}:20251104T100000", "STATUS:CANCELLED"
    )
    assert starts(calendar(WEEKLY, end)) == [*PLAIN[:2], "11-04T15:00 cancelled", "11-11T15:00 cancelled"]


def test_single_date_may_be_named_by_where_it_was_moved() -> None:
    later = override(f";RANGE=THISANDFUTURE;{NY}:20251028T100000", f"DTSTART;{NY}:20251028T120000")
    once = override(f";{NY}:20251104T120000", f"DTSTART;{NY}:20251105T090000", summary="Once")
    assert starts(calendar(WEEKLY, later, once)) == [PLAIN[0], "10-28T16:00", "11-05T14:00", "11-11T17:00"]


def test_whole_days_can_be_moved_and_become_times() -> None:
    moved = override(";VALUE=DATE:20251028", "DTSTART;VALUE=DATE:20251030")
    timed = override(";VALUE=DATE:20251104", "DTSTART:20251104T150000Z", "DURATION:PT1H")
    found = occurrences(calendar(DAYS, moved, timed))
    assert [one.start for one in found] == [
        date(2025, 10, 21),
        date(2025, 10, 30),
        datetime(2025, 11, 4, 15, tzinfo=UTC),
    ]
    assert [one.key.original for one in found] == ["20251021", "20251028", "20251104"]


def test_newest_version_of_a_series_and_of_a_date_counts() -> None:
    old = WEEKLY.replace("T100000", "T080000").replace("END:VEVENT", "SEQUENCE:1\nEND:VEVENT")
    new = WEEKLY.replace("END:VEVENT", "SEQUENCE:2\nEND:VEVENT")
    first = override(f";{NY}:20251028T100000", f"DTSTART;{NY}:20251029T100000", "SEQUENCE:1")
    second = override(f";{NY}:20251028T100000", f"DTSTART;{NY}:20251030T100000", "SEQUENCE:2")
    assert starts(calendar(new, second, old, first)) == [PLAIN[0], "10-30T14:00", *PLAIN[2:]]


def test_meetings_that_share_a_uid_all_take_place() -> None:
    data = calendar(event("DTSTART:20251103T100000Z"), event("DTSTART:20251104T100000Z"), WEEKLY)
    assert starts(data) == [*PLAIN[:2], "11-03T10:00", "11-04T10:00", *PLAIN[2:]]


def test_split_series_keeps_its_identity() -> None:
    before = event(
        f"DTSTART;{NY}:20251021T100000", "RRULE:FREQ=WEEKLY;UNTIL=20251103T000000Z", uid="x@google.com"
    )
    after = event(
        f"DTSTART;{NY}:20251104T110000", "RRULE:FREQ=WEEKLY;COUNT=1", uid="x_R20251104T150000@google.com"
    )
    found = occurrences(calendar(before, after))
    assert [one.start.hour for one in found] == [14, 14, 16]
    assert {one.key.uid for one in found} == {"x@google.com"}


def test_halves_of_a_split_that_claim_the_same_date_show_it_once() -> None:
    before = event(
        f"DTSTART;{NY}:20251021T100000", "RRULE:FREQ=WEEKLY;COUNT=3", uid="x@google.com", summary="old"
    )
    after = event(
        f"DTSTART;{NY}:20251104T100000",
        "RRULE:FREQ=WEEKLY;COUNT=2",
        uid="x_R20251104T150000@google.com",
        summary="new",
    )
    found = occurrences(calendar(before, after))
    assert [one.summary for one in found] == ["old", "old", "new", "new"]


def test_single_meeting_keeps_its_key_wherever_it_goes() -> None:
    here, there = (calendar(event(f"DTSTART:2025110{day}T100000Z")) for day in (4, 5))
    assert [one.key for one in occurrences(here)] == [one.key for one in occurrences(there)] == [("m", "")]
    assert occurrences(here)[0].recurrence_id is None


def test_rdate_adds_dates_and_periods() -> None:
    data = calendar(
        event(
            f"DTSTART;{NY}:20251021T100000",
            "DURATION:PT1H",
            "RDATE:20251022T140000Z",
            "RDATE;VALUE=DATE:20251023",
            f"RDATE;VALUE=PERIOD;{NY}:20251024T100000/PT3H,20251025T100000/20251025T120000",
        )
    )
    found = occurrences(data)
    assert [one.start.day for one in found] == [21, 22, 23, 24, 25]
    assert [(one.ends_at - one.starts_at).seconds // 3600 for one in found] == [1, 1, 1, 3, 2]


def test_two_rules_give_each_date_once() -> None:
    data = calendar(
        event("DTSTART:20251103T100000Z", "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3")
    )
    assert starts(data) == ["11-03T10:00", "11-04T10:00", "11-05T10:00", "11-07T10:00"]


def test_hour_that_the_spring_leaves_out_is_not_doubled() -> None:
    data = calendar(event(f"DTSTART;{NY}:20260308T010000", "RRULE:FREQ=HOURLY;COUNT=4"))
    found = starts(data, HIGH, datetime(2026, 4, 1, tzinfo=UTC))
    assert found == ["03-08T06:00", "03-08T07:00", "03-08T08:00"]


@pytest.mark.parametrize(
    ("low", "high", "number"),
    [("T10:00", "T11:00", 1), ("T11:00", "T12:00", 0), ("T09:00", "T10:00", 0), ("T10:30", "T10:31", 1)],
)
def test_window_takes_what_reaches_into_it(low: str, high: str, number: int) -> None:
    data = calendar(event("DTSTART:20251105T100000Z", "DURATION:PT1H"))
    bounds = (datetime.fromisoformat(f"2025-11-05{text}:00Z") for text in (low, high))
    assert len(occurrences(data, *bounds)) == number


def test_long_meeting_that_began_before_the_window_is_in_it() -> None:
    data = calendar(event("DTSTART:20240105T100000Z", "DURATION:P900D"))
    assert len(occurrences(data)) == 1


def test_too_many_dates_of_one_series_hide_no_other() -> None:
    greedy = event("DTSTART:20200101T000000Z", "RRULE:FREQ=HOURLY;BYMINUTE=0,15,30,45", uid="greedy")
    calendar_ = parse_calendar(calendar(greedy, WEEKLY))
    found = expand(calendar_, LOW, HIGH)
    assert len(found.occurrences) == MAX_OCCURRENCES
    assert sum(one.key.uid == "m" for one in found.occurrences) == 4
    assert [problem.what for problem in found.problems] == [
        "it has too many dates; the later ones are left out"
    ]


def test_rule_that_is_long_to_follow_is_told() -> None:
    slow = event(
        "DTSTART:19000101T000000Z",
        "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=99999",
        uid="slow",
        summary="Slow",
    )
    found = expand(parse_calendar(calendar(slow, WEEKLY)), LOW, HIGH)
    assert len(found.occurrences) == 4
    assert [(problem.where, problem.what) for problem in found.problems] == [
        ("Slow", "its rule takes too long to follow; some dates are missing")
    ]


def test_many_rules_that_are_long_to_follow_hide_no_meeting_that_is_not() -> None:
    greedy = (
        event("DTSTART:20200101T000000Z", "RRULE:FREQ=HOURLY;BYMINUTE=0,15,30,45", uid=f"g{number}")
        for number in range(900)
    )
    found = expand(parse_calendar(calendar(*greedy, WEEKLY)), LOW, HIGH)
    assert len(found.occurrences) == MAX_OCCURRENCES
    assert sum(one.key.uid == "m" for one in found.occurrences) == 4
    assert len(found.problems) == MAX_PROBLEMS + 1


def test_count_is_followed_without_counting_where_that_can_be_reckoned() -> None:
    data = calendar(event("DTSTART:19000101T000000Z", "RRULE:FREQ=DAILY;COUNT=46000", uid="long"))
    assert starts(data)[-1] == "12-10T00:00"


def test_meeting_made_in_chat_is_expanded_like_one_that_was_read() -> None:
    read = parse_calendar(calendar(WEEKLY))
    made = replace(read.meetings[0], line=0, dtstart=replace(read.meetings[0].dtstart, tzid=""))
    again = expand(replace(read, meetings=(made,)), LOW, HIGH).occurrences
    assert [one.key for one in again] == [one.key for one in expand(read, LOW, HIGH).occurrences]
