"""Check what was picked in a panel's menus: a channel or a role that is there."""

import discord

from bot.chat.options import is_id
from bot.chat.places import look_at
from bot.errors import UserError
from bot.text.catalogue import Texts


def read_channel(texts: Texts, guild: discord.Guild | None, values: tuple[str, ...]) -> int | None:
    """Return the channel that was picked; None: none.

    Raises:
        UserError: It is not there.
    """
    picked = _picked(values)
    if picked is not None and not look_at(guild, picked).is_there:
        raise UserError(texts("settings.channel_unknown"))
    return picked


def read_role(
    texts: Texts,
    guild: discord.Guild | None,
    values: tuple[str, ...],
    *,
    everyone: str = "settings.role_unknown",
) -> int | None:
    """Return the role that was picked; None: none.

    Args:
        texts: What the bot says.
        guild: Whose role it must be.
        values: What the menu brought.
        everyone: The text that says why it cannot be everybody's.

    Raises:
        UserError: It is not there, or is everybody's.
    """
    picked = _picked(values)
    role = guild.get_role(picked) if guild and picked is not None else None
    if picked is not None and role is None:
        raise UserError(texts("settings.role_unknown"))
    if role is not None and role.is_default():
        raise UserError(texts(everyone))
    return picked


def _picked(values: tuple[str, ...]) -> int | None:
    """Return the id that was picked; None: none. 0 is nobody's."""
    return next((int(value) if is_id(value) else 0 for value in values), None)
