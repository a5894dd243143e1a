"""Days are read in the community's zone; what is none is said to be none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.mail.days import parse_day

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(
    2026, 3, 30, 23, 30, tzinfo=UTC
)  # a Tuesday already in Berlin, two days after the clocks went on


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        (" 2026-7 ", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_day_a_month_or_a_year_begins(text: str, moment: datetime) -> None:
    assert parse_day(text, BERLIN, now=NOW) == moment


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (("today", "heute", "Hoy"), "2026-03-31"),
        (("yesterday", "Gestern", "ayer", "1 day ago", "vor einem Tag", "hace un día"), "2026-03-30"),
        (("the day before  yesterday", "vorgestern", "anteayer"), "2026-03-29"),
        (("this week", "diese Woche", "esta semana"), "2026-03-30"),
        (("last week", "letzte Woche", "la semana pasada"), "2026-03-23"),
        (("3 days ago", "vor 3 Tagen", "hace 3 días", "hace 3 dias"), "2026-03-28"),
        (("2 weeks ago", "vor 2 Wochen", "hace 2 semanas"), "2026-03-17"),
        (("this month", "dieser Monat", "este mes"), "2026-03-01"),
        (("last month", "letzten Monat", "el mes pasado"), "2026-02-01"),
        (("a month ago", "vor einem Monat", "hace un mes"), "2026-02-28"),
        (("13 months ago", "vor 13 Monaten", "hace 13 meses"), "2025-02-28"),
        (("this year", "dieses Jahr", "este año"), "2026-01-01"),
        (("last year", "letztes Jahr", "el año pasado"), "2025-01-01"),
        (("an year ago", "vor 1 Jahr", "hace un año"), "2025-03-31"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_how_long_ago_is_read_in_every_language(texts: tuple[str, ...], day: str) -> None:
    begins = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    assert {text: parse_day(text, BERLIN, now=NOW) for text in texts} == dict.fromkeys(texts, begins)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "vor drei Monden",
        "hace mucho tiempo",
        "99999 years ago",
        "two days ago",
        "2026-13",
        "2026-02-30",
        "26-01-01",
        "0000",
        "٢٠٢٦",
        "2026-01-01x",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_day(text, UTC, now=NOW) is None
