import ipaddress

import pytest

from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.http.transport import make_tls_context
from bot.mail.sources.contract import Access
from bot.workers import Workers
from tests.integration.mail.letters import NOW


@pytest.fixture(scope="session")
def trust():
    return make_tls_context()


@pytest.fixture
async def access(trust, tmp_path):
    """What sources reach: loopback servers, files in a temporary folder; waits take no time."""

    async def sleep(seconds):
        pass

    guard = Guard([ipaddress.ip_network("127.0.0.0/8")])
    fetcher = Fetcher(guard=guard, clock=lambda: NOW, sleep=sleep, jitter=lambda: 0.5, tls=trust)
    async with fetcher, Workers() as workers:
        yield Access(fetcher=fetcher, workers=workers, clock=lambda: NOW, folder=tmp_path)
