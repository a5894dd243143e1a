"""Stores with empty tables for one test after the other: making the tables costs more than most tests.

A copied file on SQLite. On PostgreSQL a schema of its own, which is emptied and given to the next test; one
that a test has left with other tables than it was given is thrown away.
"""

import asyncio
import os
import secrets
import shutil
from pathlib import Path

import asyncpg

from bot.storage.database import Database

SERVER = os.environ.get("TEST_DATABASE_URL", "")  # noqa: TID251 (which machine has a server is no setting)

# What tables there are, and what of them a test could have changed.
_SHAPE = """
SELECT string_agg(
    concat_ws(' ', c.relname, c.relkind, c.relnatts, c.relchecks, t.tgname), ',' ORDER BY c.relname, t.tgname
)
FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
WHERE c.relnamespace = $1::regnamespace
"""
_NAMES = """
SELECT relname FROM pg_class
WHERE relnamespace = $1::regnamespace AND relkind = $2::"char" AND relname <> 'alembic_version'
"""
# Whoever was killed may still hold a transaction open.
_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE pid <> pg_backend_pid() AND relation IN
(SELECT oid FROM pg_class WHERE relnamespace = $1::regnamespace)
"""


def url_of(schema: str) -> str:
    """Return the address of a schema."""
    return f"{SERVER}{'&' if '?' in SERVER else '?'}search_path={schema}"


async def make_schema() -> str:
    """Make an empty schema."""
    schema = f"rapporteur_{secrets.token_hex(6)}"
    server = await asyncpg.connect(SERVER)
    await server.execute(f"CREATE SCHEMA {schema}")
    await server.close()
    return schema


async def drop_schema(schema: str) -> None:
    """Throw a schema away, whoever is still at work in it."""
    server = await asyncpg.connect(SERVER)
    await server.execute(_END_OTHERS, schema)
    await server.execute(f"DROP SCHEMA {schema} CASCADE")
    await server.close()


class Stores:
    """The stores that tests were given and gave back."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "empty.sqlite3"
        self._schema = ""
        self._shape: tuple[str, list[str]] = ("", [])
        self._clean = ""

    async def copy_sqlite(self, path: Path) -> None:
        """Put a store with empty tables there."""
        if not self._file.exists():
            async with Database(f"sqlite:///{self._file}") as database:
                await database.migrate()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(self._file, path)

    async def take_schema(self) -> str:
        """Return a schema with empty tables."""
        schema, self._schema = self._schema, ""
        if not schema:
            schema = await make_schema()
            async with Database(url_of(schema)) as database:
                await database.migrate()
            server = await asyncpg.connect(SERVER)
            self._shape = await _look(server, schema)
            self._clean = await _write_cleaning(server, schema)
            await server.close()
        return schema

    async def give_back(self, schema: str) -> None:
        """Empty a schema for the next test."""
        server = await asyncpg.connect(SERVER)
        await server.execute(_END_OTHERS, schema)
        is_as_it_was = await _look(server, schema) == self._shape
        if is_as_it_was and not self._schema and self._clean:
            await server.execute(f"SET search_path = {schema}; {self._clean}")
            self._schema = schema
        else:
            await server.execute(f"DROP SCHEMA {schema} CASCADE")
        await server.close()

    def close(self) -> None:
        """Throw away what is left."""
        if self._schema:
            asyncio.run(drop_schema(self._schema))


async def _look(server: asyncpg.Connection, schema: str) -> tuple[str, list[str]]:
    """Return which tables there are, and of which version they say that they are."""
    shape = await server.fetchval(_SHAPE, schema)
    if "alembic_version " not in (shape or ""):
        return shape, []
    versions = await server.fetch(f"SELECT version_num FROM {schema}.alembic_version ORDER BY 1")
    return shape, [row["version_num"] for row in versions]


async def _write_cleaning(server: asyncpg.Connection, schema: str) -> str:
    """Return what empties all tables and has their numbers begin anew; nothing where that is forbidden."""
    if not await server.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        return ""
    tables = [row["relname"] for row in await server.fetch(_NAMES, schema, b"r")]
    numbers = [row["relname"] for row in await server.fetch(_NAMES, schema, b"S")]
    return ";".join(
        [
            "SET session_replication_role = replica",  # in any order, whatever refers to whatever
            *(f"DELETE FROM {table}" for table in tables),
            *(f"SELECT setval('{number}', 1, false)" for number in numbers),
        ]
    )
