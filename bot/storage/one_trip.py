"""Let a statement cost one trip to SQLite's thread, where the driver makes four: open, execute, fetch, close.

Each trip wakes a thread and then the loop again, 70 µs of processor time together (measured), which is more
than most statements take.
"""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite

_FETCHED: Final = 1_000
"""So many rows come with the statement itself; of a longer result the rest is asked for, piece by piece."""

Row = tuple[Any, ...]


class Connection(aiosqlite.Connection):
    """A connection whose cursors make one trip; for SQLAlchemy, which asks nothing else of cursors.

    Args:
        path: The file.
        options: Of sqlite3.connect.
    """

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(lambda: sqlite3.connect(path, **options), iter_chunk_size=_FETCHED)
        self._thread.daemon = True  # it ends with the process, also where nobody closes the connection

    def cursor(self) -> "Cursor":  # type: ignore[override]  # the driver's makes a trip
        """Return a cursor that is not open yet."""
        return Cursor(self)

    async def call(self, function: Any, *given: Any) -> Any:
        """Have something called in SQLite's thread."""
        return await self._execute(function, *given)  # type: ignore[no-untyped-call]  # the driver leaves it so

    @property
    def inner(self) -> sqlite3.Connection:
        """Return the connection to use in SQLite's thread."""
        return self._conn


class Cursor:
    """One statement and its rows.

    Attributes:
        description: Of the rows; None where the statement returns none.
        rowcount: How many rows it changed, -1 for a query.
        lastrowid: The number of the row that it inserted last.
    """

    def __init__(self, connection: Connection) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1
        self._connection = connection
        self._rows: list[Row] = []
        self._open: sqlite3.Cursor | None = None

    async def __aenter__(self) -> Self:
        """Return it; nothing is done yet."""
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute a statement, and fetch its rows or the first of very many."""
        await self._connection.call(self._execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Execute a statement with each of many sets of values."""
        await self._connection.call(self._execute_many, statement, parameters)
        return self

    async def fetchone(self) -> Row | None:
        """Return the next row, None behind the last."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        """Return the next rows, fewer where there are no more."""
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted and self._open is not None:
            self._rows += await self._connection.call(self._open.fetchmany, wanted - len(self._rows))
            self._note(self._open)
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchall(self) -> list[Row]:
        """Return all that is left."""
        rows, self._rows = self._rows, []
        if self._open is not None:
            rows += await self._connection.call(self._open.fetchall)
            self._note(self._open)
        return rows

    async def __aiter__(self) -> AsyncIterator[Row]:
        """Yield what is left."""
        while rows := await self.fetchmany(_FETCHED):
            for row in rows:
                yield row

    async def close(self) -> None:
        """Let what is left go."""
        self._rows = []
        opened, self._open = self._open, None
        if opened is not None:
            await self._connection.call(opened.close)

    def _execute(self, statement: str, parameters: Sequence[Any]) -> None:
        cursor = self._connection.inner.cursor()
        try:
            cursor.execute(statement, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchmany(_FETCHED) if cursor.description else []
            self._note(cursor)
        except BaseException:
            cursor.close()
            raise
        if len(self._rows) < _FETCHED:
            cursor.close()
        else:
            self._open = cursor

    def _execute_many(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        cursor = self._connection.inner.cursor()
        try:
            cursor.executemany(statement, parameters)
            self._note(cursor)
        finally:
            cursor.close()

    def _note(self, cursor: sqlite3.Cursor) -> None:
        self.rowcount = cursor.rowcount  # of a statement that returns rows, known when all are fetched
        self.lastrowid = cursor.lastrowid
