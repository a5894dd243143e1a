"""Make the bot's secret keys and keep them in the store, so that its backups hold them too.

A key that got lost would end every button on every card; one in a file beside would be forgotten in a move.
"""

import secrets

from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.meta import get_meta
from bot.storage.schema import meta
from bot.storage.upsert import insert_missing

_KEY_BYTES = 32


async def get_or_create_secret(database: Database, name: str) -> bytes:
    """Return the key of a name, 32 random bytes that stay the same for the life of the store."""
    key = f"secret:{name}"
    known = await get_meta(database, key)
    if known is None:
        async with database.writing() as connection:
            # Another process may have been faster: whoever is first, its key counts.
            await insert_missing(connection, meta, {"key": key, "value": secrets.token_hex(_KEY_BYTES)})
            known = (await connection.execute(select(meta.c.value).where(meta.c.key == key))).scalar_one()
    return bytes.fromhex(known)
