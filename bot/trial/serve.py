"""Serve the trial: play Discord in this process, with a page on 127.0.0.1, and keep its clock.

A visitor types commands and presses buttons there. The bot, its cogs and its store are the real ones; only
the connection is played, and the clock can be moved.
"""

import asyncio
import contextlib
import logging
import sys
import webbrowser
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import discord
import simcord
from pydantic import SecretStr
from simcord.backend.errors import SetupError
from simcord.preview import Preview

from bot.app import App, build
from bot.chat.conversation import Conversation
from bot.clock import utc_now
from bot.delivery.models import State
from bot.errors import SourceError, UserError
from bot.faq.pages import NewPage
from bot.trial.example_list import ExampleList
from bot.trial.own_list import follow_own_list
from bot.trial.stage import Stage, example_calendar, find_page, set_stage
from bot.trial.time_command import LEVELS, Journey, Time, Timetable
from bot.trial.travel import MovableClock, Traveller
from bot.wiring.chat import ChatParts, Extra
from bot.wiring.feature import Commands
from bot.wiring.ground import Ground
from config.community import Community
from config.settings import Settings

logger = logging.getLogger(__name__)

_WELCOME = "Type /faq ask in the box below, then a question: “how can I join”, or “minuts”."
_GUIDE = (
    "/time moves its clock: the example calendar's next meeting is reminded of, and each\n"
    "morning at nine a digest tells what went on on the example mailing list, one of whose\n"
    "conversations is followed in a thread of its own."
)
_OWN_LIST_GUIDE = (
    "Your list: /list search, /list latest and /list preview. /time moves the clock: the example\n"
    "calendar's next meeting is reminded of."
)
# How often what the bot posts by itself is shown.
_SHOW_SECONDS = 1.0
# simcord does one thing at a time; a visitor's press may be under way.
_TRIES = 200
_TRY_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    """What the visitor wants to see: a page, a list (None for the example's), on a port."""

    page: NewPage
    mailing_list: str | None
    port: int


class Trial:
    """A trial that runs: the bot, the played Discord, the clock."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.timetable = Timetable()
        self.example_list: ExampleList | None = None
        self._time: Time | None = None
        self._conversation: Conversation | None = None

    def commands(self, ground: Ground, chat: ChatParts) -> Commands:
        """Return the trial's own commands."""
        self._conversation = chat.conversation
        self._time = Time(
            timetable=self.timetable,
            conversation=chat.conversation,
            texts=ground.texts,
            clock=self.clock,
        )
        return Commands(cogs=(self._time,), handlers=self._time.handlers())

    async def keep(self, app: App, env: simcord.Env, preview: Preview) -> None:
        """Show what the bot posts by itself, and move the clock when somebody asks."""
        traveller = self.traveller(app, env)
        shown = 0
        while True:
            self.timetable.next_due = await traveller.find_next()
            try:
                async with asyncio.timeout(_SHOW_SECONDS):
                    journey = await self.timetable.wishes.get()
            except TimeoutError:
                await self._catch_up(env)
                if shown != (shown := await _posts(app)):
                    await _alone(preview.refresh)
                continue
            try:
                await self._travel(app, traveller, journey)
                await _alone(preview.refresh)
            finally:
                self.timetable.stands_still.set()

    def traveller(self, app: App, env: simcord.Env) -> Traveller:
        """Return who moves the clock, and lets the bot do what is due wherever it stops."""

        async def settle() -> None:
            await self._catch_up(env)
            if self.example_list is not None:
                await self.example_list.deliver()
            await app.scheduler.run_due()
            await app.delivery.dispatcher.until_idle()

        return Traveller(clock=self.clock, next_due=app.next_due, settle=settle)

    async def _travel(self, app: App, traveller: Traveller, journey: Journey) -> None:
        before = await _posts(app)
        target = await traveller.find_next() if journey.span is None else self.clock() + journey.span
        if target is not None:
            await traveller.go_to(target)
        self.timetable.next_due = await traveller.find_next()
        channel = app.client.get_channel(journey.channel_id)
        if self._time is None or self._conversation is None or not isinstance(channel, discord.TextChannel):
            return
        # The card moves to the end, below what was posted on the way.
        if journey.message is not None:
            with contextlib.suppress(discord.NotFound):
                await channel.get_partial_message(journey.message.id).delete()
        card = self._time.card(posts=await _posts(app) - before)
        await self._conversation.post(channel, card, guild_id=channel.guild.id)

    async def _catch_up(self, env: simcord.Env) -> None:
        """Bring the played Discord's clock, by which distances are shown, up to ours."""

        async def advance() -> None:
            await env.advance_time(max(0.0, (self.clock() - env.now()).total_seconds()))

        await _alone(advance)


