"""What a store's errors say: the cause in one line, and not a word of what was to be stored (S24)."""

import logging

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from bot.storage.failures import StorageAwayError
from config.logging import LineFormatter
from tests.integration.conftest import NEEDS_SERVER

CANARY = "c4n4ry words of a mail"
FAILING = {
    "twice": ("INSERT INTO meta (key, value) VALUES (:key, 'x'), (:key, 'x')", "UNIQUE|unique"),
    "no such table": ("INSERT INTO no_such_table VALUES (:key)", "no_such_table"),
    "nothing": ("INSERT INTO meta (key, value) VALUES (:key, NULL)", "NOT NULL|not-null"),
}


def line_of(error: BaseException) -> str:
    """Return what the log says of an error."""
    record = logging.LogRecord(
        "bot", logging.ERROR, __file__, 1, "failed", (), (type(error), error, error.__traceback__)
    )
    return LineFormatter("text").format(record)


@pytest.mark.parametrize("case", FAILING)
async def test_error_names_its_cause_alone(database, case):
    statement, cause = FAILING[case]
    with pytest.raises(DBAPIError, match=cause) as caught:
        async with database.writing() as connection:
            await connection.execute(text(statement), {"key": CANARY})
    for said in (str(caught.value), repr(caught.value), line_of(caught.value)):
        assert "\n" not in said
        for secret in (CANARY, "INSERT", "[SQL", "sqlalche.me", "DETAIL"):
            assert secret not in said, said


async def ask_after_the_end(database: Database, url: str) -> None:
    """Use a connection that the server has ended meanwhile, as it does when it is restarted."""
    async with database.reading() as connection:
        own = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        other = await asyncpg.connect(url)
        await other.execute("SELECT pg_terminate_backend($1)", own)
        await other.close()
        await connection.execute(text("SELECT CAST(:key AS text)"), {"key": CANARY})


@NEEDS_SERVER
async def test_connection_that_the_server_ends_is_told_in_one_line(postgresql_url):
    async with Database(postgresql_url) as database:
        with pytest.raises(StorageAwayError) as caught:
            await ask_after_the_end(database, postgresql_url)
    said = line_of(caught.value)
    assert "SELECT" not in said
    assert CANARY not in said
    assert "\n" not in said
