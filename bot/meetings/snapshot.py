"""Say what is kept of a calendar: its dates over some weeks, and what changed against those before."""

from dataclasses import dataclass
from datetime import timedelta

from bot.meetings.calendars import MeetingDate
from bot.meetings.changes import Changes
from bot.meetings.models import Problem, Timezone

HORIZON = timedelta(days=35)
"""How far ahead reminders are planned and changes told."""

LOOK_AHEAD = timedelta(days=45)
"""How far ahead dates are kept: beyond the horizon, so that a day's delay makes no gap at its edge."""

LOOK_BACK = timedelta(days=36)
"""How far back: a monthly meeting's date before is needed to say for whom it moved with the clocks."""

MAX_PROBLEMS = 100
_UNKNOWN_CHANGES = Changes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a body means."""

    fingerprint: str
    name: str = ""
    refresh_interval: timedelta | None = None
    timezones: tuple[Timezone, ...] = ()
    problems: tuple[Problem, ...] = ()
    dates: tuple[MeetingDate, ...] = ()
    changes: Changes = _UNKNOWN_CHANGES
