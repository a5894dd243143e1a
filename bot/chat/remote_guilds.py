"""Look at channels through the bot's eyes without a gateway: over REST, each guild asked once."""

import asyncio
from typing import Any

from bot.chat.access import compute_permissions
from bot.chat.places import Sight
from bot.chat.portal import Portal


class RemoteGuilds:
    """The guilds that a bot is in, for who has its token and nothing else."""

    def __init__(self, portal: Portal, bot_id: int) -> None:
        self._portal = portal
        self._bot_id = bot_id
        self._guilds: dict[int, asyncio.Task[tuple[Any, Any, Any]]] = {}

    async def look(self, guild_id: int, channel_id: int) -> Sight | None:
        """Return how a channel is; None when the guild has none of that id, or the bot is not in it.

        Raises:
            UnreachableError: Discord does not answer.
        """
        if guild_id not in self._guilds:
            self._guilds[guild_id] = asyncio.ensure_future(self._fetch(guild_id))
        guild, channels, member = await asyncio.shield(self._guilds[guild_id])
        if guild is None or member is None:
            return None
        found = next((each for each in channels or () if int(each["id"]) == channel_id), None)
        if found is None:
            return None
        return Sight(
            name=str(found.get("name", "")),
            permissions=compute_permissions(guild, found, member, self._bot_id),
            is_open=compute_permissions(guild, found, {"roles": ()}, 0).view_channel,
        )

    async def _fetch(self, guild_id: int) -> tuple[Any, Any, Any]:
        return await asyncio.gather(
            self._portal.get(f"/guilds/{guild_id}"),
            self._portal.get(f"/guilds/{guild_id}/channels"),
            self._portal.get(f"/guilds/{guild_id}/members/{self._bot_id}"),
        )
