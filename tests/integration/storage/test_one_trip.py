"""A statement costs one trip to SQLite's thread; long results come piece by piece."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.one_trip import Connection

NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {}) SELECT x FROM n"


class Counted(Connection):
    """Counts its trips."""

    trips = 0

    async def call(self, function, *given):
        self.trips += 1
        return await super().call(function, *given)


@pytest.fixture
async def connection(tmp_path):
    made = Counted(tmp_path / "store.sqlite3", isolation_level=None, check_same_thread=False)
    await made
    yield made
    await made.close()


@pytest.fixture
async def cursor(connection):
    await connection.cursor().execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
    connection.trips = 0
    return connection.cursor()


@pytest.mark.parametrize("rows", [0, 1, 999])
async def test_a_query_and_its_rows_are_one_trip(connection, cursor, rows):
    await cursor.execute(f"{NUMBERS.format(999)} WHERE x <= ?", (rows,))

    assert [column[0] for column in cursor.description] == ["x"]
    assert await cursor.fetchall() == [(number,) for number in range(1, rows + 1)]
    await cursor.close()
    assert connection.trips == 1


@pytest.mark.parametrize("rows", [1_000, 1_001, 2_500])
async def test_a_long_result_comes_piece_by_piece(connection, cursor, rows):
    await cursor.execute(NUMBERS.format(rows))
    assert await cursor.fetchone() == (1,)
    assert await cursor.fetchmany(5) == [(number,) for number in range(2, 7)]
    assert connection.trips == 1
    assert [number async for (number,) in cursor] == list(range(7, rows + 1))
    assert await cursor.fetchone() is None
    assert await cursor.fetchall() == []
    await cursor.close()


async def test_what_a_long_result_changed_is_told_when_all_of_it_is_fetched(cursor):
    rows = [(number, str(number)) for number in range(2_500)]
    await cursor.executemany("INSERT INTO t VALUES (?, ?)", rows)
    await cursor.execute("DELETE FROM t RETURNING id")

    assert len(await cursor.fetchall()) == cursor.rowcount == 2_500


async def test_a_long_result_may_be_left_unread(connection, cursor):
    await cursor.execute(NUMBERS.format(1_000_000))
    await cursor.close()
    assert await cursor.fetchall() == []
    again = await connection.cursor().execute("INSERT INTO t VALUES (1, 'a')")
    assert again.rowcount == 1


@pytest.mark.parametrize(
    ("statement", "parameters", "told"),
    [
        ("INSERT INTO t (name) VALUES (?)", ("b",), (1, 2, [])),
        ("INSERT INTO t (name) VALUES (?), (?) RETURNING id", ("b", "c"), (2, 3, [(2,), (3,)])),
        ("UPDATE t SET name = 'z' RETURNING name", (), (1, None, [("z",)])),
        ("UPDATE t SET name = 'z' WHERE id = 9", (), (0, None, [])),
        ("DELETE FROM t", (), (1, None, [])),
        ("SELECT name FROM t", (), (-1, None, [("a",)])),
    ],
    ids=["insert", "insert returning", "update returning", "update none", "delete", "select"],
)
async def test_what_a_statement_did_is_told(connection, cursor, statement, parameters, told):
    await connection.cursor().execute("INSERT INTO t VALUES (1, 'a')")
    await cursor.execute(statement, parameters)

    rowcount, number, rows = told
    assert cursor.rowcount == rowcount
    assert number is None or cursor.lastrowid == number
    assert await cursor.fetchall() == rows


async def test_many_rows_are_one_trip_and_all_or_nothing(connection, cursor):
    await cursor.executemany("INSERT INTO t VALUES (?, ?)", [(number, str(number)) for number in range(500)])
    assert (cursor.rowcount, connection.trips) == (500, 1)
    await connection.cursor().execute("BEGIN")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        await connection.cursor().executemany("INSERT INTO t VALUES (?, ?)", [(500, "new"), (501, "7")])
    await connection.rollback()
    await cursor.execute("SELECT count(*) FROM t")
    assert await cursor.fetchone() == (500,)


async def test_who_is_cancelled_leaves_the_connection_usable(connection, cursor):
    waiting = asyncio.create_task(cursor.execute(f"SELECT count(*) FROM ({NUMBERS.format(300_000)})"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    again = await connection.cursor().execute("SELECT 1")
    assert await again.fetchone() == (1,)


async def test_sqlalchemy_streams_over_it_with_little_in_memory(tmp_path):
    made = []

    async def connect():
        made.append(Counted(tmp_path / "store.sqlite3", check_same_thread=False))
        await made[-1]
        return made[-1]

    engine = create_async_engine("sqlite+aiosqlite:///unused", async_creator=connect)
    async with engine.connect() as connection:
        made[0].trips = 0
        found = await connection.execute(text(NUMBERS.format(3)))
        assert found.scalars().all() == [1, 2, 3]
        assert made[0].trips == 1
        streamed = await connection.stream(text(NUMBERS.format(5_000)))
        assert [number async for (number,) in streamed] == list(range(1, 5_001))
        with pytest.raises(OperationalError, match="no such table"):
            await connection.execute(text("SELECT * FROM gone"))
    await engine.dispose()
