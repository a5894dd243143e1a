"""Secrets planted where operators have them: at DEBUG none appears in a log, answer, page, check or name.

The bot makes and keeps no webhooks: the address of one, which is a secret of who made it, comes to it only by
somebody who types it, or by a page, a calendar or a mail that holds it.
"""

import asyncio
import json
import sqlite3
from pathlib import Path

from tests.crash.bot_process import BotProcess, run_to_end
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.test_health import read
from tests.crash.test_start import closed_port
from tests.loopback_http import LoopbackServer, Request, Send, reply
from tests.planted_secrets import ICS, MONITOR, PASSWORD, QUERY, community_with_secrets

WEBHOOK = (
    "https://discord.com/api/webhooks/123456789012345678/c4n4rywebhook_0123456789-abcdefghijklmnopqrstuvw"
)
PAGE = f"## How do I join?\n\nWrite.\n\n## Where?\n\nThere.\n\n## Which hook?\n\n{WEBHOOK}\n"
COMMANDS = (("doctor", "--json"), ("check", "--json"), ("backup",))


async def until_answered(discord: LoopbackDiscord) -> None:
    """Ask until the page has been read."""
    for pause in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8):
        if "Write." in json.dumps(await discord.slash("faq", "ask", question="How do I join?")):
            return
        await asyncio.sleep(pause)


def break_a_row(directory: Path) -> None:
    """Leave what no version of the program writes."""
    with sqlite3.connect(directory / "data" / "rapporteur.sqlite3") as store:
        assert store.execute("UPDATE meeting_calendar SET settings = '{'").rowcount == 1
    store.close()


async def test_no_planted_secret_appears_anywhere(tmp_path: Path, discord: LoopbackDiscord) -> None:
    port = closed_port()
    (tmp_path / "config").mkdir()
    async with LoopbackServer() as web:
        web.answers("/faq.md", reply(PAGE.encode()))
        asked = asyncio.Event()

        async def break_down(request: Request, send: Send) -> None:
            if request.target.endswith("basic.ics"):
                asked.set()
            await send(reply(b"broken", status=500))

        web.answers_otherwise(break_down)
        declared = community_with_secrets(web, guild=900000000000000100, mail_port=closed_port())
        (tmp_path / "config" / "community.toml").write_text(declared)
        variables = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "SECRET_BOX": PASSWORD,
            "HEALTH_PORT": str(port),
            "HEARTBEAT_URL": web.url(f"/ping/{MONITOR}"),
            "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
            "LOG_LEVEL": "DEBUG",
        }
        async with BotProcess(tmp_path, **variables) as bot, asyncio.timeout(50):
            await discord.until(lambda: bool(discord.sessions))
            await until_answered(discord)
            for question in (f"is {WEBHOOK} right", f"zebra {WEBHOOK}"):
                await discord.slash("faq", "ask", question=question)
            await asked.wait()
            for group, command in (
                ("calendar", "list"),
                ("list", "list"),
                ("list", "status"),
                ("config", "export"),
            ):
                await discord.slash(group, command)
            pages = [(await read(port, path))[1] for path in ("/metrics", "/healthz")]
            ends = [await run_to_end(tmp_path, *words, **variables) for words in COMMANDS]
            break_a_row(tmp_path)
            await discord.slash("calendar", "list")
            await bot.until_output("interaction failed (reference")
            assert await bot.stop() == 0
    with sqlite3.connect(tmp_path / "data" / "rapporteur.sqlite3") as store:
        keys = [value for (value,) in store.execute("SELECT value FROM meta WHERE key LIKE 'secret:%'")]
    store.close()
    assert keys
    assert len(discord.interaction_tokens) >= 8
    planted = (discord.token, PASSWORD, ICS, MONITOR, QUERY, *discord.interaction_tokens, *keys)
    shown = {
        "log": bot.output,
        "answers": json.dumps([call.body for call in discord.requests]),
        "exports": "".join(file for call in discord.requests for file in call.files),
        "pages": "".join(pages),
        "checks": "".join(end.output + end.printed for _, end in ends),
        "names": "".join(path.name for path in tmp_path.rglob("*")),
    }
    assert "DEBUG" in shown["log"]  # it was as talkative as can be
    assert "JSONDecodeError" in shown["log"]  # something broke that nobody had thought of
    assert '"where": "calendar Calls"' in shown["checks"]  # the calendar was looked at
    assert "rapporteur-20" in shown["checks"]  # a backup was made
    assert 'password = "SECRET_BOX"' in shown["exports"]  # the settings were
    hits = {(place, secret[:8]) for place, text in shown.items() for secret in planted if secret in text}
    # A page's address is no secret from managers, and nothing that reads the export could do without it.
    assert hits == {("exports", "c4n4ryqu")}
    # Who types it may see it in the answer; nobody else does.
    assert {place for place, text in shown.items() if "c4n4rywebhook" in text} <= {"answers"}
