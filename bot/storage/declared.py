"""Tell which guilds have something that community.toml declared."""

from sqlalchemy import select, union

from bot.storage.database import Database
from bot.storage.schema import METADATA


async def list_declared_guilds(database: Database) -> frozenset[int]:
    """Return the guilds that have something declared, as it was taken up last."""
    tables = [table for table in METADATA.sorted_tables if "is_declared" in table.c]
    found = union(*(select(table.c.guild_id).where(table.c.is_declared) for table in tables))
    async with database.reading() as connection:
        return frozenset((await connection.execute(found)).scalars())
