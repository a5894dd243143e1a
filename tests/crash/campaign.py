"""Kill the bot again and again while it posts, and count what came of it.

`python -m tests.crash.campaign` runs the whole campaigns and fails by its exit code; the tests run a part.
"""

import asyncio
import random
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post
from bot.storage.database import Database
from bot.storage.schema import outbox
from tests.crash.bot_process import BotProcess
from tests.crash.loopback_channels import seeded_faults
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import CHANNEL, GUILD, MORE_CHANNELS

CHANNELS = tuple(map(int, (CHANNEL, *MORE_CHANNELS[:4])))
_POSTS_PER_SECOND = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a campaign came to.

    Attributes:
        integrity: "ok", or what is wrong with the store.
        seconds: With the bot's starts.
    """

    posts: int
    kills: int
    lost: int
    doubled: int
    out_of_order: int
    integrity: str
    seconds: float

    @property
    def is_clean(self) -> bool:
        return (self.lost, self.doubled, self.out_of_order, self.integrity) == (0, 0, 0, "ok")


async def enqueue_posts(url: str, number: int) -> None:
    """Put posts into the outbox of a store that no bot has open, spread over the channels."""
    now = datetime.now(UTC)  # noqa: TID251 (the bot under test reads the real clock too)
    async with Database(url) as database:
        await database.migrate()
        box = Outbox(database, wake=lambda: None)
        async with database.writing() as connection:
            for index in range(number):
                outgoing = Outgoing(
                    key=f"post:{index}",
                    guild_id=int(GUILD),
                    channel_id=CHANNELS[index % len(CHANNELS)],
                    kind=Kind.MAIL,
                    post=Post(title=f"{index:05}"),
                    due_at=now - timedelta(minutes=1),
                )
                await box.enqueue(connection, outgoing, now=now)


async def count_open(url: str) -> int:
    """Count the rows that have not ended; the bot must not be running on SQLite."""
    async with Database(url) as database, database.reading() as connection:
        wanted = select(func.count()).select_from(outbox).where(outbox.c.ended_at.is_(None))
        return (await connection.execute(wanted)).scalar_one()


async def run(directory: Path, *, posts: int, kills: int, seed: int, forgets_nonces: bool) -> Result:
    """Kill the bot so many times at random moments, then let it finish.

    Args:
        directory: An empty one.
        posts: How many are enqueued.
        kills: How often the bot is killed.
        seed: Of all that is random here.
        forgets_nonces: Whether each restart comes after Discord has forgotten the nonces.
    """
    chance = random.Random(seed)
    url = f"sqlite:///{directory / 'data' / 'rapporteur.sqlite3'}"
    await enqueue_posts(url, posts)
    started = time.perf_counter()
    async with LoopbackDiscord() as discord:
        discord.channels.fault = seeded_faults(seed, lost=0.03, limited=0.03, failed_after=0.02)
        done = 0
        while done < kills:
            async with start(directory, discord) as bot:
                before = _count(discord)
                await until_posted(discord, before + 1)
                # So that the posts last for all the kills: on average, each has its share of those left.
                share = (posts - _count(discord)) / (kills - done) / _POSTS_PER_SECOND
                await asyncio.sleep(chance.random() * share)
                bot.kill()
            done += 1
            if forgets_nonces:
                discord.channels.forget_nonces()
            if await count_open(url) == 0:
                break
        async with start(directory, discord) as bot:
            await until_posted(discord, posts)
            await bot.stop()
        with sqlite3.connect(directory / "data" / "rapporteur.sqlite3") as connection:
            (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        return judge(discord, posts, done, integrity, started)


def start(directory: Path, discord: LoopbackDiscord, *arguments: str, **variables: str) -> BotProcess:
    """Return a bot on a store under the directory and on a loopback Discord; entering it starts it."""
    return BotProcess(
        directory,
        *arguments,
        DISCORD_TOKEN=discord.token,
        DISCORD_API_URL=discord.api_url,
        DATA_DIR=str(directory / "data"),
        **variables,
    )


def _count(discord: LoopbackDiscord) -> int:
    return sum(len(discord.channels.messages.get(channel, [])) for channel in CHANNELS)


async def until_posted(discord: LoopbackDiscord, number: int) -> None:
    """Wait until so many messages stand; a bot that does not get there is stuck."""
    quiet_since = time.perf_counter()
    seen = -1
    while (now := _count(discord)) < number:
        if now != seen:
            seen, quiet_since = now, time.perf_counter()
        if time.perf_counter() - quiet_since > 45:
            return
        await asyncio.sleep(0.02)


def judge(discord: LoopbackDiscord, posts: int, kills: int, integrity: str, started: float) -> Result:
    """Count what stands in the channels against what was enqueued."""
    titles = {channel: discord.channels.titles(channel) for channel in CHANNELS}
    found = Counter(title for each in titles.values() for title in each)
    return Result(
        posts=posts,
        kills=kills,
        lost=sum(f"{index:05}" not in found for index in range(posts)),
        doubled=sum(number - 1 for number in found.values()),
        out_of_order=sum(each != sorted(each) for each in titles.values()),
        integrity=integrity,
        seconds=round(time.perf_counter() - started, 1),
    )


async def _main() -> int:
    clean = True
    for forgets_nonces, kills in ((False, 500), (True, 300)):
        with TemporaryDirectory(prefix="rapporteur-campaign-") as folder:
            result = await run(
                Path(folder), posts=10 * kills, kills=kills, seed=1, forgets_nonces=forgets_nonces
            )
        print(f"nonces {'forgotten' if forgets_nonces else 'remembered'}: {result}", flush=True)
        clean = clean and result.is_clean
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
