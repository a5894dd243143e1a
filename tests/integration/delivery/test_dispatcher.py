import asyncio
from datetime import timedelta

import pytest

from bot.delivery.models import Fold, Kind, Late, Removal, State
from bot.delivery.plan import Restoration
from bot.delivery.post import Post, Topic
from tests.integration.delivery.conftest import ADMINS, CHANNEL, GUILD, START
from tests.integration.delivery.played_channels import passing, permanent, poison

MINUTE = timedelta(minutes=1)


async def test_a_key_is_posted_once(stage):
    assert await stage.enqueue("a")
    assert not await stage.enqueue("a", post=Post(title="other"))
    await stage.run()
    assert not await stage.enqueue("a")
    await stage.run()
    assert stage.poster.posts == {CHANNEL: ["a"]}
    assert stage.seen == [(Kind.MAIL, State.SENT)]


async def test_nothing_is_posted_when_the_callers_transaction_fails(stage):
    with pytest.raises(RuntimeError):
        await stage.enqueue("a", fails_after=RuntimeError())
    await stage.run()
    assert stage.poster.orders == []
    assert await stage.enqueue("a")


async def test_an_enqueued_post_leaves_at_once(stage):
    async with stage.running():
        await stage.enqueue("a")
    assert stage.poster.posts == {CHANNEL: ["a"]}


async def test_posts_of_a_channel_leave_in_the_order_in_which_they_are_due(stage):
    await stage.enqueue("third", due=START - MINUTE)
    await stage.enqueue("first", due=START - 3 * MINUTE)
    await stage.enqueue("second", due=START - 2 * MINUTE)
    await stage.enqueue("fourth", due=START - MINUTE)
    await stage.run()
    assert stage.poster.posts == {CHANNEL: ["first", "second", "third", "fourth"]}


async def test_what_is_not_due_waits_and_an_alarm_is_set(stage):
    await stage.enqueue("later", due=START + 7 * MINUTE)
    await stage.run()
    assert stage.poster.orders == []
    assert stage.alarms[-1] == START + 7 * MINUTE
    await stage.later(minutes=7)
    assert stage.poster.posts == {CHANNEL: ["later"]}


async def test_channels_do_not_wait_for_each_other(stage):
    stage.poster.trouble = lambda order: passing() if order.channel_id == 7 else None
    for number in range(3):
        await stage.enqueue(f"a{number}", channel=7)
        await stage.enqueue(f"b{number}", channel=8)
    await stage.run()
    assert stage.poster.posts == {8: ["b0", "b1", "b2"]}


async def test_a_passing_error_is_tried_again_and_keeps_the_order(stage):
    stage.poster.trouble = lambda _order: passing()
    await stage.enqueue("a")
    await stage.enqueue("b")
    await stage.run()
    stage.poster.trouble = lambda _order: None
    await stage.run()
    assert stage.poster.posts == {}  # not before its time
    assert timedelta(seconds=3) < stage.alarms[-1] - START <= timedelta(seconds=5)
    await stage.later(seconds=5)
    assert stage.poster.posts == {CHANNEL: ["a", "b"]}
    assert (await stage.lane()).failures == 0


async def test_a_lost_reply_is_looked_for_before_it_is_posted_again(stage):
    stage.poster.trouble = lambda order: passing(in_doubt=True) if order.in_doubt_since is None else None
    stage.poster.is_done_in_trouble = True
    await stage.enqueue("a")
    await stage.run()
    assert await stage.states() == {"a": State.SENDING}
    await stage.later(seconds=5)
    assert [order.in_doubt_since for order in stage.poster.orders] == [None, START]
    assert stage.poster.posts == {CHANNEL: ["a"]}
    assert await stage.states() == {"a": State.SENT}


async def test_doubt_outlasts_an_error_that_is_clear(stage):
    errors = [passing(in_doubt=True), passing(), None]
    stage.poster.trouble = lambda _order: errors.pop(0)
    await stage.enqueue("a")
    for _ in range(3):
        await stage.later(minutes=10)
    assert [order.in_doubt_since for order in stage.poster.orders] == [None, *[START + 10 * MINUTE] * 2]


