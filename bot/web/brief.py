"""Bound what a client may cost: so many connections at once, and none longer than so many seconds.

aiohttp waits for a slow client as long as it likes; here the whole connection has one deadline, whichever
way it is slow.
"""

import asyncio
from collections.abc import Callable
from typing import cast


class Doorkeeper:
    """Lets connections in.

    Args:
        serve: Makes the protocol that serves a connection.
        seconds: How long a connection may last.
        at_once: How many there may be at a time.
    """

    def __init__(self, serve: Callable[[], asyncio.Protocol], *, seconds: float, at_once: int) -> None:
        self.serve = serve
        self.seconds = seconds
        self.at_once = at_once
        self.inside = 0

    def __call__(self) -> asyncio.Protocol:
        """Make the protocol of a new connection."""
        return _BriefProtocol(self)


class _BriefProtocol(asyncio.Protocol):
    """Serve a connection through another protocol, and end it at its deadline."""

    def __init__(self, door: Doorkeeper) -> None:
        self._door = door
        self._inner: asyncio.Protocol | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._door.inside += 1
        stream = cast("asyncio.Transport", transport)
        if self._door.inside > self._door.at_once:
            stream.abort()
            return
        self._deadline = asyncio.get_running_loop().call_later(self._door.seconds, stream.abort)
        self._inner = self._door.serve()
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.inside -= 1
        if self._deadline is not None:
            self._deadline.cancel()
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._inner is not None:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._inner is not None else None

    def pause_writing(self) -> None:
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._inner is not None:
            self._inner.resume_writing()
