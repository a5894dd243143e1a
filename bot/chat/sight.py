"""Ask Discord what a member sees, over REST: the bot keeps no list of members, and a worker no channels."""

import logging
from collections.abc import Mapping
from typing import Any

import discord

from bot.chat.access import compute_permissions
from bot.chat.client import Client
from bot.chat.delivery_errors import DISCORD_TROUBLE
from bot.chat.requests import RequestWatch

logger = logging.getLogger(__name__)


class Sight:
    """What members see."""

    def __init__(self, client: Client, watch: RequestWatch) -> None:
        self._client = client
        self._watch = watch

    async def sees(self, guild_id: int, user_id: int, channels: tuple[int, ...]) -> bool | None:
        """Tell whether a member sees one of some channels, or with none, is in the guild at all.

        A channel that everybody sees counts for nothing: what is private is not shown there.

        Returns:
            None when Discord cannot be asked now.
        """
        try:
            return await self._sees(guild_id, user_id, channels)
        except (discord.NotFound, discord.Forbidden):
            return False
        except DISCORD_TROUBLE as error:
            logger.info("what a member sees cannot be asked: %s", error, extra={"guild_id": guild_id})
            return None

    async def _sees(self, guild_id: int, user_id: int, channels: tuple[int, ...]) -> bool:
        http = self._client.http
        await self._watch.pace()
        member: Mapping[str, Any] = dict(await http.get_member(guild_id, user_id))
        if not channels:
            return True
        await self._watch.pace()
        guild: Mapping[str, Any] = dict(await http.get_guild(guild_id, with_counts=False))
        for channel_id in channels:
            await self._watch.pace()
            channel: Mapping[str, Any] = dict(await http.get_channel(channel_id))
            is_open = compute_permissions(guild, channel, {"roles": ()}, 0).view_channel
            if not is_open and compute_permissions(guild, channel, member, user_id).view_channel:
                return True
        return False
