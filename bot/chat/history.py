"""Find a message of ours in a channel's history by its marker.

A bot always sees its own messages whole, without the message content intent.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.chat.client import Client
from bot.chat.requests import RequestWatch
from bot.delivery.models import Marker

# Discord's clock and ours may differ; ids carry Discord's.
_SKEW = timedelta(minutes=5)
_PAGE = 100
_PAGES = 50
_ARCHIVED_PAGE = 100

Message = Mapping[str, Any]


class History:
    """Read histories over REST."""

    def __init__(self, client: Client, watch: RequestWatch) -> None:
        self._client = client
        self._watch = watch

    async def find(self, channel_id: int, marker: Marker, *, since: datetime) -> int | None:
        """Return the id of our message with a marker, posted since a moment; None if there is none."""
        after = discord.utils.time_snowflake(since - _SKEW)
        for _ in range(_PAGES):
            await self._watch.pace()
            page = await self._client.http.logs_from(channel_id, _PAGE, after=after)
            for message in page:
                if self._carries(message, marker):
                    return int(message["id"])
            if len(page) < _PAGE:
                return None
            after = max(int(message["id"]) for message in page)
        return None

    async def find_forum_post(
        self, guild_id: int, channel_id: int, marker: Marker, *, since: datetime
    ) -> int | None:
        """Return the id of a forum's post of ours with a marker: among the active, then the archived ones."""
        oldest = discord.utils.time_snowflake(since - _SKEW)
        await self._watch.pace()
        active = await self._client.http.get_active_threads(guild_id)
        await self._watch.pace()
        archived = await self._client.http.get_public_archived_threads(channel_id, limit=_ARCHIVED_PAGE)
        for thread in (*active["threads"], *archived["threads"]):
            is_ours = int(thread.get("owner_id") or 0) == self._own_id
            if int(thread.get("parent_id") or 0) != channel_id or not is_ours or int(thread["id"]) < oldest:
                continue
            # A forum's first message has the thread's id.
            if await self.find(int(thread["id"]), marker, since=since) is not None:
                return int(thread["id"])
        return None

    @property
    def _own_id(self) -> int:
        return self._client.user.id if self._client.user is not None else 0

    def _carries(self, message: Message, marker: Marker) -> bool:
        if int(message["author"]["id"]) != self._own_id:
            return False
        numbers = set(_numbers(message.get("components", ())))
        if {marker.first, marker.second} <= numbers:
            return True
        footers = (embed.get("footer") or {} for embed in message.get("embeds", ()))
        return any(marker.letters in str(footer.get("text", "")).split() for footer in footers)


def _numbers(components: Any) -> Iterator[int]:
    """Yield the ids of components and of what they hold; ours are no deeper."""
    for component in components:
        if isinstance(component.get("id"), int):
            yield component["id"]
        for inner in component.get("components", ()):
            if isinstance(inner.get("id"), int):
                yield inner["id"]
