"""Adapt `/doctor`: examine everything that a server has set, and say what to do about it."""

from collections.abc import Awaitable, Callable, Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.delivery.post import Post
from bot.operations.doctor import Line
from bot.operations.doctor_card import render_examination
from bot.text.catalogue import Texts

Examine = Callable[[discord.Guild | None, int], Awaitable[Sequence[Line]]]


class Doctor(commands.Cog):
    """`/doctor`.

    Args:
        examine: Looks at everything of a guild once; it ends in time whatever hangs.
    """

    def __init__(self, *, examine: Examine, conversation: Conversation, texts: Texts) -> None:
        self._examine = examine
        self._conversation = conversation
        self._texts = texts

    @app_commands.command(name="doctor", description="-")
    @app_commands.default_permissions(manage_guild=True)
    async def doctor(self, interaction: discord.Interaction) -> None:
        """Examine, and show what was found."""
        asker = self._conversation.asker(interaction)
        await self._conversation.defer(interaction)
        post: Post = render_examination(self._texts, await self._examine(interaction.guild, asker.guild_id))
        await self._conversation.reply(interaction, post, is_private=True)
