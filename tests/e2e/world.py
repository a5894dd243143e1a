"""The whole bot in a simulated Discord, with a wiki on this machine: what the tests in this folder act in."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord
from discord import app_commands
from simcord.results import InteractionResult, ResponseMessage

from bot.app import App, build
from bot.chat.limiter import Pace
from bot.errors import UserError
from config.community import Community
from config.settings import load_settings
from tests.e2e.seen import Seen, read_message
from tests.loopback_http import LoopbackServer

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_COMPONENTS_V2 = 1 << 15
# The tests' people act as quickly as they can; what happens then has tests of its own.
_UNHURRIED = Pace(user_light=10_000, user_heavy=10_000, guild_light=10_000, guild_heavy=10_000)

Shown = InteractionResult | ResponseMessage | discord.Message


@dataclass(slots=True)
class Clock:
    """The time as the bot sees it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class _Env(simcord.Env):
    """The simulated Discord, which looks soon again whether the bot has come to rest.

    Left alone it sleeps 50 ms wherever a callback is still to run, and so at nearly every command: that was
    most of the time of these tests.
    """

    async def _settle_internal(self, *, idle: float = 0.003, **more: Any) -> None:
        await super()._settle_internal(idle=idle, **more)


class Failures(logging.Handler):
    """What the bot logged as its own fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with its traceback."""
        self.records.append(logging.Formatter().format(record))


@dataclass(slots=True)
class World:
    """One running bot with the world around it."""

    app: App
    env: simcord.Env
    server: LoopbackServer
    clock: Clock
    failures: Failures
    settings: dict[str, str]
    community: Community = field(default_factory=Community)
    pace: Pace = _UNHURRIED
    _apps: list[AsyncExitStack] = field(default_factory=list)

    def seen(self, shown: Shown) -> Seen:
        """Read what somebody is shown; of an interaction, its first answer."""
        if isinstance(shown, InteractionResult):
            assert shown.response is not None, f"no answer to be seen: {shown!r}"
            shown = shown.response
        channel_id = shown.channel_id if isinstance(shown, ResponseMessage) else shown.channel.id
        return read_message(self.env.backend.get_message(channel_id, shown.id))

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same store."""
        old, new = self._apps.pop(), AsyncExitStack()
        settings = load_settings(self.settings, env_file=Path("none.env"))
        app = await new.enter_async_context(build(settings, self.community, clock=self.clock, pace=self.pace))
        await self.env.restart_bot(app.client)
        await old.aclose()
        self._apps.append(new)
        self.app = app


@asynccontextmanager
async def open_world(
    folder: Path,
    *,
    style: str = "components",
    pace: Pace = _UNHURRIED,
    community: Callable[[int], Community] | None = None,
    **more: str,
) -> AsyncIterator[World]:
    """Start the bot, and stop it; fail if it had an error of its own meanwhile."""
    values = {
        "DATA_DIR": str(folder / "data"),
        "CONFIG_DIR": str(folder),
        "ALLOW_PRIVATE_NETS": "127.0.0.0/8",
        "CARD_STYLE": style,
        **more,
    }
    clock, failures, stack = Clock(), Failures(), AsyncExitStack()
    logging.getLogger().addHandler(failures)
    try:
        async with LoopbackServer() as server:
            settings = load_settings(values, env_file=Path("none.env"))
            app = await stack.enter_async_context(build(settings, Community(), clock=clock, pace=pace))
            # Not simcord.run(): a fixture is set up and torn down in different contexts.
            env = _Env(app.client, shard_count=1)
            await env.start()
            world = World(app, env, server, clock, failures, values, pace=pace, _apps=[stack])
            try:
                yield world
            finally:
                await env.shutdown()
            for left in world._apps:
                await left.aclose()
            assert not failures.records, "\n".join(failures.records)
            # What a person did wrong is an exception of the command for simcord.
            assert [error for error in env.errors if not _is_users_own(error)] == []
    finally:
        logging.getLogger().removeHandler(failures)


def _is_users_own(error: BaseException) -> bool:
    return isinstance(error, app_commands.CommandInvokeError) and isinstance(error.original, UserError)
