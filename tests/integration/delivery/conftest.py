"""An outbox with its dispatcher, on each engine in turn, and a clock that the test moves."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.models import Kind, Lane, Outgoing, State
from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post
from bot.delivery.rounds import Rounds
from bot.storage.schema import guild, lane, outbox
from bot.storage.upsert import insert_or_update
from bot.text.catalogue import load_texts
from tests.integration.delivery.played_channels import PlayedChannels

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GUILD, CHANNEL, ADMINS = 1, 7, 9
TEXTS = load_texts()  # once: a test may have a hundred dispatchers, one after the other


async def _at_once() -> None:
    """Wait for nothing."""


@dataclass
class Stage:
    """What a test needs at hand."""

    database: object
    outbox: Outbox
    poster: PlayedChannels
    now: datetime = START
    dispatchers: list[Dispatcher] = field(default_factory=list)
    alarms: list[datetime] = field(default_factory=list)
    seen: list[tuple[Kind, State]] = field(default_factory=list)
    restoration: object = None

    def clock(self) -> datetime:
        return self.now

    def wake(self) -> None:
        for dispatcher in self.dispatchers:
            dispatcher.wake()

    async def enqueue(
        self, key, *, channel=CHANNEL, post=None, due=None, kind=Kind.MAIL, fails_after=None, **more
    ) -> bool:
        outgoing = Outgoing(
            key=key,
            guild_id=GUILD,
            channel_id=channel,
            kind=kind,
            post=post or Post(title=key),
            due_at=due or self.now,
            **more,
        )
        async with self.database.writing() as connection:
            is_new = await self.outbox.enqueue(connection, outgoing, now=self.now)
            if fails_after is not None:
                raise fails_after
        return is_new

    async def set_admin_channel(self) -> None:
        async with self.database.writing() as connection:
            values = {"guild_id": GUILD, "admin_channel_id": ADMINS}
            await insert_or_update(connection, guild, values)

    def dispatcher(self, owner="one") -> Dispatcher:
        rounds = Rounds(
            notices=Notices(self.outbox, TEXTS),
            texts=TEXTS,
            clock=self.clock,
            observe=lambda kind, state: self.seen.append((kind, state)),
            restoration=self.restoration,
        )
        return Dispatcher(
            database=self.database,
            rounds=rounds,
            poster=self.poster,
            owner=owner,
            clock=self.clock,
            wake_at=self.alarms.append,
            until_ready=_at_once,
        )

    @asynccontextmanager
    async def running(self, *owners):
        """Run dispatchers until nothing more can be done."""
        started = [self.dispatcher(owner) for owner in owners or ("one",)]
        self.dispatchers += started
        try:
            for dispatcher in started:
                await dispatcher.__aenter__()
            yield
            for dispatcher in started:
                await dispatcher.until_idle()
        finally:
            for dispatcher in started:
                await dispatcher.__aexit__(None, None, None)
                self.dispatchers.remove(dispatcher)

    async def run(self, *owners) -> None:
        async with self.running(*owners):
            pass

    async def later(self, **delta) -> None:
        """Let time pass, and do what is due then."""
        self.now += timedelta(**delta)
        await self.run()

    async def states(self) -> dict[str, State]:
        async with self.database.reading() as connection:
            rows = await connection.execute(select(outbox.c.key, outbox.c.state).order_by(outbox.c.id))
            return {key: State(state) for key, state in rows}

    async def lane(self, channel=CHANNEL) -> Lane:
        async with self.database.reading() as connection:
            found = (await connection.execute(select(lane).where(lane.c.channel_id == channel))).one()
            return Lane(**{name: getattr(found, name) for name in Lane.__slots__})


@pytest.fixture
def stage(database) -> Stage:
    poster = PlayedChannels()
    made = Stage(database=database, outbox=None, poster=poster)
    made.outbox = Outbox(database, wake=made.wake)
    return made
