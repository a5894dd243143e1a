"""Secrets planted where operators have them: at DEBUG none appears in a log, answer, page or check."""

import asyncio
import json
import sqlite3
from pathlib import Path

from tests.crash.bot_process import BotProcess, run_to_end
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.test_health import read
from tests.crash.test_start import closed_port
from tests.loopback_http import LoopbackServer, Request, Send, reply

PASSWORD = "c4n4ryp4ssword"
ICS = "private-0c4n4ry0"
HEARTBEAT = "c4n4rymonitor"


def community(web: LoopbackServer, closed: int) -> str:
    return f"""
[[guild]]
id = 900000000000000100
[[guild.faq]]
url = "{web.url("/faq.md?token=c4n4ryquery")}"
[[guild]]
id = 900000000000000999
[[guild.calendar]]
url = "{web.url(f"/calendar/ical/x/{ICS}/basic.ics")}"
name = "Calls"
channel = 71
[[guild.mailbox]]
name = "box"
host = "127.0.0.1"
port = {closed}
user = "bot"
security = "none"
password = "SECRET_BOX"
[[guild.list]]
url = "imap:box"
name = "dev"
channel = 72
private = true
"""


async def test_no_planted_secret_appears_anywhere(tmp_path: Path, discord: LoopbackDiscord) -> None:
    port = closed_port()
    (tmp_path / "config").mkdir()
    async with LoopbackServer() as web:
        web.answers("/faq.md", reply(b"## How do I join?\n\nWrite.\n\n## Where?\n\nThere.\n"))
        asked = asyncio.Event()

        async def break_down(request: Request, send: Send) -> None:
            if request.target.endswith("basic.ics"):
                asked.set()
            await send(reply(b"broken", status=500))

        web.answers_otherwise(break_down)
        (tmp_path / "config" / "community.toml").write_text(community(web, closed_port()))
        variables = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "SECRET_BOX": PASSWORD,
            "HEALTH_PORT": str(port),
            "HEARTBEAT_URL": web.url(f"/ping/{HEARTBEAT}"),
            "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
            "LOG_LEVEL": "DEBUG",
        }
        async with BotProcess(tmp_path, **variables) as bot, asyncio.timeout(50):
            await discord.until(lambda: bool(discord.sessions))
            answers = [await discord.slash("faq", "ask", question="How do I join?") for _ in range(2)]
            await asked.wait()
            pages = [(await read(port, path))[1] for path in ("/metrics", "/healthz")]
            _, check = await run_to_end(tmp_path, "doctor", "--json", **variables)
            assert await bot.stop() == 0
    with sqlite3.connect(tmp_path / "data" / "rapporteur.sqlite3") as store:
        keys = [value for (value,) in store.execute("SELECT value FROM meta WHERE key LIKE 'secret:%'")]
    store.close()
    assert keys
    assert len(discord.interaction_tokens) == 2
    planted = (discord.token, PASSWORD, ICS, HEARTBEAT, "c4n4ryquery", *discord.interaction_tokens, *keys)
    shown = {
        "log": bot.output,
        "answers": json.dumps(answers),
        "pages": "".join(pages),
        "checks": check.output + check.printed,
    }
    assert "DEBUG" in shown["log"]  # it was as talkative as can be
    assert '"where": "calendar Calls"' in shown["checks"]  # and the calendar was looked at
    hits = [(place, secret[:8]) for place, text in shown.items() for secret in planted if secret in text]
    assert hits == []
