"""Tell a dead man's switch that the bot lives: a monitor elsewhere raises the alarm when nobody calls."""

import logging
from datetime import datetime

from bot.http.fetcher import Fetcher
from bot.operations.vital_signs import Monitor

logger = logging.getLogger(__name__)

_MAX_BYTES = 100_000
_DEADLINE_SECONDS = 10.0


class Heartbeat:
    """Call an address, which is a secret, as long as the vital signs are good."""

    def __init__(self, fetcher: Fetcher, monitor: Monitor, url: str) -> None:
        self._fetcher = fetcher
        self._monitor = monitor
        self._url = url

    async def beat(self, _now: datetime) -> None:
        """Call once, or stay silent so that the alarm is raised.

        Raises:
            SourceError: The address does not answer; nothing is said of it but the host.
        """
        problems = (await self._monitor.take()).problems
        if problems:
            logger.warning("no heartbeat: %s", ", ".join(problems))
            return
        await self._fetcher.fetch(self._url, max_bytes=_MAX_BYTES, deadline_seconds=_DEADLINE_SECONDS)
