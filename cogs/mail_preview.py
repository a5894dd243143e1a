"""Adapt the command that shows beforehand what would be posted of a list."""

from collections.abc import Callable
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.mail.digest.previewing import Previewing
from bot.mail.service import MailService
from cogs.mail_lists import complete_list, viewer


class ListPreview(commands.Cog):
    """`/list preview`."""

    def __init__(
        self,
        *,
        service: MailService,
        previewing: Previewing,
        conversation: Conversation,
        clock: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._previewing = previewing
        self._conversation = conversation
        self._clock = clock

    @app_commands.command(name="preview", description="-")
    @app_commands.rename(mailing_list="list")
    async def preview(self, interaction: discord.Interaction, mailing_list: str | None = None) -> None:
        """Show the next digest to who asks."""
        asking = viewer(interaction)
        followed = await self._service.choose_one(asking, mailing_list)
        await self._conversation.defer(interaction)
        post = await self._previewing.preview(asking.guild_id, followed.mailing_list, now=self._clock())
        await self._conversation.reply(interaction, post, is_private=True)

    @preview.autocomplete("mailing_list")
    async def _complete_list(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_list(self._service, viewer(interaction), typed)
