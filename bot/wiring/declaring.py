"""Wire community.toml: take it up at the start, and again when it changes or SIGHUP asks for it."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.operations.health import Health, Probe
from bot.operations.health_community import community_health, community_notice
from bot.operations.incidents import Trouble, Watched
from bot.storage.declared import list_declared_guilds
from bot.wiring.chat import ChatParts
from bot.wiring.feature import RecurringJob
from bot.wiring.ground import Ground
from config.community import Guild

logger = logging.getLogger(__name__)

COMMUNITY_JOB = "community file"
"""The job that looks whether community.toml has changed."""

FAQ_DECLARED = "community"
CALENDARS_DECLARED = "declared calendars"
LISTS_DECLARED = "mail community"
"""The jobs that bring a feature in line with the file."""

DECLARED = (FAQ_DECLARED, CALENDARS_DECLARED, LISTS_DECLARED)

_TICK = timedelta(seconds=15)
_SUBJECT = "community:file"


def declared_job(
    ground: Ground,
    name: str,
    *,
    interval: timedelta,
    bring_in_line: Callable[[Guild, datetime], Awaitable[None]],
) -> RecurringJob:
    """Return a job that brings what a feature has of each guild in line with community.toml.

    A guild that is declared no longer is asked for too, with nothing declared, while something is left.
    """

    async def run(now: datetime) -> None:
        guilds = {guild.id: guild for guild in ground.community.guilds}
        for guild_id in await list_declared_guilds(ground.database):
            guilds.setdefault(guild_id, Guild(id=guild_id))
        for guild in guilds.values():
            await bring_in_line(guild, now)

    return RecurringJob(name=name, interval=interval, run=run)


def community_jobs(ground: Ground, chat: ChatParts, *, wake: Callable[[], None]) -> tuple[RecurringJob, ...]:
    """Return what takes up a changed file.

    Args:
        ground: What everything stands on.
        chat: The connection to Discord, for what is remembered of guilds' settings.
        wake: Has every feature bring itself in line.
    """
    file = ground.community_file

    async def look(_now: datetime) -> None:
        if not file.has_changed():
            return
        if await asyncio.to_thread(file.read):
            chat.guilds.forget()
            wake()

    return (RecurringJob(name=COMMUNITY_JOB, interval=_TICK, run=look),)


@contextmanager
def heeding_hangup(ground: Ground, *, wake_at: Callable[[datetime], None]) -> Iterator[None]:
    """Read community.toml anew on SIGHUP, be it changed or not."""
    loop = asyncio.get_running_loop()
    number = getattr(signal, "SIGHUP", None)  # Windows has none

    def ask() -> None:
        logger.info("SIGHUP: reading community.toml")
        ground.community_file.ask()
        wake_at(ground.clock())

    if number is None:
        yield
        return
    loop.add_signal_handler(number, ask)
    try:
        yield
    finally:
        loop.remove_signal_handler(number)


def community_probe(ground: Ground) -> Probe:
    """Return what says in a guild's status that the file cannot be used."""

    async def probe(guild_id: int, _now: datetime) -> Iterable[Health]:
        guilds = _guild_ids(ground)
        if guild_id not in guilds:
            return ()
        return community_health(ground.texts, _problems(ground), is_shared=len(guilds) > 1)

    return probe


def watched_community(ground: Ground, chat: ChatParts) -> Watched:
    """Return what tells the admins of the guilds in the file that it cannot be used."""

    async def list_broken() -> list[Trouble]:
        problems = _problems(ground)
        if not problems:
            return []
        guilds = _guild_ids(ground)
        present = await chat.guild_repository.list_present(guilds)
        what = community_notice(ground.texts, problems, is_shared=len(guilds) > 1)
        return [Trouble(guild_id=guild_id, subject=_SUBJECT, what=what) for guild_id in sorted(present)]

    async def is_there(guild_id: int, _subject: str) -> bool:
        return guild_id in _guild_ids(ground)

    return Watched(prefix=_SUBJECT, list_broken=list_broken, is_there=is_there)


def _guild_ids(ground: Ground) -> frozenset[int]:
    return frozenset(guild.id for guild in ground.community.guilds)


def _problems(ground: Ground) -> tuple[str, ...]:
    """Return the file's problems without the directory it is in, which is the operator's own affair."""
    folder = f"{ground.settings.config_dir}/"
    return tuple(problem.replace(folder, "") for problem in ground.community_file.problems)
