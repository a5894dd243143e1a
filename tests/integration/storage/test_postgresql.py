from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.meta import set_meta
from tests.integration.conftest import NEEDS_SERVER
from tests.integration.storage.rows import keys, refusal_of


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:hunter2@127.0.0.1:1/name",
        "postgres://bot:hunter2@no-such-host.invalid/name",
        "postgresql://bot:hunter2@[::1/name",
        "postgresql://bot:hunter2@127.0.0.1:99999999/name",
        "postgresql://bot:hunter2@127.0.0.1:hunter2/name",
        "postgresql://bot:hunter2@127.0.0.1:1/name?sslmode=hunter2",
        "postgresql://bot:hunter2/3@127.0.0.1:1/name",
        "postgresql://bot:#hunter2@127.0.0.1:1/name",
        "postgresql://hunter2#3@127.0.0.1:1/name",
    ],
)
async def test_postgresql_that_cannot_be_reached_is_one_line_without_the_password(url):
    line = await refusal_of(url)
    assert line.startswith("DATABASE_URL: ")
    assert "hunter2" not in line


@NEEDS_SERVER
async def test_postgresql_without_such_a_database_is_refused(postgresql_url):
    url = urlunsplit(urlsplit(postgresql_url)._replace(path="/no_such_database"))
    line = await refusal_of(url)
    assert 'database "no_such_database" does not exist' in line
    assert line.endswith("correct the user, password or database")


@NEEDS_SERVER
@pytest.mark.parametrize("options", ["sslmode=prefer", "channel_binding=prefer", "gssencmode=disable"])
async def test_postgresql_addresses_as_hosters_write_them_work(postgresql_url, options):
    async with Database(f"{postgresql_url}&{options}".replace("postgresql://", "postgres://")) as database:
        await database.migrate()
        await set_meta(database, "a", "1")
        assert await keys(database) == ("a",)


@NEEDS_SERVER
async def test_who_stands_still_amid_a_transaction_does_not_hold_the_others_up_for_long(postgresql_url):
    async with Database(postgresql_url) as database:
        for connecting in (database.reading, database.writing):
            async with connecting() as connection:
                found = await connection.execute(text("SHOW idle_in_transaction_session_timeout"))
                assert found.scalar_one() == "20s"
