"""Wake the jobs that recur; the one door to APScheduler.

APScheduler is only the alarm clock: what is due, the database says. A job recurs at an interval, and can be
woken earlier, at an instant (`wake_at`). It gets the moment it is woken as an argument, never runs beside
itself, and one that fails is logged and tried again, after longer and longer pauses. Jobs must be short
between two awaits and safe to run late or twice.

When a job is due is kept on the injected clock. APScheduler's alarms run on the system's, and a step of
either, a suspended machine or a blocked loop displaces them; so every 15 s, by a clock that never steps, all
jobs are looked at.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType, TracebackType
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.turns import JobHealth, Turns, lengthening_pause

logger = logging.getLogger(__name__)

Job = Callable[[datetime], Awaitable[None]]
Lease = Callable[[str], Awaitable[bool]]
"""Says whether this process may run the job of that name now; another may hold it."""

_STOP_SECONDS = 3.0
# How soon another process asks again for a job whose holder may have died.
_STANDBY = timedelta(seconds=15)
# Jobs may wake each other; more rounds than this is a circle.
_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A job with its turns.

    Attributes:
        bell: Rung when it may be due.
        lock: Held while it runs.
    """

    name: str
    job: Job
    turns: Turns
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Scheduler:
    """Run jobs at their intervals while the context is open.

    Args:
        clock: Says what time it is; jobs get it, and the trial moves it.
        lease: Asked before each run; without one, every run is ours.
        first_delay: How long after the start a job first runs, by its interval; spread, so that jobs of many
            sources do not all begin in the same second.
        back_off: How long to wait after so many failures in a row.
        rouse_seconds: How often to look for what a step of a clock has displaced.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        lease: Lease | None = None,
        first_delay: Callable[[timedelta], timedelta] | None = None,
        back_off: Callable[[int], timedelta] | None = None,
        rouse_seconds: float = 15.0,
    ) -> None:
        self._clock = clock
        self._lease = lease
        self._first_delay = first_delay or _spread
        self._back_off = back_off or _back_off
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
            self._begin(entry)
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
        return MappingProxyType({entry.name: self._health(entry) for entry in self._entries.values()})

    def every(self, name: str, interval: timedelta, job: Job) -> None:
        """Run a job at an interval, first soon after the start."""
        if name in self._entries:
            raise ValueError(f"There is a job {name!r} already.")
        turns = Turns(interval=interval, turn_at=self._clock(), pause=interval)
        entry = _Entry(name=name, job=job, turns=turns)
        self._entries[name] = entry
        if self._alarm is not None:
            self._begin(entry)

    def wake_at(self, name: str, when: datetime) -> None:
        """Have a job run at an instant of the injected clock, if it would not run by then anyway.

        Only the earliest such wish is kept: a job that has more to do later says so when it runs. A wish for
        now or earlier is met at once, or right after the run that is under way.
        """
        entry = self._entries[name]
        if entry.turns.wake(when):
            self._wind(entry)

    async def run_now(self, name: str) -> None:
        """Run a job at once, after the run that may be under way; its failure is recorded like any other."""
        entry = self._entries[name]
        with self._owning():
            async with entry.lock:
                await self._attempt(entry)
        self._wind(entry)

    async def run_due(self) -> None:
        """Run all that is due by now, in order, and what that makes due: after the clock was moved."""
        with self._owning():
            for _ in range(_ROUNDS):
                due = [entry for entry in self._entries.values() if self._is_due(entry)]
                if not due:
                    break
                for entry in sorted(due, key=_due_at):
                    await self._run_if_due(entry)
        for entry in self._entries.values():
            self._wind(entry)

    def _health(self, entry: _Entry) -> JobHealth:
        health = entry.turns.health
        return health if self._alarm is None else replace(health, next_run_at=entry.turns.due_at())

    def _begin(self, entry: _Entry) -> None:
        entry.turns.wait(self._clock(), self._first_delay(entry.turns.interval))
        task = asyncio.create_task(self._serve(entry), name=entry.name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        self._wind(entry)

    def _wind(self, entry: _Entry) -> None:
        """Set a job's alarm to when it is due, or ring it."""
        if self._alarm is None:
            return
        delay = entry.turns.due_at() - self._clock()
        if delay <= timedelta(0):
            entry.bell.set()
            return
        self._alarm.add_job(
            self._ring,
            DateTrigger(_wall_clock() + delay),
            args=(entry,),
            id=entry.name,
            replace_existing=True,
        )

    async def _ring(self, entry: _Entry) -> None:
        """Hear an alarm; APScheduler would call what is no coroutine in a thread."""
        entry.bell.set()

    async def _serve(self, entry: _Entry) -> None:
        """Run a job whenever it is due, for as long as the scheduler is open."""
        while True:
            await entry.bell.wait()
            entry.bell.clear()
            await self._run_if_due(entry)
            self._wind(entry)

    def _is_due(self, entry: _Entry) -> bool:
        return entry.turns.due_at() <= self._clock()

    async def _run_if_due(self, entry: _Entry) -> None:
        async with entry.lock:
            if self._is_due(entry):
                await self._attempt(entry)

    async def _attempt(self, entry: _Entry) -> None:
        """Run a job; the boundary at which whatever it raises is logged, once, and ends."""
        now = self._clock()
        entry.turns.begin(now)
        try:
            if self._lease is not None and not await self._lease(entry.name):
                entry.turns.leave(now, _STANDBY)
                return
            await entry.job(now)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Something within the job was cancelled, not the job: were it passed on, the job would be gone.
            self._note_failure(entry, now, error)
        except Exception as error:  # noqa: BLE001 (the scheduler's job wrapper, one of the named boundaries)
            self._note_failure(entry, now, error)
        else:
            entry.turns.succeed(now)

    def _note_failure(self, entry: _Entry, now: datetime, error: BaseException) -> None:
        known = entry.turns.health.error
        entry.turns.fail(now, error)
        health = entry.turns.health
        entry.turns.wait(self._clock(), self._back_off(health.failures))
        # The traceback once, then ever fewer lines about further failures of the same kind.
        is_known = health.error == known
        logger.log(
            logging.DEBUG if is_known and health.failures.bit_count() > 1 else logging.ERROR,
            "job %s failed (%s in a row): %s",
            entry.name,
            health.failures,
            health.error,
            exc_info=None if is_known else error,
            extra={"action": entry.name},
        )

    def _rouse(self) -> None:
        """Look at every job's alarm: bring back what the step of a clock has displaced."""
        if self._alarm is None:
            return
        now = self._clock()
        for entry in self._entries.values():
            entry.turns.mend(now)
            self._wind(entry)
        self._rouse_timer = asyncio.get_running_loop().call_later(self._rouse_seconds, self._rouse)

    @contextlib.contextmanager
    def _owning(self) -> Iterator[None]:
        """Cancel the calling task too when the scheduler closes, as long as it runs jobs."""
        task = asyncio.current_task()
        if task is None or task in self._running:
            yield
            return
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)


def _due_at(entry: _Entry) -> datetime:
    return entry.turns.due_at()


def _back_off(failures: int) -> timedelta:
    return lengthening_pause(failures, random.random())  # noqa: S311 (no secret)


def _spread(interval: timedelta) -> timedelta:
    """Return a moment within the first seconds, sooner for jobs that run often."""
    return min(interval, timedelta(seconds=3)) * random.random()  # noqa: S311 (no secret)


def _wall_clock() -> datetime:
    """Return APScheduler's own present, which cannot be given to it; jobs get the injected clock's."""
    return datetime.now(UTC)  # noqa: TID251 (the alarm clock itself)
