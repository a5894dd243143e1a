"""Open the SQLite store: one process, one writer, readers that never wait for it, commits that last."""

import asyncio
import fcntl
import logging
import os
import shlex
import sqlite3
from pathlib import Path

from sqlalchemy import URL, event
from sqlalchemy import Connection as Engaged
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import SettingsError
from bot.storage.backup import find_good_backup, list_backups, one_line
from bot.storage.failures import reason
from bot.storage.one_trip import Connection

logger = logging.getLogger(__name__)

_PREFIX = "sqlite:///"
# Somebody may look into the file with another program; its lock is waited for.
_BUSY_TIMEOUT_MILLISECONDS = 10_000
_READERS = 4
_MORE_READERS = 12
# Each would hold 2 MB of what the system holds as well, and does so after some days: 7 MB more for four.
_READER_CACHE_KB = 256
# quick_check reads the whole file, 0.5 ms a megabyte (measured); a larger one is checked as it is read.
_CHECKED_BYTES = 512 * 2**20
STORE = "rapporteur.sqlite3"
"""The store's name in DATA_DIR."""
BACKUPS = "backups"
"""The folder of the nightly backups, beside the store."""

_PRAGMAS = (
    # Of a store that is made. Most mails fit into pages of 8 kB: storing them takes 7 % less than with 4 kB.
    "PRAGMA page_size = 8192",
    f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MILLISECONDS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # in WAL mode, NORMAL may lose the last commits in a power cut
)
_REPEATABLE = ("PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 4000")
"""Where the last commits may be lost: only every 16 to 32 MB are written down for good, and at the end."""


class SqliteFile:
    """The file of a SQLite store, held by this process alone.

    Args:
        url: "sqlite:///path".
        is_repeatable: No commit waits for the disk; a power cut may take the last ones back, each whole.
    """

    def __init__(self, url: str, *, is_repeatable: bool = False) -> None:
        self._is_repeatable = is_repeatable
        self.path = Path(url.removeprefix(_PREFIX))
        if not url.startswith(_PREFIX) or self.path.name in {"", ":memory:"}:
            raise SettingsError([f"the address of the SQLite store must be {_PREFIX} and a path"])
        self._lock: int | None = None

    def claim(self) -> None:
        """Make the directory and the file, and lock them against a second instance.

        Raises:
            SettingsError: They cannot be made or written, or another process holds them.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            _lock(self._lock, self.path)
            self._warn_of_loss()
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            self.release()
            problem = f"{self.path}: cannot be opened for writing ({error.strerror})"
            raise SettingsError(
                [f"{problem}; mend that, or set DATA_DIR to a directory that can be"]
            ) from None
        except SettingsError:
            self.release()
            raise

    def release(self) -> None:
        """Let another process have the store."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """Return the engine of the one writer and that of the readers."""
        last = _REPEATABLE if self._is_repeatable else ()
        writer = self._engine(size=1, more=0, begin="BEGIN IMMEDIATE", last=last)
        readers = self._engine(
            size=_READERS,
            more=_MORE_READERS,
            begin="BEGIN",
            last=(f"PRAGMA cache_size = -{_READER_CACHE_KB}", "PRAGMA query_only = ON"),
        )
        return writer, readers

    async def check(self, writer: AsyncEngine) -> None:
        """Make sure that the file is a sound database.

        Raises:
            SettingsError: It is damaged, or something else.
        """
        try:
            async with writer.connect() as connection:
                finding = "ok"
                if self.path.stat().st_size <= _CHECKED_BYTES:
                    found = await connection.exec_driver_sql("PRAGMA quick_check(1)")
                    finding = one_line(str(found.scalar_one()))
        except (DBAPIError, sqlite3.Error) as error:
            finding = reason(error)
        if finding != "ok":
            logger.info("quick_check of %s: %s", self.path, finding, extra={"action": "quick_check"})
            problem = f"{self.path}: this file is damaged, or no database ({finding})"
            raise SettingsError([f"{problem}; {await asyncio.to_thread(self._advice)}"])
        logger.debug("quick_check of %s: ok", self.path, extra={"action": "quick_check"})

    def _advice(self) -> str:
        """Say how to go on after damage: the newest good backup, and the command that restores it."""
        backup = find_good_backup(self.path.with_name(BACKUPS))
        if backup is None:
            return "no good backup is beside it: restore one from elsewhere, or move it away to start empty"
        return f"restore the newest good backup: python -m bot restore {shlex.quote(str(backup))}"

    def _warn_of_loss(self) -> None:
        """Say that a store is begun empty although there are backups of one: its file may have got lost."""
        backups = () if self.path.exists() else list_backups(self.path.with_name(BACKUPS))
        if backups:
            command = f"python -m bot restore {shlex.quote(str(backups[0]))}"
            logger.warning(
                "there is no store, but there are backups; to go on from one: stop, and %s", command
            )

    def _engine(self, *, size: int, more: int, begin: str, last: tuple[str, ...] = ()) -> AsyncEngine:
        async def connect() -> Connection:
            # The driver's own implicit BEGIN is deferred; a deferred reader that turns writer fails at once
            # with "database is locked", whatever the timeout. So transactions begin by the event below.
            connection = Connection(self.path, isolation_level=None, check_same_thread=False)
            await connection
            return connection

        engine = create_async_engine(
            URL.create("sqlite+aiosqlite", database=str(self.path)),
            async_creator=connect,
            pool_size=size,
            max_overflow=more,
            pool_use_lifo=True,  # each connection fills a cache of its own: as few as are needed at once
        )

        @event.listens_for(engine.sync_engine, "connect")
        def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            for pragma in (*_PRAGMAS, *last):
                cursor.execute(pragma)
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def start(connection: Engaged) -> None:
            connection.exec_driver_sql(begin)

        return engine


def _lock(file: int, path: Path) -> None:
    # A record lock belongs to this process; flock's would live on in forked workers after the bot is killed.
    # It is lost when any descriptor of the file is closed here, so nothing else may open the file.
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(file, 20, 0).decode("ascii", "replace").strip()
        problem = f"another Rapporteur is already running on {path} (process {holder or 'unknown'})"
        raise SettingsError([f"{problem}; stop it, or give this one a DATA_DIR of its own"]) from None
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
