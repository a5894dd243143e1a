"""Hold what stands while one zone is tried, and judge a time that it leads to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.meetings.when.draft import Draft
from bot.meetings.when.models import Reading, Unclear, When

MAX_YEARS = 10
_MAX_DURATION = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A time that the draft can mean; a reading for each thing that could be taken otherwise."""

    when: When
    readings: tuple[Reading | None, ...] = ()
    must_ask: bool = False


Outcome = Candidate | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A draft seen in one zone."""

    draft: Draft
    now: datetime
    zone: str
    is_zone_given: bool

    def localize(self, day: date, at: time) -> tuple[datetime, ...]:
        """Return the wall time: twice where the hour is repeated, not at all where it is skipped."""
        local = datetime.combine(day, at)
        info = ZoneInfo(self.zone)
        folds = (local, local.replace(fold=1))
        early, late = (each.replace(tzinfo=info).utcoffset() for each in folds)
        if early == late:
            return folds[:1]
        exists = local.replace(tzinfo=info).astimezone(UTC).astimezone(info).replace(tzinfo=None) == local
        return folds if exists else ()

    def make(self, start: datetime, *, rrule: str = "", duration: timedelta | None = None) -> When:
        """Return the time in this zone."""
        return When(
            start=start, zone=self.zone, rrule=rrule, duration=duration, is_zone_given=self.is_zone_given
        )

    def judge(self, candidate: Candidate) -> Outcome:
        """Return the candidate, or why it cannot be meant."""
        when = candidate.when
        instant = when.instant
        if instant < self.now.replace(second=0, microsecond=0):
            return refuse("when.past", when.start.date())
        if instant > self.now + timedelta(days=366 * MAX_YEARS):
            return Unclear(key="when.far")
        if when.duration is not None and not timedelta() < when.duration <= _MAX_DURATION:
            return Unclear(key="when.duration")
        return candidate


def refuse(key: str, day: date) -> Unclear:
    """Return a refusal that names a date."""
    return Unclear(key=key, values=(("date", day.isoformat()),))
