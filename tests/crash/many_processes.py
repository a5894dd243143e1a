"""Two gateways and three workers on one PostgreSQL, killed and cut off in turn while they post.

`python -m tests.crash.many_processes postgresql://…` runs 2,000 posts on an empty database; the test runs
a part. Each process that is killed is replaced; each gateway's connection is dropped now and then.
"""

import asyncio
import random
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash.bot_process import BotProcess
from tests.crash.campaign import Result, count_open, enqueue_posts, judge, start, until_posted
from tests.crash.loopback_channels import seeded_faults
from tests.crash.loopback_discord import LoopbackDiscord

_WORKER = ("run", "--role", "worker")
_GATEWAYS = (
    ("run", "--role", "gateway", "--shards", "0/2"),
    ("run", "--role", "gateway", "--shards", "1/2"),
)


class Crew:
    """The processes at work, each known by the arguments it was started with."""

    def __init__(self, directory: Path, discord: LoopbackDiscord, url: str, stack: AsyncExitStack) -> None:
        self._directory, self._discord, self._url, self._stack = directory, discord, url, stack
        self.members: list[tuple[tuple[str, ...], BotProcess]] = []

    async def hire(self, arguments: tuple[str, ...]) -> None:
        bot = start(self._directory, self._discord, *arguments, DATABASE_URL=self._url)
        self.members.append((arguments, await self._stack.enter_async_context(bot)))

    async def replace(self, number: int) -> None:
        """Kill one, and start another in its place."""
        arguments, victim = self.members.pop(number)
        victim.kill()
        await victim.wait()
        await self.hire(arguments)

    async def stop(self) -> list[int]:
        """Stop all; return their exit codes."""
        return await asyncio.gather(*(bot.stop() for _, bot in self.members))


async def run(directory: Path, url: str, *, posts: int, kills: int, seed: int) -> Result:
    """Let them post what is there at the start, and kill or cut off one after the other.

    Args:
        directory: An empty one.
        url: An empty store's.
        posts: How many are enqueued.
        kills: How often one is killed; after each, a gateway's connection is dropped.
        seed: Of all that is random here.
    """
    chance = random.Random(seed)
    await enqueue_posts(url, posts)
    started = time.perf_counter()
    async with LoopbackDiscord(shards=2, max_concurrency=2) as discord, AsyncExitStack() as stack:
        discord.channels.fault = seeded_faults(seed, lost=0.03, limited=0.03, failed_after=0.02)
        crew = Crew(directory, discord, url, stack)
        for arguments in (*_GATEWAYS, _WORKER, _WORKER, _WORKER):
            await crew.hire(arguments)
        await discord.until(lambda: len(discord.identifies) >= len(_GATEWAYS))
        for number in range(kills):
            await until_posted(discord, (number + 1) * posts // (kills + 1))
            await crew.replace(chance.randrange(len(crew.members)))
            await discord.sessions[chance.randrange(len(discord.sessions))].socket.close(code=4000)
        await until_posted(discord, posts)
        for _ in range(60):  # a reply that got lost is looked up some seconds later
            if not (left := await count_open(url)):
                break
            await asyncio.sleep(1)
        codes = await crew.stop()
        wrong = [f"{left} open"] * bool(left) + [f"exit codes {codes}"] * any(codes)
        return judge(discord, posts, kills, ", ".join(wrong) or "ok", started)


async def _main(url: str) -> int:
    with TemporaryDirectory(prefix="rapporteur-many-") as folder:
        result = await run(Path(folder), url, posts=2_000, kills=20, seed=1)
    print(result)
    return 0 if result.is_clean else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(sys.argv[1])))
