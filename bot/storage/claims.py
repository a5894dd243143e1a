"""Hold a name that only one process on a store may hold, for as long as it lives: the gateway's, for one.

On PostgreSQL it is an advisory lock that belongs to a connection of its own: the server lets go of it when
the process is dead, and no row is left to clear away. A pooler between must hand out whole sessions, not
transactions. On SQLite the file's lock keeps a second process out altogether.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import BigInteger, cast, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SettingsError
from bot.storage.database import Database
from bot.storage.failures import reason

logger = logging.getLogger(__name__)

# A machine that vanished says no goodbye; the server asks, and gives up after 15 + 3 x 5 s.
_KEEPALIVE = (
    "SET tcp_keepalives_idle = 15",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)


class Claim:
    """A name held by this process alone.

    Args:
        name: What is held; the same on all processes that must not hold it together.
        problem: What to tell the operator of a second process, and what to do.
        on_loss: Called once another process has taken the name, after a time without the database.

    Attributes:
        is_lost: Whether that has happened.
    """

    def __init__(self, database: Database, name: str, *, problem: str, on_loss: Callable[[], object]) -> None:
        self._database = database
        self._name = name
        self._problem = problem
        self._on_loss = on_loss
        self._connection: AsyncConnection | None = None
        self.is_lost = False

    async def __aenter__(self) -> Self:
        """Take the name.

        Raises:
            SettingsError: Another process holds it.
        """
        if self._database.is_shared and not await self._take():
            raise self.refusal()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._let_go()

    def refusal(self) -> SettingsError:
        """Return what to tell the operator."""
        return SettingsError([self._problem])

    async def keep(self, _now: datetime) -> None:
        """Make sure that the name is still ours; when the connection broke, take it again on a new one."""
        if not self._database.is_shared or self.is_lost:
            return
        if self._connection is not None:
            try:
                await self._connection.execute(select(1))
            except (DBAPIError, OSError) as error:
                logger.warning("the connection that holds %s broke: %s", self._name, reason(error))
                await self._let_go()
            else:
                return
        if not await self._take():
            self.is_lost = True
            self._on_loss()

    async def _take(self) -> bool:
        """Lock the name for the life of a connection; schemas of one database do not meet."""
        connection = await self._database.dedicated()
        try:
            for statement in _KEEPALIVE:
                await connection.execute(text(statement))
            place = cast(func.hashtextextended(func.current_schema() + f":{self._name}", 0), BigInteger)
            taken = (await connection.execute(select(func.pg_try_advisory_lock(place)))).scalar_one()
        except BaseException:
            await connection.invalidate()
            await connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            await connection.close()
        return bool(taken)

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Closed for good, not given back to the pool: the lock goes with the connection.
            await connection.invalidate()
            await connection.close()
