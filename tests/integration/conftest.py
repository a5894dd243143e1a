"""Stores to test on: SQLite always, PostgreSQL where a server is named."""

import os
import secrets

import asyncpg
import pytest

from bot.faq.repository import FaqRepository
from bot.storage.database import Database

SERVER = os.environ.get("TEST_DATABASE_URL", "")  # noqa: TID251 (which machine has a server is no setting)
NEEDS_SERVER = pytest.mark.skipif(
    not SERVER, reason="needs PostgreSQL: set TEST_DATABASE_URL=postgresql://user@host:5432/name"
)


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'data' / 'rapporteur.sqlite3'}"


@pytest.fixture
async def postgresql_url():
    """A schema of its own on the server, so that tests do not meet."""
    schema = f"rapporteur_{secrets.token_hex(6)}"
    server = await asyncpg.connect(SERVER)
    await server.execute(f"CREATE SCHEMA {schema}")
    yield f"{SERVER}{'&' if '?' in SERVER else '?'}search_path={schema}"
    # Whoever was killed may still hold a transaction open.
    await server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation IN "
        "(SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1)",
        schema,
    )
    await server.execute(f"DROP SCHEMA {schema} CASCADE")
    await server.close()


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
