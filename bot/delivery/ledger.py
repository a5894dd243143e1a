"""Write down many small steps in few transactions: each commit costs the disk a flush, however small it is.

Steps that are handed in while a transaction is under way are taken together into the next one. Each is
guarded by a savepoint, so that one that fails takes none of the others with it; one that is alone needs none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.failures import is_away, is_full

T = TypeVar("T")
Step = Callable[[AsyncConnection], Awaitable[T]]

_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A step, and who waits for what it returns."""

    step: Step[Any]
    future: asyncio.Future[Any]


class Ledger:
    """Run steps in shared transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    @property
    def is_writing(self) -> bool:
        """Tell whether a step is being written or waits for it."""
        return self._writer is not None

    async def finish(self) -> None:
        """Wait until everything handed in is written."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def write(self, step: Step[T]) -> T:
        """Run a step, and return what it returns once that is kept for good; raise what it raises."""
        waiting = _Waiting(step=step, future=asyncio.get_running_loop().create_future())
        waiting.future.add_done_callback(_hear)
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name="ledger")
        # Whoever is cancelled leaves the step to the writer: half a batch cannot be taken back.
        result: T = await asyncio.shield(waiting.future)
        return result

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                await self._write_batch(batch)
        finally:
            self._writer = None

    async def _write_batch(self, batch: list[_Waiting]) -> None:
        try:
            async with self._database.writing() as connection:
                if len(batch) == 1:
                    results = [await batch[0].step(connection)]
                else:
                    results = [await _attempt(connection, waiting.step) for waiting in batch]
        except BaseException as error:
            for waiting in batch:
                _settle(waiting.future, error)
            if not isinstance(error, Exception):
                raise
            return
        for waiting, result in zip(batch, results, strict=True):
            _settle(waiting.future, result)


async def _attempt(connection: AsyncConnection, step: Step[Any]) -> Any:
    """Run a step between savepoints; return what it returns, or what it raised."""
    try:
        async with connection.begin_nested():
            return await step(connection)
    except DBAPIError as error:
        if is_away(error) or is_full(error):
            raise  # nothing of this batch can be kept
        return error
    except Exception as error:  # noqa: BLE001 (handed to whoever waits for the step)
        return error


def _hear(future: "asyncio.Future[Any]") -> None:
    """Take note of an exception, also when nobody waits any more; the loop would complain."""
    if not future.cancelled():
        future.exception()


def _settle(future: "asyncio.Future[Any]", outcome: Any) -> None:
    if future.done():
        return
    if isinstance(outcome, asyncio.CancelledError):
        future.cancel()
    elif isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
