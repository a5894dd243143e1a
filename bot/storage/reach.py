"""Reach the server of the database again after a moment; say so in words when it stays away.

A server that is restarted refuses connections for a second or two, and every connection that was open is
dead. Whoever asks then, a person most of all, is better off a second later than with an error.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.failures import StorageAwayError, is_away, reason

logger = logging.getLogger(__name__)

# A second and a half in all: half of the time in which Discord wants an answer.
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.75)


class Reach:
    """Hand out an engine's connections.

    Args:
        pauses: How long to wait, in seconds, before each further try to get one.
    """

    def __init__(self, pauses: tuple[float, ...] = _PAUSES) -> None:
        self._pauses = pauses
        self._is_away = False

    @asynccontextmanager
    async def connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """Give a connection, and close it.

        Raises:
            StorageAwayError: There is none to be had, or it ended while it was used.
        """
        try:
            async with AsyncExitStack() as stack:
                yield await self._open(engine, stack)
        except DBAPIError as error:
            if is_away(error):
                raise self._away(error) from error
            raise
        self._note(is_away=False)

    async def _open(self, engine: AsyncEngine, stack: AsyncExitStack) -> AsyncConnection:
        pauses = iter(self._pauses)
        while True:
            try:
                return await stack.enter_async_context(engine.connect())
            except (DBAPIError, OSError) as error:
                if not is_away(error):
                    raise
                pause = next(pauses, None)
                if pause is None:
                    raise self._away(error) from error
            await asyncio.sleep(pause)

    def _away(self, error: Exception) -> StorageAwayError:
        self._note(is_away=True, why=reason(error))
        return StorageAwayError(reason(error))

    def _note(self, *, is_away: bool, why: str = "") -> None:
        """Log once when the server goes, and once when it is back."""
        if is_away and not self._is_away:
            logger.error("the database cannot be reached: %s", why)
        elif self._is_away and not is_away:
            logger.info("the database can be reached again")
        self._is_away = is_away
