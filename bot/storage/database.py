"""Hold the engines of the store, and hand out its transactions."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import SettingsError
from bot.storage import migrate
from bot.storage.failures import StorageAwayError, StorageFullError, is_full, keep_to_the_cause, reason
from bot.storage.reach import Reach
from bot.storage.schema import VERSION
from bot.storage.sqlite import SqliteFile

logger = logging.getLogger(__name__)

_POSTGRESQL = ("postgresql://", "postgres://")
_AFTER_COMMIT = "rapporteur_after_commit"

RUNG = "rapporteur_rung"
"""Where a connection of `Database.writing` keeps which bells its transaction rings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """The bells that a transaction rings, and the process that rings them."""

    process: str
    names: set[str] = field(default_factory=set)


class Database:
    """The store. Open it with `async with`; `migrate` once before anything else.

    Args:
        url: "sqlite:///path", or PostgreSQL's "postgresql://user:password@host:5432/name".
        before_upgrade: Called before a store of an older version is changed; what it raises stops that.
        only_looks: Read beside a bot that may be running; `writing` and `migrate` are not for this one.
        is_repeatable: What is written can be written again, as an import knows from the store how far it
            came: a power cut may take the last transactions back, each whole, and none waits for the disk.

    Attributes:
        process: A random name of this process among those that share the store.
    """

    def __init__(
        self,
        url: str,
        *,
        before_upgrade: Callable[[], Awaitable[None]] | None = None,
        only_looks: bool = False,
        is_repeatable: bool = False,
    ) -> None:
        self._url = url
        self._only_looks = only_looks
        self._is_repeatable = is_repeatable
        self.process = secrets.token_hex(8)
        self._before_upgrade = before_upgrade
        self._stack = AsyncExitStack()
        self._turn: AbstractAsyncContextManager[None] = nullcontext()
        self._is_full = False
        self._reach = Reach()
        self._writer: AsyncEngine
        self._reader: AsyncEngine

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            SettingsError: There is no such store, or it cannot be used.
        """
        async with AsyncExitStack() as stack:
            if self.is_shared:
                await self._open_postgresql(stack)
            else:
                await self._open_sqlite(stack)
            for engine in (self._writer, self._reader):
                keep_to_the_cause(engine)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def is_shared(self) -> bool:
        """Tell whether other processes may use the store beside this one."""
        return is_postgresql(self._url)

    @property
    def is_full(self) -> bool:
        """Tell whether the last write found no room."""
        return self._is_full

    async def ping(self) -> None:
        """Ask the store for nothing, to learn whether it answers."""
        async with self.reading() as connection:
            await connection.execute(select(1))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one moment's state and cannot write.

        Raises:
            StorageAwayError: The server is gone.
        """
        async with self._reach.connected(self._reader) as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose changes are kept when the block ends well, and not one of them otherwise.

        Raises:
            StorageFullError: There is no room for them.
            StorageAwayError: The server is gone; where that was while it kept them, it may have done so.
        """
        async with self._turn, self._reach.connected(self._writer) as connection:
            told = connection.info[_AFTER_COMMIT] = []
            connection.info[RUNG] = Rung(process=self.process)
            try:
                await connection.begin()
                yield connection
                await _finish(connection)
            except DBAPIError as error:
                if is_full(error):
                    self._note_room(is_full=True)
                    raise StorageFullError from error
                raise
        self._note_room(is_full=False)
        for tell in told:
            tell()

    async def dedicated(self) -> AsyncConnection:
        """Give a connection for what belongs to one, outside transactions; whoever asks for it closes it."""
        connection = await self._writer.connect()
        return await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def migrate(self) -> None:
        """Bring the schema up to date; quick when it is.

        Raises:
            SettingsError: A newer version wrote the store, or the tables cannot be made.
        """
        try:
            version = await self._version()
            if version == VERSION:
                return
            migrate.check_version(version)
            if version is not None and self._before_upgrade is not None:
                await self._before_upgrade()
            async with self.writing() as connection:
                await migrate.upgrade(connection)
        except StorageAwayError as error:
            problem = f"DATABASE_URL: the server ended the connection ({error}); start again when it is back"
            raise SettingsError([problem], may_pass=True) from error
        except (DBAPIError, StorageFullError) as error:
            why = reason(error.__cause__ or error if isinstance(error, StorageFullError) else error)
            problem = f"the store's tables cannot be made or brought up to date ({why}); nothing was changed"
            raise SettingsError([f"{problem}: mend that and start again"]) from error
        logger.debug("the store is at schema %s", VERSION, extra={"action": "migrate"})

    async def _version(self) -> str | None:
        try:
            async with self.reading() as connection:
                return await migrate.find_version(connection)
        except DBAPIError:
            async with self.reading() as connection:
                if await migrate.is_empty(connection):
                    return None
            raise

    async def _open_sqlite(self, stack: AsyncExitStack) -> None:
        file = SqliteFile(self._url, is_repeatable=self._is_repeatable)
        if not self._only_looks:
            file.claim()
            stack.callback(file.release)
        self._turn = asyncio.Lock()
        self._writer, self._reader = file.engines()
        stack.push_async_callback(self._writer.dispose)
        stack.push_async_callback(self._reader.dispose)
        if not self._only_looks:
            await file.check(self._writer)

    async def _open_postgresql(self, stack: AsyncExitStack) -> None:
        # The driver costs 30 ms of a start that most often is SQLite's.
        from bot.storage import postgresql  # noqa: PLC0415 (see above)

        self._writer, self._reader = postgresql.engines(self._url, is_repeatable=self._is_repeatable)
        stack.push_async_callback(self._writer.dispose)
        stack.push_async_callback(self._reader.dispose)
        await postgresql.check(self._url, self._writer)

    def _note_room(self, *, is_full: bool) -> None:
        """Log once when the disk fills up, and once when there is room again."""
        if is_full and not self._is_full:
            logger.error("the store is full: nothing can be saved until there is room")
        elif self._is_full and not is_full:
            logger.info("the store has room again")
        self._is_full = is_full


def after_commit(connection: AsyncConnection, tell: Callable[[], None]) -> None:
    """Have something called once the transaction of `Database.writing` is kept; never if it is not."""
    waiting: list[Callable[[], None]] = connection.info[_AFTER_COMMIT]
    if tell not in waiting:
        waiting.append(tell)


def is_postgresql(url: str) -> bool:
    """Tell whether an address is that of a PostgreSQL store."""
    return url.startswith(_POSTGRESQL)


async def _finish(connection: AsyncConnection) -> None:
    """Commit; a cancellation waits for the outcome, so that nobody rolls back while a commit is under way."""
    commit = asyncio.ensure_future(connection.commit())
    try:
        await asyncio.shield(commit)
    except asyncio.CancelledError:
        await asyncio.wait({commit})
        commit.exception()  # heard, so that the loop does not complain; the cancellation says more
        raise
    except DBAPIError:
        # The transaction may still be open below, where SQLAlchemy takes it for done: the next user of this
        # connection would stumble over it.
        await connection.invalidate()
        raise
