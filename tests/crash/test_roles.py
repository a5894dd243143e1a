"""Several processes beside each other: who holds the gateway, who works, and what happens to a second."""

import asyncio
import contextlib
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.storage.claims import Claim
from bot.storage.database import Database
from tests.crash.bot_process import BotProcess, run_to_end
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import GUILD
from tests.integration.conftest import NEEDS_SERVER
from tests.integration.storage.rows import break_connections_of_claims, end_all_connections
from tests.loopback_http import LoopbackServer, reply

CONFIG_ERROR = 78
REFUSED = (
    "rapporteur: another Rapporteur already holds this database's gateway; "
    "stop it, or run this one as --role worker"
)
PAGE = b"# FAQ\n\n## How do I join?\nWrite to the chair.\n\n## Where are the minutes?\nIn the archive.\n"


def variables(discord: LoopbackDiscord, url: str) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DATABASE_URL": url,
        "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
    }


def refusals(bot: BotProcess) -> list[str]:
    return [line for line in bot.output.splitlines() if " INFO " not in line]


@pytest.mark.parametrize("role", ["gateway", "worker"])
async def test_part_of_the_work_needs_a_store_that_can_be_shared(
    tmp_path: Path, discord: LoopbackDiscord, role: str
) -> None:
    code, bot = await run_to_end(
        tmp_path, "run", "--role", role, DISCORD_TOKEN=discord.token, DISCORD_API_URL=discord.api_url
    )
    (line,) = refusals(bot)
    assert line.startswith(f"rapporteur: --role {role} needs DATABASE_URL: ")
    assert code == CONFIG_ERROR


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://postgres@127.0.0.1:1/postgres", 1),  # it may be up in a minute
        ("mysql://127.0.0.1/x", CONFIG_ERROR),
    ],
)
async def test_a_database_that_may_come_up_is_no_reason_to_stay_down(
    tmp_path: Path, discord: LoopbackDiscord, url: str, code: int
) -> None:
    ended, bot = await run_to_end(tmp_path, "run", "--role", "worker", **variables(discord, url))
    (line,) = refusals(bot)
    assert line.startswith("rapporteur: DATABASE_URL: ")
    assert ended == code


@NEEDS_SERVER
@pytest.mark.parametrize("roles", [("all", "all"), ("gateway", "all"), ("gateway", "gateway")])
async def test_second_gateway_on_one_database_exits_with_one_line(
    tmp_path: Path, discord: LoopbackDiscord, postgresql_url: str, roles: tuple[str, str]
) -> None:
    settings = variables(discord, postgresql_url)
    async with BotProcess(tmp_path, "run", "--role", roles[0], **settings) as first:
        await discord.until(lambda: bool(discord.identifies))
        code, second = await run_to_end(tmp_path, "run", "--role", roles[1], **settings)
        assert refusals(second) == [REFUSED]
        assert code == CONFIG_ERROR
        assert await first.stop() == 0
    assert len(discord.identifies) == 1


@NEEDS_SERVER
async def test_killed_gateway_is_followed_at_once(
    tmp_path: Path, discord: LoopbackDiscord, postgresql_url: str
) -> None:
    settings = variables(discord, postgresql_url)
    async with BotProcess(tmp_path, **settings) as first:
        await discord.until(lambda: len(discord.identifies) == 1)
        first._process.send_signal(signal.SIGKILL)
        await first.wait()
    async with BotProcess(tmp_path, **settings) as second:
        await discord.until(lambda: len(discord.identifies) == 2)
        assert await second.stop() == 0


@NEEDS_SERVER
async def test_gateway_that_lost_its_name_in_an_outage_makes_way(
    tmp_path: Path, discord: LoopbackDiscord, postgresql_url: str
) -> None:
    async with BotProcess(tmp_path, **variables(discord, postgresql_url)) as bot:
        await discord.until(lambda: bool(discord.identifies))
        async with Database(postgresql_url) as database, AsyncExitStack() as stack:
            while True:  # until we are faster than the bot's own next check
                await break_connections_of_claims(database)
                with contextlib.suppress(SettingsError):
                    await stack.enter_async_context(Claim(database, "gateway", problem="", on_loss=print))
                    break
            async with asyncio.timeout(40):
                assert await bot.wait() == CONFIG_ERROR
    assert bot.output.splitlines()[-1] == REFUSED


@NEEDS_SERVER
async def test_worker_reads_pages_without_a_gateway_and_the_gateway_answers_from_them(
    tmp_path: Path, discord: LoopbackDiscord, postgresql_url: str
) -> None:
    name = postgresql_url.rpartition("=")[2]
    settings = variables(discord, f"{postgresql_url}&application_name={name}")
    (tmp_path / "config").mkdir()
    async with LoopbackServer() as wiki:
        wiki.answers("/faq.md", reply(PAGE, headers={"Content-Type": "text/markdown"}))
        (tmp_path / "config" / "community.toml").write_text(
            f'[[guild]]\nid = {GUILD}\n[[guild.faq]]\nurl = "{wiki.url("/faq.md")}"\n'
        )
        async with BotProcess(tmp_path, "run", "--role", "gateway", **settings) as gateway:
            await discord.until(lambda: bool(discord.identifies))
            await asyncio.sleep(4)  # longer than the first turn of every job takes to come
            assert wiki.requests == []
            async with BotProcess(tmp_path, "run", "--role", "worker", **settings) as worker:
                async with asyncio.timeout(50):
                    # The gateway looks every 15 s whether somebody else changed what it knows.
                    for _ in range(50):
                        answer = await discord.slash("faq", "ask", question="how do I join")
                        if "chair" in str(answer):
                            break
                        await asyncio.sleep(1)
                assert "chair" in str(answer)
                assert await worker.stop() == 0
            # The server is restarted: every open connection is dead, and nobody who asks notices.
            assert await end_all_connections(postgresql_url, name) >= 1
            for _ in range(5):
                answer = await discord.slash("faq", "ask", question="how do I join")
                assert "chair" in str(answer)
            assert await gateway.stop() == 0
            assert [line for line in refusals(gateway) if " ERROR " in line] == []
    assert len(discord.identifies) == 1
