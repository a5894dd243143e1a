"""Judge whatever is read from elsewhere again and again (a page, a calendar, a list) by the same rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.faq.models import Page
from bot.mail.stored import MailSource
from bot.meetings.calendars import FollowedCalendar
from bot.operations.health import Condition
from bot.text.catalogue import Texts
from bot.text.times import timestamp

FAILURES_TO_TELL: Final = 3
"""What failed so often in a row, over half an hour or more, is broken; before, it may mend itself."""

_OVERDUE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Reading:
    """How it goes with the reading of one source.

    Attributes:
        succeeded_at: When it was last read well; None: never.
        lag: By how much the next look is late; None: it is not.
    """

    failures: int
    error: str
    checked_at: datetime | None
    succeeded_at: datetime | None
    next_check_at: datetime | None
    lag: timedelta | None

    @property
    def condition(self) -> Condition:
        """Broken, troubled, well, or not begun."""
        if self.failures >= FAILURES_TO_TELL:
            return Condition.BROKEN
        if self.error or (self.lag is not None and self.lag > _OVERDUE):
            return Condition.TROUBLED
        return Condition.WELL if self.succeeded_at else Condition.IDLE


def reading_of(
    source: Page | FollowedCalendar | MailSource, *, succeeded_at: datetime | None, now: datetime
) -> Reading:
    """Return how it goes with a source that was last read well at some time."""
    due = source.next_check_at
    return Reading(
        failures=source.failures,
        error=source.error,
        checked_at=source.checked_at,
        succeeded_at=succeeded_at,
        next_check_at=due,
        lag=now - due if due and due < now else None,
    )


def words_in_trouble(texts: Texts, trouble: str, reading: Reading) -> str:
    """Say what is wrong, and when it is tried again."""
    if not reading.next_check_at:
        return trouble
    return f"{trouble} {texts('status.next_try', when=timestamp(reading.next_check_at, 'R'))}"


def words_when_well(texts: Texts, found: str, reading: Reading) -> str:
    """Say what was found, and when it was last looked for, or since when that is late."""
    if not reading.checked_at:
        return found
    key = "status.overdue" if reading.condition is Condition.TROUBLED else "status.checked"
    return f"{found} · {texts(key, when=timestamp(reading.checked_at, 'R'))}"
