"""The trial's own `/time`: the clock moves, and everything due on the way happens in its order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import simcord

from bot.app import App, build, utc_now
from bot.delivery.models import Kind, Outgoing
from bot.delivery.post import Post, Words
from bot.trial.example_list import ExampleList
from bot.trial.serve import Trial
from bot.trial.stage import Stage, example_calendar, set_stage
from bot.trial.time_command import LEVELS
from bot.trial.travel import MovableClock
from bot.wiring.chat import Extra
from config.community import Community
from config.settings import load_settings
from tests.e2e.seen import Seen, read_message

pytestmark = pytest.mark.asyncio(loop_scope="function")


@dataclass(frozen=True)
class Playing:
    """A trial that runs."""

    trial: Trial
    app: App
    env: simcord.Env
    stage: Stage

    def messages(self, channel_id: int | None = None) -> list[Seen]:
        found = self.env.backend.messages.get(channel_id or self.stage.channel.id, {}).values()
        return [read_message(message) for message in sorted(found, key=lambda message: message.id)]

    async def enqueue(self, key: str, due: datetime) -> None:
        post = Post(blocks=(Words(markdown=f"{key} <t:{int(due.timestamp())}:R>"),))
        outgoing = Outgoing(
            key=key,
            guild_id=self.stage.guild.id,
            channel_id=self.stage.channel.id,
            kind=Kind.REMINDER,
            post=post,
            due_at=due,
        )
        async with self.app.database.writing() as connection:
            await self.app.delivery.outbox.enqueue(connection, outgoing, now=self.app.clock())

    async def press(self, label: str) -> None:
        """Press a button of the clock, and wait until it stands still again."""
        shown = self.stage.channel.last_message
        custom_id = self.messages()[-1].control(label).custom_id
        await self.stage.member.click(shown, custom_id=custom_id)
        async with asyncio.timeout(120):
            await self.trial.timetable.stands_still.wait()


@asynccontextmanager
async def play(folder: Path) -> AsyncIterator[Playing]:
    settings = load_settings({"DATA_DIR": str(folder)}, env_file=folder / "none.env")
    trial = Trial(MovableClock(utc_now))
    extra = Extra(levels=LEVELS, commands=trial.commands)
    async with (
        build(settings, Community(), clock=trial.clock, extra=extra) as app,
        simcord.run(app.client, shard_count=1) as env,
    ):
        stage = set_stage(env)
        await env.advance_time((utc_now() - env.now()).total_seconds())
        async with (
            app.scheduler,
            app.delivery.dispatcher,
            env.preview(stage.channel, viewers=[stage.member], layout="channel") as preview,
        ):
            keeping = asyncio.create_task(trial.keep(app, env, preview))
            yield Playing(trial, app, env, stage)
            assert not keeping.done()
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


async def test_a_day_passes_and_all_that_is_due_happens_in_order(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        start = playing.app.clock()
        for key, hours in (("third", 5), ("first", 0.2), ("second", 3), ("tomorrow", 30)):
            await playing.enqueue(key, start + timedelta(hours=hours))
        await playing.stage.member.slash(playing.stage.channel, "time")
        await playing.press("+1 day")
        *posts, card = playing.messages()
        assert [post.text.partition(" ")[0] for post in posts] == ["first", "second", "third"]
        assert "3 posts left on the way." in card.text
        moved = playing.app.clock() - start
        assert timedelta(days=1) <= moved < timedelta(days=1, minutes=1)
        assert abs(playing.env.now() - playing.app.clock()) < timedelta(seconds=5)
        due = int((start + timedelta(hours=30)).timestamp())
        assert f"<t:{due}:R>" in card.text
        times = [discord_time(playing, post.id) for post in posts]
        for moment, hours in zip(times, (0.2, 3, 5), strict=True):
            # Discord's clock here is set by the bot's, and follows it by a moment.
            late = moment - start - timedelta(hours=hours)
            assert timedelta(seconds=-5) <= late < timedelta(minutes=1)


def discord_time(playing: Playing, message_id: int) -> datetime:
    message = playing.env.backend.get_message(playing.stage.channel.id, message_id)
    return datetime.fromisoformat(message.timestamp)


async def test_the_clock_stops_at_what_is_due_next(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        start = playing.app.clock()
        await playing.enqueue("soon", start + timedelta(hours=2))
        await playing.enqueue("later", start + timedelta(hours=4))
        await asyncio.sleep(1.1)
        await playing.stage.member.slash(playing.stage.channel, "time")
        await playing.press("To what is due next")
        *posts, card = playing.messages()
        assert [post.text.partition(" ")[0] for post in posts] == ["soon"]
        assert "1 post left on the way." in card.text
        assert timedelta(hours=2) <= playing.app.clock() - start < timedelta(hours=2, minutes=1)
        await playing.press("+1 hour")
        assert "0 posts left on the way." in playing.messages()[-1].text
        await playing.press("To what is due next")
        assert [post.text.partition(" ")[0] for post in playing.messages()[:-1]] == ["soon", "later"]
        assert "Nothing is due." in playing.messages()[-1].text
        assert playing.messages()[-1].labels == ["+1 hour", "+1 day"]


async def test_what_the_bot_posts_by_itself_is_shown_and_needs_no_press(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        await playing.enqueue("now", playing.app.clock())
        await playing.app.scheduler.run_now("delivery")
        await playing.app.delivery.dispatcher.until_idle()
        assert playing.messages()[0].text.startswith("now")


@pytest.mark.timeout(180)
async def test_the_example_calendar_is_reminded_of_when_time_is_moved(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        new = example_calendar(playing.stage)
        await playing.app.meetings.calendars.follow(playing.stage.guild.id, new, now=playing.app.clock())
        await asyncio.sleep(1.1)
        await playing.stage.member.slash(playing.stage.channel, "time")
        await playing.press("To what is due next")
        reminder, card = playing.messages()
        titles = ("Interoperability call", "Steering committee", "Documentation day")
        assert any(title in reminder.text for title in titles)
        assert "Add to calendar" in reminder.labels
        assert "1 post left on the way." in card.text


async def test_a_digest_of_the_example_list_comes_when_time_is_moved(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        playing.trial.example_list = ExampleList(playing.app, playing.stage, start=playing.app.clock())
        await playing.trial.example_list.follow()
        await playing.app.delivery.dispatcher.until_idle()
        await playing.stage.member.slash(playing.stage.channel, "time")
        await playing.press("+1 day")
        await playing.press("+1 day")
        posts = playing.messages()
        assert posts[0].text.startswith("**[Berth data model")  # the conversation that is followed
        digests = [each for each in posts if "Read" in each.labels]
        assert 1 <= len(digests) <= 2
        assert "open-harbour" in digests[-1].text
        assert "Read" in digests[-1].labels
        assert "Berth data model" not in digests[0].text  # that week lies behind


async def test_a_followed_conversation_of_the_example_list_goes_on_in_its_thread(tmp_path: Path) -> None:
    async with play(tmp_path) as playing:
        playing.trial.example_list = ExampleList(playing.app, playing.stage, start=playing.app.clock())
        await playing.trial.example_list.follow()
        await playing.app.delivery.dispatcher.until_idle()
        await playing.stage.member.slash(playing.stage.channel, "time")
        for _ in range(4):
            await playing.press("+1 day")
        (thread,) = playing.app.client.get_guild(playing.stage.guild.id).threads
        texts = [message.text for message in playing.messages(thread.id)]
        assert len(texts) == 3
        assert "Eve Tanaka" in texts[1]
        assert "Bo Lindqvist" in texts[2]
