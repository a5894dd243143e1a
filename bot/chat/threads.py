"""Start the threads of messages, and open the archived ones."""

import logging
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

import discord

from bot.chat.client import Client
from bot.chat.delivery_errors import DISCORD_TROUBLE, THREAD_EXISTS, as_delivery_error, is_archived_thread
from bot.chat.requests import RequestWatch
from bot.delivery.post import Topic
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

T = TypeVar("T")

ARCHIVE_MINUTES: Literal[10_080] = 10_080
"""After how long without a post Discord archives a thread: a week, the longest that it knows."""

# Without the permission, or with a thousand threads open, the message stands without one.
_CANNOT_OPEN = frozenset({400, 403, 404})


class Threads:
    """Work on threads over REST."""

    def __init__(self, client: Client, watch: RequestWatch, texts: Texts) -> None:
        self._client = client
        self._watch = watch
        self._texts = texts

    async def start_surely(self, channel_id: int, message_id: int, topic: Topic) -> int | None:
        """Start the thread of a message that stands: whatever goes wrong, the message is not posted again.

        Returns:
            The thread's id, which is the message's; None if it cannot be started.
        """
        try:
            return await self._start(channel_id, message_id, topic)
        except DISCORD_TROUBLE as error:
            trouble = as_delivery_error(error, self._texts)
            trouble.is_in_doubt = True
            raise trouble from error

    async def opened(self, place: int, act: Callable[[], Awaitable[T]]) -> T:
        """Do something in a place; if that is an archived thread, open it first.

        Raises:
            discord.HTTPException: As `act`, also where only a moderator may open the thread.
        """
        try:
            return await act()
        except discord.HTTPException as error:
            if not is_archived_thread(error):
                raise
            archived = error
        await self._watch.pace()
        try:
            await self._client.http.edit_channel(place, archived=False)
        except discord.Forbidden:
            raise archived from None
        return await act()

    async def _start(self, channel_id: int, message_id: int, topic: Topic) -> int | None:
        try:
            await self._watch.pace()
            await self._client.http.start_thread_with_message(
                channel_id, message_id, name=topic.name, auto_archive_duration=ARCHIVE_MINUTES
            )
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return message_id
            if error.status not in _CANNOT_OPEN:
                raise
            logger.warning("thread not started: %s", error.text, extra={"channel_id": channel_id})
            return None
        return message_id
