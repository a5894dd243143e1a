"""Play what the pictures show: the example group in March, in the weeks after New York's clocks change."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import discord
import simcord
from simcord.results import InteractionResult

from bot.app import App, build
from bot.faq.models import PageKind
from bot.faq.pages import NewPage
from bot.text.cadence import Schedule
from bot.text.wall_time import Days
from bot.trial.example_list import ExampleList
from bot.trial.stage import EXAMPLE, EXAMPLE_LINK, Stage, example_calendar, set_stage
from bot.trial.travel import MovableClock
from config.community import Community
from config.settings import load_settings

_BEGIN = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
_WRITTEN = datetime(2026, 2, 20, 9, 0, tzinfo=UTC)
_REMINDED = datetime(2026, 3, 11, 13, 45, 1, tzinfo=UTC)
_DIGESTED = datetime(2026, 3, 16, 9, 0, 1, tzinfo=UTC)
_WEEKLY = Schedule(days=Days(weekdays=frozenset({0})), at=time(9))

Shown = InteractionResult | discord.Message


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its file's name, what the page says when it is drawn, how it comes about."""

    name: str
    says: str
    play: Callable[["Play"], Awaitable[Shown]]


class Play:
    """The played Discord, whose clock stands still until a scene moves it."""

    def __init__(self, app: App, env: simcord.Env, stage: Stage, clock: MovableClock) -> None:
        self._app = app
        self.env = env
        self.stage = stage
        self._clock = clock
        self._list = ExampleList(app, stage, start=clock())

    async def begin(self) -> None:
        """Follow the example group's page, calendar and list."""
        await self._catch_up()
        page = NewPage(kind=PageKind.FILE, location=EXAMPLE.name, title="FAQ", link=EXAMPLE_LINK)
        guild_id, now = self.stage.guild.id, self._clock()
        await self._app.pages.add(guild_id, page, now=now)
        await self._app.meetings.calendars.follow(guild_id, example_calendar(self.stage), now=now)
        await self._list.follow(_WEEKLY)

    async def ask(self, command: str, **options: object) -> InteractionResult:
        """Return the answer to a member's command."""
        return await self.stage.member.slash(self.stage.channel, command, **options)

    async def wait(self, moment: datetime) -> discord.Message:
        """Return the last that the bot has posted by a moment."""
        self._clock.move_to(moment)
        await self._catch_up()
        await self._list.deliver()
        await self._app.scheduler.run_due()
        await self._app.delivery.dispatcher.until_idle()
        message = self.stage.channel.last_message
        if message is None:
            raise LookupError(f"nothing was posted by {moment:%d %b %H:%M}")
        return message

    async def _catch_up(self) -> None:
        await self.env.advance_time((self._clock() - self.env.now()).total_seconds())


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[Play]:
    """Play the example group, with a throwaway store in a folder."""
    page = shutil.copy(EXAMPLE, folder)
    os.utime(page, (_WRITTEN.timestamp(),) * 2)
    settings = load_settings({"DATA_DIR": str(folder), "CONFIG_DIR": str(folder)}, folder / ".env")
    clock = MovableClock(lambda: _BEGIN)
    async with (
        build(settings, Community(), clock=clock) as app,
        simcord.run(app.client, shard_count=1) as env,
    ):
        play = Play(app, env, set_stage(env), clock)
        await play.begin()
        async with app.delivery.dispatcher:  # what is due is done when a scene waits, and not beside it
            yield play


# In the order in which they happen.
SCENES = (
    Scene(
        "answer",
        "Do I have to be a member",
        lambda play: play.ask("faq ask", question="do i need to be a member"),
    ),
    Scene("suggest", "Not sure", lambda play: play.ask("faq ask", question="how do i join")),
    Scene("reminder", "Interoperability call", lambda play: play.wait(_REMINDED)),
    Scene("month", "March 2026", lambda play: play.ask("meeting calendar")),
    Scene("digest", "Read", lambda play: play.wait(_DIGESTED)),
    Scene("search", "Found in the lists", lambda play: play.ask("list search", words="handheld")),
)
