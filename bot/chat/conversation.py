"""Answer interactions with posts and forms, in the way each kind of interaction allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.presenter import Presented, Presenter
from bot.delivery.form import Form
from bot.delivery.post import Post
from bot.errors import UserError
from bot.text.catalogue import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Where an interaction comes from, checked to be a guild."""

    guild_id: int
    channel_id: int
    user_id: int


class Conversation:
    """Send posts as replies, edits, follow-ups and modals."""

    def __init__(self, presenter: Presenter, texts: Texts) -> None:
        self._presenter = presenter
        self._texts = texts

    def asker(self, interaction: discord.Interaction) -> Asker:
        """Return where the interaction comes from.

        Raises:
            UserError: It comes from a direct message; commands live in guilds.
        """
        if interaction.guild_id is None or interaction.channel_id is None:
            raise UserError(self._texts("error.guild_only"))
        return Asker(
            guild_id=interaction.guild_id, channel_id=interaction.channel_id, user_id=interaction.user.id
        )

    async def reply(self, interaction: discord.Interaction, post: Post, *, is_private: bool) -> int | None:
        """Answer with a post, or fill in the deferred answer; return the message's id if Discord tells."""
        presented = self._presenter.present(post, guild_id=self.asker(interaction).guild_id)
        if interaction.response.is_done():
            message = await interaction.edit_original_response(**_edit_arguments(presented))
            return message.id
        response = await interaction.response.send_message(**_send_arguments(presented), ephemeral=is_private)
        return response.message_id

    async def follow_up(self, interaction: discord.Interaction, post: Post) -> None:
        """Add a private message after the first answer."""
        presented = self._presenter.present(post, guild_id=self.asker(interaction).guild_id)
        await interaction.followup.send(**_send_arguments(presented), ephemeral=True)

    async def update(self, interaction: discord.Interaction, post: Post) -> None:
        """Redraw the message whose button was pressed."""
        presented = self._presenter.present(post, guild_id=self.asker(interaction).guild_id)
        if interaction.response.is_done():
            await interaction.edit_original_response(**_edit_arguments(presented))
        else:
            await interaction.response.edit_message(**_edit_arguments(presented))

    async def ask(self, interaction: discord.Interaction, form: Form) -> None:
        """Open a form."""
        guild_id = self.asker(interaction).guild_id
        await interaction.response.send_modal(self._presenter.modal(form, guild_id=guild_id))

    async def defer(self, interaction: discord.Interaction) -> None:
        """Say privately that the answer will take a moment."""
        await interaction.response.defer(ephemeral=True, thinking=True)

    async def respond_in_channel(
        self, message: discord.Message, post: Post, *, guild_id: int
    ) -> discord.Message:
        """Reply to a message in its channel, without pinging its author."""
        return await message.reply(**_send_arguments(self._presenter.present(post, guild_id=guild_id)))

    async def post(self, channel: discord.abc.Messageable, post: Post, *, guild_id: int) -> discord.Message:
        """Post in a channel."""
        return await channel.send(**_send_arguments(self._presenter.present(post, guild_id=guild_id)))


def _send_arguments(presented: Presented) -> dict[str, Any]:
    arguments: dict[str, Any] = {"allowed_mentions": presented.allowed_mentions}
    for name in ("view", "content", "embed"):
        value = getattr(presented, name)
        if value is not None:
            arguments[name] = value
    if presented.files:
        arguments["files"] = list(presented.files)
    return arguments


def _edit_arguments(presented: Presented) -> Mapping[str, Any]:
    arguments: dict[str, Any] = {
        "allowed_mentions": presented.allowed_mentions,
        "view": presented.view,
        "attachments": list(presented.files),
    }
    if not isinstance(presented.view, discord.ui.LayoutView):
        arguments |= {"content": presented.content, "embed": presented.embed}
    return arguments
