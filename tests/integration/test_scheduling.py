"""Jobs that recur: they get the time, never overlap, and outlive their failures."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.scheduling import Scheduler
from bot.turns import JobHealth
from tests.clocks import NOON, SteppedClock

SOON = timedelta(milliseconds=5)
LONG = timedelta(hours=1)


def at_once(_interval: timedelta) -> timedelta:
    return timedelta(0)


class Counter:
    """A job that counts its runs and wakes who waits for them."""

    def __init__(self, *, failing: int = 0) -> None:
        self.moments: list[datetime] = []
        self._failing = failing
        self._changed = asyncio.Condition()

    async def __call__(self, now: datetime) -> None:
        async with self._changed:
            self.moments.append(now)
            self._changed.notify_all()
        if len(self.moments) <= self._failing:
            raise ValueError("no luck")

    async def until(self, runs: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.moments) >= runs)


def scheduler(**settings: object) -> Scheduler:
    return Scheduler(**{"clock": SteppedClock(), "first_delay": at_once, **settings})


def soon_after_noon(moment: datetime) -> bool:
    return NOON <= moment < NOON + timedelta(seconds=30)


async def test_job_runs_again_and_again_and_gets_the_injected_time() -> None:
    job = Counter()
    async with scheduler() as made:
        made.every("tick", SOON, job)
        await job.until(3)
    assert job.moments == sorted(set(job.moments))
    assert all(map(soon_after_noon, job.moments))


async def test_job_named_before_the_start_runs_after_it() -> None:
    job = Counter()
    made = scheduler()
    made.every("tick", LONG, job)
    await asyncio.sleep(0.02)
    assert job.moments == []
    async with made:
        await job.until(1)


async def test_first_run_comes_soon_even_when_the_interval_is_long() -> None:
    job = Counter()
    async with Scheduler(clock=SteppedClock()) as made:
        made.every("daily", timedelta(days=1), job)
        async with asyncio.timeout(10):
            await job.until(1)


async def test_name_is_given_once() -> None:
    made = scheduler()
    made.every("tick", LONG, Counter())
    with pytest.raises(ValueError, match="'tick'"):
        made.every("tick", LONG, Counter())


async def test_job_never_runs_beside_itself() -> None:
    running: list[int] = []
    most: list[int] = []

    async def slow(_now: datetime) -> None:
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(0.03)
        running.pop()

    async with scheduler() as made:
        made.every("slow", SOON, slow)
        await asyncio.gather(*(made.run_now("slow") for _ in range(3)))
    assert max(most) == 1
    assert len(most) >= 3


async def test_slow_job_does_not_hold_up_another() -> None:
    job = Counter()

    async def endless(_now: datetime) -> None:
        await asyncio.Event().wait()

    async with scheduler() as made:
        made.every("endless", SOON, endless)
        made.every("tick", SOON, job)
        await job.until(3)


async def test_failing_job_goes_on_and_its_health_tells() -> None:
    job = Counter(failing=2)
    async with scheduler(back_off=lambda _failures: LONG) as made:
        made.every("flaky", SOON, job)
        await job.until(1)
        await made.run_now("flaky")
        failed = made.health["flaky"]
        assert (failed.error, failed.failures, failed.is_degraded) == ("ValueError: no luck", 2, True)
        assert (failed.last_run_at, failed.last_success_at) == (job.moments[1], None)
        assert failed.next_run_at > NOON + LONG
        await made.run_now("flaky")
        good = made.health["flaky"]
        assert good == JobHealth(
            last_run_at=job.moments[2], last_success_at=job.moments[2], next_run_at=job.moments[2] + SOON
        )


async def test_failures_are_ever_fewer_lines_and_the_traceback_comes_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    job = Counter(failing=100)
    async with scheduler() as made:
        made.every("flaky", LONG, job)
        await job.until(1)
        for _ in range(4):
            await made.run_now("flaky")
    assert [(record.getMessage(), record.exc_info is not None) for record in caplog.records] == [
        ("job flaky failed (1 in a row): ValueError: no luck", True),
        ("job flaky failed (2 in a row): ValueError: no luck", False),
        ("job flaky failed (4 in a row): ValueError: no luck", False),
    ]


async def test_job_that_raises_a_hundred_times_is_tried_after_longer_and_longer_pauses() -> None:
    job, other, counts = Counter(failing=100), Counter(), []

    def back_off(failures: int) -> timedelta:
        counts.append(failures)
        return timedelta(milliseconds=1)

    async with scheduler(back_off=back_off) as made:
        made.every("flaky", LONG, job)
        made.every("other", SOON, other)
        await job.until(50)
        assert made.health["flaky"].failures in {49, 50}
        assert not made.health["other"].is_degraded
        before = len(other.moments)
        await other.until(before + 2)
        await job.until(101)
        while made.health["flaky"].is_degraded:  # noqa: ASYNC110 (the last run is ending)
            await asyncio.sleep(0.001)
    assert counts == list(range(1, 101))


@pytest.mark.parametrize("when", [-LONG, timedelta(0), timedelta(milliseconds=5)])
async def test_failing_job_is_not_woken_before_its_pause_is_over(when: timedelta) -> None:
    job, clock = Counter(failing=100), SteppedClock()
    async with scheduler(clock=clock, back_off=lambda _failures: LONG, rouse_seconds=0.01) as made:
        made.every("flaky", SOON, job)
        await job.until(1)
        made.wake_at("flaky", clock() + when)
        await asyncio.sleep(0.05)
    assert len(job.moments) == 1


async def test_job_in_which_something_was_cancelled_has_failed_and_goes_on() -> None:
    job = Counter()

    async def broken(now: datetime) -> None:
        await job(now)
        inner = asyncio.ensure_future(asyncio.Event().wait())
        inner.cancel()
        await inner

    async with scheduler(back_off=lambda _failures: SOON) as made:
        made.every("broken", LONG, broken)
        await job.until(3)
        assert made.health["broken"].error == "CancelledError: "


async def test_health_tells_since_when_a_run_is_under_way() -> None:
    async def endless(_now: datetime) -> None:
        await asyncio.Event().wait()

    async with scheduler() as made:
        made.every("endless", LONG, endless)
        await asyncio.sleep(0.02)
        assert soon_after_noon(made.health["endless"].running_since)


async def test_run_without_a_lease_is_left_to_its_holder() -> None:
    ours = {"mine": True, "theirs": False}
    mine, theirs = Counter(), Counter()

    async def lease(name: str) -> bool:
        return ours[name]

    async with scheduler(lease=lease) as made:
        made.every("mine", LONG, mine)
        made.every("theirs", LONG, theirs)
        await made.run_now("mine")
        await made.run_now("theirs")
        assert replace(made.health["theirs"], next_run_at=None) == JobHealth()
    assert (len(mine.moments) >= 1, theirs.moments) == (True, [])


async def test_lease_that_fails_counts_as_a_failed_run() -> None:
    async def lease(_name: str) -> bool:
        raise OSError("database gone")

    async with scheduler(lease=lease) as made:
        made.every("tick", LONG, Counter())
        await made.run_now("tick")
        assert made.health["tick"].error == "OSError: database gone"


async def test_closing_cancels_what_runs_and_waits_for_its_cleanup() -> None:
    steps: list[str] = []

    async def job(_now: datetime) -> None:
        try:
            steps.append("begun")
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    async with scheduler() as made:
        made.every("long", LONG, job)
        while not steps:  # noqa: ASYNC110 (the job is what is waited for)
            await asyncio.sleep(0.001)
    assert steps == ["begun", "cleaned up"]


async def test_nothing_runs_after_closing() -> None:
    job = Counter()
    async with scheduler() as made:
        made.every("tick", SOON, job)
        await job.until(1)
    count = len(job.moments)
    await asyncio.sleep(0.03)
    assert len(job.moments) == count


async def test_loop_blocked_for_longer_than_the_interval_merges_the_missed_runs() -> None:
    import time

    job = Counter()
    async with scheduler() as made:
        made.every("tick", timedelta(milliseconds=50), job)
        await job.until(1)
        before = len(job.moments)
        time.sleep(1.2)  # noqa: ASYNC251 (the fault that is played)
        await job.until(before + 1)
        await asyncio.sleep(0.02)
    assert len(job.moments) - before <= 2
