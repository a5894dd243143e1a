"""Keep what each guild has set in memory, so that checking permission costs no query."""

from collections import OrderedDict
from dataclasses import dataclass, replace

import discord

from bot.chat.permissions import Level, PermissionTable, level_of
from bot.errors import UserError
from bot.storage.database import Database
from bot.storage.guilds import GuildRepository
from bot.text.catalogue import Texts

_REMEMBERED = 5000
# Where a community usually sends questions; the first visible match is offered until the guild says.
_USUAL_HELP_CHANNELS = ("help", "support", "questions", "ask", "general")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """What a guild has set; None where it has not."""

    editor_role_id: int | None = None
    help_channel_id: int | None = None


class Guilds:
    """Read and write guild settings through memory, and check who may do what."""

    def __init__(
        self, *, database: Database, repository: GuildRepository, permissions: PermissionTable, texts: Texts
    ) -> None:
        self._database = database
        self._repository = repository
        self._permissions = permissions
        self._texts = texts
        self._settings: OrderedDict[int, GuildSettings] = OrderedDict()

    async def settings(self, guild_id: int) -> GuildSettings:
        """Return a guild's settings."""
        found = self._settings.get(guild_id)
        if found is None:
            found = GuildSettings(
                editor_role_id=await self._repository.get_editor_role(guild_id),
                help_channel_id=await self._repository.get_help_channel(guild_id),
            )
        self._remember(guild_id, found)
        return found

    async def set_editor_role(self, guild_id: int, role_id: int | None) -> None:
        """Name the role whose members may edit the FAQ; None takes it back."""
        async with self._database.writing() as connection:
            await self._repository.set_editor_role(connection, guild_id, role_id)
        self._remember(guild_id, replace(await self.settings(guild_id), editor_role_id=role_id))

    async def set_help_channel(self, guild_id: int, channel_id: int | None) -> None:
        """Name the channel where people answer what the FAQ does not; None takes it back."""
        async with self._database.writing() as connection:
            await self._repository.set_help_channel(connection, guild_id, channel_id)
        self._remember(guild_id, replace(await self.settings(guild_id), help_channel_id=channel_id))

    async def level(self, interaction: discord.Interaction) -> Level:
        """Return what the person asking may do."""
        settings = await self.settings(interaction.guild_id or 0)
        return level_of(interaction, editor_role_id=settings.editor_role_id)

    async def permit(self, interaction: discord.Interaction, name: str) -> None:
        """Let a command or an action pass.

        Raises:
            UserError: The person may not do that, or it does not come from a guild.
        """
        if interaction.guild_id is None:
            raise UserError(self._texts("error.guild_only"))
        needed = self._permissions.required(name)
        if needed is Level.MEMBER or await self.level(interaction) >= needed:
            return
        settings = await self.settings(interaction.guild_id)
        if needed is Level.EDITOR and settings.editor_role_id is not None:
            raise UserError(self._texts("error.editors_only", role=f"<@&{settings.editor_role_id}>"))
        raise UserError(self._texts("error.managers_only"))

    async def help_place(self, guild: discord.Guild | None, guild_id: int) -> str:
        """Return, in words or as a channel link, where to ask a person."""
        settings = await self.settings(guild_id)
        if settings.help_channel_id is not None:
            return self._texts("faq.help_in", channel=f"<#{settings.help_channel_id}>")
        channels = {channel.name.casefold(): channel for channel in guild.text_channels} if guild else {}
        for name in _USUAL_HELP_CHANNELS:
            channel = channels.get(name)
            if channel is not None and guild and channel.permissions_for(guild.default_role).view_channel:
                return self._texts("faq.help_in", channel=channel.mention)
        return self._texts("faq.help_here")

    def _remember(self, guild_id: int, settings: GuildSettings) -> None:
        self._settings[guild_id] = settings
        self._settings.move_to_end(guild_id)
        while len(self._settings) > _REMEMBERED:
            self._settings.popitem(last=False)
