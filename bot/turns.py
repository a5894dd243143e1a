"""Decide when a job that recurs is due: at its interval, when it was woken for, after a failure."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 300.0
_MOST_DOUBLINGS = 10
_TOLERANCE = timedelta(seconds=1)
_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHealth:
    """How a job fares.

    Attributes:
        error: What the last run failed with; empty when it did not.
        failures: How many runs in a row have failed.
        running_since: When the run under way began; None when there is none.
        next_run_at: When it runs next; None before the scheduler's start.
    """

    last_run_at: datetime | None = None
    last_success_at: datetime | None = None
    error: str = ""
    failures: int = 0
    running_since: datetime | None = None
    next_run_at: datetime | None = None

    @property
    def is_degraded(self) -> bool:
        """Tell whether the job fails at present."""
        return self.failures > 0


@dataclass(slots=True, kw_only=True)
class Turns:
    """The turns of one job.

    Attributes:
        turn_at: When its next regular run is due, or its next try after a failure.
        pause: How long it was from setting `turn_at` until then.
        wake_at: When somebody wants it to run earlier.
    """

    interval: timedelta
    turn_at: datetime
    pause: timedelta
    wake_at: datetime | None = None
    health: JobHealth = field(default_factory=JobHealth)

    def due_at(self) -> datetime:
        """Return the next run's moment; while a job fails, nobody wakes it early."""
        if self.wake_at is None or self.health.failures:
            return self.turn_at
        return min(self.turn_at, self.wake_at)

    def wait(self, now: datetime, pause: timedelta) -> None:
        """Set the next turn."""
        self.turn_at, self.pause = now + pause, pause

    def wake(self, when: datetime) -> bool:
        """Keep the earliest moment that somebody wishes for; return whether this is it."""
        if self.wake_at is not None and self.wake_at <= when:
            return False
        self.wake_at = when
        return True

    def begin(self, now: datetime) -> None:
        """Note that a run begins, which meets the wishes for now and earlier."""
        if self.wake_at is not None and self.wake_at <= now:
            self.wake_at = None
        self.health = replace(self.health, running_since=now)

    def leave(self, now: datetime, pause: timedelta) -> None:
        """Note that the run was left to another process."""
        self.health = replace(self.health, running_since=None)
        self.wait(now, min(self.interval, pause))

    def succeed(self, began: datetime) -> None:
        """Note that a run went well."""
        self.health = JobHealth(last_run_at=began, last_success_at=began)
        self.wait(began, self.interval)

    def fail(self, began: datetime, error: BaseException) -> None:
        """Note that a run failed; when to try again, `wait` is told."""
        self.health = replace(
            self.health,
            last_run_at=began,
            error=f"{type(error).__name__}: {error}"[:_LONGEST_ERROR],
            failures=self.health.failures + 1,
            running_since=None,
        )

    def mend(self, now: datetime) -> None:
        """Take a turn at once that a backward step of the clock has put into the far future."""
        if self.turn_at - now > self.pause + _TOLERANCE:
            self.turn_at = now


def lengthening_pause(failures: int, chance: float) -> timedelta:
    """Return how long to wait after so many failures in a row: from a second to five minutes.

    Args:
        failures: At least one.
        chance: From 0 to 1, lengthens it by up to a quarter: the processes that share a broken database shall
            not all come back in the same moment.
    """
    seconds = _FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, _MOST_DOUBLINGS) * (1 + chance / 4)
    return timedelta(seconds=min(seconds, _LONGEST_PAUSE_SECONDS))
