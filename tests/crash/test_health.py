"""The endpoints of a real process: off unless asked for, right when asked."""

import asyncio
import json
from pathlib import Path

import aiohttp

from tests.crash.bot_process import BotProcess, run_to_end
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.test_start import CONFIG_ERROR, closed_port, only_line
from tests.loopback_http import LoopbackServer, Request, Send, reply


async def read(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


async def test_a_running_bot_is_healthy_and_says_so(tmp_path: Path, discord: LoopbackDiscord) -> None:
    port = closed_port()
    variables = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
    called = asyncio.Event()

    async def answer(_request: Request, send: Send) -> None:
        called.set()
        await send(reply(b"OK"))

    async with LoopbackServer() as monitor:
        monitor.answers("/canary", answer)
        more = {
            "HEALTH_PORT": str(port),
            "HEARTBEAT_URL": monitor.url("/canary"),
            "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
            "LOG_LEVEL": "DEBUG",
        }
        async with BotProcess(tmp_path, **variables, **more) as bot, asyncio.timeout(20):
            await discord.until(lambda: bool(discord.sessions))
            status, text = 503, ""
            while status != 200:
                await asyncio.sleep(0.05)
                status, text = await read(port, "/healthz")
            assert json.loads(text)["gateway"] == "connected"
            _, numbers = await read(port, "/metrics")
            assert "rapporteur_loop_lag_seconds_count" in numbers
            await called.wait()
            assert await bot.stop() == 0
        assert "canary" not in bot.output


async def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path, discord: LoopbackDiscord) -> None:
    async with LoopbackServer() as taken:
        code, bot = await run_to_end(
            tmp_path,
            DISCORD_TOKEN=discord.token,
            DISCORD_API_URL=discord.api_url,
            HEALTH_PORT=str(taken.port),
        )
    assert only_line(bot).startswith(f"HEALTH_PORT: 127.0.0.1 port {taken.port} cannot be used")
    assert code == CONFIG_ERROR
