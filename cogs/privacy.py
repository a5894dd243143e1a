"""Adapt `/privacy`: what is stored of a member, and the way out for them and for authors of mails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.router import Handler, Press
from bot.delivery.post import Attachment
from bot.mail.render_authors import read_since, render_hidden, render_shown
from bot.mail.service import MailService
from bot.mail.showing import plain_line
from bot.operations.privacy import (
    PrivacyDesk,
    render_erased,
    render_question,
    render_traces,
    write_export,
)
from bot.text import limits
from bot.text.catalogue import Texts

Choices = list[app_commands.Choice[str]]


class Privacy(commands.GroupCog, group_name="privacy", group_description="-"):
    """The `/privacy` commands."""

    def __init__(
        self,
        *,
        desk: PrivacyDesk,
        service: MailService,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._service = service
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "privacy.erase": self._erase,
            "privacy.show_author": self._show_author,
        }

    @app_commands.command(name="show", description="-")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show members what is stored of them."""
        traces = await self._desk.look(interaction.user.id)
        await self._conversation.reply(interaction, render_traces(self._texts, traces), is_private=True)

    @app_commands.command(name="export", description="-")
    async def export(self, interaction: discord.Interaction) -> None:
        """Give members what is stored of them as a file."""
        user_id = interaction.user.id
        traces = await self._desk.look(user_id)
        content = write_export(user_id, traces, now=self._clock())
        if len(content) > limits.UPLOAD_BYTES:  # nobody has so much; the newest of it would be of no use
            content = write_export(user_id, type(traces)(), now=self._clock())
        post = replace(
            render_traces(self._texts, traces),
            attachments=(Attachment(name="stored-of-me.json", content=content),),
        )
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="delete", description="-")
    async def delete(self, interaction: discord.Interaction) -> None:
        """Ask members whether to remove what is stored of them."""
        traces = await self._desk.look(interaction.user.id)
        await self._conversation.reply(interaction, render_question(self._texts, traces), is_private=True)

    @app_commands.command(name="author", description="-")
    async def author(self, interaction: discord.Interaction, name: app_commands.Range[str, 1, 100]) -> None:
        """Remove an author's mails, and keep them out."""
        guild_id = self._conversation.asker(interaction).guild_id
        hidden = await self._service.hide_author(guild_id, name, now=self._clock())
        await self._conversation.reply(interaction, render_hidden(self._texts, hidden), is_private=True)

    @author.autocomplete("name")
    async def _complete_author(self, interaction: discord.Interaction, typed: str) -> Choices:
        names = await self._service.list_authors(interaction.guild_id or 0, typed)
        shown = dict.fromkeys(plain_line(name, limits.CHOICE_NAME) for name in names)
        return [app_commands.Choice(name=name, value=name) for name in shown if name][
            : limits.AUTOCOMPLETE_CHOICES
        ]

    async def _show_author(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        shown = await self._service.show_author(guild_id, read_since(press.args[0]))
        await self._conversation.update(interaction, render_shown(self._texts, shown))

    async def _erase(self, interaction: discord.Interaction, _press: Press) -> None:
        traces = await self._desk.erase(interaction.user.id, now=self._clock())
        await self._conversation.update(interaction, render_erased(self._texts, traces))
