"""Many meetings start at once: each is said once and in order, and whoever uses a command does not wait.

`python -m tests.benchmarks.meetings_load` measures the same with a thousand calendars.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from tests.benchmarks.meetings_world import Feeds, World, follow_all
from tests.crash import campaign
from tests.crash.bot_process import BotProcess
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import channels_of

GUILDS, CALENDARS, MEETINGS = 3, 3, 30
AT_ONCE = MEETINGS // 2
POSTS_MS = 1000 / 48
ASKED = (("meeting", "next"), ("meeting", "list"), ("calendar", "list"))
Start = Callable[[], BotProcess]


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (the bot under test reads the real clock too)


def channels() -> list[int]:
    """Return the channel of each calendar."""
    return [int(channels_of(guild)[place]) for guild in range(GUILDS) for place in range(CALENDARS)]


def wanted() -> dict[int, list[str]]:
    """Return what has to stand in the channels: by the order of their uids, for all are due at once."""
    return {
        channel: sorted((f"Call {number}-{place}" for place in range(AT_ONCE)), key=lambda title: f"{title}@")
        for number, channel in enumerate(channels())
    }


def found(discord: LoopbackDiscord) -> dict[int, list[str]]:
    return {channel: discord.channels.titles(channel) for channel in discord.channels.messages}


def moments(discord: LoopbackDiscord) -> list[int]:
    """Return when each post came, in milliseconds."""
    posts = discord.channels.messages.values()
    return sorted(message.id >> 22 for channel in posts for message in channel)


@asynccontextmanager
async def many_meetings(folder: Path, *, start_in: timedelta) -> AsyncIterator[tuple[LoopbackDiscord, Start]]:
    """Play guilds whose calendars nobody has read yet; their meetings start in a while."""
    burst_at = (now() + start_in).replace(microsecond=0)
    world = World(guilds=GUILDS, calendars=CALENDARS, meetings=MEETINGS, burst_at=burst_at)
    async with LoopbackDiscord(guilds=GUILDS) as discord, Feeds(world, now) as feeds:
        store = folder / "data" / "rapporteur.sqlite3"
        await follow_all(f"sqlite:///{store}", world, feeds, first=now(), spread=timedelta())
        yield discord, lambda: campaign.start(folder, discord, ALLOW_PRIVATE_NETS="127.0.0.0/8")
        assert discord.unknown == []


async def until(is_true: Callable[[], bool], *, meanwhile: Callable[[], Awaitable[object]] | None = None):
    while not is_true():
        await (meanwhile() if meanwhile else asyncio.sleep(0.02))


async def test_commands_do_not_wait_behind_reminders_of_one_minute(tmp_path: Path):
    """A command is acknowledged while a few reminders leave, however many are due; none leaves too soon."""
    async with many_meetings(tmp_path, start_in=timedelta(seconds=9)) as (discord, start):
        waits: list[float] = []
        overtaken: list[int] = []

        async def ask() -> None:
            began, posted = asyncio.get_running_loop().time(), len(moments(discord))
            await discord.slash(*ASKED[len(waits) % len(ASKED)])
            waits.append(asyncio.get_running_loop().time() - began)
            overtaken.append(len(moments(discord)) - posted)
            await asyncio.sleep(0.4)

        async with start() as bot:
            await discord.until(lambda: bool(discord.sessions))
            await until(lambda: bool(moments(discord)), meanwhile=ask)
            before = len(waits)
            await until(lambda: len(moments(discord)) >= len(channels()) * AT_ONCE, meanwhile=ask)
            assert await bot.stop() == 0
        assert found(discord) == wanted()
        posts = moments(discord)
        assert posts[-1] - posts[0] >= (len(posts) - 1) * POSTS_MS - 500
        during = slice(before, None)
        assert len(overtaken[during]) >= 5
        # At the rate at which Discord takes them, twelve leave in a quarter of a second.
        assert median(overtaken[during]) <= 12
        assert max(overtaken[during]) <= 36
        if before:  # a very slow machine is ready only after the meetings have begun
            assert median(waits[during]) <= 20 * median(waits[:before])


async def test_reminders_of_one_minute_are_posted_once_when_the_bot_is_killed_amid_them(tmp_path: Path):
    """Some are only planned then, some on their way, some noted: none is lost, doubled or overtaken."""
    async with many_meetings(tmp_path, start_in=timedelta()) as (discord, start):
        async with start() as bot:
            await until(lambda: len(moments(discord)) >= len(channels()) * AT_ONCE // 3)
            bot.kill()
        assert len(moments(discord)) < len(channels()) * AT_ONCE
        async with start() as bot:
            await until(lambda: len(moments(discord)) >= len(channels()) * AT_ONCE)
            assert await bot.stop() == 0
        assert found(discord) == wanted()
