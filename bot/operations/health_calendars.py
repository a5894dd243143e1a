"""Say how the calendars are: what was read when, what fails or is held, and what a person can do about it."""

from datetime import datetime

from bot.meetings.calendars import FollowedCalendar
from bot.meetings.render_calendars import calendar_name, trouble_words
from bot.operations.health import Condition, Health, Part
from bot.operations.health_reading import Reading, reading_of, words_in_trouble, words_when_well
from bot.text.catalogue import Texts


def calendar_health(texts: Texts, calendar: FollowedCalendar, *, ahead: int, now: datetime) -> Health:
    """Return how a calendar is."""
    reading = reading_of(calendar, succeeded_at=calendar.loaded_at, now=now)
    return Health(
        part=Part.CALENDAR,
        name=texts("status.calendar", name=calendar_name(calendar)),
        condition=Condition.BROKEN if calendar.held else reading.condition,
        words=_words(texts, calendar, reading, ahead),
        last_success_at=calendar.loaded_at if calendar.error else calendar.checked_at,
        last_error_at=calendar.checked_at if calendar.error else None,
        last_error=calendar.error or calendar.held,
        next_try_at=calendar.next_check_at,
        lag=reading.lag,
    )


def calendar_notice(texts: Texts, calendar: FollowedCalendar) -> str:
    """Tell the admins of a calendar that is broken or held."""
    name = texts("status.calendar", name=calendar_name(calendar))
    return f"**{name}** {trouble_words(texts, calendar)}"


def _words(texts: Texts, calendar: FollowedCalendar, reading: Reading, ahead: int) -> str:
    if calendar.held or calendar.error:
        return words_in_trouble(texts, trouble_words(texts, calendar), reading)
    return words_when_well(texts, texts.count("status.dates", ahead), reading)
