"""Starting the bot's process: what it needs, what it says when that is not there, what it does first."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.bot_process import BotProcess, run_to_end
from tests.crash.loopback_discord import LoopbackDiscord

CONFIG_ERROR = 78
SECRETS = ("hunter22", "s3cr3tpart")
OTHER_TOKEN = "OTAwMDAwMDAwMDAwMDAwMDAx.s3cr3tpart.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def only_line(bot: BotProcess) -> str:
    """The one line on standard error; beside it nothing is printed but what the log says for information."""
    assert bot.printed == ""
    (line,) = (line for line in bot.output.splitlines() if " INFO " not in line)
    assert line.startswith("rapporteur: ")
    assert [secret for secret in SECRETS if secret in line] == []
    return line.removeprefix("rapporteur: ")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "DISCORD_TOKEN is missing. Run `python -m bot setup`"),
        ({"DISCORD_TOKEN": "hunter22"}, "DISCORD_TOKEN is no bot token"),
        ({"DISCORD_TOKEN": f"Bot {OTHER_TOKEN}"}, 'DISCORD_TOKEN begins with "Bot "'),
        ({"DISCORD_TOKEN_FILE": "no-such-file"}, "DISCORD_TOKEN_FILE: 'no-such-file' cannot be read"),
        ({"DATABASE_URL": "mysql://wg:hunter22@db/wg"}, "DATABASE_URL: does not begin with postgresql://"),
        ({"LISTEN_TO_MENTIONS": "perhaps"}, "LISTEN_TO_MENTIONS: is 'perhaps'; write true or false."),
        ({"DATA_DIR": "file"}, "DATA_DIR: is no directory: 'file' is a file"),
    ],
)
async def test_unusable_setting_is_told_in_one_line(
    tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    (tmp_path / "file").touch()
    code, bot = await run_to_end(tmp_path, **variables)
    assert only_line(bot).startswith(said)
    assert code == CONFIG_ERROR


async def test_broken_env_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# settings\nDISCORD_TOKEN='hunter22\n")
    code, bot = await run_to_end(tmp_path)
    assert only_line(bot) == ".env:2: cannot be read; write NAME=value, with quotes closed."
    assert code == CONFIG_ERROR


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[guild]\n", "config/community.toml:1: this is no TOML"),
        ("[[guild]]\nid = 1\n[[guild.faq]]\nfile = 'x'\n", "config/community.toml:4: file: there is no file"),
        (None, "config/community.toml: cannot be read (Is a directory); check its rights."),
    ],
)
async def test_unreadable_community_file_is_told_with_its_line(
    tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "config" / "community.toml"
    if text is None:
        path.mkdir(parents=True)
    else:
        path.parent.mkdir()
        path.write_text(text)
    code, bot = await run_to_end(tmp_path, DISCORD_TOKEN=OTHER_TOKEN)
    assert only_line(bot).startswith(said)
    assert code == CONFIG_ERROR


async def test_refused_token_is_told_in_one_line(tmp_path: Path, discord: LoopbackDiscord) -> None:
    code, bot = await run_to_end(tmp_path, DISCORD_TOKEN=OTHER_TOKEN, DISCORD_API_URL=discord.api_url)
    assert "DISCORD_TOKEN" in only_line(bot)
    assert code == CONFIG_ERROR


def test_run_loads_nothing_that_colours_a_terminal_but_tells_of_wrong_usage() -> None:
    started = [sys.executable, "-X", "importtime", "-m", "bot", "run"]
    loaded = subprocess.run([*started, "--help"], capture_output=True, text=True, check=True).stderr
    imported = [line.rpartition("|")[2].strip() for line in loaded.splitlines()]
    before_usage = set(imported[: imported.index("bot.command_line")])
    assert before_usage >= {"httpx", "structlog"}
    assert not before_usage & {"rich.console", "pygments.util"}  # each is part of its package's first import
    wrongly = [sys.executable, "-m", "bot", "run", "--role", "x"]
    wrong = subprocess.run(wrongly, capture_output=True, text=True, check=False)
    assert (wrong.returncode, "Traceback" in wrong.stderr, "--role" in wrong.stderr) == (2, False, True)


async def test_database_that_is_not_there_is_told_in_one_line(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    code, bot = await run_to_end(
        tmp_path,
        DISCORD_TOKEN=discord.token,
        DISCORD_API_URL=discord.api_url,
        DATABASE_URL=f"postgresql://wg:hunter22@127.0.0.1:{closed_port()}/wg",
    )
    assert "DATABASE_URL" in only_line(bot)
    assert code == 1  # it may come up: a service manager shall try again


async def test_data_directory_that_cannot_be_made_is_told_in_one_line(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    code, bot = await run_to_end(
        tmp_path, DISCORD_TOKEN=discord.token, DISCORD_API_URL=discord.api_url, DATA_DIR="/proc/rapporteur"
    )
    assert "/proc/rapporteur" in only_line(bot)
    assert code == CONFIG_ERROR


async def test_second_instance_is_told_in_one_line_and_the_first_goes_on(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    variables = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
    async with BotProcess(tmp_path, **variables) as first:
        await discord.until(lambda: bool(discord.identifies))
        code, second = await run_to_end(tmp_path, **variables)
        assert only_line(second)
        assert code == CONFIG_ERROR
        assert (await discord.slash("faq", "ask", question="anything"))["type"] == 4
        assert await first.stop() == 0
    assert len(discord.identifies) == 1


async def test_with_a_token_and_nothing_else_it_runs_syncs_and_answers(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={discord.token}\nDISCORD_API_URL={discord.api_url}\n")
    async with BotProcess(tmp_path) as bot:
        await discord.until(lambda: bool(discord.sessions))
        answer = await discord.slash("faq", "ask", question="how do I join")
        assert answer["type"] == 4
        assert await bot.stop() == 0
    assert len(discord.syncs()) == 1
    assert {"faq", "help"} <= {command["name"] for command in discord.commands}
    assert (tmp_path / "data").is_dir()


async def test_hundreds_at_once_are_answered_over_a_bounded_number_of_connections(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={discord.token}\nDISCORD_API_URL={discord.api_url}\n")
    async with BotProcess(tmp_path) as bot:
        await discord.until(lambda: bool(discord.sessions))
        discord.may_answer.clear()
        asking = [discord.slash("faq", "ask", question=f"how do I join {number}") for number in range(300)]
        answers = asyncio.gather(*asking)
        await asyncio.sleep(1.5)
        assert len(discord.connections) < 150
        discord.may_answer.set()
        assert {answer["type"] for answer in await answers} == {4}
        assert await bot.stop() == 0


async def test_second_start_does_not_sync_again(tmp_path: Path, discord: LoopbackDiscord) -> None:
    variables = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
    for count in (1, 2):
        async with BotProcess(tmp_path, **variables) as bot:
            await discord.until(lambda count=count: len(discord.identifies) == count)
            assert await bot.stop() == 0
    assert len(discord.syncs()) == 1


@pytest.mark.parametrize(
    ("variables", "intents"),
    [({}, 1), ({"LISTEN_TO_MENTIONS": "true"}, 1 | 1 << 9)],
    ids=["guilds", "guilds and guild_messages"],
)
async def test_intents_are_never_privileged(
    tmp_path: Path, discord: LoopbackDiscord, variables: dict[str, str], intents: int
) -> None:
    async with BotProcess(
        tmp_path, DISCORD_TOKEN=discord.token, DISCORD_API_URL=discord.api_url, **variables
    ) as bot:
        await discord.until(lambda: bool(discord.identifies))
        assert await bot.stop() == 0
    assert [identify["intents"] for identify in discord.identifies] == [intents]
