"""Adapt `/config`: a guild's settings as a file, and a file as settings."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import SEND_ERRORS, Conversation
from bot.chat.places import is_harmless, is_open, look_at
from bot.chat.router import Handler, Press
from bot.errors import SettingsError, UserError
from bot.operations.config_import import MAX_BYTES, ConfigImports
from bot.operations.config_plan import Place
from bot.operations.guild_config import GuildConfigs
from bot.operations.render_config import render_export, render_outcome, render_plan, render_problems
from bot.text.catalogue import Texts


class Config(commands.GroupCog, group_name="config", group_description="-"):
    """The `/config` commands."""

    def __init__(
        self,
        *,
        configs: GuildConfigs,
        imports: ConfigImports,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._configs = configs
        self._imports = imports
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "config.take": self._take,
        }

    @app_commands.command(name="export", description="-")
    async def export(self, interaction: discord.Interaction) -> None:
        """Give the guild's settings as community.toml."""
        config = await self._configs.gather(self._conversation.asker(interaction).guild_id)
        await self._conversation.reply(interaction, render_export(self._texts, config), is_private=True)

    @app_commands.command(name="import", description="-")
    @app_commands.rename(upload="file")
    async def import_(self, interaction: discord.Interaction, upload: discord.Attachment) -> None:
        """Show what a file would change, and ask."""
        guild_id = self._conversation.asker(interaction).guild_id
        await self._conversation.defer(interaction)
        content = await self._read(upload)
        try:
            read = self._imports.read(guild_id, content)
        except SettingsError as error:
            post = render_problems(self._texts, error.problems)
        else:
            plan, token = await self._imports.plan(guild_id, read, place=_place(interaction.guild))
            post = render_plan(self._texts, plan, token)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _read(self, upload: discord.Attachment) -> bytes:
        if upload.size > MAX_BYTES:
            raise UserError(self._texts("config.too_large", limit=MAX_BYTES // 1000))
        try:
            return await upload.read()
        except SEND_ERRORS as error:
            raise UserError(self._texts("faq.upload_lost")) from error

    async def _take(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        await interaction.response.defer()
        outcome = await self._imports.apply(
            guild_id,
            next(iter(press.args), ""),
            place=_place(interaction.guild),
            is_public=partial(is_open, interaction.guild),
            now=self._clock(),
        )
        await self._conversation.update(interaction, render_outcome(self._texts, outcome))


def _place(guild: discord.Guild | None) -> Place:
    def role_of(role_id: int) -> discord.Role | None:
        role = guild.get_role(role_id) if guild is not None else None
        return None if role is None or role.is_default() else role

    return Place(
        has_channel=lambda channel: look_at(guild, channel).is_there,
        has_role=lambda role_id: role_of(role_id) is not None,
        has_harmless_role=lambda role_id: (role := role_of(role_id)) is not None and is_harmless(role),
    )
