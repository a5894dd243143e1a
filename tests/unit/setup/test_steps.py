"""The set-up, against a Discord on this machine: what is asked, what is said, what is written."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.chat.portal import Portal
from bot.setup.steps import GivenUpError, Setup, set_up
from config.settings import load_settings
from tests.loopback_http import LoopbackServer, hang_up, reply

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
API = "/api/v10"
USER = {"id": "1000", "username": "wg-bot"}
APPLICATION = {"id": "1000", "name": "WG Bot", "flags": 0, "bot_public": True}
GUILD = [{"id": "7", "name": "Harbour \x1b[31mGroup"}]


@dataclass
class Typist:
    """Somebody at the terminal."""

    types: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        self.lines.append(line)

    def ask_secret(self, question: str) -> str:
        self.lines.append(f"[{question}]")
        if not self.types:
            raise EOFError
        return self.types.pop(0)

    @property
    def seen(self) -> str:
        return "\n".join(self.lines)


def answer(body: object, status: int = 200) -> bytes:
    return reply(json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"})


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackServer]:
    async with LoopbackServer() as server:
        server.answers(f"{API}/users/@me", answer(USER))
        server.answers(f"{API}/applications/@me", answer(APPLICATION))
        server.answers(f"{API}/users/@me/guilds", answer(GUILD))
        yield server


async def run(
    discord: LoopbackServer,
    directory: Path,
    *types: str,
    wait: bool = True,
    in_environment: bool = False,
    had_enough: bool = False,
) -> Typist:
    typist, env_file = Typist(types=list(types)), directory / ".env"
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)
        assert len(naps) < 20
        if had_enough:  # what asyncio makes of Ctrl-C
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(0)

    settings = load_settings({}, env_file)
    await set_up(
        Setup(
            terminal=typist,
            settings=settings,
            env_file=env_file,
            open_portal=lambda token: Portal(discord.url(API), token, timeout_seconds=5),
            sleep=sleep,
            is_waiting=wait,
            is_in_environment=in_environment,
        )
    )
    return typist


async def test_from_a_token_to_a_bot_that_has_joined(discord: LoopbackServer, tmp_path: Path) -> None:
    discord.answers(f"{API}/users/@me/guilds", answer([]), answer([]), answer(GUILD))
    typist = await run(discord, tmp_path, f"  {TOKEN}\n")
    env_file = tmp_path / ".env"
    assert env_file.read_text() == f"DISCORD_TOKEN={TOKEN}\n"
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    link = (
        "https://discord.com/oauth2/authorize?client_id=1000"
        "&scope=bot+applications.commands&permissions=17910013742080"
    )
    assert f"  {link}" in typist.lines
    assert "It is in: Harbour [31mGroup." in typist.seen
    assert typist.lines[-2].startswith("Now start it:")
    assert TOKEN not in typist.seen
    assert {call.headers["authorization"] for call in discord.requests} == {f"Bot {TOKEN}"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Nothing was pasted."),
        ('"Bot "', "is no bot token"),
        ("0123456789abcdef0123456789abcdef", "is no bot token"),
        ("a.b.c d", "holds a space"),
    ],
)
async def test_what_is_no_token_is_explained_and_asked_again(
    discord: LoopbackServer, tmp_path: Path, typed: str, said: str
) -> None:
    typist = await run(discord, tmp_path, typed, TOKEN)
    assert said in typist.seen
    assert typist.lines.count("[Token (not shown)]") == 2
    assert (tmp_path / ".env").read_text() == f"DISCORD_TOKEN={TOKEN}\n"


@pytest.mark.parametrize(
    "pasted",
    [
        f'"{TOKEN}"',
        f"Bot {TOKEN}",
        f"  'bot  {TOKEN}'\r\n",
        f"DISCORD_TOKEN = '{TOKEN}'",
        f"Authorization: Bot {TOKEN}",
        f"<{TOKEN}>",
    ],
    ids=["quotes", "bot", "bot in quotes", "variable", "header", "brackets"],
)
async def test_what_was_copied_along_with_a_token_is_left_out(
    discord: LoopbackServer, tmp_path: Path, pasted: str
) -> None:
    await run(discord, tmp_path, pasted)
    assert (tmp_path / ".env").read_text() == f"DISCORD_TOKEN={TOKEN}\n"


async def test_a_token_that_discord_refuses_is_asked_again_and_not_written(
    discord: LoopbackServer, tmp_path: Path
) -> None:
    discord.answers(f"{API}/users/@me", answer({"message": "401: Unauthorized"}, 401), answer(USER))
    typist = await run(discord, tmp_path, "x" + TOKEN, TOKEN)
    assert "Discord refuses this token: it was reset, or not copied whole." in typist.seen
    assert (tmp_path / ".env").read_text() == f"DISCORD_TOKEN={TOKEN}\n"


@pytest.mark.parametrize("trouble", [hang_up, reply(b"<html>", status=200), answer({}, 502), reply(b"[]")])
async def test_a_discord_that_does_not_answer_is_told_from_a_wrong_token(
    discord: LoopbackServer, tmp_path: Path, trouble: object
) -> None:
    # aiohttp asks once more by itself where a connection is cut
    again = (trouble,) if trouble is hang_up else ()
    discord.answers(f"{API}/users/@me", trouble, *again, answer(USER))
    typist = await run(discord, tmp_path, TOKEN, "")
    assert "Discord cannot be asked: " in typist.seen
    assert "refuses" not in typist.seen
    assert (tmp_path / ".env").read_text() == f"DISCORD_TOKEN={TOKEN}\n"


async def test_a_second_run_keeps_what_is_there(discord: LoopbackServer, tmp_path: Path) -> None:
    kept = f"# mine\nLOG_LEVEL=DEBUG\nDISCORD_TOKEN={TOKEN}\n"
    env_file = tmp_path / ".env"
    env_file.write_text(kept)
    env_file.chmod(0o644)
    typist = await run(discord, tmp_path)
    assert env_file.read_text() == kept
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    assert "The token that is set is kept: it is that of “WG Bot”." in typist.seen
    assert "[Token (not shown)]" not in typist.lines


async def test_a_token_that_was_reset_is_replaced_in_its_place(
    discord: LoopbackServer, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("A=1\nDISCORD_TOKEN=old.old.old\nB=2\n")
    discord.answers(f"{API}/users/@me", answer({}, 401), answer(USER))
    await run(discord, tmp_path, TOKEN)
    assert (tmp_path / ".env").read_text() == f"A=1\nDISCORD_TOKEN={TOKEN}\nB=2\n"


async def test_a_token_in_the_environment_is_not_hidden_behind_one_in_the_file(
    discord: LoopbackServer, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=old.old.old\n")
    discord.answers(f"{API}/users/@me", answer({}, 401), answer(USER))
    with pytest.raises(GivenUpError, match="`unset DISCORD_TOKEN`"):
        await run(discord, tmp_path, TOKEN, in_environment=True)
    assert (tmp_path / ".env").read_text() == "DISCORD_TOKEN=old.old.old\n"


async def test_a_token_that_is_set_is_not_asked_for_again_where_discord_does_not_answer(
    discord: LoopbackServer, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\n")
    discord.answers(f"{API}/users/@me", answer({}, 502))
    with pytest.raises(GivenUpError, match="Check the connection, and run `setup` again"):
        await run(discord, tmp_path, TOKEN)


async def test_ctrl_c_while_it_waits_goes_on_without(discord: LoopbackServer, tmp_path: Path) -> None:
    discord.answers(f"{API}/users/@me/guilds", answer([]))
    typist = await run(discord, tmp_path, TOKEN, had_enough=True)
    assert "It has not joined yet; the link stays good." in typist.lines
    assert typist.lines[-2].startswith("Now start it:")


async def test_nobody_who_answers_ends_it_and_writes_nothing(discord: LoopbackServer, tmp_path: Path) -> None:
    with pytest.raises(GivenUpError):
        await run(discord, tmp_path)
    assert not (tmp_path / ".env").exists()


async def test_what_is_wrong_in_the_portal_is_said_with_where_to_click(
    discord: LoopbackServer, tmp_path: Path
) -> None:
    wrong = {**APPLICATION, "flags": 1 << 19, "bot_require_code_grant": True}
    discord.answers(f"{API}/applications/@me", answer(wrong))
    typist = await run(discord, tmp_path, TOKEN)
    warnings = [line for line in typist.lines if line.startswith("! ")]
    assert len(warnings) == 2
    assert "Requires OAuth2 Code Grant is on" in warnings[0]
    assert "Message Content Intent is on and not needed" in warnings[1]
    assert all("https://discord.com/developers/applications/1000/bot" in line for line in warnings)


async def test_without_waiting_it_ends_at_once(discord: LoopbackServer, tmp_path: Path) -> None:
    discord.answers(f"{API}/users/@me/guilds", answer([]))
    typist = await run(discord, tmp_path, TOKEN, wait=False)
    assert typist.lines[-2].startswith("Now start it:")
    assert "It is in:" not in typist.seen
