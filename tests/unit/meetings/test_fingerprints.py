from dataclasses import replace

import pytest

from bot.meetings.fingerprints import fingerprint, fingerprint_meeting
from bot.meetings.ics.reading import parse_calendar
from tests.unit.meetings.calendar_text import calendar, event

LINES = (
    "DTSTART;TZID=Europe/Berlin:20251105T100000",
    "DURATION:PT1H",
    "RRULE:FREQ=WEEKLY;BYDAY=WE,FR",
    "EXDATE:20251112T090000Z,20251114T090000Z",
    "LOCATION:https://zoom.us/j/1",
    "SEQUENCE:1",
    "DTSTAMP:20250101T000000Z",
)
BASE = calendar(event(*LINES), event("DTSTART;VALUE=DATE:20251101", uid="d"))


@pytest.mark.parametrize(
    "data",
    [
        calendar(event("DTSTART;VALUE=DATE:20251101", uid="d"), event(*LINES)),
        BASE.replace(b"DTSTAMP:2025", b"DTSTAMP:2026"),
        BASE.replace(
            b"DURATION:PT1H", b"DURATION:PT1H\r\nLAST-MODIFIED:20260101T000000Z\r\nCREATED:20200101T000000Z"
        ),
        BASE.replace(b"SEQUENCE:1", b"SEQUENCE:7"),
        BASE.replace(b"BYDAY=WE,FR", b"BYDAY=FR,WE;INTERVAL=1"),
        BASE.replace(b"20251112T090000Z,20251114T090000Z", b"20251114T090000Z,20251112T090000Z"),
        BASE.replace(b"TZID=Europe/Berlin", b"TZID=W. Europe Standard Time"),
        BASE.replace(b"\r\n", b"\n"),
    ],
)
def test_what_means_the_same_has_the_same_fingerprint(data: bytes) -> None:
    assert fingerprint(parse_calendar(data)) == fingerprint(parse_calendar(BASE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"T100000", b"T103000"),
        (b"PT1H", b"PT2H"),
        (b"BYDAY=WE,FR", b"BYDAY=WE"),
        (b"20251112T090000Z,", b""),
        (b"zoom.us/j/1", b"zoom.us/j/2"),
        (b"SUMMARY:Call", b"SUMMARY:Our call"),
        (b"DURATION:PT1H", b"DURATION:PT1H\r\nSTATUS:CANCELLED"),
        (b"DURATION:PT1H", b"DURATION:PT1H\r\nX-GOOGLE-CONFERENCE:https://meet.google.com/a"),
        (b"DURATION:PT1H", b"DURATION:PT1H\r\nRDATE:20251220T090000Z"),
        (b"Europe/Berlin", b"Europe/London"),
        (b"UID:m", b"UID:n"),
        (b"20251101", b"20251102"),
    ],
)
def test_what_means_something_new_has_another(old: bytes, new: bytes) -> None:
    assert fingerprint(parse_calendar(BASE.replace(old, new))) != fingerprint(parse_calendar(BASE))


def test_meeting_gone_is_something_new() -> None:
    found = parse_calendar(BASE)
    assert fingerprint(replace(found, meetings=found.meetings[:1])) != fingerprint(found)


def test_meetings_have_fingerprints_of_their_own() -> None:
    first, second = parse_calendar(BASE).meetings
    assert fingerprint_meeting(first) != fingerprint_meeting(second)
    assert fingerprint_meeting(replace(first, line=99, dtstamp=None)) == fingerprint_meeting(first)
