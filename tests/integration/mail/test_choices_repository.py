"""What channels choose of a list is kept, follows merges, and ends with the follow; on both engines."""

import dataclasses

import pytest

from bot.mail.choices_repository import MOST_MUTED, ChoicesRepository
from bot.mail.filters import Choices, Field, Mode, Ping, Rule
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW, STRANGER, arrival, follow, later

RULES = (
    Rule(field=Field.SUBJECT, text="release*"),
    Rule(field=Field.TAG, text="vote|ann", is_pattern=True),
    Rule(field=Field.AUTHOR, text="a…@example.org", author_hash="abc", leaves_out=True),
    Rule(field=Field.BOT, leaves_out=True),
)


@pytest.fixture
def chosen(database):
    return ChoicesRepository(database)


@pytest.fixture
def plain(list_id):
    return Choices(guild_id=GUILD, list_id=list_id, channel_id=CHANNEL)


async def find(database, chosen, choices):
    async with database.reading() as connection:
        return await chosen.find(connection, choices.guild_id, choices.list_id, choices.channel_id)


async def test_channel_that_chose_nothing_has_plain_choices(database, chosen, plain):
    assert await find(database, chosen, plain) == plain
    assert await find(database, chosen, dataclasses.replace(plain, channel_id=1)) is None


async def test_choices_are_kept(database, chosen, plain):
    full = dataclasses.replace(
        plain, mode=Mode.HIGHLIGHT, rules=RULES, paused_at=NOW, ping=Ping.THREADS, role_id=7, is_declared=True
    )
    async with database.writing() as connection:
        await chosen.save(connection, full)
    assert await find(database, chosen, plain) == full
    async with database.writing() as connection:
        await chosen.save(connection, plain)
    assert await find(database, chosen, plain) == plain


async def test_all_of_a_list_are_read_at_once(database, mail, chosen, plain):
    async with database.writing() as connection:
        await mail.follow(connection, follow(plain.list_id, GUILD, CHANNEL + 1))
        await mail.follow(connection, follow(plain.list_id, STRANGER, CHANNEL + 2))
        await chosen.save(connection, dataclasses.replace(plain, paused_at=NOW))
        found = await chosen.list_for(connection, plain.list_id)
    assert [(each.guild_id, each.channel_id, each.paused_at) for each in found] == [
        (GUILD, CHANNEL, NOW),
        (GUILD, CHANNEL + 1, None),
        (STRANGER, CHANNEL + 2, None),
    ]
    assert found[:2] == await chosen.list_guild(GUILD, plain.list_id)


async def test_muted_thread_follows_its_merge(database, mail, chosen, plain):
    async with database.writing() as connection:
        elder = (await mail.save_batch(connection, plain.list_id, [arrival("a")], now=NOW)).emails[0]
        younger = (
            await mail.save_batch(connection, plain.list_id, [arrival("b", refs="lost")], now=NOW)
        ).emails[0]
        assert await chosen.mute(connection, plain, younger.thread, now=NOW)
    assert (await find(database, chosen, plain)).muted == {younger.thread}

    async with database.writing() as connection:
        saved = await mail.save_batch(
            connection, plain.list_id, [arrival("lost", refs="a")], now=later(minutes=1)
        )
    assert [(each.younger, each.elder) for each in saved.merges] == [(younger.thread, elder.thread)]
    now_muted = await find(database, chosen, plain)
    assert now_muted.muted == {elder.thread}

    async with database.writing() as connection:
        assert not await chosen.mute(connection, now_muted, elder.thread, now=NOW)
        assert await chosen.unmute(connection, now_muted, elder.thread)
        assert not await chosen.unmute(connection, now_muted, elder.thread)
    assert await find(database, chosen, plain) == plain


async def test_oldest_mute_gives_way(database, chosen, plain):
    async with database.writing() as connection:
        for thread in range(MOST_MUTED + 2):
            await chosen.mute(connection, plain, thread, now=later(seconds=thread))
    assert (await find(database, chosen, plain)).muted == set(range(2, MOST_MUTED + 2))


async def test_choices_end_with_the_follow(database, mail, chosen, plain):
    async with database.writing() as connection:
        await chosen.save(connection, dataclasses.replace(plain, paused_at=NOW))
        await chosen.mute(connection, plain, 3, now=NOW)
    async with database.writing() as connection:
        await mail.unfollow(connection, GUILD, plain.list_id, CHANNEL)
    async with database.writing() as connection:
        await mail.follow(connection, follow(plain.list_id))
    assert await find(database, chosen, plain) == plain
