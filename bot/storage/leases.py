"""Share out the jobs that recur among the processes on one store: whoever holds a job's lease runs it.

On PostgreSQL, a lease is a row with an owner and an end. The holder puts the end off again and again; when it
dies, the end passes and another takes the lease. On SQLite there is one process, the file's lock sees to it:
every job is its own, and nothing is written, so that a restart waits for nobody and an idle bot leaves the
disk alone.
"""

import asyncio
import logging
import secrets
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import BigInteger, ColumnElement, cast, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from bot.storage.failures import StorageAwayError, reason
from bot.storage.schema import lease
from bot.storage.upsert import insert_or_update

logger = logging.getLogger(__name__)

# With the 15 s after which the others ask again, a dead process's jobs go on within 60 s.
LEASE_LENGTH = timedelta(seconds=40)
# Three chances to be late before a lease is lost.
RENEWAL = timedelta(seconds=10)
_MICROSECOND = timedelta(microseconds=1)
_RELEASE_SECONDS = 2.0
_ASK_SECONDS = 0.5


class Leases:
    """The leases of this process; the context gives them back at its end.

    Args:
        length: How long a lease lasts when its holder is heard of no more.

    Attributes:
        owner: This process, in the leases' rows: a random name, because numbers of processes and names of
            hosts repeat.
    """

    def __init__(self, database: Database, *, length: timedelta = LEASE_LENGTH) -> None:
        self._database = database
        self._length = length // _MICROSECOND
        self.owner = secrets.token_hex(8)

    async def __aenter__(self) -> Self:
        """Return the leases; none is held yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give all back, so that the others need not wait; where that cannot be done, they wait."""
        if not self._database.is_shared:
            return
        try:
            async with asyncio.timeout(_RELEASE_SECONDS), self._database.writing() as connection:
                await connection.execute(delete(lease).where(lease.c.owner == self.owner))
        except (DBAPIError, StorageAwayError, TimeoutError) as failure:
            logger.warning("leases not given back, they end by themselves: %s", reason(failure))

    async def take(self, name: str) -> bool:
        """Take a lease, or put its end off when it is ours; return whether we hold it."""
        if not self._database.is_shared:
            return True
        async with self._database.writing() as connection:
            return await insert_or_update(
                connection,
                lease,
                {"name": name, "owner": self.owner, "until": self._end()},
                where=(lease.c.owner == self.owner) | (lease.c.until <= _present()),
            )

    async def renew(self, _now: datetime) -> None:
        """Put off the end of all we hold: a job may recur seldom, or take long."""
        if not self._database.is_shared:
            return
        async with self._database.writing() as connection:
            await connection.execute(
                update(lease).where(lease.c.owner == self.owner).values(until=self._end())
            )

    async def count(self, prefix: str) -> int:
        """Count the leases whose name begins so and that have not ended."""
        if not self._database.is_shared:
            return 0
        is_one = lease.c.name.startswith(prefix, autoescape=True)
        async with self._database.reading() as connection:
            wanted = select(func.count()).select_from(lease).where(is_one, lease.c.until > _present())
            return (await connection.execute(wanted)).scalar_one()

    def _end(self) -> ColumnElement[int]:
        return _present() + self._length


async def wait_for_turn(database: Database, name: str, seconds: float) -> None:
    """Wait until nobody has had a turn of that name for so many seconds, and take it.

    Processes on one token share Discord's limits on identifying; the store is what they all know.
    """
    length = timedelta(seconds=seconds) // _MICROSECOND
    turn = {"name": name, "owner": secrets.token_hex(8), "until": _present() + length}
    while True:
        async with database.writing() as connection:
            if await insert_or_update(connection, lease, turn, where=lease.c.until <= _present()):
                return
        await asyncio.sleep(_ASK_SECONDS)


def _present() -> ColumnElement[int]:
    """Return the database's own present in microseconds since 1970.

    Machines whose clocks differ by more than a lease's length would otherwise take each other's leases away;
    and the present of the statement, not of the transaction, which may have waited for the row's lock.
    """
    return cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)
