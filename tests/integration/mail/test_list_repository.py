"""Lists, the places they are read from, and who follows them; on both engines."""

import dataclasses

import pytest

from bot.mail.models import Place, Problem
from bot.mail.stored import MailingList
from bot.storage.guilds import GuildRepository
from bot.text.moves import Move
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW, PLACE, STRANGER, arrival, follow, later

MOVE = Move(url="https://new.example.org/", looks=3, since=NOW, is_settled=True)
OTHER = Place(kind="imap", address="account/INBOX", name="Another", is_private=True)


@pytest.fixture
async def source(mail, list_id):
    (found,) = await mail.list_sources(list_id)
    return found


async def add(database, mail, place, **given):
    async with database.writing() as connection:
        return await mail.add_source(connection, place, cursor={}, now=NOW, **given)


async def test_source_brings_its_list(mail, list_id, source):
    assert await mail.get_list(list_id) == MailingList(id=list_id, name="Group", created_at=NOW)
    assert (source.kind, source.address, source.cursor) == (PLACE.kind, PLACE.address, {"page": 1})
    assert (source.next_check_at, source.is_complete, source.failures) == (NOW, False, 0)


async def test_place_that_is_known_is_not_read_twice(database, mail, list_id, source):
    again = await add(database, mail, dataclasses.replace(PLACE, name="Other name"))

    assert again == source
    assert len(await mail.list_lists(GUILD)) == 1


async def test_list_may_be_read_in_two_places(database, mail, list_id, source):
    second = await add(database, mail, OTHER, list_id=list_id)

    assert await mail.list_sources(list_id) == (source, second)
    assert await mail.find_source("imap", "account/INBOX") == second


async def test_cursor_moves_with_the_batch(database, mail, list_id, source):
    async with database.writing() as connection:
        await mail.save_batch(connection, list_id, [arrival("a")], now=NOW)
        moved = await mail.save_fetch(
            connection,
            source.id,
            before=source.cursor,
            cursor={"page": 2, "seen": ["ü"]},
            is_complete=True,
            problems=[Problem(where="page 1", what="it was odd")] * 50,
            now=NOW,
            next_check_at=later(minutes=5),
            move=MOVE,
        )

    (found,) = await mail.list_sources(list_id)
    assert moved
    assert found.move == MOVE
    assert (found.cursor, found.is_complete) == ({"page": 2, "seen": ["ü"]}, True)
    assert (found.succeeded_at, found.next_check_at) == (NOW, later(minutes=5))
    assert found.problems == (Problem(where="page 1", what="it was odd"),) * 20


async def test_cursor_that_another_process_moved_is_left_alone(database, mail, list_id, source):
    values = {"is_complete": True, "problems": (), "now": NOW, "next_check_at": NOW}
    async with database.writing() as connection:
        first = await mail.save_fetch(
            connection, source.id, before=source.cursor, cursor={"page": 2}, **values
        )
    async with database.writing() as connection:
        second = await mail.save_fetch(
            connection, source.id, before=source.cursor, cursor={"page": 9}, **values
        )

    (found,) = await mail.list_sources(list_id)
    assert (first, second) == (True, False)
    assert found.cursor == {"page": 2}


async def test_a_failure_forgets_where_the_address_moved(database, mail, list_id, source):
    values = {"is_complete": True, "problems": (), "now": NOW, "next_check_at": NOW}
    async with database.writing() as connection:
        await mail.save_fetch(
            connection, source.id, before=source.cursor, cursor=source.cursor, move=MOVE, **values
        )
        await mail.save_failure(connection, source.id, error="no answer", now=NOW, next_check_at=NOW)

    (failing,) = await mail.list_sources(list_id)
    assert failing.move is None


