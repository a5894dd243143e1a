"""Keep the process's few small values: what the store itself has to remember."""

from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.schema import meta
from bot.storage.upsert import insert_or_update


async def get_meta(database: Database, key: str) -> str | None:
    """Return the value kept under a key; None if there is none."""
    async with database.reading() as connection:
        found = await connection.execute(select(meta.c.value).where(meta.c.key == key))
        value: str | None = found.scalar_one_or_none()
    return value


async def set_meta(database: Database, key: str, value: str) -> None:
    """Keep a value under a key, in place of an earlier one."""
    async with database.writing() as connection:
        await insert_or_update(connection, meta, {"key": key, "value": value})
