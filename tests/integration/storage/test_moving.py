"""A store moves from SQLite to PostgreSQL with every row, or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Integer, LargeBinary, func, select, text

from bot.storage.columns import Id, Instant, Json
from bot.storage.database import Database
from bot.storage.moving import MoveError, move_store
from bot.storage.schema import METADATA, lease, mail_body, mail_list, outbox
from bot.storage.text_search import Searchable, index_texts, select_matches
from bot.text.search_terms import parse_terms
from tests.integration.conftest import NEEDS_SERVER

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROWS = 3


def value_of(column, number):
    """Some value, different in each row, with what is hard to carry over in it."""
    match column.type:
        case Instant():
            return NOW - timedelta(microseconds=number)
        case Boolean():
            return number % 2 == 0
        case Json():
            return {"ünï": [number, None, "🗓️"], "deep": {"a": "b\\u0000"}}
        case LargeBinary():
            return bytes([0, 255, number])
        case Id() | Integer():
            return number
    return f"töxt {number} 🗓️ 'quoted' \\ %s"


async def fill(database):
    """Put rows into every table; each refers to the row of its number in the others."""
    async with database.writing() as connection:
        for table in METADATA.sorted_tables:
            for number in range(1, ROWS + 1):
                row = {column.name: value_of(column, number) for column in table.c}
                await connection.execute(table.insert().values(row))
        texts = [Searchable(id=1, subject="The next call", author="Ada", words="minutes are ready")]
        await index_texts(connection, texts)


async def everything(database):
    wanted = {each.name: select(each).order_by(*each.primary_key) for each in METADATA.sorted_tables}
    del wanted[lease.name]
    async with database.reading() as connection:
        return {name: [tuple(row) for row in await connection.execute(rows)] for name, rows in wanted.items()}


def silent(_table, _rows):
    """Tell nobody."""


async def make_source(url):
    async with Database(url) as database:
        await database.migrate()
        await fill(database)
        return await everything(database)


@NEEDS_SERVER
async def test_every_row_of_every_table_moves_and_is_counted(sqlite_url, postgresql_url):
    before = await make_source(sqlite_url)
    told = {}
    moved = await move_store(sqlite_url, postgresql_url, now=NOW, tell=told.__setitem__)
    assert moved.counts == told
    assert moved.counts == {**dict.fromkeys(before, ROWS), "mail_search": 1}
    assert all(rows and len(set(map(repr, rows))) == ROWS for rows in before.values())
    async with Database(postgresql_url) as database:
        assert await everything(database) == before
        async with database.reading() as connection:
            found = await connection.execute(select_matches(connection, parse_terms("minute"), ""))
            assert [row.id for row in found] == [1]
            assert (await connection.execute(select(func.count()).select_from(lease))).scalar_one() == 0


@NEEDS_SERVER
async def test_new_rows_get_numbers_that_none_had(sqlite_url, postgresql_url):
    await make_source(sqlite_url)
    await move_store(sqlite_url, postgresql_url, now=NOW, tell=silent)
    async with Database(postgresql_url) as database, database.writing() as connection:
        for table in (outbox, mail_list):
            row = {column.name: value_of(column, 9) for column in table.c if column.name != "id"}
            made = await connection.execute(table.insert().values(row).returning(table.c.id))
            assert made.scalar_one() == ROWS + 1


@NEEDS_SERVER
async def test_the_file_is_put_aside_whole(sqlite_url, postgresql_url):
    before = await make_source(sqlite_url)
    moved = await move_store(sqlite_url, postgresql_url, now=NOW, tell=silent)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    assert moved.kept == path.with_name("rapporteur.sqlite3.moved-20261124T120000Z")
    assert not path.exists()
    async with Database(f"sqlite:///{moved.kept}") as database:
        assert await everything(database) == before


@NEEDS_SERVER
async def test_a_place_that_is_not_empty_is_refused_and_nothing_changes(sqlite_url, postgresql_url):
    before = await make_source(sqlite_url)
    async with Database(postgresql_url) as database:
        await database.migrate()
        async with database.writing() as connection:
            row = {column.name: value_of(column, 1) for column in outbox.c}
            await connection.execute(outbox.insert().values(row))
        there = await everything(database)
        with pytest.raises(MoveError, match="not empty"):
            await move_store(sqlite_url, postgresql_url, now=NOW, tell=silent)
        assert await everything(database) == there
    async with Database(sqlite_url) as database:
        assert await everything(database) == before


@NEEDS_SERVER
async def test_what_the_server_refuses_leaves_both_as_they_were(sqlite_url, postgresql_url):
    before = await make_source(sqlite_url)
    async with Database(postgresql_url) as database:
        await database.migrate()
        async with database.writing() as connection:
            refusal = f"ALTER TABLE {mail_body.name} ADD CONSTRAINT never CHECK (email_id < 2)"
            await connection.execute(text(refusal))
        with pytest.raises(MoveError, match="nothing was moved"):
            await move_store(sqlite_url, postgresql_url, now=NOW, tell=silent)
        assert not any((await everything(database)).values())
    async with Database(sqlite_url) as database:
        assert await everything(database) == before


async def test_what_cannot_be_moved_is_said(sqlite_url):
    with pytest.raises(MoveError, match="set DATABASE_URL"):
        await move_store(sqlite_url, "", now=NOW, tell=silent)
    with pytest.raises(MoveError, match="no SQLite store"):
        await move_store(sqlite_url, "postgresql://nobody@127.0.0.1:1/none", now=NOW, tell=silent)
