"""Days are read in the community's zone; what is none is said to be none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.mail.days import parse_day

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 23, tzinfo=UTC)),
        (" 2026-7 ", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_day_a_month_or_a_year_begins(text: str, moment: datetime) -> None:
    assert parse_day(text, BERLIN) == moment


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13", "2026-02-30", "26-01-01", "0000", "٢٠٢٦", "2026-01-01x"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_day(text, UTC) is None
