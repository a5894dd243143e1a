"""Dates of mail, against the standard library's reading of them; what it leaves open is said here."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.mime.dates import parse_date, parse_received

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OFFSETS = st.integers(-12 * 60, 14 * 60)


@st.composite
def written_dates(draw: st.DrawFn) -> str:
    """Dates as mailers write them, also such as RFC 5322 has not."""
    moment = draw(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 (a wall time)
    minutes = draw(_OFFSETS)
    weekday = draw(
        st.sampled_from(("", f"{_DAYS[moment.weekday()]}, ", f"{_DAYS[moment.weekday()].lower()} "))
    )
    day = draw(st.sampled_from((f"{moment.day}", f"{moment.day:02}")))
    month = draw(st.sampled_from((_MONTHS[moment.month - 1], _MONTHS[moment.month - 1].upper())))
    time = draw(st.sampled_from((f"{moment:%H:%M:%S}", f"{moment:%H:%M}")))
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    comment = draw(st.sampled_from(("", " (CET)", " (Central European Time)", " (+01:00)")))
    return f"{weekday}{day} {month} {moment.year} {time} {zone}{comment}"


@given(written_dates())
def test_date_is_the_instant_that_the_standard_library_reads(written: str) -> None:
    assert parse_date(written.encode()) == parsedate_to_datetime(written).astimezone(UTC)


@given(written_dates())
def test_received_has_its_date_behind_the_last_semicolon(written: str) -> None:
    value = f"from a; b by example.org; {written}".encode()

    assert parse_received(value) == parsedate_to_datetime(written).astimezone(UTC)


NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Thu, 29 Feb 2024 12:00:00 -0000", NOON),
        ("Thu, 29 Feb 2024 12:00:60 +0000", NOON + timedelta(seconds=59)),
        ("Wed, 28 Feb 2024 23:59:00 -1201", NOON),
        # A zone that is none is taken for UTC.
        ("Thu, 29 Feb 2024 12:00:00 +9999", NOON),
        ("Thu, 29 Feb 2024 12:00:00 +2400", NOON),
        ("Thu, 29 Feb 2024 12:00:00 +2359", NOON - timedelta(hours=23, minutes=59)),
        ("Thu, 29 Feb 2024 12:00:00", NOON),
        ("Thu, 29 Feb 2024 07:00:00 EST", NOON),
        ("Thu Feb 29 12:00:00 2024", NOON),
        ("29 Feb 24 12:00:00 +0000", NOON),
        ("2024-02-29T13:00:00+01:00", NOON),
    ],
    ids=str,
)
def test_date_of_another_kind(written: str, instant: datetime) -> None:
    assert parse_date(written.encode()) == instant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "Fri, 30 Feb 2024 12:00:00 +0000",
        "Thu, 29 Feb 2024 24:00:00 +0000",
        "Thu, 29 Feb 2024 12:60:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 -0100",
    ],
)
def test_what_is_no_date(written: str) -> None:
    assert parse_date(written.encode()) is None
