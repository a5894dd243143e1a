"""Let the bot live through days in minutes, and look whether it grows and whether all that is due comes once.

python -m tests.benchmarks.soak [--guilds N] [--lists N] [--meetings N] [--mails N] [--days N]

The real bot in its own process, its clock moved from one due moment to the next, an hour at most; Discord and
the sources on loopback in this one. The connection to Discord breaks again and again. Prints one JSON object;
exit code 1 if the memory grew by 5 MB or more after the first seventh, if files stay open, or if anything
came not at all or twice.
"""

import argparse
import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

from tests.benchmarks.meetings_world import cost_of
from tests.benchmarks.soak_world import HOP, START, Sources, World
from tests.crash.bot_process import ROOT
from tests.crash.loopback_discord import LoopbackDiscord

_NAME = re.compile(r"(?:Draft|Call) \d{3}x\d{3}")
_DIGEST = "Next digest"
_MOST_GROWTH_MB = 5.0
# The two processes that read pages come and go with 11 files each, connections with one; a leak is hundreds.
FILES_TO_SPARE = 25
_HOP_SECONDS = 300
_USED_EVERY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a soak came to.

    Attributes:
        warm_mb: The resident memory after the warm-up, `end_mb` at the end: medians of a twelfth of the time.
        curve_mb: The memory over the whole time, in twelve medians.
        blocks: What Python itself holds, in blocks, at the same two times: where that stands still and the
            memory grows, the store's cache or the allocator has it.
        heap_mb: What the C library's heap has in use at the same two times, SQLite's caches among it.
        free_mb: What that heap holds without use.
        files: The most open files in the first half, where the processes that read pages come and go, and in
            the last twelfth; `tasks` at the times of the memory.
        lost: Due things that came not at all, `doubled` more than once.
        digests: How many digests came.
    """

    simulated_hours: float
    seconds: float
    looks: int
    reconnects: int
    answers: int
    warm_mb: float
    end_mb: float
    curve_mb: tuple[float, ...]
    children_mb: float
    blocks: tuple[int, int]
    heap_mb: tuple[float, float]
    free_mb: tuple[float, float]
    files: tuple[int, int]
    tasks: tuple[int, int]
    reminders: int
    mails: int
    digests: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def grew_mb(self) -> float:
        return round(self.end_mb - self.warm_mb, 2)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing grew, and nothing was lost or doubled."""
        before, after = self.files
        is_steady = self.grew_mb < _MOST_GROWTH_MB and after <= before + FILES_TO_SPARE
        return is_steady and not (self.lost or self.doubled)


async def soak(folder: Path, world: World, *, reconnects: int) -> Outcome:
    """Live through it."""
    began = monotonic()
    hops = world.lasts // HOP
    breaks = (
        {round((number + 0.5) * hops / reconnects) for number in range(reconnects)} if reconnects else set()
    )
    seen: list[dict[str, float]] = []
    answers = 0
    async with LoopbackDiscord(guilds=world.guilds) as discord, Sources(world) as sources:
        (folder / "config").mkdir()
        (folder / "config" / "community.toml").write_text(sources.community())
        async with _started(folder, discord) as bot:
            for hop in range(hops):
                sources.now = START + hop * HOP
                seen.append(await _go(bot, (START + (hop + 1) * HOP).isoformat()))
                if hop in breaks:
                    await _break(discord)
                if hop % _USED_EVERY == 0:
                    answers += (await discord.slash("meeting", "next"))["type"] in (4, 5)
            children = cost_of(bot.pid).child_mb
        posts = [call.body for call in discord.requests if call.method == "POST" and _is_post(call.path)]
        return _judge(
            world, seen, posts, seconds=monotonic() - began, looks=sources.looks, answers=answers,
            reconnects=len(discord.identifies) - 1, children=children,
        )  # fmt: skip


@asynccontextmanager
async def _started(folder: Path, discord: LoopbackDiscord) -> AsyncIterator[Process]:
    with (folder / "log").open("wb") as log:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.benchmarks.soaked", START.isoformat(),
            cwd=folder, stdin=PIPE, stdout=PIPE, stderr=log,
            env={
                "PYTHONPATH": str(ROOT),
                "DISCORD_TOKEN": discord.token,
                "DISCORD_API_URL": discord.api_url,
                "DATA_DIR": str(folder / "data"),
                "CONFIG_DIR": str(folder / "config"),
                "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
                "LOG_LEVEL": "WARNING",
            },
        )  # fmt: skip
        try:
            yield bot
            bot.stdin.close()
            async with asyncio.timeout(30):
                await bot.wait()
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()


