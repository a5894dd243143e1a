import ipaddress
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.http.transport import make_tls_context
from tests.loopback_http import LoopbackServer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
async def server():
    async with LoopbackServer() as running:
        yield running


@pytest.fixture(scope="session")
def trust():
    """Load the trusted authorities once: 40 ms for each fetcher would be most of the time here."""
    return make_tls_context()


@pytest.fixture
async def make_fetcher(trust):
    """Build fetchers that may reach loopback servers, unless told otherwise; waits take no time."""
    async with AsyncExitStack() as stack:

        async def make(*, networks=LOOPBACK, resolve=None, waits=None, **settings):
            async def sleep(seconds):
                if waits is not None:
                    waits.append(seconds)

            guard = Guard(networks, resolve=resolve) if resolve else Guard(networks)
            settings = {"clock": lambda: NOW, "sleep": sleep, "jitter": lambda: 0.5, "tls": trust, **settings}
            return await stack.enter_async_context(Fetcher(guard=guard, **settings))

        yield make


@pytest.fixture
async def fetcher(make_fetcher):
    return await make_fetcher()
