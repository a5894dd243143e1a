"""How shards take their turns: Discord allows so many identifies in five seconds, and refuses one more."""

import time
from pathlib import Path

import pytest

from tests.crash.bot_process import BotProcess
from tests.crash.loopback_discord import LoopbackDiscord


@pytest.mark.parametrize(
    ("max_concurrency", "at_least", "at_most"),
    [(1, 5.0, 15.0), (2, 0.0, 4.0)],
    ids=["one after the other", "side by side"],
)
async def test_shards_identify_as_the_session_start_limit_allows(
    tmp_path: Path, max_concurrency: int, at_least: float, at_most: float
) -> None:
    async with LoopbackDiscord(shards=2, max_concurrency=max_concurrency) as discord:
        variables = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
        async with BotProcess(tmp_path, **variables) as bot:
            await discord.until(lambda: len(discord.identifies) == 1)
            start = time.monotonic()
            await discord.until(lambda: len(discord.identifies) == 2)
            assert at_least <= time.monotonic() - start <= at_most
            assert await bot.stop() == 0
    assert [identify["shard"] for identify in discord.identifies] == [[0, 2], [1, 2]]
