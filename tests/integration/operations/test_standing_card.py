"""The card that stands in a channel: posted once, edited on change, moved, posted anew when it is gone."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.delivery.models import Sent, State, Verb
from bot.delivery.post import Post, Words
from bot.operations.health import Board, Condition, Health, Part
from bot.operations.standing_card import StandingCards
from bot.text.languages import speaking
from tests.integration.delivery.conftest import GUILD
from tests.integration.delivery.played_channels import PlayedChannels, permanent, poison

HERE, THERE = 70, 71
OTHERS = 99


@dataclass
class Channels(PlayedChannels):
    """Channels in which people remove messages."""

    gone: set[int] = field(default_factory=set)

    def _do(self, order):
        if order.verb is Verb.EDIT and order.target.message_id in self.gone:
            return Sent(channel_id=order.target.channel_id, message_id=None)
        return super()._do(order)


class Room:
    """A guild with a card, and a part whose health the test decides."""

    def __init__(self, stage):
        self.stage = stage
        stage.poster = Channels()
        self.channels = {GUILD: HERE}
        self.condition = Condition.WELL
        self.words = "fine"
        self.latency = "1 ms"
        self.cards = self.make()

    def make(self):
        async def channels():
            return self.channels

        async def part(_guild_id, _now):
            return (
                Health(part=Part.FAQ_PAGE, name="page", condition=self.condition, words=self.words),
                Health(part=Part.DISCORD, name="Discord", condition=Condition.WELL, words=self.latency),
            )

        def draw(healths, now):
            return Post(blocks=(Words(markdown=f"{healths[0].words} at {now}"),))

        return StandingCards(
            database=self.stage.database,
            outbox=self.stage.outbox,
            board=Board({Part.FAQ_PAGE: part}, unanswered=None),
            channels=channels,
            draw=draw,
            speaking=lambda _guild_id: speaking("en"),
            is_ours=lambda guild_id: guild_id != OTHERS,
            replaced="replaced",
        )

    async def after(self, seconds, *, every=60):
        """Let time pass in steps, and look after the cards each time."""
        while seconds > 0:
            step = min(seconds, every)
            seconds -= step
            self.stage.now = self.stage.now + timedelta(seconds=step)
            await self.look()

    async def look(self):
        await self.cards.review(self.stage.now)
        await self.stage.run()

    @property
    def posted(self):
        return {place: len(keys) for place, keys in self.stage.poster.posts.items() if keys}

    @property
    def edits(self):
        return len(self.stage.poster.edits)


@pytest.fixture
async def room(stage):
    room = Room(stage)
    await room.look()
    return room


async def test_a_card_is_posted_once_and_silently(room):
    await room.after(600)
    assert (room.posted, room.edits) == ({HERE: 1}, 0)
    (order,) = room.stage.poster.orders
    assert order.post.is_silent


async def test_a_new_process_knows_the_card(room):
    room.cards = room.make()
    await room.after(120)
    assert (room.posted, room.edits) == ({HERE: 1}, 0)


async def test_a_condition_that_changes_is_shown_within_a_minute(room):
    room.condition = Condition.BROKEN
    await room.after(60)
    assert (room.posted, room.edits) == ({HERE: 1}, 1)
    await room.after(300)
    assert room.edits == 1


async def test_at_most_one_edit_a_minute(room):
    for turn in range(16):
        room.condition = (Condition.BROKEN, Condition.WELL)[turn % 2]
        await room.after(15)
    assert 2 <= room.edits <= 4
    assert room.posted == {HERE: 1}


async def test_words_that_change_wait_for_ten_minutes(room):
    room.words = "checked just now"
    await room.after(540)
    assert room.edits == 0
    await room.after(120)
    assert room.edits == 1


async def test_milliseconds_change_nothing(room):
    for number in range(20):
        room.latency = f"{number} ms"
        await room.after(60)
    assert room.edits == 0


async def test_the_card_moves_to_another_channel(room):
    (first,) = room.stage.poster.messages.values()
    room.channels = {GUILD: THERE}
    await room.after(60)
    assert room.posted == {HERE: 1, THERE: 1}
    assert room.stage.poster.removed == [first]


async def test_the_card_goes_when_it_is_no_longer_wanted(room):
    (first,) = room.stage.poster.messages.values()
    room.channels = {}
    await room.after(120)
    assert room.stage.poster.removed == [first]
    room.channels = {GUILD: HERE}
    await room.after(60)
    assert room.posted == {HERE: 2}


async def test_a_card_that_somebody_removed_comes_back(room):
    room.stage.poster.gone.update(room.stage.poster.messages.values())
    room.condition = Condition.BROKEN
    await room.after(180)
    assert room.posted == {HERE: 2}
    room.condition = Condition.WELL
    await room.after(60)
    assert room.stage.poster.edits[-1][1] not in room.stage.poster.gone


async def test_a_card_is_renewed_before_the_outbox_forgets_it(room):
    (first,) = room.stage.poster.messages.values()
    room.stage.now = room.stage.now + timedelta(days=21)
    await room.look()
    assert room.posted == {HERE: 2}
    assert room.stage.poster.removed == [first]


async def test_nothing_piles_up_while_the_channel_is_closed(stage):
    room = Room(stage)
    stage.poster.trouble = lambda _order: permanent()
    await room.look()
    for turn in range(10):
        room.condition = (Condition.BROKEN, Condition.WELL)[turn % 2]
        await room.after(60)
    assert len(await stage.states()) == 1
    room.channels = {GUILD: THERE}
    stage.poster.trouble = lambda _order: None
    await room.after(60)
    assert room.posted == {THERE: 1}
    assert sorted((await stage.states()).values()) == [State.DROPPED, State.SENT]


async def test_a_card_that_discord_refuses_is_tried_anew_after_an_hour_not_at_once(stage):
    room = Room(stage)
    stage.poster.trouble = lambda _order: poison()
    await room.look()
    await room.after(50 * 60, every=300)
    assert len(stage.poster.orders) == 1
    stage.poster.trouble = lambda _order: None
    await room.after(20 * 60, every=300)
    assert room.posted == {HERE: 1}


async def test_a_guild_of_another_process_is_left_to_that(room):
    await room.look()
    room.channels = {GUILD: HERE, OTHERS: THERE}
    await room.after(120)
    assert room.posted == {HERE: 1}
