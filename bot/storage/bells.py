"""Tell the other processes on one store that there is something to do, so that they need not wait for a tick.

PostgreSQL's NOTIFY belongs to a transaction: it rings when that is kept, and never if it is not. A bell only
wakes: what there is to do, the store says; one that is not heard costs the time until the next tick. On
SQLite there is one process, and nobody to ring for.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import RUNG, Database, Rung
from bot.storage.failures import StorageAwayError, reason

logger = logging.getLogger(__name__)

_CHANNEL = "rapporteur"
_ALIVE = timedelta(seconds=20)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


async def ring(connection: AsyncConnection, name: str) -> None:
    """Ring in the other processes when the caller's transaction is kept; once, however often it is asked."""
    rung: Rung = connection.info[RUNG]
    if connection.dialect.name == "postgresql" and name not in rung.names:
        rung.names.add(name)
        payload = func.current_schema() + f":{rung.process}:{name}"
        await connection.execute(select(func.pg_notify(_CHANNEL, payload)))


class Bells:
    """The bells of a store; the context lets go of them at its end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._schema = ""
        self._answer: Callable[[str], None] = lambda _name: None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Return the bells; nothing is heard yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen and ring no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def listen(self, answer: Callable[[str], None]) -> None:
        """Begin to listen.

        Args:
            answer: Called with each name that is rung; with "" when any may have been missed.
        """
        self._answer = answer
        self._start(self._persevere())

    def ring_soon(self, name: str) -> None:
        """Ring by itself, for what was kept already."""
        self._start(self._ring(name))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        if not self._database.is_shared:
            work.close()
            return
        task = asyncio.create_task(work, name="bells")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ring(self, name: str) -> None:
        try:
            async with self._database.writing() as connection:
                await ring(connection, name)
        except StorageAwayError as error:
            logger.debug("nobody was told of %s: %s", name, reason(error))  # their ticks come

    async def _persevere(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._listen()
            except (DBAPIError, OSError) as error:
                logger.warning("other processes are not heard, only the tick wakes: %s", reason(error))
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _listen(self) -> None:
        """Listen on a connection of its own until that breaks."""
        connection = await self._database.dedicated()
        try:
            self._schema = str((await connection.execute(select(func.current_schema()))).scalar_one())
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None  # noqa: S101 (a live connection has one)
            lost = asyncio.Event()
            driver.add_termination_listener(lambda _connection: lost.set())
            await driver.add_listener(_CHANNEL, self._hear)
            self._answer("")
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), _ALIVE.total_seconds())
                await connection.execute(select(1))
        finally:
            # Closed for good, not given back to the pool: the next user would hear the bells.
            await connection.invalidate()
            await connection.close()

    def _hear(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        schema, process, name = str(payload).split(":", 2)
        if schema == self._schema and process != self._database.process:
            self._answer(name)
