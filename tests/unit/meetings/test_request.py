"""What is typed for a meeting: its length, how it repeats, where people join."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetings.amending import amend_date, amend_series, set_status
from bot.meetings.making import list_next
from bot.meetings.models import Calendar, Meeting, Status
from bot.meetings.occurrences import expand
from bot.meetings.request import (
    Repeat,
    Request,
    find_trouble,
    from_row,
    make_new,
    read_length,
    read_time,
    to_row,
)
from bot.meetings.when.models import Question, Unclear, When

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def request(**parts: object) -> Request:
    given = {"when": "1 December 10:00", "zone": "Europe/Berlin", "asked_at": NOW, "channel_id": 1, **parts}
    return Request(**given)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45),
        ("45 min", 45),
        ("45m", 45),
        ("1h", 60),
        ("1 hour", 60),
        ("1h30", 90),
        ("1 h 30 min", 90),
        ("1:30", 90),
        ("1.5 h", 90),
        ("1,5h", 90),
        ("1 hour and 15 minutes", 75),
        ("48 h", 48 * 60),
    ],
)
def test_lengths_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert read_length(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", " ", "0", "0 min", "49 h", "-5", "an hour", "1h30h", "1:2:3", "5 days"])
def test_other_lengths_are_refused(text: str) -> None:
    assert read_length(text) is None


@given(st.text(max_size=60))
def test_no_length_is_too_odd_to_be_judged(text: str) -> None:
    length = read_length(text)
    assert length is None or timedelta() < length <= timedelta(days=2)


@pytest.mark.parametrize(
    ("repeat", "days"),
    [
        (Repeat.WEEKLY, ["01 Dec", "08 Dec", "15 Dec"]),
        (Repeat.EVERY_2_WEEKS, ["01 Dec", "15 Dec", "29 Dec"]),
        (Repeat.EVERY_3_WEEKS, ["01 Dec", "22 Dec", "12 Jan"]),
        (Repeat.EVERY_4_WEEKS, ["01 Dec", "29 Dec", "26 Jan"]),
        (Repeat.WORKDAYS, ["01 Dec", "02 Dec", "03 Dec"]),
        (Repeat.MONTHLY_WEEKDAY, ["01 Dec", "05 Jan", "02 Feb"]),
        (Repeat.MONTHLY_DATE, ["01 Dec", "01 Jan", "01 Feb"]),
        (Repeat.QUARTERLY, ["01 Dec", "02 Mar", "01 Jun"]),
        (Repeat.YEARLY, ["01 Dec", "01 Dec", "01 Dec"]),
    ],
)
def test_a_repetition_goes_on_from_the_first_date(repeat: Repeat, days: list[str]) -> None:
    when = read_time(request(repeat=repeat))
    assert isinstance(when, When)
    dates = list_next(make_new(request(), when, uid="u"), now=NOW, limit=3)
    assert [f"{one.wall:%d %b}" for one in dates] == days
    assert {one.wall.hour for one in dates} == {10}


def test_the_fifth_weekday_of_a_month_is_its_last() -> None:
    when = read_time(request(when="30 December 10:00", repeat=Repeat.MONTHLY_WEEKDAY))
    assert isinstance(when, When)
    assert when.rrule == "FREQ=MONTHLY;BYDAY=-1WE"


def test_a_questions_answer_is_the_number_of_its_choice() -> None:
    asked = request(when="every 2nd Tuesday 10:00")
    assert isinstance(read_time(asked), Question)
    assert [read_time(asked, number).rrule for number in (0, 1)] == [
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=2TU",
    ]
    assert isinstance(read_time(asked, 2), Unclear)


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("https://meet.example.org/harbour", None),
        ("https://zoom.us/j/123456789", None),
        ("zoom.us/j/1", "meeting.no_link"),
        ("javascript:alert(1)", "meeting.no_link"),
        ("https://zoom.us/s/123456789?zak=secret", "meeting.refused_link"),
    ],
)
def test_a_link_is_judged(link: str, key: str | None) -> None:
    trouble = find_trouble(request(link=link))
    assert (trouble.key if trouble else None) == key


def test_a_request_is_kept_as_it_is() -> None:
    asked = request(title="Call", agenda="a\nb", calendar_id=4, date_token="x")
    assert from_row(to_row(asked)) == asked


def series() -> Meeting:
    when = read_time(request(when="every Tuesday 10:00"))
    assert isinstance(when, When)
    return make_new(request(title="Call", duration="45 min"), when, uid="u")


def laid_out(*versions: Meeting) -> list[tuple[str, str, bool]]:
    found = expand(Calendar(meetings=versions), NOW, NOW + timedelta(days=22)).occurrences
    return [(f"{one.wall:%d %b %H:%M}", one.summary, one.is_cancelled) for one in found]


FIRST, SECOND, THIRD = ("01 Dec 10:00", "Call"), ("08 Dec 10:00", "Call"), ("15 Dec 10:00", "Call")


def test_one_date_is_cancelled_and_put_back() -> None:
    master = series()
    _, second, _ = list_next(master, now=NOW, limit=3)
    skipped = set_status(second, Status.CANCELLED, sequence=1)
    assert laid_out(master, skipped) == [(*FIRST, False), (*SECOND, True), (*THIRD, False)]
    occurrence = expand(Calendar(meetings=(master, skipped)), NOW, NOW + timedelta(days=22)).occurrences[1]
    again = set_status(occurrence, Status.CONFIRMED, sequence=2)
    assert laid_out(master, again) == [(*FIRST, False), (*SECOND, False), (*THIRD, False)]


def test_one_date_is_moved_alone() -> None:
    master = series()
    _, second, _ = list_next(master, now=NOW, limit=3)
    when = When(start=datetime(2026, 12, 9, 11), zone="Europe/Berlin")
    moved = amend_date(second, request(title="Demo"), when, sequence=1)
    assert laid_out(master, moved) == [(*FIRST, False), ("09 Dec 11:00", "Demo", False), (*THIRD, False)]


def test_a_renamed_series_keeps_what_was_changed_about_single_dates() -> None:
    master = series()
    first, second, _ = list_next(master, now=NOW, limit=3)
    demo = amend_date(first, request(title="Demo"), None, sequence=1)
    skipped = set_status(second, Status.CANCELLED, sequence=1)
    changed = amend_series((master, demo, skipped), request(title="Bridge"), None, sequence=2)
    assert laid_out(*changed) == [
        (FIRST[0], "Demo", False),
        (SECOND[0], "Bridge", True),
        (THIRD[0], "Bridge", False),
    ]


def test_a_series_with_a_new_time_forgets_its_old_dates() -> None:
    master = series()
    first, *_ = list_next(master, now=NOW, limit=3)
    skipped = set_status(first, Status.CANCELLED, sequence=1)
    when = read_time(request(when="every Wednesday 11:00"))
    assert isinstance(when, When)
    changed = amend_series((master, skipped), request(), when, sequence=2)
    assert [day for day, *_ in laid_out(*changed)] == ["02 Dec 11:00", "09 Dec 11:00", "16 Dec 11:00"]
    assert changed[0].duration == master.duration