async def _go(bot: Process, moment: str) -> dict[str, float]:
    bot.stdin.write(f"{moment}\n".encode())
    async with asyncio.timeout(_HOP_SECONDS):
        return json.loads(await bot.stdout.readline())


async def _break(discord: LoopbackDiscord) -> None:
    """Cut the connection off; its session cannot be resumed."""
    number = len(discord.identifies)
    await discord.sessions[-1].socket.close(code=4000)
    async with asyncio.timeout(60):
        await discord.until(lambda: len(discord.identifies) > number)
        await discord.until(lambda: len(discord.sessions) > number)


def _is_post(path: str) -> bool:
    return re.fullmatch(r"/channels/\d+/messages", path) is not None


def _judge(
    world: World, seen: Sequence[dict[str, float]], posts: Sequence[object], *,
    seconds: float, looks: int, answers: int, reconnects: int, children: float,
) -> Outcome:  # fmt: skip
    warm, twelfth = len(seen) // 7, max(1, len(seen) // 12)
    after = seen[warm:]
    single = [json.dumps(body) for body in posts]
    digests = [text for text in single if _DIGEST in text]
    found = Counter(name for text in single if _DIGEST not in text for name in set(_NAME.findall(text)))
    wanted = Counter(world.due_mails()) + Counter(name for name, _ in world.due_reminders())
    return Outcome(
        simulated_hours=world.lasts.total_seconds() / 3600,
        seconds=round(seconds, 1),
        looks=looks,
        reconnects=reconnects,
        answers=answers,
        warm_mb=_mb(after[:twelfth], "rss_kb"),
        end_mb=_mb(after[-twelfth:], "rss_kb"),
        children_mb=round(children, 1),
        curve_mb=tuple(_mb(seen[at : at + twelfth], "rss_kb") for at in range(0, len(seen), twelfth)),
        heap_mb=(_mb(after[:twelfth], "heap_kb"), _mb(after[-twelfth:], "heap_kb")),
        free_mb=(_mb(after[:twelfth], "free_kb"), _mb(after[-twelfth:], "free_kb")),
        blocks=(_least(after[:twelfth], "blocks"), _least(after[-twelfth:], "blocks")),
        files=(_most(seen[: len(seen) // 2], "files"), _most(after[-twelfth:], "files")),
        tasks=(_most(after[:twelfth], "tasks"), _most(after[-twelfth:], "tasks")),
        reminders=sum(number for name, number in found.items() if name.startswith("Call")),
        mails=sum(number for name, number in found.items() if name.startswith("Draft")),
        digests=len(digests),
        lost=tuple(sorted((wanted - found).elements())),
        doubled=tuple(sorted((found - wanted).elements())),
    )


def _mb(seen: Sequence[dict[str, float]], name: str) -> float:
    return round(median(each[name] for each in seen) / 1024, 2)


def _most(seen: Sequence[dict[str, float]], name: str) -> int:
    return max(int(each[name]) for each in seen)


def _least(seen: Sequence[dict[str, float]], name: str) -> int:
    return min(int(each[name]) for each in seen)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=__doc__)
    for name, usual in (
        ("guilds", 50),
        ("lists", 4),
        ("meetings", 10),
        ("mails", 10),
        ("days", 7),
        ("reconnects", 20),
    ):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args(arguments)
    world = World(
        guilds=given.guilds, lists=given.lists, meetings=given.meetings, mails=given.mails,
        lasts=timedelta(days=given.days),
    )  # fmt: skip
    with TemporaryDirectory(prefix="rapporteur-soak-") as folder:
        try:
            outcome = asyncio.run(soak(Path(folder), world, reconnects=given.reconnects))
        finally:
            print(Path(folder, "log").read_text()[-3000:], file=sys.stderr)
    print(json.dumps(asdict(outcome) | {"grew_mb": outcome.grew_mb}, indent=1))
    return 0 if outcome.is_clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
