"""Share out connections per host, so that fifty pages on one wiki do not fall upon it at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class HostBudget:
    """Let at most so many requests run against one host; forget hosts that nobody waits for."""

    def __init__(self, per_host: int) -> None:
        self._per_host = per_host
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn."""
        slots = self._slots.setdefault(host, asyncio.Semaphore(self._per_host))
        self._users[host] = self._users.get(host, 0) + 1
        try:
            async with slots:
                yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._slots[host]
