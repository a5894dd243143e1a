"""Look at a channel through the bot's eyes: whether it is still there, and what the bot may not do in it."""

from dataclasses import dataclass

import discord

from bot.chat.invites import EVENTS, FEATURES

_Channel = discord.TextChannel | discord.ForumChannel
RIGHTS = (
    "view_channel",
    "send_messages",
    "read_message_history",
    "embed_links",
    "attach_files",
    "create_public_threads",
    "send_messages_in_threads",
)
"""What the bot needs where it posts, in Discord's order of importance; named as discord.py names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel.

    Attributes:
        is_there: Whether the guild still has it.
        missing: The rights among RIGHTS that the bot does not have there.
    """

    channel_id: int
    is_there: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the bot sees of a channel.

    Attributes:
        is_open: Everybody in the guild sees it.
    """

    name: str
    permissions: discord.Permissions
    is_open: bool


def missing_for_events(guild: discord.Guild | None) -> tuple[str, ...]:
    """Return which rights the bot lacks to keep the guild's Events tab in step."""
    own = guild.me.guild_permissions if guild is not None else discord.Permissions.none()
    return tuple(right for right in FEATURES[EVENTS] if not getattr(own, right))


def see(guild: discord.Guild | None, channel_id: int) -> Sight | None:
    """Return what the bot sees of a channel of the guild; None when it is not there."""
    channel = guild.get_channel(channel_id) if guild is not None else None
    if guild is None or channel is None:
        return None
    return Sight(
        name=channel.name,
        permissions=channel.permissions_for(guild.me),
        is_open=channel.permissions_for(guild.default_role).view_channel,
    )


def is_open(guild: discord.Guild | None, channel_id: int) -> bool:
    """Tell whether everybody in a guild sees a channel; of one that is not known, it has to be supposed."""
    channel = guild.get_channel(channel_id) if guild is not None else None
    if guild is None or channel is None:
        return True
    return channel.permissions_for(guild.default_role).view_channel


def sees_closed(interaction: discord.Interaction, channel_id: int) -> bool:
    """Tell whether whoever asks sees a channel that not everybody sees."""
    guild, member = interaction.guild, interaction.user
    channel = guild.get_channel(channel_id) if guild is not None else None
    if channel is None or not isinstance(member, discord.Member) or is_open(guild, channel_id):
        return False
    return channel.permissions_for(member).view_channel


def look_at(guild: discord.Guild | None, channel_id: int) -> Place:
    """Return how a channel of the guild is; one that is no text channel or forum is not there."""
    channel = guild.get_channel(channel_id) if guild is not None else None
    if guild is None or not isinstance(channel, _Channel):
        return Place(channel_id=channel_id, is_there=False)
    allowed = channel.permissions_for(guild.me)
    missing = tuple(name for name in RIGHTS if not getattr(allowed, name))
    return Place(channel_id=channel_id, is_there=True, missing=missing)


def is_harmless(role: discord.Role) -> bool:
    """Tell the roles that members may give themselves: not everybody's, and none that lets them do more."""
    return not (role.is_default() or role.permissions.value & discord.Permissions.elevated().value)
