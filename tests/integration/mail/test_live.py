"""Mails are posted as they come, once and in order; floods, piles, merges, private lists; on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery.models import State
from bot.delivery.post_json import from_json
from bot.errors import UserError
from bot.mail.dispositions import Fate, Way
from bot.mail.live.models import Ruling
from bot.mail.polling import News
from bot.mail.stored import OptOut
from bot.storage.schema import mail_follow, mail_list, mail_live, outbox, topic_thread
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW, STRANGER, arrival, follow, later
from tests.integration.mail.live_world import ADMINS, World, words

USER = 4_000_000_000


@pytest.fixture
async def world(database, mail, list_id):
    built = World(database, mail, list_id)
    await built.live()
    return built


async def test_a_conversation_stands_in_one_thread_in_its_order(world):
    await world.bring(
        arrival(
            "b", "Yes.", subject="Re: Plans", refs="a", at=later(minutes=2), author="Bob <b@example.org>"
        ),
        arrival("a", "Shall we?", subject="[VOTE] Plans", at=later(minutes=1)),
        arrival("x", "Else.", subject="Other", at=later(minutes=3)),
    )
    await world.bring(arrival("c", "No.", subject="Re: Plans", refs="a b", at=later(minutes=9)))
    first, second, other, third = await world.posts()
    assert first.topic.key == second.topic.key == third.topic.key != other.topic.key
    assert (first.topic.name, first.topic.tags) == ("[VOTE] Plans", ("VOTE",))
    assert ["Shall we?" in words(first), "Yes." in words(second), "No." in words(third)] == [True] * 3
    assert "Bob" in words(second)
    assert (bool(first.title), bool(second.title)) == (True, False)
    assert await world.fates() == {Fate.POSTED: 4}
    assert "example.org" not in words(first)


async def test_nothing_is_posted_twice(world):
    await world.bring(arrival("a"))
    await world.bring(arrival("a"))
    assert len(await world.posts()) == 1


async def test_what_was_there_before_is_not_posted(world):
    await world.bring(arrival("a", at=later(hours=-1)), is_old=True)
    assert await world.posts() == []
    assert await world.fates() == {Fate.OLD: 1}


async def test_only_live_channels_get_each_mail(world, database, mail):
    async with database.writing() as connection:
        await mail.follow(connection, follow(world.list_id, guild_id=STRANGER, channel_id=7))
    await world.bring(arrival("a"))
    assert await world.posts(7) == []
    await world.following.switch_off(world.audience)
    await world.bring(arrival("b", subject="Else"))
    assert await world.fates() == {Fate.POSTED: 1}
    with pytest.raises(UserError):
        await world.following.switch_off(world.audience)


async def test_what_a_channel_chose_holds_there_alone(world):
    await world.live(7)
    world.chosen = {(GUILD, 7): lambda _email: Ruling(fate=Fate.FILTERED, reason="bots")}
    (email,) = await world.bring(arrival("a"))
    told = await world.ledger.list_of_email(GUILD, email.id)
    assert [(each.channel_id, each.fate, each.reason) for each in told] == [
        (7, Fate.FILTERED, "bots"),
        (CHANNEL, Fate.POSTED, ""),
    ]
    assert await world.posts(7) == []


async def test_a_marked_mail_pings_the_role_and_nobody_else(world):
    world.chosen = {(GUILD, CHANNEL): lambda _email: Ruling(is_marked=True, pings=5)}
    await world.bring(arrival("a", "Hello @everyone <@1> <@&2>"))
    (post,) = await world.posts()
    assert (post.lead, post.mention_roles, post.mention_users) == ("<@&5>", (5,), ())
    assert words(post).startswith("⭐")


async def test_who_opted_out_is_not_shown(world, database, mail):
    (email,) = await world.bring(arrival("a"))
    async with database.writing() as connection:
        opted = OptOut(guild_id=GUILD, author_hash=email.author_hash, author_name="Ann", since=NOW)
        await mail.opt_out(connection, opted)
        await mail.follow(connection, follow(world.list_id, guild_id=STRANGER, channel_id=7))
    await world.bring(arrival("b"))
    assert await world.fates() == {Fate.POSTED: 1, Fate.HIDDEN: 1}


async def test_a_private_lists_mail_is_held_where_everybody_sees_it(world, database):
    async with database.writing() as connection:
        await connection.execute(mail_list.update().values(is_private=True))
    world.open_channels = {CHANNEL}
    await world.bring(arrival("a"))
    assert (await world.posts(), await world.fates()) == ([], {Fate.HELD: 1})
    world.open_channels = set()
    await world.bring(arrival("b"))
    (post,) = await world.posts()
    assert post.is_confidential
    with pytest.raises(UserError):
        await world.following.switch_on(world.audience, await world.list(), is_open=True, now=NOW)


async def test_a_channel_that_was_opened_is_told_once_and_what_was_held_comes_when_it_is_closed(
    world, database
):
    async with database.writing() as connection:
        await connection.execute(mail_list.update().values(is_private=True))
    (before,) = await world.bring(arrival("before", at=later(seconds=-1)))
    await world.guarding.look(NOW)
    assert await world.posts(ADMINS) == []
    world.open_channels = {CHANNEL}
    async with database.writing() as connection:  # it was on its way, and the poster did not post it
        failed = outbox.c.key.startswith("live:")
        await connection.execute(update(outbox).where(failed).values(state=State.FAILED, ended_at=NOW))
    await world.bring(arrival("a"), arrival("b", subject="Other", at=later(minutes=1)))
    for minutes in (1, 2, 3, 4, 5, 6, 7):
        await world.guarding.look(later(minutes=minutes))
    (told,) = await world.posts(ADMINS)
    assert "Everybody sees <#300>" in words(told)
    assert "@everyone > View Channel off" in words(told)

    world.open_channels, world.unknown_channels = set(), {CHANNEL}
    await world.guarding.look(later(minutes=8))  # Discord does not say: nothing is known to have changed
    assert len(await world.posts()) == 1
    world.unknown_channels = set()
    for minutes in (9, 10):
        await world.guarding.look(later(minutes=minutes))
    summary = (await world.posts())[-1]
    assert len(await world.posts()) == 2
    assert "2 mails" in words(summary)
    assert "Other" in words(summary)
    assert summary.is_confidential
    assert [row["state"] for row in await world.rows()] == [State.QUEUED, State.QUEUED]
    for told in await world.ledger.list_of_email(GUILD, before.id + 1):
        assert told.outbox_key.startswith("closed-off:")
    assert len(await world.posts(ADMINS)) <= 2


async def test_a_private_list_that_is_left_is_no_trouble_any_more(world, database):
    async with database.writing() as connection:
        await connection.execute(mail_list.update().values(is_private=True))
    world.open_channels = {CHANNEL}
    await world.guarding.look(NOW)
    await world.following.switch_off(world.audience)
    await world.guarding.look(later(minutes=1))
    async with database.reading() as connection:
        assert await world.parts.notices.list_open(connection, "private list:") == frozenset()
    assert len(await world.posts(ADMINS)) == 1


async def test_what_was_held_comes_when_the_list_is_private_no_more(world, database):
    async with database.writing() as connection:
        await connection.execute(mail_list.update().values(is_private=True))
    world.open_channels = {CHANNEL}
    await world.bring(arrival("a"))
    async with database.writing() as connection:
        await connection.execute(mail_list.update().values(is_private=False))
    await world.guarding.look(later(minutes=1))
    assert "1 mail" in words((await world.posts())[-1])


def flood(count, first=0, **values):
    return [
        arrival(f"f{number}", subject=f"Topic {number}", at=later(seconds=number), **values)
        for number in range(first, first + count)
    ]


async def test_a_flood_is_folded_into_one_summary_and_the_admins_hear_of_it_once(world):
    await world.bring(*flood(40))
    await world.bring(*flood(20, first=40))
    world.now += timedelta(minutes=5)
    await world.bring(*flood(22, first=60))
    assert await world.fates() == {Fate.POSTED: 30, Fate.FOLDED: 52}
    rows = await world.rows()
    assert len(rows) == 30 + 1 + 2
    last = from_json(rows[-1]["post"])
    assert last.title == "52 more mails on Group"
    assert last.edits == rows[30]["key"]
    assert len(words(last)) < 4_000
    assert len(await world.posts(ADMINS)) == 1
    keys = {row["key"] for row in rows}
    for number in range(1, 83):
        (told,) = await world.ledger.list_of_email(GUILD, number)
        assert told.outbox_key in keys


async def test_after_an_outage_ten_are_posted_and_the_rest_is_one_summary(world):
    world.now = later(hours=5)
    await world.bring(*flood(25), pause=timedelta(hours=5))
    await world.bring(*flood(25, first=25))
    await world.bring(arrival("fresh", subject="Fresh", at=world.now))
    assert await world.fates() == {Fate.POSTED: 11, Fate.FOLDED: 40}
    rows = await world.rows()
    assert [row["verb"] for row in rows] == ["send"] * 11 + ["edit", "send"]
    assert from_json(rows[-2]["post"]).title == "40 more mails on Group"
    assert await world.posts(ADMINS) == []


async def test_threads_that_grow_together_are_linked_once(world, database):
    await world.bring(
        arrival("a", subject="Plans"), arrival("c", subject="Ideas", refs="b", at=later(minutes=1))
    )
    first, second = await world.posts()
    async with database.writing() as connection:
        row = {"guild_id": GUILD, "channel_id": CHANNEL, "thread_id": 77, "opened_at": NOW}
        await connection.execute(topic_thread.insert().values(topic=first.topic.key, **row))
    await world.bring(arrival("b", subject="Re: Plans", refs="a", at=later(minutes=2)))
    await world.bring(arrival("d", subject="Re: Ideas", refs="b c", at=later(minutes=3)))
    link, *after = (await world.posts())[2:]
    assert link.topic.key == second.topic.key
    assert "<#77>" in words(link)
    assert [post.topic.key for post in after] == [first.topic.key] * 2


async def test_a_thread_keeps_its_place_when_it_joins_one_that_was_never_posted(world):
    await world.bring(arrival("a", subject="Plans", at=later(hours=-1)), is_old=True)
    await world.bring(arrival("c", subject="Ideas", refs="b"))
    await world.bring(arrival("b", subject="Re: Plans", refs="a"))
    assert len({post.topic.key for post in await world.posts()}) == 1


async def test_one_thread_is_followed_alone(world):
    await world.following.switch_off(world.audience)
    first = await world.bring(arrival("a", subject="Plans"), arrival("x", subject="Else"))
    plans = [email for email in first if email.topic == "Plans"]
    listed = await world.list()
    asked = {"user_id": USER, "now": NOW}
    assert (await world.following.follow_thread(world.audience, listed, plans, **asked)).is_new
    assert not (await world.following.follow_thread(world.audience, listed, plans, **asked)).is_new
    await world.bring(arrival("b", subject="Re: Plans", refs="a"), arrival("y", subject="Re: Else", refs="x"))
    start, welcome, reply = await world.posts()
    assert start.topic == welcome.topic
    assert (welcome.mention_users, start.mention_users) == ((USER,), ())
    assert reply.topic.key == start.topic.key
    assert await world.fates(way=Way.THREAD) == {Fate.POSTED: 1}


async def test_a_live_channel_posts_a_followed_threads_mail_once(world):
    plans = await world.bring(arrival("a", subject="Plans"))
    await world.following.follow_thread(world.audience, await world.list(), plans, user_id=USER, now=NOW)
    await world.bring(arrival("b", subject="Re: Plans", refs="a"))
    assert len(await world.posts()) == 3
    assert await world.fates(way=Way.THREAD) == {}


async def test_what_is_declared_comes_and_goes_with_the_file(world):
    declared = replace(world.audience, channel_id=7)
    async with world.database.writing() as connection:
        await world.mail.follow(connection, follow(world.list_id, channel_id=7))
    await world.following.declare(GUILD, [declared], is_whole=True, now=NOW)
    with pytest.raises(UserError):
        await world.following.switch_off(declared)
    await world.following.declare(GUILD, [], is_whole=False, now=NOW)
    assert len(await world.repository.list_live(GUILD)) == 2
    await world.following.declare(GUILD, [], is_whole=True, now=NOW)
    assert [audience for audience, _ in await world.repository.list_live(GUILD)] == [world.audience]


async def test_who_leaves_a_list_ends_its_live_mode(world):
    async with world.database.writing() as connection:
        await world.mail.unfollow(connection, GUILD, world.list_id)
        assert (await connection.execute(select(mail_live))).all() == []
    await world.bring(arrival("a"))
    assert await world.posts() == []


async def test_all_is_undone_with_the_transaction(world):
    async def break_off():
        async with world.database.writing() as connection:
            saved = await world.mail.save_batch(connection, world.list_id, [arrival("a")], now=NOW)
            news = News(mailing_list=await world.list(), saved=saved, is_old=False, now=NOW)
            await world.mode.hear(connection, news)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert (await world.posts(), await world.fates()) == ([], {})
    await world.bring(arrival("a"))
    assert [row["state"] for row in await world.rows()] == [State.QUEUED]


async def test_list_that_a_guild_closed_for_itself_stays_out_of_its_open_channels(database, world):
    async with database.writing() as connection:
        of_ours = mail_follow.c.guild_id == GUILD
        await connection.execute(
            update(mail_follow).where(of_ours).values(is_private=True, name="Inner circle")
        )
    await world.bring(arrival("a", "Shall we?", at=later(minutes=1)))
    world.open_channels.add(CHANNEL)
    await world.bring(arrival("b", "Or not?", at=later(minutes=2)))

    (post,) = await world.posts()
    assert post.is_confidential
    assert await world.fates() == {Fate.POSTED: 1, Fate.HELD: 1}