async def run(settings: Settings, *, faq: str | None, mailing_list: str | None, port: int) -> None:
    """Serve the trial until the task is cancelled.

    Args:
        settings: Only what concerns drawing and fetching is used; the store is a throwaway one.
        faq: A page's path or address; None takes the example working group's.
        mailing_list: An archive's address or an mbox file's path; None takes the example list.
        port: The page's port on 127.0.0.1; 0 takes any free one.

    Raises:
        SourceError: The page or the list given cannot be read.
    """
    with TemporaryDirectory(prefix="rapporteur-") as folder:
        page, config_dir = find_page(faq)
        throwaway = settings.model_copy(
            update={"data_dir": Path(folder), "config_dir": config_dir, "database_url": SecretStr("")}
        )
        trial = Trial(MovableClock(utc_now))
        extra = Extra(levels=LEVELS, commands=trial.commands)
        async with (
            build(throwaway, Community(), clock=trial.clock, extra=extra) as app,
            simcord.run(app.client, shard_count=1, check_errors=False) as env,
        ):
            await _serve(trial, app, env, _Brought(page=page, mailing_list=mailing_list, port=port))


async def _serve(trial: Trial, app: App, env: simcord.Env, brought: _Brought) -> None:
    stage = set_stage(env)
    await env.advance_time((utc_now() - env.now()).total_seconds())
    try:
        loaded = await app.pages.add(stage.guild.id, brought.page, now=app.clock())
        await app.meetings.calendars.follow(stage.guild.id, example_calendar(stage), now=app.clock())
        if brought.mailing_list is not None:
            await follow_own_list(app, stage, brought.mailing_list, tell=_say)
        else:
            trial.example_list = ExampleList(app, stage, start=app.clock())
            await trial.example_list.follow()
    except UserError as error:
        raise SourceError(str(error), permanent=True) from error
    await stage.chair.send(stage.channel, _WELCOME)
    async with app.scheduler, app.delivery.dispatcher, _open_page(env, stage, brought.port) as preview:
        print(f"{len(loaded.entries)} questions read from {brought.page.location}")
        print("Open this page; Ctrl-C ends it and leaves nothing behind.")
        print(_GUIDE if brought.mailing_list is None else _OWN_LIST_GUIDE)
        print(preview.url, flush=True)
        if sys.stdout.isatty():
            _show_in_browser(preview.url)
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(trial.keep(app, env, preview))
            await preview.wait_closed()
            keeping.cancel()


def _say(line: str) -> None:
    print(line, flush=True)


def _open_page(env: simcord.Env, stage: Stage, port: int) -> Preview:
    return env.preview(
        stage.channel, viewers=[stage.member, stage.chair], layout="channel", port=port or None
    )


async def _alone(operate: Callable[[], Awaitable[None]]) -> None:
    """Do something with simcord as soon as nothing else is done with it."""
    for _ in range(_TRIES):
        try:
            await operate()
        except SetupError as error:
            if "overlaps" not in str(error):
                raise
            await asyncio.sleep(_TRY_SECONDS)
        else:
            return
    logger.warning("the played Discord is busy; what was posted is shown later")


async def _posts(app: App) -> int:
    return (await app.delivery.outbox.count()).get(State.SENT, 0)


def _show_in_browser(url: str) -> None:
    """Open the page where there is a graphical browser; one in the terminal would take the terminal over."""
    with contextlib.suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)
