"""Keep the process's few small values: what the store itself has to remember."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.schema import meta
from bot.storage.upsert import insert_or_update


async def get_meta(database: Database, key: str) -> str | None:
    """Return the value kept under a key; None if there is none."""
    async with database.reading() as connection:
        found = await connection.execute(select(meta.c.value).where(meta.c.key == key))
        value: str | None = found.scalar_one_or_none()
    return value


async def list_meta(database: Database, prefix: str) -> dict[str, str]:
    """Return the values whose keys begin so, by what follows in the key."""
    wanted = select(meta.c.key, meta.c.value).where(meta.c.key.startswith(prefix, autoescape=True))
    async with database.reading() as connection:
        return {key.removeprefix(prefix): value for key, value in await connection.execute(wanted)}


async def write_meta(connection: AsyncConnection, key: str, value: str | None) -> None:
    """Keep a value in the caller's transaction; None forgets it."""
    if value is None:
        await connection.execute(delete(meta).where(meta.c.key == key))
    else:
        await insert_or_update(connection, meta, {"key": key, "value": value})


async def set_meta(database: Database, key: str, value: str) -> None:
    """Keep a value under a key, in place of an earlier one."""
    async with database.writing() as connection:
        await write_meta(connection, key, value)
