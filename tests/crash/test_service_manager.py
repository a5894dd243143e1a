"""What systemd hears of the process: ready, alive, stopping, over a real datagram socket."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.operations.sign_of_life import SignOfLife
from config.service_manager import ServiceManager, read_service_manager
from tests.crash.bot_process import BotProcess
from tests.crash.loopback_discord import LoopbackDiscord

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def listener(tmp_path: Path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


async def hear(listener: socket.socket, wanted: str) -> str:
    async with asyncio.timeout(20):
        while True:
            said = (await asyncio.get_running_loop().sock_recv(listener, 100)).decode()
            if said == wanted:
                return said


async def test_process_says_that_it_is_ready_alive_and_stopping(
    tmp_path: Path, discord: LoopbackDiscord, listener: socket.socket
) -> None:
    variables = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "400000",
    }
    async with BotProcess(tmp_path, **variables) as bot:
        for sign in ("READY=1", "WATCHDOG=1", "WATCHDOG=1"):
            assert await hear(listener, sign) == sign
        assert await bot.stop() == 0
        assert await hear(listener, "STOPPING=1") == "STOPPING=1"


async def test_abstract_names_are_known_and_a_manager_that_is_gone_harms_nothing() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0rapporteur-test")
        listening.setblocking(False)
        sign = SignOfLife(ServiceManager(address="@rapporteur-test", watchdog=timedelta(seconds=30)))
        assert sign.interval == timedelta(seconds=15)
        await sign.give(NOW)
        assert listening.recv(100) == b"WATCHDOG=1"
    await sign.give(NOW)
    assert sign.has_failed
    assert SignOfLife(ServiceManager()).interval is None


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ServiceManager()),
        ({"WATCHDOG_USEC": "30000000"}, ServiceManager()),
        ({"NOTIFY_SOCKET": "/run/x"}, ServiceManager(address="/run/x")),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "0"}, ServiceManager(address="/run/x")),
        ({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "-3 s"}, ServiceManager(address="/run/x")),
        (
            {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30000000"},
            ServiceManager(address="/run/x", watchdog=timedelta(seconds=30)),
        ),
    ],
)
def test_what_the_environment_says_is_read(variables: dict[str, str], expected: ServiceManager) -> None:
    assert read_service_manager(variables) == expected
