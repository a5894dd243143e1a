"""Read back the addresses that add a meeting to a calendar on the web."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.meetings.adding import google_link, outlook_link
from bot.meetings.ics.reading import parse_calendar
from bot.meetings.models import Occurrence
from bot.meetings.occurrences import expand
from bot.text.links import is_safe_url

JOIN = "https://zoom.us/j/98765432101?pwd=Q1w2E3&x=1"


def occurrences(*lines: str) -> tuple[Occurrence, ...]:
    body = ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT", "END:VCALENDAR", "")
    start = datetime(2027, 3, 1, tzinfo=UTC)
    return expand(parse_calendar("\r\n".join(body).encode()), start, start + timedelta(days=60)).occurrences


def fields(url: str) -> dict[str, str]:
    assert is_safe_url(url)
    assert len(url) <= 512
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


def test_one_date_is_given_as_instants() -> None:
    (one,) = occurrences(
        "SUMMARY:Call & more", "DTSTART;TZID=America/New_York:20270310T100000", "DURATION:PT90M"
    )

    google = fields(google_link(one, join=JOIN, details="Agenda: https://a.example/1"))
    assert google == {
        "action": "TEMPLATE",
        "dates": "20270310T150000Z/20270310T163000Z",
        "text": "Call & more",
        "location": JOIN,
        "details": "Agenda: https://a.example/1",
    }
    outlook = fields(outlook_link(one, join=JOIN))
    assert outlook["startdt"] == "2027-03-10T15:00:00Z"
    assert outlook["enddt"] == "2027-03-10T16:30:00Z"
    assert outlook["subject"] == "Call & more"


def test_a_series_is_given_in_its_own_time_from_its_beginning() -> None:
    _, second, *_ = occurrences(
        "SUMMARY:Call",
        "DTSTART;TZID=America/New_York:20270302T100000",
        "DTEND;TZID=America/New_York:20270302T110000",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10",
    )

    google = fields(google_link(second, is_series=True))
    assert google["dates"] == "20270302T100000/20270302T110000"
    assert google["ctz"] == "America/New_York"
    assert google["recur"] == "RRULE:FREQ=WEEKLY;COUNT=10;INTERVAL=2"


def test_whole_days_have_no_time() -> None:
    (one,) = occurrences(
        "SUMMARY:Sprint", "DTSTART;VALUE=DATE:20270310", "DTEND;VALUE=DATE:20270313", "LOCATION:Hall 1"
    )

    assert fields(google_link(one))["dates"] == "20270310/20270313"
    assert fields(google_link(one))["location"] == "Hall 1"
    assert fields(outlook_link(one))["allday"] == "true"
    assert fields(outlook_link(one))["startdt"] == "2027-03-10"


def test_a_series_that_google_could_not_follow_is_its_date_alone() -> None:
    for start in ("DTSTART:20270302T100000Z", "DTSTART;TZID=Nowhere:20270302T100000"):
        first = occurrences("SUMMARY:Call", start, "DURATION:PT1H")[0]
        assert "recur" not in fields(google_link(first, is_series=True))


def test_a_place_that_holds_a_link_is_left_out() -> None:
    (one,) = occurrences("SUMMARY:Call", "DTSTART:20270310T100000Z", "LOCATION:https://zoom.us/s/1?zak=own")
    assert "location" not in fields(google_link(one))


@given(st.text(max_size=400), st.text(max_size=2000), st.integers(0, 600), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_address_is_too_long_and_the_time_always_stays(
    title: str, details: str, length: int, is_series: bool
) -> None:
    (one, *_) = occurrences("SUMMARY:x", "DTSTART;TZID=Asia/Tokyo:20270310T100000", "RRULE:FREQ=WEEKLY")
    named = Occurrence(**{name: getattr(one, name) for name in Occurrence.__slots__} | {"summary": title})
    join = "https://zoom.us/j/" + "1" * length

    google = fields(google_link(named, join=join, details=details, is_series=is_series))
    assert google["dates"]
    assert google.get("location", join) == join
    assert fields(outlook_link(named, join=join, details=details))["startdt"]
