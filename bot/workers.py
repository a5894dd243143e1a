"""Run what reads outside data in a process that can be killed: it has a deadline, a memory limit, no future.

The one door to Pebble. A job names its function as "package.module:function", so that this process need not
import what only the child uses. Children start by spawn, with nothing of this process in them.
"""

import asyncio
import io
import logging
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, Self, TypeVar, overload

from pebble import ProcessExpired, ProcessPool

from bot.confinement import COUNTS_TIME, Outcome, confine, run_job
from bot.errors import SourceError

logger = logging.getLogger(__name__)

T = TypeVar("T")

# On a machine that others use as well a child gets a part of a core: what is limited is the processor's time.
# The clock, so many times as long, ends only one that waits.
_PATIENCE = 3


class Workers:
    """A pool of killable processes, started at the first job and stopped after an idle while.

    Args:
        processes: How many jobs run at once; the others wait.
        memory_bytes: What a child may map (RLIMIT_AS), where the system knows such a limit.
        jobs_per_process: After so many jobs a child is replaced, so that a leak ends with it.
        kept_bytes: A child that holds more after a job gives back what is free, and is replaced where that is
            too little: what a large calendar took is scattered (57 MB after 5,000 meetings were measured).
        idle_seconds: After so long without a job the children are stopped, and their memory is free. Longer
            than the 15 minutes in which sources are looked at: to start a child and have it import its
            parsers takes 0.25 s of a core, a job in a warm one 4 ms, and the child holds 13 MB, with the
            parsers of pages, calendars and mail 27 MB (measured). So as long as there is something to read
            one child is kept warm, and a bot that has nothing to read keeps none.
        niceness: How far a child stands back where the processor is short (see nice(2)). With 4 an import is
            a twelfth quicker, as its store is never kept waiting (measured). A bot's children stand where it
            does: on a machine that others use they would get too little to end in time.
    """

    def __init__(
        self,
        *,
        processes: int = 1,
        memory_bytes: int = 512 << 20,
        jobs_per_process: int = 100,
        kept_bytes: int = 96 << 20,
        idle_seconds: float = 20 * 60.0,
        niceness: int = 0,
    ) -> None:
        self._processes = processes
        self._memory_bytes = memory_bytes
        self._jobs_per_process = jobs_per_process
        self._kept_bytes = kept_bytes
        self._idle_seconds = idle_seconds
        self._niceness = niceness
        self._slots = asyncio.Semaphore(processes)
        self._pool: ProcessPool | None = None
        self._leaving: asyncio.Future[None] | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._jobs: set[Future[Outcome]] = set()
        self._is_closed = False

    async def __aenter__(self) -> Self:
        """Return the pool; nothing is started yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill what still runs, and wait for it."""
        self._is_closed = True
        self._disarm()
        for job in self._jobs:
            job.cancel()
        await self._stop()

    @overload
    async def run(
        self, function: str, *args: object, timeout_seconds: float = 10.0, **kwargs: object
    ) -> Any: ...  # what a name leads to, the type checker cannot know

    @overload
    async def run(
        self, function: Callable[..., T], *args: object, timeout_seconds: float = 10.0, **kwargs: object
    ) -> T: ...

    async def run(
        self,
        function: Callable[..., Any] | str,
        *args: object,
        timeout_seconds: float = 10.0,
        **kwargs: object,
    ) -> Any:
        """Run a function in a child, and return what it returns. Cancelling the caller kills the job.

        Args:
            function: A function at the top of a module, or its name as "package.module:function".
            args: Passed on; they are pickled.
            timeout_seconds: Of the processor's time; where the system keeps no such count, of the clock's.
            kwargs: Passed on.

        Raises:
            SourceError: The job took too long, took too much memory, crashed or failed in an unforeseen way.
            RapporteurError: What the function itself raised of bot.errors.
        """
        name = function if isinstance(function, str) else f"{function.__module__}:{function.__qualname__}"
        async with self._slots:
            if self._is_closed:
                raise SourceError("The bot is stopping.")
            self._disarm()
            try:
                if self._leaving is not None:  # what grew is gone before another child grows
                    await asyncio.shield(self._leaving)
                outcome = await self._finish(name, args, kwargs, timeout_seconds)
                has_grown = outcome.is_out_of_memory or outcome.resident_bytes > self._kept_bytes
                if has_grown and not self._jobs:
                    self._let_go()
            finally:
                self._arm()
        return await _open(name, outcome)

    async def _finish(
        self, name: str, args: tuple[object, ...], kwargs: dict[str, object], timeout_seconds: float
    ) -> Outcome:
        job: Future[Outcome] | None = None
        try:
            job = self._start().schedule(
                run_job, args=(name, args, kwargs, timeout_seconds, self._kept_bytes)
            )
            self._jobs.add(job)
            # Not Pebble's own timeout: that one reads the wall clock, which may step.
            async with asyncio.timeout(timeout_seconds * (_PATIENCE if COUNTS_TIME else 1)):
                return await asyncio.wrap_future(job)
        except TimeoutError:
            raise _too_long(name, timeout_seconds) from None
        except ProcessExpired as error:
            if _has_used_its_time(error.exitcode):  # Pebble replaces that child; another's job goes on
                raise _too_long(name, timeout_seconds) from None
            await self._stop()
            raise _crashed(name, error.exitcode) from None
        except BrokenProcessPool as error:
            await self._stop()
            raise SourceError("The process that reads pages broke; the next try starts a new one.") from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._is_closed and task is not None and not task.cancelling():
                raise SourceError("The bot is stopping.") from None
            raise
        finally:
            if job is not None:
                self._jobs.discard(job)

    def _start(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._processes,
                max_tasks=self._jobs_per_process,
                initializer=confine,
                initargs=(os.getpid(), self._memory_bytes, self._niceness),
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    async def _stop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call] # Pebble leaves it so
            await asyncio.to_thread(pool.join)

    def _arm(self) -> None:
        """Stop the children after a while without jobs."""
        if not self._jobs and not self._is_closed and self._pool is not None:
            self._idle_timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)

    def _disarm(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _let_go(self) -> None:
        """Let the pool go; its own threads end the children, which are doing nothing."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call] # Pebble leaves it so
            self._leaving = asyncio.get_running_loop().run_in_executor(None, pool.join)


async def _open(name: str, outcome: Outcome) -> Any:
    """Return a job's value, or raise what it raised; the boundary where unforeseen errors are logged."""
    if outcome.is_out_of_memory:
        logger.warning("job %s ran out of memory", name)
        raise SourceError("Reading it took too much memory, so it was given up.", permanent=True)
    if outcome.is_too_large:
        raise SourceError("It holds more than can be taken at once.", permanent=True)
    if outcome.trace:
        logger.error("job %s failed: %s", name, outcome.trace)
        raise SourceError("It could not be read; the log has the reason.", permanent=True)
    if outcome.error is not None:
        raise outcome.error
    # Off the loop, however small: the first result of a kind imports the module that defines it.
    return await asyncio.to_thread(_unpickle, outcome.payload)


class _Frames(io.BytesIO):
    """Hand a pickle out frame by frame, 64 kB each.

    A thread that unpickles keeps the interpreter until it is through (90 ms for a calendar of 50,000 dates
    were measured), except that between two of its frames it calls this, which is Python, and lets others in.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, in Python."""
        return super().read(size)


def _unpickle(payload: bytes) -> Any:
    return pickle.Unpickler(_Frames(payload)).load()  # noqa: S301 (our own child's)


def _too_long(name: str, timeout_seconds: float) -> SourceError:
    logger.warning("job %s killed after %g s", name, timeout_seconds)
    return SourceError(
        f"Reading it took too long (over {timeout_seconds:g} s), so it was given up.", permanent=True
    )


def _has_used_its_time(exit_code: int) -> bool:
    return hasattr(signal, "SIGXCPU") and exit_code == -signal.SIGXCPU


def _crashed(name: str, exit_code: int) -> SourceError:
    """Tell how a child ended; negative codes are signals."""
    if exit_code == -signal.SIGTERM:
        # A service manager stops the whole group: no fault of the page's.
        return SourceError("The bot is stopping.")
    logger.error("job %s ended its process with code %s", name, exit_code)
    return SourceError("Reading it crashed the process that read it, so it was given up.", permanent=True)
