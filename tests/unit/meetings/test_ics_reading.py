import pytest

from bot.errors import SourceError
from bot.meetings.ics.body import MAX_BYTES
from bot.meetings.ics.reading import parse_calendar
from bot.meetings.models import Duration, Meeting, Problem, Status
from tests.unit.meetings.calendar_text import calendar, event

GOOD = event("DTSTART:20251105T100000Z", uid="good", summary="Good")


def only(data: bytes) -> Meeting:
    (meeting,) = parse_calendar(data).meetings
    return meeting


def problems(data: bytes) -> list[tuple[int, str]]:
    return [(problem.line, problem.what) for problem in parse_calendar(data).problems]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The server sent an empty answer"),
        (b" \r\n\r\n ", "The server sent an empty answer"),
        (b"<!DOCTYPE html><title>Calendar</title>", "This is a web page, not a calendar"),
        (b"\xef\xbb\xbf<html><form><input type='password'></form>", "The server sent a sign-in page"),
        (b'{"items": []}', "This is JSON, not a calendar"),
        (b"<?xml version='1.0'?><icalendar/>", "This is XML, not a calendar"),
        (b"\x1f\x8b\x00\x00", "This is no text"),
        (b"Hello, world", "This is no calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n", "The calendar is cut off"),
        (calendar(GOOD) + b"BEGIN:VCALENDAR\r\nBEGIN:VEV", "The calendar is cut off"),
        (b"text that speaks of BEGIN:VCALENDAR and END:VCALENDAR", "This is no calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b" " * MAX_BYTES, "The calendar is larger than 10 MB"),
    ],
)
def test_what_is_no_whole_calendar_is_refused_with_the_reason(body: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=f"^{message}"):
        parse_calendar(body)


def test_calendar_without_meetings_is_a_calendar() -> None:
    assert parse_calendar(calendar()).meetings == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + calendar(GOOD),
        b"---\nlayout: none\n---\n" + calendar(GOOD),
        b"\n\n  " + calendar(GOOD),
        calendar(GOOD).replace(b"\r\n", b"\n"),
        calendar(GOOD).replace(b"\r\n", b"\r"),
        calendar(GOOD).replace(b"\r\n", b"\r\r\n"),
        calendar(GOOD).replace(b"\r\n", b"\r\n\r\n"),
        calendar(GOOD).decode().encode("utf-16"),
        calendar(GOOD).replace(b"DTSTART", b"dtstart").replace(b"BEGIN", b"Begin"),
        calendar() + calendar(GOOD),
        calendar(GOOD) + b"<!-- served by a proxy -->",
    ],
)
def test_unusual_bodies_hold_the_same_meeting(data: bytes) -> None:
    assert only(data).summary == "Good"


def test_folds_may_cut_a_character_in_two() -> None:
    folded = "SUMMARY:Grüße".encode().replace(b"\xc3\xbc", b"\xc3\r\n \xbc")
    assert only(calendar(GOOD).replace(b"SUMMARY:Good", folded)).summary == "Grüße"


def test_line_that_is_no_utf8_is_read_as_windows_1252() -> None:
    assert only(calendar(GOOD).replace(b"Good", b"Gr\xfc\xdfe \x96 x")).summary == "Grüße – x"


def test_text_is_unescaped_once() -> None:
    data = calendar(event("DTSTART:20251105T100000Z", "DESCRIPTION:a\\, b\\; c\\\\n d\\ne", summary="x\\:y"))
    meeting = only(data)
    assert (meeting.summary, meeting.description) == ("x:y", "a, b; c\\n d\ne")


def test_all_that_a_card_needs_is_read() -> None:
    meeting = only(
        calendar(
            event(
                'DTSTART;TZID="Europe/Berlin":20251105T100000',
                "DURATION:P1DT2H",
                "SEQUENCE:3",
                "STATUS:tentative",
                "TRANSP:TRANSPARENT",
                "LOCATION:https://zoom.us/j/1",
                "URL:https://example.org/wg",
                "ORGANIZER;CN=Ada:mailto:ada@example.org",
                "CATEGORIES:wg,open\\, call",
                "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example/x",
                "ATTACH:https://example.org/agenda",
                "ATTACH;ENCODING=BASE64;VALUE=BINARY:QUJD",
                "X-GOOGLE-CONFERENCE:https://meet.google.com/abc",
                "BEGIN:VALARM\nDESCRIPTION:the alarm's\nEND:VALARM",
                "DESCRIPTION:the meeting's",
            )
        )
    )
    assert meeting.dtstart.zone == meeting.dtstart.tzid == "Europe/Berlin"
    assert meeting.duration == Duration(days=1, seconds=7200)
    assert (meeting.sequence, meeting.status, meeting.is_transparent) == (3, Status.TENTATIVE, True)
    assert (meeting.location, meeting.url) == ("https://zoom.us/j/1", "https://example.org/wg")
    assert (meeting.organizer, meeting.categories) == ("Ada", ("wg", "open, call"))
    assert meeting.conferences == ("https://meet.example/x",)
    assert meeting.attachments == ("https://example.org/agenda",)
    assert meeting.properties == (("X-GOOGLE-CONFERENCE", "https://meet.google.com/abc"),)
    assert meeting.description == "the meeting's"


