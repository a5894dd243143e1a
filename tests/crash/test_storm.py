"""Discord refuses: rate limits in a storm, a token that dies amid posts, a gateway that is away."""

import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.crash import campaign
from tests.crash.loopback_channels import Fault
from tests.crash.loopback_discord import LoopbackDiscord

POSTS = 20


async def prepare(directory: Path) -> Path:
    store = directory / "data" / "rapporteur.sqlite3"
    await campaign.enqueue_posts(f"sqlite:///{store}", POSTS)
    return store


def delay(store: Path, seconds: float) -> None:
    """Have everything be due that much later than now."""
    due = datetime.now(UTC) + timedelta(seconds=seconds)  # noqa: TID251 (the bot reads the real clock too)
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE outbox SET due_at = ?", (int(due.timestamp() * 1_000_000),))


def states(store: Path) -> Counter[str]:
    with sqlite3.connect(store) as connection:
        return Counter(state for (state,) in connection.execute("SELECT state FROM outbox"))


def is_post(method: str, path: str) -> bool:
    return method == "POST" and path.endswith("/messages")


def titles(discord: LoopbackDiscord) -> list[list[str]]:
    return [discord.channels.titles(channel) for channel in campaign.CHANNELS]


def wanted() -> list[list[str]]:
    channels = len(campaign.CHANNELS)
    return [[f"{number:05}" for number in range(start, POSTS, channels)] for start in range(channels)]


async def test_a_storm_of_rate_limits_is_waited_out_as_discord_asks(discord: LoopbackDiscord, tmp_path: Path):
    """By the wait that is asked for, a channel makes no more requests than fit into the storm."""
    await prepare(tmp_path)
    asked, storm = 0.5, 4.0
    began, refused = 0.0, 0

    def fault(method: str, path: str) -> Fault | None:
        nonlocal began, refused
        if not is_post(method, path):
            return None
        began = began or time.monotonic()
        if time.monotonic() - began > storm:
            return None
        refused += 1
        return Fault(status=429, retry_after=asked)

    discord.channels.fault = fault
    async with campaign.start(tmp_path, discord) as bot:
        await discord.until(lambda: titles(discord) == wanted())
        assert await bot.stop() == 0
    assert 0 < refused <= len(campaign.CHANNELS) * (storm / asked + 1)


async def test_a_token_that_dies_amid_posts_stops_the_bot_and_fails_no_post(
    discord: LoopbackDiscord, tmp_path: Path
):
    store = await prepare(tmp_path)
    discord.channels.fault = lambda method, path: Fault(status=401) if is_post(method, path) else None
    async with campaign.start(tmp_path, discord) as bot:
        assert await bot.wait() == 78
    assert len([line for line in bot.output.splitlines() if "refuses this token" in line]) == 1
    assert set(states(store)) == {"queued"}
    discord.channels.fault = lambda _method, _path: None
    with sqlite3.connect(store) as connection:  # as after the pause that the error brought
        connection.execute("UPDATE outbox SET next_try_at = NULL")
        connection.execute("UPDATE lane SET next_try_at = NULL")
    async with campaign.start(tmp_path, discord) as bot:
        await discord.until(lambda: titles(discord) == wanted())


async def test_posts_leave_while_the_gateway_is_away(discord: LoopbackDiscord, tmp_path: Path):
    """A shard whose session is gone waits five seconds until it may identify anew."""
    store = await prepare(tmp_path)
    delay(store, 4.0)
    async with campaign.start(tmp_path, discord) as bot:
        await discord.until(lambda: len(discord.sessions) == 1)
        await discord.invalidate_session()
        await discord.until(lambda: titles(discord) == wanted())
        assert len(discord.identifies) == 1
        await discord.until(lambda: len(discord.identifies) == 2)
        assert await bot.stop() == 0
    assert states(store) == {"sent": POSTS}
