"""Hold a name that only one process on a store may hold, for as long as it lives: the gateway's, for one.

On PostgreSQL it is an advisory lock that belongs to a connection of its own: the server lets go of it when
the process is dead, and no row is left to clear away. A pooler between must hand out whole sessions, not
transactions. On SQLite the file's lock keeps a second process out altogether.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func, select, text
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
# Locks of two numbers: the name's, and how many parts their holder takes it to have.
_OTHER_TOTAL = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = hashtext(current_schema() || :name)::bigint & 4294967295
    AND objid::bigint <> :total
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some of the numbered parts of what is held, each by one process.

    Attributes:
        parts: Their numbers.
        total: How many there are; who holds parts of another total is refused.
    """

    parts: tuple[int, ...]
    total: int


class Claim:
    """A name held by this process alone, or a share of it.

    Args:
        name: What is held; the same on all processes that must not hold it together.
        problem: What to tell the operator of a second process, and what to do.
        on_loss: Called once another process has taken the name, after a time without the database.
        share: The part of it that is held; None: all.

    Attributes:
        is_lost: Whether that has happened.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        *,
        problem: str,
        on_loss: Callable[[], object],
        share: Share | None = None,
    ) -> None:
        self._database = database
        self._name = name
        self._problem = problem
        self._on_loss = on_loss
        self._share = share
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
            taken = await _lock(connection, self._name, self._share)
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


async def _lock(connection: AsyncConnection, name: str, share: Share | None) -> bool:
    """Take the locks of all, or of a share, for the life of a connection; return whether all were free."""
    whole = _place(name)
    if share is None:
        return await _is_true(connection, func.pg_try_advisory_lock(whole))
    # Who holds a part shares the whole with those of other parts: nobody can take all of it meanwhile.
    kind = cast(func.hashtext(func.current_schema() + f":{name}"), Integer)
    wanted = (
        func.pg_try_advisory_lock_shared(whole),
        func.pg_try_advisory_lock_shared(kind, share.total),
        *(func.pg_try_advisory_lock(_place(f"{name}:{part}")) for part in sorted(share.parts)),
    )
    for lock in wanted:
        if not await _is_true(connection, lock):
            return False
    found = await connection.execute(text(_OTHER_TOTAL), {"name": f":{name}", "total": share.total})
    return not found.scalar_one()


def _place(name: str) -> ColumnElement[int]:
    """Return the number that stands for a name; schemas of one database do not meet."""
    return cast(func.hashtextextended(func.current_schema() + f":{name}", 0), BigInteger)


async def _is_true(connection: AsyncConnection, function: ColumnElement[bool]) -> bool:
    return bool((await connection.execute(select(function))).scalar_one())