async def test_failures_are_counted_until_a_fetch_goes_well(database, mail, list_id, source):
    for number in (1, 2):
        async with database.writing() as connection:
            await mail.save_failure(
                connection,
                source.id,
                error="no answer",
                now=later(minutes=number),
                next_check_at=later(hours=1),
            )
    (failing,) = await mail.list_sources(list_id)
    async with database.writing() as connection:
        await mail.save_fetch(
            connection,
            source.id,
            before=source.cursor,
            cursor=source.cursor,
            is_complete=True,
            problems=(),
            now=later(hours=1),
            next_check_at=later(hours=2),
        )

    (well,) = await mail.list_sources(list_id)
    assert (failing.failures, failing.error, failing.succeeded_at) == (2, "no answer", None)
    assert (failing.checked_at, failing.cursor) == (later(minutes=2), source.cursor)
    assert (well.failures, well.error) == (0, "")


async def test_due_sources_are_those_of_followed_lists(database, mail, list_id, source):
    await add(database, mail, OTHER)

    assert await mail.list_due_sources(NOW, 10) == (source,)
    assert await mail.list_due_sources(later(seconds=-1), 10) == ()


async def test_list_of_a_guild_that_was_left_is_not_due(database, mail, list_id, source):
    guilds = GuildRepository(database)
    async with database.writing() as connection:
        await guilds.record_leave(connection, GUILD, NOW)
    assert await mail.list_due_sources(NOW, 10) == ()

    async with database.writing() as connection:
        await mail.follow(connection, follow(list_id, STRANGER))
    assert await mail.list_due_sources(NOW, 10) == (source,)


async def test_facts_are_filled_in_once(database, mail, list_id):
    for identifier in ("group.example.org", "other.example.org", ""):
        async with database.writing() as connection:
            await mail.save_facts(
                connection,
                list_id,
                identifier=identifier,
                address="",
                archive_url="https://example.org/archive",
            )

    found = await mail.get_list(list_id)
    assert (found.identifier, found.address, found.archive_url) == (
        "group.example.org",
        "",
        "https://example.org/archive",
    )
    assert await mail.list_by_identifier("group.example.org") == (found,)
    assert await mail.list_by_identifier("") == ()


async def test_follows_are_counted_by_channel(database, mail, list_id):
    async with database.writing() as connection:
        again = await mail.follow(connection, follow(list_id))
        more = await mail.follow(connection, follow(list_id, channel_id=CHANNEL + 1))
    assert (again, more) == (False, True)
    assert [each.channel_id for each in await mail.list_follows(GUILD)] == [CHANNEL, CHANNEL + 1]

    async with database.writing() as connection:
        one = await mail.unfollow(connection, GUILD, list_id, CHANNEL)
        foreign = await mail.unfollow(connection, STRANGER, list_id)
        rest = await mail.unfollow(connection, GUILD, list_id)
    assert (one, foreign, rest) == (1, 0, 1)
    assert await mail.list_followers(list_id) == ()


async def test_list_that_nobody_follows_is_removed_with_its_mails(database, mail, list_id):
    kept = await add(database, mail, OTHER)
    async with database.writing() as connection:
        await mail.save_batch(connection, list_id, [arrival("a", refs="b")], now=NOW)
        await mail.unfollow(connection, GUILD, list_id)
        await mail.follow(connection, follow(kept.list_id))
        early = await mail.remove_unfollowed(connection, NOW)
        gone = await mail.remove_unfollowed(connection, later(seconds=1))

    assert (early, gone) == (0, 1)
    assert await mail.get_list(list_id) is None
    assert await mail.find_source(PLACE.kind, PLACE.address) is None
    assert (await mail.count_emails(list_id)).mails == 0
    assert [each.id for each in await mail.list_lists(GUILD)] == [kept.list_id]


async def test_new_list_never_gets_the_number_of_a_removed_one(database, mail, list_id):
    async with database.writing() as connection:
        await mail.unfollow(connection, GUILD, list_id)
        await mail.remove_unfollowed(connection, later(seconds=1))

    assert (await add(database, mail, PLACE)).list_id != list_id
