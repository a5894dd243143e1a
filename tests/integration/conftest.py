"""Stores to test on: SQLite always, PostgreSQL where a server is named."""

import pytest

from bot.faq.repository import FaqRepository
from bot.storage.database import Database
from tests.integration.stores import SERVER, Stores, drop_schema, make_schema, url_of

NEEDS_SERVER = pytest.mark.skipif(
    not SERVER, reason="needs PostgreSQL: set TEST_DATABASE_URL=postgresql://user@host:5432/name"
)
_WITH_TABLES = "database"


@pytest.fixture(scope="session")
def stores(tmp_path_factory):
    """Stores that are used again and again by the tests of this process."""
    made = Stores(tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


@pytest.fixture
async def sqlite_url(request, tmp_path):
    """The address of a file that is not there yet; beside `database`, of one with empty tables."""
    path = tmp_path / "data" / "rapporteur.sqlite3"
    if _WITH_TABLES in request.fixturenames:
        await request.getfixturevalue("stores").copy_sqlite(path)
    return f"sqlite:///{path}"


@pytest.fixture
async def postgresql_url(request):
    """A schema of the test's own on the server; beside `database`, one with empty tables."""
    if _WITH_TABLES in request.fixturenames:
        stores = request.getfixturevalue("stores")
        schema = await stores.take_schema()
        yield url_of(schema)
        await stores.give_back(schema)
    else:
        schema = await make_schema()
        yield url_of(schema)
        await drop_schema(schema)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=NEEDS_SERVER)])
def database_url(request):
    """An empty store's address, on each engine in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def database(database_url):
    """An open store with its tables, on each engine in turn."""
    async with Database(database_url) as opened:
        await opened.migrate()
        yield opened


@pytest.fixture
def repository(database):
    return FaqRepository(database)
