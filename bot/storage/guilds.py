"""Keep what is known of each guild: when it came and went, whether it was greeted, what it has set."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.schema import guild
from bot.storage.upsert import insert_missing, insert_or_update


class GuildRepository:
    """The guilds' rows. A guild that left keeps its row, so that it is not greeted twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record_join(self, connection: AsyncConnection, guild_id: int, now: datetime) -> None:
        """Note that the bot is in a guild since now."""
        joined = {"joined_at": now, "left_at": None}
        await insert_or_update(connection, guild, {"guild_id": guild_id, **joined}, update=joined)

    async def record_present(self, connection: AsyncConnection, guild_ids: Iterable[int]) -> None:
        """Note which guilds the bot is in: one that left and came back while nobody looked counts again."""
        left = await connection.execute(select(guild.c.guild_id).where(guild.c.left_at.is_not(None)))
        for guild_id in set(guild_ids).intersection(left.scalars()):
            await connection.execute(update(guild).where(guild.c.guild_id == guild_id).values(left_at=None))

    async def record_leave(self, connection: AsyncConnection, guild_id: int, now: datetime) -> None:
        """Note that the bot was removed from a guild: its pages are no longer looked at."""
        await insert_or_update(
            connection, guild, {"guild_id": guild_id, "left_at": now}, update={"left_at": now}
        )

    async def claim_greeting(self, connection: AsyncConnection, guild_id: int, now: datetime) -> bool:
        """Return whether to greet a guild: True once in its life."""
        await insert_missing(connection, guild, {"guild_id": guild_id})
        claimed = await connection.execute(
            update(guild)
            .where(guild.c.guild_id == guild_id, guild.c.greeted_at.is_(None))
            .values(greeted_at=now)
        )
        return claimed.rowcount == 1

    async def get_editor_role(self, guild_id: int) -> int | None:
        """Return the role whose members may edit; None if the guild has named none."""
        return await self._setting(guild.c.editor_role_id, guild_id)

    async def set_editor_role(self, connection: AsyncConnection, guild_id: int, role_id: int | None) -> None:
        """Name the role whose members may edit; None takes it back."""
        setting = {"editor_role_id": role_id}
        await insert_or_update(connection, guild, {"guild_id": guild_id, **setting}, update=setting)

    async def get_help_channel(self, guild_id: int) -> int | None:
        """Return the channel where people answer; None if the guild has named none."""
        return await self._setting(guild.c.help_channel_id, guild_id)

    async def set_help_channel(
        self, connection: AsyncConnection, guild_id: int, channel_id: int | None
    ) -> None:
        """Name the channel where people answer; None takes it back."""
        setting = {"help_channel_id": channel_id}
        await insert_or_update(connection, guild, {"guild_id": guild_id, **setting}, update=setting)

    async def _setting(self, column: Column[int], guild_id: int) -> int | None:
        async with self._database.reading() as connection:
            found = await connection.execute(select(column).where(guild.c.guild_id == guild_id))
            value: int | None = found.scalar_one_or_none()
        return value
