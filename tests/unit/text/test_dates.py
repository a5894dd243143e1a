import calendar
from datetime import date, timedelta

import pytest

from bot.text import dates
from bot.text.catalogue import load_texts
from bot.text.languages import LANGUAGES, speaking

TEXTS = load_texts(*LANGUAGES)
DAY = date(2026, 3, 4)  # a Wednesday
YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["Wednesday, 4 March 2026", "Wed 4 Mar", "4 Mar", "March 2026"]),
        ("de", ["Mittwoch, 4. März 2026", "Mi, 4. März", "4. März", "März 2026"]),
        ("es", ["miércoles, 4 de marzo de 2026", "mié 4 mar", "4 mar", "Marzo de 2026"]),
    ],
)
def test_days_are_written_in_the_language_that_is_spoken(language: str, written: list[str]) -> None:
    with speaking(language):
        assert [
            dates.long_day(TEXTS, DAY),
            dates.short_day(TEXTS, DAY),
            dates.shortest_day(TEXTS, DAY),
            dates.month_title(TEXTS, DAY),
        ] == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_and_weekday_has_a_name_of_its_own_in_its_place(language: str) -> None:
    with speaking(language):
        months = [dates.month_name(TEXTS, date(2026, month, 1)) for month in range(1, 13)]
        weekdays = [dates.weekday_name(TEXTS, date(2024, 1, day)) for day in range(1, 8)]
        assert (len(set(months)), len(set(weekdays))) == (12, 7)
        for long, short in (
            (months, [dates.short_month(TEXTS, date(2026, month, 1)) for month in range(1, 13)]),
            (weekdays, [dates.short_weekday(TEXTS, date(2024, 1, day)) for day in range(1, 8)]),
        ):
            assert [name.startswith(cut.rstrip(".")) for name, cut in zip(long, short, strict=True)] == (
                [True] * len(long)
            )
        assert len({dates.long_day(TEXTS, day) for day in YEAR}) == 365


def test_english_names_are_those_of_the_standard_library() -> None:
    with speaking("en"):
        assert [dates.month_name(TEXTS, date(2026, month, 1)) for month in range(1, 13)] == list(
            calendar.month_name[1:]
        )
        assert [dates.short_weekday(TEXTS, date(2024, 1, day)) for day in range(1, 8)] == list(
            calendar.day_abbr
        )
