"""Plan digests: exactly one for each window of the community's own clock, late ones merged into one."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.mail.digest.models import Window
from bot.text.cadence import Schedule
from bot.text.wall_time import next_occurrence

EDITED_FOR: Final = timedelta(minutes=10)
"""So long, late mail still joins a digest that was posted."""
LATE_AFTER: Final = timedelta(minutes=30)
"""From then on a digest is late: it reaches to the present, not to its due moment."""
THREADS_PAUSE: Final = timedelta(hours=1)
"""However many threads come, digests by their number are so far apart."""
_MOST_ROUNDS: Final = 400


def plan_digest(
    schedule: Schedule, zone: tzinfo, *, told_until: datetime, now: datetime, new_threads: int
) -> Window | None:
    """Return the window that is to be told now; None while none is due.

    Args:
        schedule: When digests are wanted.
        zone: Whose clock that is.
        told_until: The end of the window before.
        now: The present.
        new_threads: How many threads wait to be told, for a schedule that counts them.
    """
    if schedule.threads:
        is_due = new_threads >= schedule.threads and now - told_until >= THREADS_PAUSE
        return Window(since=told_until, until=now) if is_due else None
    until, rounds = told_until, 0
    while rounds < _MOST_ROUNDS:
        following = next_occurrence(schedule.at, zone, after=until, days=schedule.days)
        if following is None or following.at > now:
            break
        until, rounds = following.at, rounds + 1
    if not rounds:
        return None
    is_late = now - until > LATE_AFTER or rounds > 1
    return Window(since=told_until, until=now if is_late else until, rounds=rounds)


def find_next(schedule: Schedule, zone: tzinfo, *, told_until: datetime) -> datetime | None:
    """Return when the next digest is due; None where the clock does not decide."""
    if schedule.threads:
        return None
    found = next_occurrence(schedule.at, zone, after=told_until, days=schedule.days)
    return found.at if found is not None else None
