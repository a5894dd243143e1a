"""Read and write Discord's scheduled events for bot.meetings, which knows no Discord.

Events are asked for each time: the gateway tells of them only to who has that intent, and the list is short.
"""

from collections.abc import Awaitable
from datetime import UTC
from typing import TypeVar

import discord

from bot.chat.client import Client
from bot.chat.delivery_errors import DISCORD_TROUBLE, as_delivery_error
from bot.meetings.events import EventDraft, KnownEvent
from bot.text.catalogue import Texts

T = TypeVar("T")

_OPEN = frozenset({discord.EventStatus.scheduled, discord.EventStatus.active})


class DiscordEvents:
    """The scheduled events of the guilds that the bot is in."""

    def __init__(self, client: Client, texts: Texts) -> None:
        self._client = client
        self._texts = texts

    async def list_events(self, guild_id: int) -> tuple[KnownEvent, ...] | None:
        """Return all events of a guild that are not over; None when the bot may not make any there."""
        guild = self._client.get_guild(guild_id)
        if guild is None or not guild.me.guild_permissions.create_events:
            return None
        events = await self._ask(guild.fetch_scheduled_events(with_counts=False))
        own = self._client.user.id if self._client.user else 0
        return tuple(_known(event, own) for event in events if event.status in _OPEN)

    async def create(self, guild_id: int, draft: EventDraft) -> None:
        """Make an event."""
        guild = self._client.get_guild(guild_id)
        if guild is not None:
            await self._ask(
                guild.create_scheduled_event(
                    name=draft.name,
                    description=draft.description,
                    start_time=draft.start,
                    end_time=draft.end,
                    entity_type=discord.EntityType.external,
                    privacy_level=discord.PrivacyLevel.guild_only,
                    location=draft.location,
                )
            )

    async def change(self, guild_id: int, event_id: int, draft: EventDraft) -> None:
        """Change an event of the bot's own."""
        event = await self._find(guild_id, event_id)
        if event is not None:
            await self._ask(
                event.edit(
                    name=draft.name,
                    description=draft.description,
                    start_time=draft.start,
                    end_time=draft.end,
                    entity_type=discord.EntityType.external,
                    location=draft.location,
                )
            )

    async def remove(self, guild_id: int, event_id: int) -> None:
        """Take an event of the bot's own away."""
        event = await self._find(guild_id, event_id)
        if event is not None:
            await self._ask(event.delete())

    async def _find(self, guild_id: int, event_id: int) -> discord.ScheduledEvent | None:
        guild = self._client.get_guild(guild_id)
        if guild is None:
            return None
        try:
            return await guild.fetch_scheduled_event(event_id, with_counts=False)
        except discord.NotFound:
            return None
        except DISCORD_TROUBLE as error:
            raise as_delivery_error(error, self._texts) from error

    async def _ask(self, request: Awaitable[T]) -> T:
        try:
            return await request
        except DISCORD_TROUBLE as error:
            raise as_delivery_error(error, self._texts) from error


def _known(event: discord.ScheduledEvent, own_id: int) -> KnownEvent:
    end = event.end_time or event.start_time
    return KnownEvent(
        id=event.id,
        draft=EventDraft(
            name=event.name,
            description=event.description or "",
            location=event.location or "",
            start=event.start_time.astimezone(UTC),
            end=end.astimezone(UTC),
        ),
        is_own=event.creator_id == own_id,
        is_waiting=event.status is discord.EventStatus.scheduled,
    )
