"""Answer interactions with posts and forms, in the way each kind of interaction allows.

A connection that breaks says nothing about what was done. So what breaks is sent once more: Discord
refuses a second answer to an interaction (40060), which tells that the first arrived, and knows a message
by its nonce.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import discord

from bot.chat.presenter import Presented, Presenter, edit_arguments, send_arguments
from bot.delivery.form import Form
from bot.delivery.post import Post
from bot.errors import UserError
from bot.text.catalogue import Texts
from config.settings import CardStyle

T = TypeVar("T")

BROKEN_OFF = (aiohttp.ClientError, OSError)
SEND_ERRORS = (discord.HTTPException, *BROKEN_OFF)

WAITING = "waiting"
"""The mark, in an interaction's extras, that its deferred answer is still owed."""

_ALREADY_ANSWERED = 40060
_MAY_NOT_REFER = 160002
_EXCUSE_SECONDS = 2.0


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
        self._deferred: tuple[discord.Interaction, ...] = ()

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
        if interaction.response.is_done():
            return await self._fill_in(interaction, post)

        async def send() -> int | None:
            arguments = send_arguments(self._present(interaction, post))
            response = await interaction.response.send_message(**arguments, ephemeral=is_private)
            return response.message_id

        return await _answer_once(send)

    async def follow_up(self, interaction: discord.Interaction, post: Post) -> None:
        """Add a private message after the first answer."""
        presented = self._present(interaction, post)
        await interaction.followup.send(**send_arguments(presented), ephemeral=True)

    async def update(self, interaction: discord.Interaction, post: Post) -> None:
        """Redraw the message whose button was pressed, in its own style: Discord lets none change."""
        style = _style_of(interaction.message)
        if interaction.response.is_done():
            await self._fill_in(interaction, post, style)
            return

        async def send() -> None:
            arguments = edit_arguments(self._present(interaction, post, style))
            await interaction.response.edit_message(**arguments)

        await _answer_once(send)

    async def ask(self, interaction: discord.Interaction, form: Form) -> None:
        """Open a form."""
        guild_id = self.asker(interaction).guild_id

        async def send() -> None:
            await interaction.response.send_modal(self._presenter.modal(form, guild_id=guild_id))

        await _answer_once(send)

    async def defer(self, interaction: discord.Interaction, *, is_private: bool = True) -> None:
        """Say that the answer will take a moment."""
        await interaction.response.defer(ephemeral=is_private, thinking=True)
        interaction.extras[WAITING] = True
        self._deferred = (*self._still_waiting(), interaction)

    async def excuse(self) -> None:
        """Tell those whose answer is still awaited that the bot is stopping; what cannot be told is left."""
        text = self._texts("error.stopping")
        tellings = [each.edit_original_response(content=text) for each in self._still_waiting()]
        try:
            async with asyncio.timeout(_EXCUSE_SECONDS):
                await asyncio.gather(*tellings, return_exceptions=True)
        except TimeoutError:
            return

    async def respond_in_channel(
        self, message: discord.Message, post: Post, *, guild_id: int
    ) -> discord.Message:
        """Reply to a message in its channel, without pinging its author."""
        try:
            return await self._send(message.reply, post, guild_id=guild_id)
        except discord.HTTPException as error:
            if error.code != _MAY_NOT_REFER:
                raise
        return await self.post(message.channel, post, guild_id=guild_id)

    async def post(self, channel: discord.abc.Messageable, post: Post, *, guild_id: int) -> discord.Message:
        """Post in a channel."""
        return await self._send(channel.send, post, guild_id=guild_id)

    async def _send(
        self, send: Callable[..., Awaitable[discord.Message]], post: Post, *, guild_id: int
    ) -> discord.Message:
        nonce = secrets.randbits(63)
        return await _twice(
            lambda: send(**send_arguments(self._presenter.present(post, guild_id=guild_id)), nonce=nonce)
        )

    async def _fill_in(
        self, interaction: discord.Interaction, post: Post, style: CardStyle | None = None
    ) -> int:
        def arguments() -> dict[str, Any]:
            return edit_arguments(self._present(interaction, post, style))

        message = await _twice(lambda: interaction.edit_original_response(**arguments()))
        interaction.extras.pop(WAITING, None)
        return message.id

    def _still_waiting(self) -> tuple[discord.Interaction, ...]:
        return tuple(each for each in self._deferred if WAITING in each.extras)

    def _present(
        self, interaction: discord.Interaction, post: Post, style: CardStyle | None = None
    ) -> Presented:
        return self._presenter.present(post, guild_id=self.asker(interaction).guild_id, style=style)


async def _twice(send: Callable[[], Awaitable[T]]) -> T:
    """Send what may be sent again; files are drawn anew each time, for the first try has read them."""
    try:
        return await send()
    except BROKEN_OFF:
        return await send()


async def _answer_once(send: Callable[[], Awaitable[T]]) -> T | None:
    """Answer an interaction; None when a try that seemed to fail had arrived."""
    try:
        return await _twice(send)
    except discord.HTTPException as error:
        if error.code != _ALREADY_ANSWERED:
            raise
        return None


def _style_of(message: discord.Message | None) -> CardStyle | None:
    if message is None:
        return None
    return CardStyle.COMPONENTS if message.flags.components_v2 else CardStyle.EMBEDS
