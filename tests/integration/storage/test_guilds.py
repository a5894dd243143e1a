import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.guilds import GuildRepository
from bot.storage.keys import get_or_create_secret
from bot.storage.meta import get_meta, set_meta
from bot.storage.schema import guild

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
GUILD = 1_100_000_000_000_000_001


@pytest.fixture
def guilds(database):
    return GuildRepository(database)


async def row(database):
    async with database.reading() as connection:
        found = await connection.execute(select(guild.c.joined_at, guild.c.left_at, guild.c.greeted_at))
        return tuple(found.one())


async def test_guild_is_greeted_once_in_its_life(database, guilds):
    async with database.writing() as connection:
        await guilds.record_join(connection, GUILD, NOW)
        assert await guilds.claim_greeting(connection, GUILD, NOW)
        assert not await guilds.claim_greeting(connection, GUILD, NOW)
        await guilds.record_leave(connection, GUILD, NOW + timedelta(days=1))
        await guilds.record_join(connection, GUILD, NOW + timedelta(days=2))
        assert not await guilds.claim_greeting(connection, GUILD, NOW)
    assert await row(database) == (NOW + timedelta(days=2), None, NOW)


async def test_guild_that_is_greeted_at_the_same_time_is_greeted_once(database, guilds):
    async def claim():
        async with database.writing() as connection:
            return await guilds.claim_greeting(connection, GUILD, NOW)

    assert sorted(await asyncio.gather(*(claim() for _ in range(8)))) == [False] * 7 + [True]


async def test_greeting_that_failed_can_be_claimed_again(database, guilds):
    async def greet_in_vain():
        async with database.writing() as connection:
            assert await guilds.claim_greeting(connection, GUILD, NOW)
            raise LookupError

    with pytest.raises(LookupError):
        await greet_in_vain()
    async with database.writing() as connection:
        assert await guilds.claim_greeting(connection, GUILD, NOW)


async def test_guild_that_was_left_is_noted_until_it_is_seen_again(database, guilds):
    async with database.writing() as connection:
        await guilds.record_join(connection, GUILD, NOW)
        await guilds.record_leave(connection, GUILD, NOW + timedelta(days=1))
    assert await row(database) == (NOW, NOW + timedelta(days=1), None)
    async with database.writing() as connection:
        await guilds.record_present(connection, [1, 2])
    assert await row(database) == (NOW, NOW + timedelta(days=1), None)
    async with database.writing() as connection:
        await guilds.record_present(connection, [1, GUILD, 2])
    assert await row(database) == (NOW, None, None)


async def test_settings_are_kept_changed_and_taken_back(database, guilds):
    assert (await guilds.get_editor_role(GUILD), await guilds.get_help_channel(GUILD)) == (None, None)
    for role, channel in ((2**63 - 1, 8), (9, 10), (None, None)):
        async with database.writing() as connection:
            await guilds.set_editor_role(connection, GUILD, role)
            await guilds.set_help_channel(connection, GUILD, channel)
        assert (await guilds.get_editor_role(GUILD), await guilds.get_help_channel(GUILD)) == (role, channel)


async def test_meta_keeps_the_latest_value(database):
    assert await get_meta(database, "tree") is None
    await set_meta(database, "tree", "one")
    await set_meta(database, "tree", "two")
    await set_meta(database, "other", "")
    assert await get_meta(database, "tree") == "two"
    assert await get_meta(database, "other") == ""


async def test_secret_is_made_once_and_kept_in_the_store(database_url):
    async with Database(database_url) as database:
        await database.migrate()
        made = await asyncio.gather(*(get_or_create_secret(database, "custom_ids") for _ in range(8)))
        other = await get_or_create_secret(database, "voter")
    async with Database(database_url) as database:
        kept = await get_or_create_secret(database, "custom_ids")
    assert set(made) == {kept}
    assert len(kept) == len(other) == 32
    assert other != kept
