import ipaddress

import pytest

from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.http.transport import make_tls_context
from bot.mail.email_rows import hash_authors_with
from bot.mail.repository import MailRepository
from bot.mail.sources.contract import Access
from bot.workers import Workers
from tests.integration.mail.arrivals import NOW as ARRIVAL
from tests.integration.mail.arrivals import PLACE, follow
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


@pytest.fixture
def mail(database):
    return MailRepository(database, hash_authors_with(b"secret"))


@pytest.fixture
async def list_id(database, mail):
    async with database.writing() as connection:
        source = await mail.add_source(connection, PLACE, cursor={"page": 1}, now=ARRIVAL)
        await mail.follow(connection, follow(source.list_id))
    return source.list_id
