"""Keep what each guild has set in memory, so that checking permission costs no query."""

from collections import OrderedDict
from collections.abc import Mapping

import discord

from bot.chat.permissions import Level, PermissionTable, level_of
from bot.errors import UserError
from bot.storage.database import Database
from bot.storage.guilds import GuildRepository, GuildSettings, Setting
from bot.text.catalogue import Texts
from bot.text.languages import ENGLISH, GuildLanguages, nearest_language

_REMEMBERED = 5000
# Where a community usually sends questions; the first visible match is offered until the guild says.
_USUAL_HELP_CHANNELS = ("help", "support", "questions", "ask", "general")


class Guilds:
    """Read and write guild settings through memory, and check who may do what."""

    def __init__(
        self,
        *,
        database: Database,
        repository: GuildRepository,
        permissions: PermissionTable,
        texts: Texts,
        languages: GuildLanguages,
    ) -> None:
        self._database = database
        self._repository = repository
        self._permissions = permissions
        self._texts = texts
        self._languages = languages
        self._settings: OrderedDict[int, GuildSettings] = OrderedDict()
        self._changes = 0

    async def settings(self, guild_id: int) -> GuildSettings:
        """Return a guild's settings."""
        found = self._settings.get(guild_id)
        if found is not None:
            self._settings.move_to_end(guild_id)
            return found
        changes = self._changes
        found = await self._repository.get_settings(guild_id)
        if changes == self._changes:  # otherwise what was read may be of before
            self._remember(guild_id, found)
        return found

    async def change(self, guild_id: int, setting: Setting, value: int | str | None) -> GuildSettings:
        """Set one thing, None to take it back; return all settings.

        Raises:
            UserError: community.toml decides it.
        """
        if setting in (await self.settings(guild_id)).declared:
            raise UserError(self._texts("settings.is_declared"))
        async with self._database.writing() as connection:
            await self._repository.change_setting(connection, guild_id, setting, value)
        self._changes += 1
        self._settings.pop(guild_id, None)
        settings = await self.settings(guild_id)
        self._languages.note(guild_id, settings.language)
        return settings

    async def take_locales(self, locales: Mapping[int, str]) -> None:
        """Let guilds that have set no language speak that of their server's own settings."""
        spoken = {guild_id: nearest_language(locale) for guild_id, locale in locales.items()}
        foreign = {guild_id: language for guild_id, language in spoken.items() if language != ENGLISH}
        if not foreign:
            return
        async with self._database.writing() as connection:
            await self._repository.suggest_languages(connection, foreign)
        self._changes += 1
        self._settings.clear()
        self._languages.replace(await self._repository.list_languages())

    def forget(self) -> None:
        """Read all settings anew: community.toml has changed."""
        self._changes += 1
        self._settings.clear()

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
        if needed is not Level.EDITOR:
            raise UserError(self._texts("error.managers_only"))
        settings = await self.settings(interaction.guild_id)
        if settings.editor_role_id is None:
            raise UserError(self._texts("error.no_editors"))
        raise UserError(self._texts("error.editors_only", role=f"<@&{settings.editor_role_id}>"))

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
