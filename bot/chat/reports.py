"""Tell a person what went wrong: privately, in one line that says what to do."""

import logging
import secrets

import discord
from discord import app_commands

from bot.chat.admission import UnansweredError
from bot.chat.conversation import SEND_ERRORS, WAITING
from bot.errors import UserError
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

# Unknown interaction, already acknowledged, invalid token: the three seconds or fifteen minutes are over.
# Unknown message: whoever pressed has it no longer before them.
_TOO_LATE = frozenset({10062, 40060, 50027, 10015, 10008})


class Reporter:
    """Answer a failed interaction."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def report(self, interaction: discord.Interaction, error: Exception) -> None:
        """Log what is ours to mend, and tell the person the rest."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, UnansweredError):
            return
        if isinstance(cause, discord.HTTPException) and cause.code in _TOO_LATE:
            logger.warning("answered too late: %s", cause.text, extra={"action": _name(interaction)})
            return
        if interaction.client.is_closed():
            logger.info("left unanswered, for the bot is stopping", extra={"action": _name(interaction)})
            return
        text = self._text(interaction, cause)
        try:
            await _say(interaction, text)
            interaction.extras.pop(WAITING, None)
        except SEND_ERRORS as refusal:
            logger.warning("could not report an error: %s", type(refusal).__name__)

    def _text(self, interaction: discord.Interaction, cause: Exception) -> str:
        if isinstance(cause, UserError):
            return self._texts(cause.text_key) if cause.text_key else str(cause)
        if isinstance(cause, app_commands.CommandSignatureMismatch | app_commands.CommandNotFound):
            return self._texts("error.commands_changed")
        if isinstance(cause, discord.Forbidden):
            return self._texts("error.forbidden")
        if isinstance(cause, app_commands.TransformerError):
            return self._texts("error.bad_option", value=str(cause.value)[:50])
        reference = secrets.token_hex(4)
        logger.error(
            "interaction failed (reference %s)",
            reference,
            exc_info=cause,
            extra={"action": _name(interaction), "guild_id": interaction.guild_id},
        )
        return self._texts("error.unexpected", reference=reference)


async def _say(interaction: discord.Interaction, text: str) -> None:
    if not interaction.response.is_done():
        await interaction.response.send_message(text, ephemeral=True)
    elif WAITING in interaction.extras:
        await interaction.edit_original_response(content=text)
    else:
        await interaction.followup.send(text, ephemeral=True)


def _name(interaction: discord.Interaction) -> str:
    return interaction.command.qualified_name if interaction.command else interaction.type.name
