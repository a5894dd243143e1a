"""Find a calendar by what was typed: its number from the list, or its name."""

import pytest

from bot.meetings.names import CalendarName, find_number

KNOWN = (
    CalendarName(3, "Harbour calls", 7),
    CalendarName(4, "Twice", 7),
    CalendarName(5, "Twice", 8),
    CalendarName(6, "@\u200beveryone", 8),
    CalendarName(8, "2026", 8),
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("3", 3),
        ("99", 99),  # of which the store knows whether it is there
        ("Harbour calls", 3),
        ("  harbour   CALLS ", 3),
        ("Harbour", 0),
        ("Twice", 0),
        ("@everyone", 6),
        ("", 0),
        ("9" * 40, 0),
        ("²", 0),
    ],
)
def test_a_calendar_is_found_by_its_number_or_its_name(typed: str, number: int) -> None:
    assert find_number(KNOWN, typed) == number
