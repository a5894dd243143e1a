"""Wake the jobs that recur; the one door to APScheduler.

APScheduler is only the alarm clock: what is due, the database says. A job gets the moment it is woken as an
argument, never runs beside itself, and one that fails is logged and woken again. Jobs must be short between
two awaits and safe to run late or twice.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType, TracebackType
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

logger = logging.getLogger(__name__)

Job = Callable[[datetime], Awaitable[None]]
Lease = Callable[[str], Awaitable[bool]]
"""Says whether this process may run the job of that name now; another may hold it."""

_STOP_SECONDS = 3.0
_TOLERANCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHealth:
    """How a job fares.

    Attributes:
        error: What the last run failed with; empty when it did not.
        failures: How many runs in a row have failed.
    """

    last_run_at: datetime | None = None
    last_success_at: datetime | None = None
    error: str = ""
    failures: int = 0


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A job with what is known of it."""

    name: str
    interval: timedelta
    job: Job
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    health: JobHealth = field(default_factory=JobHealth)


class Scheduler:
    """Run jobs at their intervals while the context is open.

    Args:
        clock: Says what time it is; jobs get it, and the trial moves it.
        lease: Asked before each run; without one, every run is ours.
        first_delay: How long after the start a job first runs, by its interval; spread, so that jobs of many
            sources do not all begin in the same second.
        rouse_seconds: How often to look for alarms that a step of the system's clock has displaced.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        lease: Lease | None = None,
        first_delay: Callable[[timedelta], timedelta] | None = None,
        rouse_seconds: float = 15.0,
    ) -> None:
        self._clock = clock
        self._lease = lease
        self._first_delay = first_delay or _spread
        self._rouse_seconds = rouse_seconds
        self._entries: dict[str, _Entry] = {}
        self._running: set[asyncio.Task[object]] = set()
        self._alarm: AsyncIOScheduler | None = None
        self._rouse_timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Start waking the jobs."""
        # Misfires always run and are merged: by default APScheduler drops what is a second late.
        self._alarm = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._alarm.start()
        for entry in self._entries.values():
            self._wind(entry)
        self._rouse()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cancel what runs, and wait until it has stopped."""
        if self._rouse_timer is not None:
            self._rouse_timer.cancel()
        if self._alarm is not None:
            self._alarm.shutdown(wait=False)
            self._alarm = None
        for task in self._running:
            task.cancel()
        if self._running:
            _, stuck = await asyncio.wait(self._running, timeout=_STOP_SECONDS)
            for task in stuck:
                logger.error("job %s does not stop", task.get_name())

    @property
    def health(self) -> Mapping[str, JobHealth]:
        """How each job fares, by name."""
        return MappingProxyType({name: entry.health for name, entry in self._entries.items()})

    def every(self, name: str, interval: timedelta, job: Job) -> None:
        """Run a job at an interval, first soon after the start."""
        if name in self._entries:
            raise ValueError(f"There is a job {name!r} already.")
        entry = _Entry(name=name, interval=interval, job=job)
        self._entries[name] = entry
        if self._alarm is not None:
            self._wind(entry)

    async def run_now(self, name: str) -> None:
        """Run a job at once, after the run that may be under way; its failure is recorded like any other."""
        await self._run(self._entries[name])

    def _wind(self, entry: _Entry) -> None:
        assert self._alarm is not None  # noqa: S101 (both callers have just looked)
        self._alarm.add_job(
            self._wake,
            IntervalTrigger(seconds=entry.interval.total_seconds(), timezone=UTC),
            args=(entry,),
            id=entry.name,
            next_run_time=_wall_clock() + self._first_delay(entry.interval),
        )

    async def _wake(self, entry: _Entry) -> None:
        """Run a job on its alarm, unless a run is under way."""
        if not entry.lock.locked():
            await self._run(entry)

    async def _run(self, entry: _Entry) -> None:
        task = asyncio.current_task()
        owned = task is not None and task not in self._running
        if task is not None:
            self._running.add(task)
        try:
            async with entry.lock:
                await self._guard(entry)
        finally:
            if owned and task is not None:
                self._running.discard(task)

    async def _guard(self, entry: _Entry) -> None:
        """Run a job; the boundary at which whatever it raises is logged, once, and ends."""
        now = self._clock()
        try:
            if self._lease is not None and not await self._lease(entry.name):
                return
            await entry.job(now)
        except Exception as error:
            failed = _failed(entry.health, now, error)
            # The traceback once, then a line for each further failure of the same kind.
            logger.error(
                "job %s failed (%s in a row): %s",
                entry.name,
                failed.failures,
                failed.error,
                exc_info=None if failed.error == entry.health.error else error,
                extra={"action": entry.name},
            )
            entry.health = failed
        else:
            entry.health = JobHealth(last_run_at=now, last_success_at=now)

    def _rouse(self) -> None:
        """Bring back alarms that a backward step of the system's clock has put into the far future."""
        if self._alarm is None:
            return
        present = _wall_clock()
        for alarm in self._alarm.get_jobs():
            interval = self._entries[alarm.id].interval
            if alarm.next_run_time > present + interval + _TOLERANCE:
                alarm.modify(next_run_time=present)
        self._alarm.wakeup()
        self._rouse_timer = asyncio.get_running_loop().call_later(self._rouse_seconds, self._rouse)


def _failed(health: JobHealth, now: datetime, error: Exception) -> JobHealth:
    text = f"{type(error).__name__}: {error}"[:500]
    return replace(health, last_run_at=now, error=text, failures=health.failures + 1)


def _spread(interval: timedelta) -> timedelta:
    """Return a moment within the first seconds, sooner for jobs that run often."""
    return min(interval, timedelta(seconds=3)) * random.random()  # noqa: S311 (no secret)


def _wall_clock() -> datetime:
    """Return APScheduler's own present, which cannot be given to it; jobs get the injected clock's."""
    return datetime.now(UTC)  # noqa: TID251 (the alarm clock itself)
