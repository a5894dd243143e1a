"""Measure how soon what is due stands in its channel, against a healthy Discord on loopback.

python -m tests.benchmarks.delivery [--rows N] [--channels N] [--singles N]

Prints one JSON object a line: single rows (due to accepted), many rows due in the same second (how long
until the last is accepted, beside what fifty requests a second allow), and the event loop's longest stall.
"""

import argparse
import asyncio
import json
import multiprocessing
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.allocation import spare_collector
from bot.app import App, build
from bot.chat.client import use_api
from bot.delivery.models import Kind, Outgoing
from bot.delivery.post import Button, Post, Row, Words
from config.community import Community
from config.settings import load_settings
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import CHANNEL, GUILD, MORE_CHANNELS

CHANNELS = tuple(map(int, (CHANNEL, *MORE_CHANNELS)))
_DISCORD_PER_SECOND = 50
_EPOCH_MS = 1_420_070_400_000
_BLINK_SECONDS = 0.001
_APART = timedelta(milliseconds=100)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.delivery", description=__doc__)
    parser.add_argument("--rows", type=int, default=1000, help="due in the same second")
    parser.add_argument("--channels", type=int, default=200)
    parser.add_argument("--singles", type=int, default=100)
    given = parser.parse_args(arguments)
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    address, token = here.recv()
    with TemporaryDirectory(prefix="rapporteur-benchmark-") as folder:
        results = asyncio.run(_measure(Path(folder), address, token, given, here))
    for result in results:
        print(json.dumps(result), flush=True)
    server.terminate()
    return 0


def _serve(pipe: Connection) -> None:
    """Play Discord in a process of its own, so that only the bot's loop is measured."""

    async def serve() -> None:
        async with LoopbackDiscord() as discord:
            pipe.send((discord.api_url, discord.token))
            while await asyncio.to_thread(pipe.recv):
                messages = chain.from_iterable(discord.channels.messages.values())
                pipe.send({message.title: (message.id >> 22) + _EPOCH_MS for message in messages})

    with suppress(EOFError):
        asyncio.run(serve())


async def _measure(
    folder: Path, address: str, token: str, given: argparse.Namespace, pipe: Connection
) -> list[dict[str, object]]:
    use_api(address)
    settings = load_settings({"DATA_DIR": str(folder)}, env_file=folder / "no.env")
    async with build(settings, Community()) as app, app.scheduler, app.client, app.delivery.dispatcher:
        connection = asyncio.create_task(app.client.stay_connected(token))
        await app.client.until_logged_in()
        await app.client.wait_until_ready()
        spare_collector()
        stalls = Stalls()
        watching = asyncio.create_task(stalls.watch())
        singles = await _post(app, pipe, "single", given.singles, given.channels, apart=_APART)
        burst = await _post(app, pipe, "burst", given.rows, given.channels, apart=timedelta(0))
        for task in (watching, connection):
            task.cancel()
        await asyncio.gather(watching, connection, return_exceptions=True)
    singles.sort()
    allowed = given.rows / _DISCORD_PER_SECOND
    return [
        {
            "case": "single rows",
            "rows": given.singles,
            "p50_ms": round(_share(singles, 0.5)),
            "p99_ms": round(_share(singles, 0.99)),
        },
        {
            "case": f"due in the same second, {given.channels} channels",
            "rows": given.rows,
            "seconds": round(max(burst) / 1000, 2),
            "of_what_discord_allows": round(max(burst) / 1000 / allowed, 3),
            "per_second": round(given.rows / max(burst) * 1000, 1),
        },
        {"case": "event loop", "longest_stall_ms": round(stalls.longest * 1000, 1)},
    ]


async def _post(
    app: App, pipe: Connection, name: str, number: int, channels: int, *, apart: timedelta
) -> list[float]:
    """Enqueue rows, wait until all are accepted; return how long each took from due, in milliseconds."""
    first = app.clock() + timedelta(seconds=1 + number / 1000)
    due = {f"{name} {index}": first + index * apart for index in range(number)}
    async with app.database.writing() as connection:
        for index, (title, moment) in enumerate(due.items()):
            outgoing = Outgoing(
                key=title,
                guild_id=int(GUILD),
                channel_id=CHANNELS[index % channels],
                kind=Kind.REMINDER,
                post=Post(
                    title=title,
                    blocks=(
                        Words(markdown="<t:1790000000:F> (<t:1790000000:R>)\n" + "About this call. " * 10),
                        Row(buttons=(Button(label="Join", url="https://meet.example.org/wg"),)),
                    ),
                ),
                due_at=moment,
            )
            await app.delivery.outbox.enqueue(connection, outgoing, now=app.clock())
    while True:
        await asyncio.sleep(0.5)
        pipe.send(True)
        accepted = await asyncio.to_thread(pipe.recv)
        if due.keys() <= accepted.keys():
            return [accepted[title] - moment.timestamp() * 1000 for title, moment in due.items()]


class Stalls:
    """Watch how long the event loop does nothing else."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(_BLINK_SECONDS)
            self.longest = max(self.longest, loop.time() - before - _BLINK_SECONDS)


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
