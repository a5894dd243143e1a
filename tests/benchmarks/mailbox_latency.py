"""Measure how soon a mail that comes to a mailbox stands in Discord: IMAP IDLE, live mode, a real process.

    python -m tests.benchmarks.mailbox_latency [--mails N]

Dovecot, the bot's process and Discord's stand-in run on loopback. Prints one JSON object; the bar is 1.5 s
for nineteen of twenty mails, of which Dovecot takes half a second before it tells of a new one.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from tests.crash.bot_process import BotProcess
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import CLOSED_CHANNEL, GUILD
from tests.integration.mail.dovecot import MISSING, PASSWORD, USER, Dovecot

BAR_SECONDS = 1.5
_MOST = 28  # more in ten minutes are a flood, and folded
_EPOCH_SECONDS = 1_420_070_400.0
_SETTLE_SECONDS = 30.0
_PATIENCE_SECONDS = 60.0
_APART_SECONDS = (1.0, 3.0)

_COMMUNITY = f"""\
[[guild]]
id = {GUILD}
[[guild.mailbox]]
name = "box"
host = "127.0.0.1"
port = {{port}}
security = "none"
user = "{USER}"
password = "SECRET_BOX"
[[guild.list]]
url = "imap:box"
name = "dev"
channel = {CLOSED_CHANNEL}
private = true
live = true
"""


def main(arguments: Sequence[str]) -> int:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=_MOST, choices=range(2, _MOST + 1), metavar="2..28")
    given = parser.parse_args(arguments)
    if MISSING:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="rapporteur-benchmark-") as folder:
        server = Dovecot(Path(folder) / "dovecot")
        server.base.mkdir()
        server.start()
        try:
            delays = asyncio.run(measure(Path(folder), server, given.mails))
        finally:
            server.stop()
    figures = figures_of(delays)
    print(json.dumps(figures))
    return 0 if figures["p95_s"] < BAR_SECONDS else 1


def figures_of(delays: Sequence[float]) -> dict[str, float]:
    """Return the numbers of some delays, in seconds."""
    return {
        "mails": len(delays),
        "median_s": round(statistics.median(delays), 3),
        "p95_s": round(statistics.quantiles(delays, n=20, method="inclusive")[-1], 3),
        "worst_s": round(max(delays), 3),
    }


async def measure(folder: Path, server: Dovecot, mails: int) -> list[float]:
    """Return how long each mail took from its delivery until Discord had the message."""
    server.deliver(_letter("before"), folder="", at=_present())
    (folder / "config").mkdir()
    (folder / "config" / "community.toml").write_text(_COMMUNITY.format(port=server.port))
    chance = random.Random(1)
    async with LoopbackDiscord() as discord:
        variables = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
        async with BotProcess(folder, SECRET_BOX=PASSWORD, **variables) as bot:
            await bot.until_output("commands synced")
            # The list is followed and read by then, and the mailbox waits in IDLE.
            await asyncio.sleep(_SETTLE_SECONDS)
            delays = []
            for number in range(mails):
                await asyncio.sleep(chance.uniform(*_APART_SECONDS))
                delays.append(await _one(server, discord, number))
            await bot.stop()
    return delays


async def _one(server: Dovecot, discord: LoopbackDiscord, number: int) -> float:
    posts = discord.channels.messages.setdefault(int(CLOSED_CHANNEL), [])
    before = len(posts)
    began = time.time()
    server.deliver(_letter(f"m{number}"), folder="", at=_present())
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await discord.until(lambda: len(posts) > before)
    return (posts[-1].id >> 22) / 1000 + _EPOCH_SECONDS - began


def _present() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _letter(name: str) -> bytes:
    return (
        f"From: Ann Example <ann@example.org>\nSubject: Topic of {name}\n"
        f"Date: {format_datetime(_present())}\nMessage-ID: <{name}@example.org>\n\n"
        f"What {name} says, in a sentence or two.\n"
    ).encode()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
