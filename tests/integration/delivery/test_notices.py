"""What the admins hear of channels and posts that have trouble: once, and not in the broken channel."""

import re
from datetime import timedelta

from bot.delivery.models import State
from tests.integration.delivery.conftest import ADMINS, CHANNEL, GUILD
from tests.integration.delivery.played_channels import permanent, poison

INCIDENT = f"incident:{GUILD}:lane:{CHANNEL}"


def said_in(stage, channel) -> list[str]:
    """Return what was posted, without the moments in the names of incidents."""
    return [re.sub(r":\d{8}T\d+:", ":", key) for key in stage.poster.posts[channel]]


async def test_a_closed_channel_is_paused_told_once_and_mends_by_itself(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda order: permanent() if order.channel_id == CHANNEL else None
    for number in range(5):
        await stage.enqueue(f"{number}")
    for _ in range(12):
        await stage.later(minutes=30)
    assert len([order for order in stage.poster.orders if order.channel_id == CHANNEL]) <= 18
    assert said_in(stage, ADMINS) == [f"{INCIDENT}:opened"]
    assert (await stage.lane()).reason == "The bot lacks: Send Messages."
    stage.poster.trouble = lambda _order: None
    await stage.later(hours=1)
    assert said_in(stage, CHANNEL) == ["0", "1", "2", "3", "4"]
    assert said_in(stage, ADMINS) == [f"{INCIDENT}:opened", f"{INCIDENT}:closed"]
    assert not (await stage.lane()).is_paused


async def test_the_admins_own_channel_gets_no_notice_of_itself(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda _order: permanent()
    await stage.enqueue("a", channel=ADMINS)
    await stage.run()
    assert list(await stage.states()) == ["a"]


async def test_nobody_hears_that_something_works_again_who_never_heard_that_it_did_not(stage):
    stage.poster.trouble = lambda order: permanent() if order.channel_id == CHANNEL else None
    await stage.enqueue("a")
    await stage.run()
    await stage.set_admin_channel()
    stage.poster.trouble = lambda _order: None
    await stage.later(hours=2)
    assert stage.poster.posts == {CHANNEL: ["a"]}


async def test_a_bot_that_is_invited_again_does_not_begin_with_old_complaints(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda _order: permanent()
    await stage.enqueue("a")
    await stage.enqueue("to the admins", channel=ADMINS)
    await stage.run()
    stage.poster.trouble = lambda _order: None
    async with stage.running():
        await stage.dispatchers[0].look_again(GUILD)
    await stage.later(seconds=5)
    assert stage.poster.posts == {CHANNEL: ["a"], ADMINS: ["to the admins"]}


async def test_many_posts_that_fail_in_a_channel_are_one_notice_a_day(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda order: poison() if order.channel_id == CHANNEL else None
    for number in range(30):
        await stage.enqueue(f"{number}")
    await stage.run()
    assert len(await stage.outbox.list_ended(GUILD, State.FAILED, limit=100)) == 30
    assert len(stage.poster.posts[ADMINS]) == 1
    await stage.enqueue("tomorrow", due=stage.now + timedelta(days=1))
    await stage.later(days=1)
    assert len(stage.poster.posts[ADMINS]) == 2


async def test_what_lasts_for_longer_than_the_outbox_remembers_is_told_when_it_is_mended(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda order: permanent() if order.channel_id == CHANNEL else None
    await stage.enqueue("a")
    await stage.run()
    await stage.later(days=31)
    await stage.outbox.purge(stage.now)
    stage.poster.trouble = lambda _order: None
    await stage.later(hours=1)
    assert said_in(stage, ADMINS) == [f"{INCIDENT}:opened", f"{INCIDENT}:closed"]


async def test_a_private_note_that_fails_is_told_with_the_persons_name(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda order: poison() if order.is_direct else None
    await stage.enqueue("note", channel=77, is_direct=True)
    await stage.run()
    (notice,) = [order for order in stage.poster.orders if order.channel_id == ADMINS]
    assert "<@77>" in notice.post.blocks[0].markdown