def test_no_address_of_a_person_is_kept() -> None:
    line = "ORGANIZER;CN=ada@example.org:mailto:ada@example.org"
    meeting = only(calendar(event("DTSTART:20251105T100000Z", line, "ATTENDEE;CN=Bob:mailto:b@example.org")))
    assert meeting.organizer == ""
    assert "@" not in repr(meeting)


def test_what_the_calendar_says_of_itself() -> None:
    head = "METHOD:publish\nX-WR-CALNAME:Our\\, group\nX-WR-TIMEZONE:Europe/Paris\nX-PUBLISHED-TTL:PT1H"
    found = parse_calendar(calendar(GOOD, head=head))
    assert (found.name, found.method, found.zone) == ("Our, group", "PUBLISH", "Europe/Paris")
    assert str(found.refresh_interval) == "1:00:00"


def test_cancellation_cancels_what_it_holds() -> None:
    assert only(calendar(GOOD, head="METHOD:CANCEL")).status is Status.CANCELLED


@pytest.mark.parametrize(
    ("bad", "line", "what"),
    [
        (event(), 3, "it has no start, so it is left out"),
        (event("DTSTART:soon"), 6, "its start 'soon' is no date; it is left out"),
        (event("DTSTART:20251304T100000Z"), 6, "its start '20251304T100000Z' is no date; it is left out"),
        (event("DTSTART:20251104T100000Z", "DURATION:1 hour"), 7, "its duration '1 hour' cannot be read"),
        (event("DTSTART:20251104T100000Z", "EXDATE:never"), 7, "its skipped date 'never' cannot be read"),
        (event("DTSTART:20251104T100000Z", "RDATE:always"), 7, "its extra date 'always' cannot be read"),
        (
            event("DTSTART:20251104T100000Z", "DTEND:20251104T090000Z"),
            7,
            "it ends before it starts; its end is overlooked",
        ),
        (
            event("DTSTART:20251104T100000Z", "RRULE:FREQ=MINUTELY"),
            7,
            (
                "its repetition is not followed: it repeats more often than every hour. "
                "Only its first date is kept"
            ),
        ),
        (
            event("DTSTART;TZID=Mars/Olympus:20251104T100000"),
            6,
            "this time zone is unknown; its times are read as those of the zone set for this calendar",
        ),
        (event("DTSTART:20251104T100000Z", "what is this"), 7, "this line is no property; it is overlooked"),
    ],
)
def test_bad_meeting_is_told_and_hides_no_other(bad: str, line: int, what: str) -> None:
    data = calendar(bad, GOOD)
    assert problems(data) == [(line, what)]
    assert "Good" in {meeting.summary for meeting in parse_calendar(data).meetings}


def test_problem_names_the_meeting() -> None:
    data = calendar(event("DTSTART:soon", summary="Our call"))
    assert parse_calendar(data).problems[0] == Problem(
        where="Our call", what="its start 'soon' is no date; it is left out", line=6
    )


def test_lines_are_counted_in_the_source_as_it_came() -> None:
    data = b"---\n---\n" + calendar(event("DESCRIPTION:a\n b\n c", "DTSTART:soon"))
    assert problems(data) == [(11, "its start 'soon' is no date; it is left out")]


def test_meeting_without_an_end_does_not_swallow_the_next() -> None:
    unfinished = event("DTSTART:20251104T100000Z").removesuffix("END:VEVENT")
    found = parse_calendar(calendar(unfinished, GOOD))
    assert [meeting.summary for meeting in found.meetings] == ["Call", "Good"]
    assert found.problems[0].what == "the meeting before has no END (it began in line 3)"


def test_meeting_without_a_uid_gets_one_that_stays() -> None:
    bare = GOOD.replace("UID:good\n", "")
    first, second = only(calendar(bare)), only(calendar(bare, head="X-WR-CALNAME:x"))
    assert first.uid == second.uid
    assert first.uid.startswith("no-uid-")


def test_zone_with_an_unquoted_colon_is_read() -> None:
    line = "DTSTART;TZID=(UTC-05:00) Eastern Time (US & Canada):20251105T100000"
    assert only(calendar(event(line))).dtstart.zone == "America/New_York"


def test_long_texts_are_cut() -> None:
    meeting = only(
        calendar(event("DTSTART:20251105T100000Z", "DESCRIPTION:" + "x" * 90_000, summary="y" * 9000))
    )
    assert (len(meeting.summary), len(meeting.description)) == (500, 20_000)


def test_many_problems_are_counted_instead_of_listed() -> None:
    data = calendar(*(event("DTSTART:soon", uid=str(number)) for number in range(500)))
    found = parse_calendar(data).problems
    assert len(found) == 101
    assert found[-1].what == "400 more problems are not listed"
