"""Two lists in one channel: a mail that went to both is told once, and its conversation is one thread."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mail.dispositions import TWICE, Fate
from bot.mail.live.models import Ruling
from bot.mail.polling import News
from bot.mail.sources.contract import Place
from tests.integration.conftest import NEEDS_SERVER
from tests.integration.mail.arrivals import CHANNEL, GUILD, arrival, follow, later
from tests.integration.mail.live_world import World, words

OTHER = Place(kind="pipermail", address="https://lists.example.org/pipermail/users/", name="Users")
ELSEWHERE = CHANNEL + 1
ON_BOTH_ENGINES = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=NEEDS_SERVER)], indirect=True
)


@pytest.fixture
def database_url(request):
    """Take SQLite where a test does not ask for both."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
async def world(database, mail, list_id):
    built = World(database, mail, list_id)
    await built.live()
    return built


@pytest.fixture
async def users(world, database, mail):
    """Another list, live in the same channel."""
    async with database.writing() as connection:
        source = await mail.add_source(connection, OTHER, cursor={}, now=world.now)
        await mail.follow(connection, follow(source.list_id))
    built = World(database, mail, source.list_id)
    await built.live()
    return built


def topics(posts):
    return [each.topic.key for each in posts]


@ON_BOTH_ENGINES
async def test_a_mail_that_went_to_two_lists_is_posted_once(world, users):
    await world.bring(arrival("a", "Release it?"))
    (email,) = await users.bring(arrival("a", "Release it?"))
    (post,) = await world.posts()
    assert "Release it?" in words(post)
    assert (await world.fates(), await users.fates()) == ({Fate.POSTED: 1}, {Fate.FOLDED: 1})
    (told,) = await users.ledger.list_of_email(GUILD, email.id)
    (row,) = await world.rows()
    assert (told.reason, told.outbox_key) == (TWICE, row["key"])


@ON_BOTH_ENGINES
async def test_the_other_lists_answers_land_in_the_same_thread_and_are_marked(world, users):
    await world.bring(arrival("a"), arrival("b", refs="a", at=later(minutes=1)))
    await users.bring(arrival("a"), arrival("c", refs="a", at=later(minutes=2), subject="Re: Topic"))
    await users.bring(arrival("d", refs="a c", at=later(minutes=3), subject="Re: Topic"))
    await world.bring(arrival("e", refs="a d", at=later(minutes=4), subject="Re: Topic"))
    posts = await world.posts()
    assert len(set(topics(posts))) == 1
    assert ["on Users" in words(each) for each in posts] == [False, False, True, True, False]
    assert [bool(each.title) for each in posts] == [True, False, False, False, False]


async def test_an_answer_may_come_before_what_it_answers(world, users):
    await world.bring(arrival("b", refs="a"))
    await users.bring(arrival("c", refs="a b", at=later(minutes=1)))
    assert len(set(topics(await world.posts()))) == 1


async def test_what_has_nothing_in_common_stays_apart(world, users):
    await world.bring(arrival("a"))
    await users.bring(arrival("z"))
    one, other = await world.posts()
    assert one.topic.key != other.topic.key
    assert bool(other.title)
    assert "on Users" not in words(other)


async def test_one_id_for_different_mails_hides_none(world, users):
    await world.bring(arrival("a", "First."))
    await users.bring(arrival("a", "Second.", subject="Something else"))
    assert [("First." in words(each), "Second." in words(each)) for each in await world.posts()] == [
        (True, False),
        (False, True),
    ]


async def test_another_channel_and_another_server_get_it_all_the_same(world, users, database, mail):
    async with database.writing() as connection:
        await mail.follow(connection, follow(users.list_id, channel_id=ELSEWHERE))
    await users.live(ELSEWHERE)
    await world.bring(arrival("a"))
    await users.bring(arrival("a"))
    assert (len(await world.posts()), len(await world.posts(ELSEWHERE))) == (1, 1)


async def test_what_a_filter_kept_out_of_one_list_is_posted_by_the_other(world, users):
    world.chosen = {(GUILD, CHANNEL): _out}
    await world.bring(arrival("a"))
    await users.bring(arrival("a"))
    assert (await world.fates(), await users.fates()) == ({Fate.FILTERED: 1}, {Fate.POSTED: 1})


def _out(_email):
    return Ruling(fate=Fate.FILTERED)


@ON_BOTH_ENGINES
async def test_what_joins_two_threads_joins_them_for_the_other_list_too(world, users):
    await world.bring(arrival("a"), arrival("x", subject="Other", at=later(minutes=1)))
    await users.bring(arrival("y", refs="x", subject="Other", at=later(minutes=2)))
    await world.bring(arrival("j", refs="a x", at=later(minutes=3)))
    await users.bring(arrival("w", refs="x y", subject="Other", at=later(minutes=4)))
    posts = await world.posts()
    assert posts[-1].topic.key == posts[0].topic.key
    assert "goes on" in words(posts[-2]) or "goes on" in words(posts[-3])


async def test_two_threads_of_one_list_that_share_anothers_lead_nowhere_else(world, users):
    await world.bring(arrival("a"), arrival("b", refs="a", at=later(minutes=1)))
    await users.bring(arrival("c", refs="a", at=later(minutes=2), subject="One"))
    await users.bring(arrival("d", refs="b", at=later(minutes=3), subject="Two"))
    before = await world.posts()
    await users.bring(arrival("e", refs="c d", at=later(minutes=4), subject="One"))
    after = await world.posts()
    assert len(set(topics(after))) == 1
    assert len(after) == len(before) + 1


@ON_BOTH_ENGINES
async def test_two_processes_that_read_the_two_lists_at_once_post_it_once(world, users, database):
    """What neither could have seen of the other is settled by the outbox's unique key."""

    async def bring(each):
        async with database.writing() as connection:
            saved = await each.mail.save_batch(connection, each.list_id, [arrival("a")], now=each.now)
            follows = await each.mail.list_followers(each.list_id)
            news = News(
                mailing_list=await each.list(), saved=saved, is_old=False, now=each.now, follows=follows
            )
            await asyncio.sleep(0.05)
            await each.mode.hear(connection, replace(news, pause=timedelta()))

    await asyncio.gather(bring(world), bring(users))
    assert len(await world.posts()) == 1
    fates = [await world.fates(), await users.fates()]
    assert sorted(fate for each in fates for fate in each) == [Fate.FOLDED, Fate.POSTED]
