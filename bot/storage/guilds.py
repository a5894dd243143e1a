"""Keep what is known of each guild: when it came and went, whether it was greeted, what it has set."""

import enum
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bells import ring
from bot.storage.database import Database
from bot.storage.schema import guild
from bot.storage.upsert import insert_missing, insert_or_update
from config.sections.settings import DeclaredSettings

SETTINGS_BELL = "guild settings"
"""Rung in other processes when a guild sets something."""


class Setting(enum.StrEnum):
    """What a guild can set; the value is its column."""

    ADMIN_CHANNEL = "admin_channel_id"
    ZONE = "zone"
    EDITORS_ROLE = "editor_role_id"
    HELP_CHANNEL = "help_channel_id"
    STATUS_CHANNEL = "status_channel_id"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """What a guild has set; None where it has not. The fields are named like the columns.

    Attributes:
        zone: The community's time zone by its IANA name; None stands for UTC.
        language: What all its members read is in it; None stands for English.
        declared: What community.toml sets, which cannot be changed in chat.
    """

    admin_channel_id: int | None = None
    zone: str | None = None
    editor_role_id: int | None = None
    help_channel_id: int | None = None
    status_channel_id: int | None = None
    language: str | None = None
    declared: frozenset[Setting] = frozenset()


DECLARED_NAMES = {
    Setting.ADMIN_CHANNEL: "admin_channel",
    Setting.ZONE: "zone",
    Setting.EDITORS_ROLE: "editors_role",
    Setting.HELP_CHANNEL: "help_channel",
    Setting.STATUS_CHANNEL: "status_channel",
    Setting.LANGUAGE: "language",
}
"""What community.toml calls the settings."""
_COLUMNS = tuple(guild.c[setting.value] for setting in Setting)


class GuildRepository:
    """The guilds' rows. A guild that left keeps its row, so that it is not greeted twice.

    Args:
        declared: What community.toml sets for guilds; it wins over the rows.
    """

    def __init__(
        self,
        database: Database,
        *,
        declared: Mapping[int, DeclaredSettings] = MappingProxyType({}),
    ) -> None:
        self._database = database
        self._declared = declared

    async def record_join(self, connection: AsyncConnection, guild_id: int, now: datetime) -> None:
        """Note that the bot is in a guild since now."""
        joined = {"joined_at": now, "left_at": None}
        await insert_or_update(connection, guild, {"guild_id": guild_id, **joined}, update=joined)

    async def record_present(
        self,
        connection: AsyncConnection,
        guild_ids: Iterable[int],
        *,
        now: datetime,
        is_ours: Callable[[int], bool] = lambda _guild_id: True,
    ) -> None:
        """Note which guilds the bot is in, whatever became of them while nobody looked.

        Args:
            connection: The transaction.
            guild_ids: Those that it is in.
            now: The present: since when it is not in the others.
            is_ours: Tells whether this process would know of a guild; of the others it says nothing.
        """
        present = set(guild_ids)
        rows = await connection.execute(select(guild.c.guild_id, guild.c.left_at))
        known = {row.guild_id: row.left_at for row in rows}
        for guild_id in present - known.keys():
            await insert_missing(connection, guild, {"guild_id": guild_id})
        for guild_id, left_at in known.items():
            is_here = guild_id in present
            if (is_here and left_at is not None) or (not is_here and left_at is None and is_ours(guild_id)):
                left = None if is_here else now
                await connection.execute(
                    update(guild).where(guild.c.guild_id == guild_id).values(left_at=left)
                )

    async def list_present(self, guild_ids: Collection[int]) -> frozenset[int]:
        """Return which of these guilds the bot is in, as far as it knows."""
        is_there = (
            guild.c.guild_id.in_(guild_ids),
            guild.c.left_at.is_(None),
        )
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(select(guild.c.guild_id).where(*is_there))).scalars())

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

    async def get_settings(self, guild_id: int) -> GuildSettings:
        """Return what a guild has set, in chat or in community.toml."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(*_COLUMNS).where(guild.c.guild_id == guild_id))
            row = found.one_or_none()
        stored = GuildSettings(**row._mapping) if row is not None else GuildSettings()
        return self._with_declared(guild_id, stored)

    async def change_setting(
        self, connection: AsyncConnection, guild_id: int, setting: Setting, value: int | str | None
    ) -> None:
        """Set one thing, None to take it back; other processes are told."""
        changed = {setting.value: value}
        await ring(connection, SETTINGS_BELL)
        await insert_or_update(connection, guild, {"guild_id": guild_id, **changed}, update=changed)

    async def list_joined(self) -> tuple[int, ...]:
        """Return the guilds that the bot is known to be in."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(guild.c.guild_id).where(guild.c.left_at.is_(None)))
            return tuple(found.scalars())

    async def list_status_channels(self) -> Mapping[int, int]:
        """Return where the status cards stand: channels by the guilds that the bot is in."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(guild.c.guild_id, guild.c.status_channel_id, guild.c.left_at)
            )
            rows = {guild_id: (channel_id, left_at) for guild_id, channel_id, left_at in found}
        left = {guild_id for guild_id, (_, left_at) in rows.items() if left_at is not None}
        stored = {guild_id: channel_id for guild_id, (channel_id, _) in rows.items() if channel_id}
        declared = {
            guild_id: settings.status_channel
            for guild_id, settings in self._declared.items()
            if settings.status_channel
        }
        return {
            guild_id: channel for guild_id, channel in (stored | declared).items() if guild_id not in left
        }

    async def suggest_languages(self, connection: AsyncConnection, languages: Mapping[int, str]) -> None:
        """Set the language of the guilds among these that have set none."""
        for guild_id, language in languages.items():
            await insert_missing(connection, guild, {"guild_id": guild_id})
            await connection.execute(
                update(guild)
                .where(guild.c.guild_id == guild_id, guild.c.language.is_(None))
                .values(language=language)
            )

    async def list_languages(self) -> Mapping[int, str]:
        """Return the languages of the guilds that have set one."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(guild.c.guild_id, guild.c.language).where(guild.c.language.is_not(None))
            )
            stored = {row.guild_id: row.language for row in found}
        declared = {
            guild_id: settings.language for guild_id, settings in self._declared.items() if settings.language
        }
        return stored | declared

    def _with_declared(self, guild_id: int, stored: GuildSettings) -> GuildSettings:
        declared = self._declared.get(guild_id, DeclaredSettings())
        values = {setting: getattr(declared, name) for setting, name in DECLARED_NAMES.items()}
        known = {setting: value for setting, value in values.items() if value is not None}
        changes = {setting.value: value for setting, value in known.items()}
        return replace(stored, **changes, declared=frozenset(known))
