"""A Discord of our own for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.crash.loopback_discord import LoopbackDiscord
from tests.integration.conftest import postgresql_url  # noqa: F401 (a fixture, asked for by name)


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as server:
        yield server
        assert server.unknown == []
