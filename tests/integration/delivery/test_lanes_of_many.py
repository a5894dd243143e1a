"""Processes that share a store, and one that stood still for longer than its lane was its own."""

import asyncio

import pytest

from bot.delivery import lanes
from bot.delivery.holding import make_sure_it_is_held
from bot.delivery.models import State
from tests.integration.delivery.conftest import CHANNEL, GUILD
from tests.integration.delivery.played_channels import PlayedChannels, passing


async def _lose_the_lane(stage, *, to: str) -> None:
    """Take the lane as another process does once the lease is over."""
    stage.now += 2 * lanes.LEASE
    async with stage.database.writing() as connection:
        due = lanes.DueLane(channel_id=CHANNEL, guild_id=GUILD)
        assert await lanes.take_lane(connection, due, owner=to, now=stage.now)


async def test_a_process_that_lost_its_lane_while_it_stood_still_begins_nothing_more_there(stage):
    stage.poster.pause = 0.1
    for key in ("a", "b"):
        await stage.enqueue(key)
    async with stage.dispatcher("still") as still:
        await asyncio.wait_for(stage.poster.called.wait(), 5)
        await _lose_the_lane(stage, to="other")
        await asyncio.sleep(0.3)
        await still.until_idle()
    assert [order.key for order in stage.poster.orders] == ["a"]
    stage.poster.pause = 0
    await stage.later(seconds=61)
    assert stage.poster.posts == {CHANNEL: ["a", "b"]}


async def test_what_came_of_a_try_in_a_lost_lane_does_not_undo_what_the_other_noted(stage):
    await stage.enqueue("a")
    stage.poster.pause, stage.poster.is_done_in_trouble = 0.1, True
    stage.poster.trouble = lambda order: passing(in_doubt=True) if order.in_doubt_since is None else None
    async with stage.dispatcher("still"):
        await asyncio.wait_for(stage.poster.called.wait(), 5)
        stage.now += 2 * lanes.LEASE
        async with stage.dispatcher("other") as other:
            await other.until_idle()
    await stage.later(minutes=10)
    assert await stage.states() == {"a": State.SENT}
    assert stage.poster.posts == {CHANNEL: ["a"]}


class SlowToBegin(PlayedChannels):
    """Channels to which the first request leaves only after something else has happened."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile = None
        self.begun = []

    async def deliver(self, order):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        self.begun.append(order)
        make_sure_it_is_held()  # as every request does
        return await super().deliver(order)


async def test_what_was_about_to_be_posted_before_a_standstill_is_not_posted_after_it(stage):
    if not stage.database.is_shared:
        pytest.skip("there is no other process")
    channels = stage.poster = SlowToBegin()

    async def stand_still() -> None:
        stage.now += 2 * lanes.LEASE
        async with stage.dispatcher("other") as other:
            await other.until_idle()
        assert channels.posts == {CHANNEL: ["a", "b"]}

    channels.meanwhile = stand_still
    for key in ("a", "b"):
        await stage.enqueue(key)
    await stage.run("still")
    assert channels.posts == {CHANNEL: ["a", "b"]}
    assert await stage.states() == {"a": State.SENT, "b": State.SENT}


async def test_after_a_standstill_that_nobody_used_it_is_posted_all_the_same(stage):
    async def stand_still() -> None:
        stage.now += 2 * lanes.LEASE

    channels = stage.poster = SlowToBegin()
    channels.meanwhile = stand_still
    await stage.enqueue("a")
    await stage.run("still")
    await stage.later(minutes=10)
    assert channels.posts == {CHANNEL: ["a"]}
    # Alone on its store, a process asks nobody, and need not look.
    tries = 2 if stage.database.is_shared else 1
    assert (await stage.states(), len(channels.begun)) == ({"a": State.SENT}, tries)


async def test_two_processes_that_take_the_same_lanes_at_once_do_not_wait_for_each_other(stage):
    """Each had one and waited for the other's, until the server ended that with an error a second later."""
    if not stage.database.is_shared:
        pytest.skip("there is no other process")
    here, there = (lanes.DueLane(channel_id=channel, guild_id=GUILD) for channel in (CHANNEL, CHANNEL + 1))
    async with stage.database.writing() as connection:
        for due in (here, there):
            assert await lanes.take_lane(connection, due, owner="before", now=stage.now) is not None
    stage.now += 2 * lanes.LEASE
    async with stage.database.writing() as one, stage.database.writing() as two:
        assert await lanes.take_lane(one, here, owner="one", now=stage.now) is not None
        assert await lanes.take_lane(two, there, owner="two", now=stage.now) is not None
        assert await lanes.take_lane(one, there, owner="one", now=stage.now) is None
        assert await lanes.take_lane(two, here, owner="two", now=stage.now) is None
