"""SIGHUP has the running process read community.toml anew; a wrong one ends nothing."""

import signal
from pathlib import Path

from tests.crash.bot_process import BotProcess
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import GUILD


async def test_hangup_reads_community_toml_anew(tmp_path: Path, discord: LoopbackDiscord) -> None:
    file = tmp_path / "config" / "community.toml"
    file.parent.mkdir()
    file.write_text(f"[[guild]]\nid = {GUILD}\n")
    variables = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
    async with BotProcess(tmp_path, **variables) as bot:
        await discord.until(lambda: bool(discord.identifies))
        file.write_text(f'[[guild]]\nid = {GUILD}\nzome = "Asia/Tokyo"\n')
        bot.signal(signal.SIGHUP)
        await bot.until_output("community.toml:3: unknown key 'zome'; did you mean zone?")
        file.write_text(f'[[guild]]\nid = {GUILD}\nzone = "Asia/Tokyo"\n')
        bot.signal(signal.SIGHUP)
        await bot.until_output(f"community.toml: guild {GUILD}: zone added")
        assert await bot.stop() == 0
