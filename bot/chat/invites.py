"""Say which permissions the bot needs for what, and make the link that invites it with exactly these."""

from collections.abc import Mapping
from types import MappingProxyType

import discord

ANSWERS, POSTS, TOPICS, EVENTS = "answers", "posts", "topics", "events"

# By feature, named as discord.py names them. A feature's texts are `feature.NAME`.
FEATURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        ANSWERS: ("view_channel", "send_messages", "embed_links"),
        POSTS: ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history"),
        TOPICS: ("create_public_threads", "send_messages_in_threads"),
        # Discord wants both since 2026: the one for making events, the other for changing them.
        EVENTS: ("create_events", "manage_events"),
    }
)
_SCOPES = ("bot", "applications.commands")


def needed_permissions() -> discord.Permissions:
    """Return what all features need together: never Administrator."""
    names = {name for rights in FEATURES.values() for name in rights}
    return discord.Permissions(**dict.fromkeys(names, True))


def invite_url(application_id: int) -> str:
    """Return the address that invites the bot into a server."""
    return discord.utils.oauth_url(application_id, permissions=needed_permissions(), scopes=_SCOPES)