async def test_discord_down_for_a_day_costs_few_tries_and_no_post(stage):
    stage.poster.trouble = lambda _order: passing()
    for number in range(10):
        await stage.enqueue(f"{number}")
    for _ in range(24 * 5):
        await stage.later(minutes=12)
    tries = len(stage.poster.orders)
    assert 15 < tries <= 40
    stage.poster.trouble = lambda _order: None
    await stage.later(minutes=67)
    assert stage.poster.posts == {CHANNEL: [f"{number}" for number in range(10)]}


async def test_the_wait_that_discord_asks_for_is_kept(stage):
    stage.poster.trouble = lambda _order: passing(after=600)
    await stage.enqueue("a")
    await stage.run()
    assert stage.alarms[-1] == START + 10 * MINUTE


async def test_after_five_days_it_is_given_up_and_told(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda order: passing() if order.channel_id == CHANNEL else None
    await stage.enqueue("a")
    for _ in range(6 * 8):
        await stage.later(hours=3)
    assert await stage.states() == {"a": State.FAILED, "notice:failed:7:2026-03-07": State.SENT}
    assert stage.poster.posts == {ADMINS: ["notice:failed:7:2026-03-07"]}


async def test_a_paused_channel_is_tried_when_something_changed(stage):
    stage.poster.trouble = lambda _order: permanent()
    await stage.enqueue("a")
    await stage.run()
    stage.poster.trouble = lambda _order: None
    async with stage.running():
        await stage.dispatchers[0].look_again(GUILD)
    assert stage.poster.posts == {CHANNEL: ["a"]}


async def test_poison_is_set_aside_and_the_rest_goes_on(stage):
    await stage.set_admin_channel()
    stage.poster.trouble = lambda order: poison() if order.key == "bad" else None
    for key in ("a", "bad", "b"):
        await stage.enqueue(key)
    await stage.run()
    assert stage.poster.posts == {CHANNEL: ["a", "b"], ADMINS: ["notice:failed:7:2026-03-02"]}
    (failed,) = await stage.outbox.list_ended(GUILD, State.FAILED, limit=10)
    assert (failed.key, failed.reason) == ("bad", "Discord refuses it.")


async def test_a_failed_post_is_retried_or_dropped_as_an_admin_says(stage):
    stage.poster.trouble = lambda _order: poison()
    await stage.enqueue("a")
    await stage.enqueue("b")
    await stage.run()
    failed = {row.key: row.id for row in await stage.outbox.list_ended(GUILD, State.FAILED, limit=10)}
    stage.poster.trouble = lambda _order: None
    assert not await stage.outbox.retry(GUILD + 1, failed["a"], now=stage.now)
    assert not await stage.outbox.drop(GUILD + 1, failed["b"], reason="not theirs", now=stage.now)
    assert await stage.outbox.retry(GUILD, failed["a"], now=stage.now)
    assert await stage.outbox.drop(GUILD, failed["b"], reason="an admin dropped it", now=stage.now)
    await stage.run()
    assert await stage.states() == {"a": State.SENT, "b": State.DROPPED}


async def test_late_is_reworded_and_too_late_is_dropped_with_its_reason(stage):
    def reminder(key):
        return stage.enqueue(
            key,
            kind=Kind.REMINDER,
            post=Post(title="starts soon"),
            due=START,
            late=Late(after=START + 2 * MINUTE, post=Post(title="has started")),
            cutoff_at=START + 30 * MINUTE,
        )

    await reminder("in time")
    await stage.later(minutes=2)
    await reminder("late")
    await stage.later(minutes=28)
    await reminder("too late")
    await stage.later(minutes=1)
    assert [order.post.title for order in stage.poster.orders] == ["starts soon", "has started"]
    (dropped,) = await stage.outbox.list_ended(GUILD, State.DROPPED, limit=10)
    assert (dropped.key, dropped.reason) == ("too late", "It was too late to be of use.")


async def test_what_is_in_doubt_is_looked_for_even_when_it_is_too_late_to_post(stage):
    for key, is_done in (("there", True), ("not there", False)):
        stage.poster.trouble = lambda order: passing(in_doubt=True) if order.may_send else None
        stage.poster.is_done_in_trouble = is_done
        await stage.enqueue(key, channel=len(key), cutoff_at=stage.now + MINUTE)
        await stage.run()
    await stage.later(minutes=10)
    assert await stage.states() == {"there": State.SENT, "not there": State.DROPPED}
    assert stage.poster.posts == {5: ["there"]}


async def test_an_edit_goes_to_the_message_and_only_the_last_is_made(stage):
    await stage.enqueue("card")
    await stage.run()
    for number in range(3):
        await stage.enqueue(f"edit {number}", post=Post(title=f"{number}", edits="card"))
    await stage.run()
    assert stage.poster.edits == [("edit 2", 1000)]
    assert stage.poster.orders[-1].mark_key == "card"


async def test_what_changes_a_post_that_never_was_is_dropped(stage):
    await stage.enqueue("edit", post=Post(title="a", edits="nothing"))
    await stage.run()
    assert await stage.states() == {"edit": State.DROPPED}


async def test_a_removal_takes_the_message_away(stage):
    await stage.enqueue("card")
    removal = Removal(
        key="gone", guild_id=GUILD, channel_id=CHANNEL, kind=Kind.REMINDER, target="card", due_at=stage.now
    )
    async with stage.database.writing() as connection:
        await stage.outbox.enqueue_removal(connection, removal, now=stage.now)
    await stage.run()
    assert stage.poster.removed == [1000]


async def test_a_reply_names_its_message_and_stands_alone_without_it(stage):
    await stage.enqueue("card")
    await stage.enqueue("reply", post=Post(title="moved", replies_to="card"))
    await stage.enqueue("reply to nothing", post=Post(title="moved", replies_to="nothing"))
    await stage.run()
    assert [order.target and order.target.message_id for order in stage.poster.orders] == [None, 1000, None]


async def test_posts_of_a_topic_stand_in_its_thread(stage):
    topic = Topic(key="thread 1", name="Plans")
    await stage.enqueue("a", post=Post(title="a", topic=topic))
    await stage.enqueue("b", post=Post(title="b", topic=topic))
    await stage.enqueue("c", post=Post(title="c", topic=Topic(key="thread 2", name="Else")))
    await stage.run()
    assert stage.poster.posts == {CHANNEL: ["a", "c"], 1000: ["b"]}


async def test_many_waiting_posts_of_a_group_are_folded_into_one(stage):
    for number in range(40):
        await stage.enqueue(f"{number}", fold=Fold(group="list:1", line=f"line {number}"))
    await stage.enqueue("other")
    await stage.later(minutes=10)
    assert stage.poster.posts == {CHANNEL: [*map(str, range(10)), "other", "fold:10"]}
    summary = stage.poster.orders[-1].post
    assert summary.title == "30 more that came meanwhile"
    assert summary.blocks[0].markdown.splitlines() == [f"- line {number}" for number in range(10, 40)]
    states = await stage.states()
    assert [states[str(number)] for number in range(10, 40)] == [State.DROPPED] * 30


async def test_many_posts_that_came_at_once_leave_one_by_one(stage):
    for number in range(40):
        await stage.enqueue(f"{number}", fold=Fold(group="list:1", line=f"line {number}"))
    await stage.later(minutes=9)
    assert stage.poster.posts == {CHANNEL: [*map(str, range(40))]}


async def test_a_withdrawn_post_never_leaves(stage):
    await stage.enqueue("a", due=START + MINUTE)
    async with stage.database.writing() as connection:
        assert await stage.outbox.withdraw(connection, "a", reason="the meeting was moved", now=stage.now)
        assert not await stage.outbox.withdraw(connection, "b", reason="?", now=stage.now)
    await stage.later(minutes=2)
    assert stage.poster.orders == []


async def test_after_a_restore_what_was_due_is_looked_for_first(stage):
    """The backup was made before these were posted; the channel has them."""
    await stage.enqueue("before", due=START)
    await stage.enqueue("after", due=START + 50 * MINUTE)
    stage.restoration = Restoration(backup_at=START - MINUTE, restored_at=START + 40 * MINUTE)
    stage.poster.messages["before"] = 500
    await stage.later(hours=1)
    assert stage.poster.posts == {CHANNEL: ["after"]}
    assert [order.in_doubt_since for order in stage.poster.orders] == [START - MINUTE, None]


async def test_a_stop_lets_the_post_under_way_end_and_begins_no_other(stage):
    stage.poster.pause = 0.2
    for number in range(3):
        await stage.enqueue(f"{number}")
    dispatcher = stage.dispatcher()
    async with dispatcher:
        await asyncio.wait_for(stage.poster.called.wait(), 5)
    assert await stage.states() == {"0": State.SENT, "1": State.QUEUED, "2": State.QUEUED}


async def test_two_processes_share_the_lanes_and_double_nothing(stage):
    stage.poster.pause = 0.002
    for number in range(60):
        await stage.enqueue(f"{number:02}", channel=number % 6)
    await stage.run("one", "two")
    assert {place: len(keys) for place, keys in stage.poster.posts.items()} == dict.fromkeys(range(6), 10)
    assert all(keys == sorted(keys) for keys in stage.poster.posts.values())


async def test_a_dead_process_loses_its_lane_within_a_minute(stage):
    from bot.delivery import lanes

    await stage.enqueue("a")
    async with stage.database.writing() as connection:
        due = lanes.DueLane(channel_id=CHANNEL, guild_id=GUILD)
        assert await lanes.take_lane(connection, due, owner="dead", now=stage.now)
    await stage.run()
    # Where one process only can use the store, the next knows at once that it is dead.
    assert len(stage.poster.orders) == (0 if stage.database.is_shared else 1)
    await stage.later(minutes=1)
    assert stage.poster.posts == {CHANNEL: ["a"]}


async def test_what_ended_is_kept_for_thirty_days(stage):
    await stage.enqueue("a")
    await stage.enqueue("waits", due=START + timedelta(days=90))
    await stage.run()
    await stage.outbox.purge(START + timedelta(days=29))
    assert list(await stage.states()) == ["a", "waits"]
    await stage.outbox.purge(START + timedelta(days=31))
    assert list(await stage.states()) == ["waits"]


async def test_a_store_that_fails_is_not_asked_without_a_pause(stage, caplog):
    """The read works and the write does not, as on a full disk."""
    await stage.enqueue("a")
    if stage.database.is_shared:
        break_writing, mend = "ALTER TABLE lane RENAME TO away", "ALTER TABLE away RENAME TO lane"
    else:
        break_writing = "CREATE TRIGGER full BEFORE INSERT ON lane BEGIN SELECT RAISE(ABORT, 'no room'); END"
        mend = "DROP TRIGGER full"
    async with stage.database.writing() as connection:
        await connection.exec_driver_sql(break_writing)
    dispatcher = stage.dispatcher()
    async with dispatcher:
        await asyncio.sleep(0.3)
        assert 1 <= len(caplog.records) <= 3
        async with stage.database.writing() as connection:
            await connection.exec_driver_sql(mend)
        stage.now += timedelta(seconds=5)
        dispatcher.wake()
        await dispatcher.until_idle()
    assert stage.poster.posts == {CHANNEL: ["a"]}


async def test_a_bot_that_was_off_for_a_week_has_not_tried_for_a_week(stage):
    await stage.enqueue("a")
    stage.now += timedelta(days=7)
    stage.poster.trouble = lambda _order: passing()
    for _ in range(3):
        await stage.later(minutes=1)
    stage.poster.trouble = lambda _order: None
    await stage.later(minutes=5)
    assert await stage.states() == {"a": State.SENT}


async def test_an_edit_that_is_due_later_does_not_take_the_place_of_one_that_is_due_now(stage):
    await stage.enqueue("card")
    await stage.enqueue("started", post=Post(title="has started", edits="card"))
    await stage.enqueue("over", post=Post(title="is over", edits="card"), due=stage.now + timedelta(hours=1))
    await stage.run()
    assert [key for key, _ in stage.poster.edits] == ["started"]
    await stage.later(hours=1)
    assert [key for key, _ in stage.poster.edits] == ["started", "over"]
