"""Check what the panels of meetings are given, and say what stands in the way of what they set."""

import discord

from bot.chat.places import look_at, missing_for_events
from bot.errors import UserError
from bot.meetings.calendars import CalendarSettings
from bot.operations.settings_panel import name_rights
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from bot.text.zones import Zones

MAX_ZONES = 10
_NEEDED = ("view_channel", "send_messages", "read_message_history")


def read_zones(texts: Texts, zones: Zones, typed: str) -> tuple[str, ...]:
    """Read the members' zones.

    Raises:
        UserError: One is none, or there are too many.
    """
    found = []
    for words in filter(None, (part.strip() for part in typed.replace("\n", ",").split(","))):
        zone = zones.find(words)
        if zone is None:
            shown = escape(limits.cut_line(inert(words), 60))
            raise UserError(texts("settings.zone_unknown", words=shown))
        found.append(zone)
    if len(found) > MAX_ZONES:
        raise UserError(texts("meetings.too_many_zones", limit=MAX_ZONES))
    return tuple(dict.fromkeys(found))


def channel_trouble(texts: Texts, guild: discord.Guild | None, channel_id: int) -> str:
    """Say what stands in the way of posting in a channel; empty: nothing."""
    place = look_at(guild, channel_id)
    if not place.is_there:
        return texts("settings.channel_gone")
    missing = [right for right in place.missing if right in _NEEDED]
    return texts("meetings.rights_missing", rights=name_rights(texts, tuple(missing))) if missing else ""


def ping_trouble(texts: Texts, guild: discord.Guild | None, *, channel_id: int, role_id: int | None) -> str:
    """Say what keeps the bot from pinging a role in a channel; empty: nothing."""
    if role_id is None or guild is None:
        return ""
    role, channel = guild.get_role(role_id), guild.get_channel(channel_id)
    if role is None:
        return texts("settings.role_gone")
    if role.mentionable or channel is None or channel.permissions_for(guild.me).mention_everyone:
        return ""
    return texts("meetings.may_not_ping", role=role.mention)


def giving_trouble(texts: Texts, guild: discord.Guild | None, role_id: int | None) -> str:
    """Say what keeps the bot from giving a role; empty: nothing."""
    if role_id is None or guild is None:
        return ""
    role = guild.get_role(role_id)
    if role is None:
        return texts("settings.role_gone")
    if not guild.me.guild_permissions.manage_roles or role >= guild.me.top_role or role.managed:
        return texts("meeting.role_forbidden", role=role.mention)
    return ""


def events_trouble(texts: Texts, guild: discord.Guild | None, settings: CalendarSettings) -> str:
    """Say what keeps the bot from keeping the Events tab in step, where that is wanted; empty: nothing."""
    missing = missing_for_events(guild) if settings.has_events and guild is not None else ()
    return texts("meetings.may_not_keep_events", rights=name_rights(texts, missing)) if missing else ""


def has_role(guild: discord.Guild | None, role_id: int | None) -> bool:
    """Tell whether a role is there."""
    return guild is not None and role_id is not None and guild.get_role(role_id) is not None
