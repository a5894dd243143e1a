"""Backup and restore from the command line, beside a running bot and after a damaged store."""

import asyncio
import stat
from pathlib import Path

import pytest

from bot.storage.backup import examine
from tests.crash.bot_process import BotProcess, run_to_end
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import GUILD
from tests.integration.conftest import NEEDS_SERVER

CONFIG_ERROR = 78
PAGE = "# FAQ\n\n## How do I join?\nWrite to the chair.\n\n## Where are the minutes?\nIn the archive.\n"


def variables(discord: LoopbackDiscord) -> dict[str, str]:
    return {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}


def only_line(bot: BotProcess) -> str:
    (line,) = (line for line in bot.output.splitlines() if " INFO " not in line)
    return line


def declare_page(directory: Path) -> None:
    (directory / "config").mkdir()
    (directory / "config" / "faq.md").write_text(PAGE)
    (directory / "config" / "community.toml").write_text(
        f'[[guild]]\nid = {GUILD}\n[[guild.faq]]\nfile = "faq.md"\n'
    )


async def answer(discord: LoopbackDiscord) -> str:
    return str(await discord.slash("faq", "ask", question="how do I join"))


async def test_backup_beside_a_running_bot_damage_and_restore(
    tmp_path: Path, discord: LoopbackDiscord
) -> None:
    declare_page(tmp_path)
    store = tmp_path / "data" / "rapporteur.sqlite3"
    async with BotProcess(tmp_path, **variables(discord)) as bot:
        await discord.until(lambda: bool(discord.identifies))
        for _ in range(20):
            if "chair" in await answer(discord):
                break
            await asyncio.sleep(0.7)  # slower than anybody is told not to be so fast
        code, made = await run_to_end(tmp_path, "backup")
        assert (code, made.output) == (0, "")
        backup = tmp_path / made.printed.strip()
        assert examine(backup).is_good
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600

        code, refused = await run_to_end(tmp_path, "restore", str(backup))
        assert code == CONFIG_ERROR
        assert only_line(refused).startswith("rapporteur: another Rapporteur is already running on ")
        assert "chair" in await answer(discord)
        assert await bot.stop() == 0

    with store.open("r+b") as file:
        file.seek(20_000)
        file.write(b"\x5a" * 80_000)
    code, broken = await run_to_end(tmp_path, **variables(discord))
    assert code == CONFIG_ERROR
    command = f"python -m bot restore {backup}"
    assert only_line(broken).endswith(f"; restore the newest good backup: {command}")

    code, restored = await run_to_end(tmp_path, *command.split()[3:])
    assert (code, restored.output) == (0, "")
    assert restored.printed.splitlines()[0].startswith(f"restored {backup}, made 20")
    assert len(list(store.parent.glob("rapporteur.sqlite3.replaced-*"))) == 1
    # The page cannot be read any more: what is answered comes from the backup.
    (tmp_path / "config" / "faq.md").write_text("nothing")
    async with BotProcess(tmp_path, **variables(discord)) as bot:
        await discord.until(lambda: len(discord.identifies) == 2)
        assert "chair" in await answer(discord)
        assert await bot.stop() == 0
    assert len(discord.syncs()) == 1  # what was remembered is remembered


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup",), "rapporteur: {data}/rapporteur.sqlite3: there is no store yet"),
        (("restore", "no-such-file"), "rapporteur: no-such-file: this is no good backup ("),
        (("restore",), "rapporteur: name the backup's file"),
    ],
)
async def test_what_cannot_be_done_is_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    code, bot = await run_to_end(tmp_path, *arguments)
    assert only_line(bot).startswith(said.format(data=tmp_path / "data"))
    assert code == 1


@NEEDS_SERVER
async def test_postgresqls_own_tools_are_named(tmp_path: Path, postgresql_url: str) -> None:
    code, backup = await run_to_end(tmp_path, "backup", DATABASE_URL=postgresql_url)
    assert code == 1
    assert 'pg_dump --format=custom --file=rapporteur.dump "$DATABASE_URL"' in only_line(backup)
    code, restore = await run_to_end(tmp_path, "restore", DATABASE_URL=postgresql_url)
    assert code == 1
    into_an_empty_one = 'pg_restore --exit-on-error --no-owner --dbname="$DATABASE_URL" rapporteur.dump'
    assert into_an_empty_one in only_line(restore)
    code, noted = await run_to_end(
        tmp_path, "restore", "--since", "2026-11-24T03:00Z", DATABASE_URL=postgresql_url
    )
    assert (code, noted.printed) == (
        0,
        "noted: what was posted since 2026-11-24 03:00 UTC is looked for before it is posted again\n",
    )
    code, wrong = await run_to_end(tmp_path, "restore", "--since", "last night", DATABASE_URL=postgresql_url)
    assert (code, only_line(wrong)) == (1, "rapporteur: --since is no time; write it like 2026-11-24T03:00Z")
