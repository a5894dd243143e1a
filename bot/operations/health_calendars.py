"""Say how the calendars are: what was read when, what fails or is held, and what a person can do about it."""

from datetime import datetime, timedelta

from bot.meetings.calendars import FollowedCalendar
from bot.meetings.render_calendars import calendar_name, trouble_words
from bot.operations.health import Condition, Health, Part
from bot.text.catalogue import Texts
from bot.text.times import timestamp

FAILURES_TO_TELL = 3
"""A calendar that failed so often in a row, over half an hour or more, is broken."""

_OVERDUE = timedelta(minutes=10)


def calendar_health(texts: Texts, calendar: FollowedCalendar, *, ahead: int, now: datetime) -> Health:
    """Return how a calendar is."""
    due = calendar.next_check_at
    lag = now - due if due is not None and due < now else None
    condition = _condition(calendar, lag)
    return Health(
        part=Part.CALENDAR,
        name=texts("status.calendar", name=calendar_name(calendar)),
        condition=condition,
        words=_words(texts, calendar, condition, ahead),
        last_success_at=calendar.loaded_at if calendar.error else calendar.checked_at,
        last_error_at=calendar.checked_at if calendar.error else None,
        last_error=calendar.error or calendar.held,
        next_try_at=due,
        lag=lag,
    )


def calendar_notice(texts: Texts, calendar: FollowedCalendar) -> str:
    """Tell the admins of a calendar that is broken or held."""
    name = texts("status.calendar", name=calendar_name(calendar))
    return f"**{name}** {trouble_words(texts, calendar)}"


def _condition(calendar: FollowedCalendar, lag: timedelta | None) -> Condition:
    if calendar.held or calendar.failures >= FAILURES_TO_TELL:
        return Condition.BROKEN
    if calendar.error or (lag is not None and lag > _OVERDUE):
        return Condition.TROUBLED
    return Condition.WELL if calendar.loaded_at else Condition.IDLE


def _words(texts: Texts, calendar: FollowedCalendar, condition: Condition, ahead: int) -> str:
    if calendar.held or calendar.error:
        facts = [trouble_words(texts, calendar)]
        if calendar.next_check_at:
            facts.append(texts("status.next_try", when=timestamp(calendar.next_check_at, "R")))
        return " ".join(facts)
    facts = [texts.count("status.dates", ahead)]
    if calendar.checked_at:
        key = "status.overdue" if condition is Condition.TROUBLED else "status.checked"
        facts.append(texts(key, when=timestamp(calendar.checked_at, "R")))
    return " · ".join(facts)
