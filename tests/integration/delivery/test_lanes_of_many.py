"""Processes that share a store, and one that stood still for longer than its lane was its own."""

import asyncio

from bot.delivery import lanes
from bot.delivery.models import State
from tests.integration.delivery.conftest import CHANNEL, GUILD
from tests.integration.delivery.played_channels import passing


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
