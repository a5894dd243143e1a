"""Notice new mail at once where a source can tell of it: a mailbox by IDLE, files by looking at them.

What is noticed is read like anything that is due. A source that fails is left to its next due time, and a
watch that nobody asks to go on, because this process lost its turn, ends by itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.errors import SourceError
from bot.mail.polling import Polling
from bot.mail.repository import MailRepository
from bot.mail.stored import MailSource

logger = logging.getLogger(__name__)

WATCHED_KINDS: Final = ("imap", "mbox", "maildir")

_MOST: Final = 200
_LOOK_SECONDS: Final = 240.0
_LEAVE_SECONDS: Final = 60.0
_LEAST_PAUSE_SECONDS: Final = 0.5


class Watching:
    """Watch the followed sources that can be watched; it owns a task for each.

    Args:
        leave_seconds: How long a source is left alone that failed, or of which nothing could be read.
        sleep: Waits.
    """

    def __init__(
        self,
        *,
        repository: MailRepository,
        polling: Polling,
        leave_seconds: float = _LEAVE_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._repository = repository
        self._polling = polling
        self._leave_seconds = leave_seconds
        self._sleep = sleep
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ends_at = 0.0

    async def keep(self, *, seconds: float) -> None:
        """Watch what is followed now, and nothing else, for so long unless asked again."""
        self._ends_at = asyncio.get_running_loop().time() + seconds
        wanted = {each.id: each for each in await self._repository.list_watched(WATCHED_KINDS, _MOST)}
        for source_id, task in tuple(self._tasks.items()):
            if source_id not in wanted or task.done():
                await self._end(source_id)
        for source_id, source in wanted.items():
            if source_id not in self._tasks:
                task = asyncio.create_task(self._watch(source), name=f"watch list source {source_id}")
                self._tasks[source_id] = task

    async def close(self) -> None:
        """End every watch."""
        for source_id in tuple(self._tasks):
            await self._end(source_id)

    async def _end(self, source_id: int) -> None:
        task = self._tasks.pop(source_id)
        task.cancel()
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(outcome, Exception):
            logger.error("a watch ended: %r", outcome, exc_info=outcome, extra={"source": source_id})

    async def _watch(self, source: MailSource) -> None:
        opened = self._polling.open(source)
        try:
            while asyncio.get_running_loop().time() < self._ends_at:
                current = await self._repository.find_source(source.kind, source.address)
                if current is None:
                    return
                try:
                    is_new = await opened.wait_for_news(current.cursor, timeout_seconds=_LOOK_SECONDS)
                except SourceError:  # the poll that is due meets it as well, and tells
                    await self._sleep(self._leave_seconds)
                    continue
                if is_new:
                    turn = await self._polling.read_on(current)
                    is_stuck = bool(turn.error) or turn.source.cursor == current.cursor
                    await self._sleep(self._leave_seconds if is_stuck else _LEAST_PAUSE_SECONDS)
        finally:
            await opened.close()
