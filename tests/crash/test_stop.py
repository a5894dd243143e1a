"""Stopping and keeping going: signals, lost sessions, and what is never written anywhere."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.crash.bot_process import BotProcess
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import GUILD

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def token_and_api(discord: LoopbackDiscord) -> dict[str, str]:
    return {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}


def declare(directory: Path, url: str) -> None:
    (directory / "config").mkdir()
    (directory / "config" / "community.toml").write_text(
        f'[[guild]]\nid = {GUILD}\n[[guild.faq]]\nurl = "{url}"\n'
    )


@asynccontextmanager
async def dripping_server() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A web server that gives a byte now and then and never ends; the event says that it was asked."""
    asked = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        asked.set()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        for _ in itertools.count():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.1)

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.create_task(drip(reader, writer)))

    tasks: list[asyncio.Task[None]] = []
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], asked
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("number", SIGNALS)
async def test_signal_stops_a_running_bot_cleanly(
    tmp_path: Path, discord: LoopbackDiscord, number: signal.Signals
) -> None:
    async with BotProcess(tmp_path, **token_and_api(discord)) as bot:
        await discord.until(lambda: bool(discord.identifies))
        assert await bot.stop(number) == 0
    assert "Traceback" not in bot.output
    assert "Unclosed" not in bot.output


@pytest.mark.parametrize("number", SIGNALS)
async def test_signal_stops_the_bot_in_the_middle_of_a_slow_fetch(
    tmp_path: Path, discord: LoopbackDiscord, number: signal.Signals
) -> None:
    async with dripping_server() as (port, asked):
        declare(tmp_path, f"http://127.0.0.1:{port}/faq")
        async with BotProcess(tmp_path, ALLOW_PRIVATE_NETS="127.0.0.0/8", **token_and_api(discord)) as bot:
            await asked.wait()
            assert await bot.stop(number) == 0
    assert "Traceback" not in bot.output


async def test_signal_stops_the_bot_while_discord_does_not_answer(tmp_path: Path) -> None:
    async with dripping_server() as (port, asked):
        api = f"http://127.0.0.1:{port}/api/v10"
        async with BotProcess(tmp_path, DISCORD_TOKEN="a.b.c", DISCORD_API_URL=api) as bot:
            await asked.wait()
            assert await bot.stop() == 0


async def test_second_signal_changes_nothing(tmp_path: Path, discord: LoopbackDiscord) -> None:
    async with BotProcess(tmp_path, **token_and_api(discord)) as bot:
        await discord.until(lambda: bool(discord.identifies))
        stopping = asyncio.create_task(bot.stop(signal.SIGINT))
        await asyncio.sleep(0)
        assert await bot.stop(signal.SIGINT) == 0
        assert await stopping == 0


async def test_invalid_session_comes_back_to_the_same_discord(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    async with BotProcess(tmp_path, **token_and_api(discord)) as bot:
        await discord.until(lambda: len(discord.identifies) == 1)
        await discord.invalidate_session()
        await discord.until(lambda: len(discord.identifies) == 2)
        assert (await discord.slash("faq", "ask", question="anything"))["type"] == 4
        assert await bot.stop() == 0


async def test_signal_stops_a_bot_that_is_about_to_identify_anew(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    """discord.py swallows a cancellation at that moment."""
    async with BotProcess(tmp_path, **token_and_api(discord)) as bot:
        await discord.until(lambda: len(discord.sessions) == 1)
        await discord.invalidate_session()
        while not discord.sessions[0].socket.closed:  # noqa: ASYNC110 (aiohttp has no event for it)
            await asyncio.sleep(0.02)
        assert await bot.stop() == 0
    assert "did not end" not in bot.output


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_planted_secrets_are_never_written(
    tmp_path: Path, discord: LoopbackDiscord, log_format: str
) -> None:
    declare(tmp_path, "http://127.0.0.1:9/calendar/ical/x/private-0c4n4ry0/basic.ics?token=c4n4ryquery")
    async with BotProcess(
        tmp_path,
        LOG_LEVEL="DEBUG",
        LOG_FORMAT=log_format,
        ALLOW_PRIVATE_NETS="127.0.0.0/8",
        LISTEN_TO_MENTIONS="true",
        **token_and_api(discord),
    ) as bot:
        await discord.until(lambda: bool(discord.identifies))
        await discord.slash("faq", "ask", question="anything")
        await bot.until_output("127.0.0.1")
        assert await bot.stop() == 0
    written = bot.output + bot.printed
    planted = (discord.token, "c4n4ryquery", "private-0c4n4ry0", *discord.interaction_tokens)
    assert [secret for secret in planted if secret in written] == []
    assert len(planted) == 4
