from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.times import timestamp

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "style", "text"),
    [
        (NOON, "f", "<t:1774785600:f>"),
        (NOON, "R", "<t:1774785600:R>"),
        (NOON.replace(microsecond=999_999), "D", "<t:1774785600:D>"),
        (NOON.astimezone(timezone(timedelta(hours=-5))), "f", "<t:1774785600:f>"),
        (datetime(1970, 1, 1, tzinfo=UTC), "t", "<t:0:t>"),
    ],
)
def test_an_instant_is_written_as_discord_reads_it(instant: datetime, style: str, text: str) -> None:
    assert timestamp(instant, style) == text


def test_the_style_is_date_and_time_unless_said() -> None:
    assert timestamp(NOON) == timestamp(NOON, "f")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        timestamp(NOON.replace(tzinfo=None))


@given(st.datetimes(timezones=st.timezones()))
def test_the_zone_it_is_given_in_makes_no_difference(instant: datetime) -> None:
    assert timestamp(instant) == timestamp(instant.astimezone(UTC))
