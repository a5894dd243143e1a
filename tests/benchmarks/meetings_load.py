"""Measure what many followed calendars cost, and how fast reminders leave that are due in the same minute.

python -m tests.benchmarks.meetings_load [--guilds N] [--calendars N] [--meetings N] [--spread S] [--watch S]

A real bot in its own process, a Discord and the feeds on loopback in this one. First the calendars are read
over `--spread` seconds; then the bot is watched for `--watch` seconds while it looks at each every ten
minutes or so; then half of all meetings start at once. Prints one JSON object a line. It takes 20 minutes.
A watch longer than ten minutes and the spread sees every calendar looked at again; the share of a core
is also given for looks that come all the time, as they do in the long run.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.meetings_world import Cost, Feeds, World, cost_of, follow_all
from tests.crash.bot_process import BotProcess
from tests.crash.loopback_discord import LoopbackDiscord

_IDLE_SECONDS = 20
_SLACK_SECONDS = 45
_REST_SECONDS = 60
_POLL_SECONDS = 600
_EPOCH_MS = 1_420_070_400_000
_WINDOW_MS = 10_000
_ASKED = (("meeting", "next"), ("meeting", "list"), ("calendar", "list"))


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.meetings_load", description=__doc__)
    parser.add_argument("--guilds", type=int, default=50)
    parser.add_argument("--calendars", type=int, default=20, help="of each guild")
    parser.add_argument("--meetings", type=int, default=20, help="of each calendar")
    parser.add_argument("--spread", type=int, default=300, help="seconds over which all are first read")
    parser.add_argument("--watch", type=int, default=600, help="seconds in which nothing but looking happens")
    given = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="rapporteur-benchmark-") as folder:
        asyncio.run(_measure(Path(folder), given))
    return 0


async def _measure(folder: Path, given: argparse.Namespace) -> None:
    quiet = _IDLE_SECONDS * 2 + given.spread + given.watch + 2 * _SLACK_SECONDS
    world = World(
        guilds=given.guilds,
        calendars=given.calendars,
        meetings=given.meetings,
        burst_at=_whole_minute(_now() + timedelta(seconds=quiet)),
    )
    async with LoopbackDiscord(guilds=world.guilds) as discord, Feeds(world, _now) as feeds:
        url = f"sqlite:///{folder}/rapporteur.sqlite3"
        first, spread = _now() + timedelta(seconds=2 * _IDLE_SECONDS), timedelta(seconds=given.spread)
        await follow_all(url, world, feeds, first=first, spread=spread)
        variables = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DATA_DIR": str(folder),
            "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
        }
        async with BotProcess(folder, **variables) as bot:
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    await discord.until(lambda: bool(discord.sessions))
                await _watch(bot, discord, feeds, world, first=first, spread=spread)
            finally:
                print(bot.output[-2000:], file=sys.stderr)


async def _watch(
    bot: BotProcess,
    discord: LoopbackDiscord,
    feeds: Feeds,
    world: World,
    *,
    first: datetime,
    spread: timedelta,
) -> None:
    await _until(first - timedelta(seconds=_IDLE_SECONDS))
    began = cost_of(bot.pid)
    await _until(first)
    idle = cost_of(bot.pid)
    idle_share = (idle.seconds - began.seconds) / _IDLE_SECONDS
    await _until(first + spread + timedelta(seconds=_SLACK_SECONDS))
    loaded, looks, since = cost_of(bot.pid), feeds.looks, _now()
    _print(
        case="first reading",
        calendars=looks,
        core_seconds_each=round((loaded.seconds - idle.seconds) / max(1, looks), 4),
        **_memory(idle, loaded),
    )
    await _until(min(since + timedelta(seconds=_REST_SECONDS), world.burst_at - timedelta(seconds=20)))
    resting, rest = cost_of(bot.pid), (_now() - since).total_seconds()
    if feeds.looks == looks:  # what it costs to have many, and to look at none of them
        idle_share = (resting.seconds - loaded.seconds) / rest
    await _until(world.burst_at - timedelta(seconds=20))
    watched, seconds = cost_of(bot.pid), (_now() - since).total_seconds()
    used = watched.seconds - loaded.seconds
    each = (used - idle_share * seconds) / max(1, feeds.looks - looks)
    _print(
        case="looking and planning",
        seconds=round(seconds),
        looks=feeds.looks - looks,
        percent_of_a_core=round(100 * used / seconds, 2),
        percent_of_a_core_when_idle=round(100 * idle_share, 2),
        percent_of_it_in_children=round(100 * (watched.child_seconds - loaded.child_seconds) / used),
        milliseconds_a_look=round(1000 * each, 2),
        percent_in_the_long_run=round(
            100 * (idle_share + each * world.guilds * world.calendars / _POLL_SECONDS), 2
        ),
        **_memory(idle, watched),
    )
    waits = await _burst(discord, world)
    moments = sorted((message.id >> 22) + _EPOCH_MS for message in _messages(discord))
    _print(
        case="due in the same minute",
        reminders=world.at_once,
        posted=len(moments),
        first_after_ms=round(moments[0] - world.burst_at.timestamp() * 1000),
        per_second=round((len(moments) - 1) / (moments[-1] - moments[0]) * 1000, 1),
        first_ten_seconds_per_second=sum(each < moments[0] + _WINDOW_MS for each in moments) / 10,
        slowest_ten_seconds_later_per_second=_slowest(moments),
        acknowledged_p50_ms=round(sorted(waits)[len(waits) // 2]),
        acknowledged_longest_ms=round(max(waits)),
        core_seconds=round(cost_of(bot.pid).seconds - watched.seconds, 1),
        **_memory(idle, cost_of(bot.pid)),
    )


async def _burst(discord: LoopbackDiscord, world: World) -> list[float]:
    """Use commands while the reminders leave; return how long each took to be acknowledged."""
    await _until(world.burst_at)
    loop = asyncio.get_running_loop()
    waits: list[float] = []
    limit = loop.time() + 60 + world.at_once / 20
    while sum(1 for _ in _messages(discord)) < world.at_once and loop.time() < limit:
        began = loop.time()
        await discord.slash(*_ASKED[len(waits) % len(_ASKED)])
        waits.append((loop.time() - began) * 1000)
        await asyncio.sleep(0.5)
    return waits


def _messages(discord: LoopbackDiscord) -> chain:
    return chain.from_iterable(discord.channels.messages.values())


def _slowest(moments: Sequence[float]) -> float | None:
    """Return the rate of the slowest ten seconds after the first ten, up to the last whole ten."""
    first, last = moments[0] + _WINDOW_MS, moments[-1]
    counts = [
        sum(1 for moment in moments if start <= moment < start + _WINDOW_MS)
        for start in range(int(first), int(last - _WINDOW_MS), _WINDOW_MS)
    ]
    return round(min(counts) / _WINDOW_MS * 1000, 1) if counts else None


def _memory(before: Cost, after: Cost) -> dict[str, object]:
    return {
        "main_mb": round(after.main_mb, 1),
        "main_grew_mb": round(after.main_mb - before.main_mb, 1),
        "children_mb": round(after.child_mb, 1),
    }


def _print(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (the bot under test reads the real clock too)


def _whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


async def _until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - _now()).total_seconds()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
