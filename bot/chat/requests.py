"""Watch every request to Discord: keep below its rate, count what it refused, notice a token that is dead.

Discord lets a bot make fifty requests a second in all, and shuts out for a while who makes 10,000 invalid
ones (401, 403, 429) in ten minutes, together with all others behind the same address.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

from bot.chat.admission import give_back_place
from bot.delivery.holding import make_sure_it_is_held

_PER_SECOND = 48
_INVALID = frozenset({401, 403, 429})
_INVALID_ALLOWED = 500
_INVALID_SECONDS = 600.0
# What discord.py tries up to five times by itself, in half a minute, also where that posts twice.
_REPEATED_BY_LIBRARY = frozenset({500, 502, 504, 524})
_UNAUTHORIZED = 401
_TOO_MANY = 429


_is_single: ContextVar[bool] = ContextVar("is_single", default=False)


class ServerTroubleError(Exception):
    """Discord answered with a server error, and the request is not to be repeated by the library.

    Attributes:
        status: HTTP's.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


@contextmanager
def single_tries() -> Iterator[None]:
    """Make each request of the block once: whether and when it is repeated is the caller's decision."""
    token = _is_single.set(True)
    try:
        yield
    finally:
        _is_single.reset(token)


class RequestWatch:
    """What all requests have in common.

    Attributes:
        refused: Set when Discord refuses the bot's token: nothing will work any more.
        invalid_total: How many requests Discord refused since the start; `rate_limited_total` those by 429.
    """

    def __init__(self) -> None:
        self.refused = asyncio.Event()
        self.invalid_total = 0
        self.rate_limited_total = 0
        self._invalid: deque[float] = deque()
        self._next_at = 0.0
        self._processes = 1

    def trace(self) -> aiohttp.TraceConfig:
        """Return what shows us each request that discord.py makes."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(_begun)
        trace.on_request_end.append(self._ended)
        return trace

    def share_pace(self, processes: int) -> None:
        """Take one part of the rate: so many processes on this token post, this one among them."""
        self._processes = max(1, processes)

    async def pace(self) -> None:
        """Wait for the next free place among the requests of this second."""
        now = asyncio.get_running_loop().time()
        place = max(now, self._next_at)
        self._next_at = place + self._processes / _PER_SECOND
        if place > now:
            await asyncio.sleep(place - now)

    def seconds_behind(self) -> float:
        """Return how long the next who asks for a place waits for it."""
        return max(0.0, self._next_at - asyncio.get_running_loop().time())

    def seconds_to_rest(self) -> float:
        """Return how long to make no request that may be refused; 0 while few were."""
        now = asyncio.get_running_loop().time()
        while self._invalid and self._invalid[0] <= now - _INVALID_SECONDS:
            self._invalid.popleft()
        if len(self._invalid) < _INVALID_ALLOWED:
            return 0.0
        return self._invalid[0] + _INVALID_SECONDS - now

    async def _ended(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
    ) -> None:
        status = ended.response.status
        if status in _REPEATED_BY_LIBRARY and _is_single.get():
            ended.response.close()
            raise ServerTroubleError(status)
        if status not in _INVALID:
            return
        self.invalid_total += 1
        self.rate_limited_total += status == _TOO_MANY
        self._invalid.append(asyncio.get_running_loop().time())
        # An interaction's own token expires (50027); that says nothing about the bot's.
        if status == _UNAUTHORIZED and "Authorization" in ended.headers:
            self.refused.set()


async def _begun(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _begun: aiohttp.TraceRequestStartParams
) -> None:
    make_sure_it_is_held()
    give_back_place()
