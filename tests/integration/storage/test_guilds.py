import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.guilds import GuildRepository, GuildSettings, Setting
from bot.storage.keys import get_or_create_secret
from bot.storage.meta import get_meta, set_meta
from bot.storage.schema import guild
from config.sections.settings import DeclaredSettings

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
        await guilds.record_present(connection, [], now=NOW + timedelta(days=2))
    assert await row(database) == (NOW, NOW + timedelta(days=1), None)
    async with database.writing() as connection:
        await guilds.record_present(connection, [GUILD], now=NOW)
    assert await row(database) == (NOW, None, None)


async def test_guild_that_was_left_while_nobody_looked_is_noted(database, guilds):
    async with database.writing() as connection:
        await guilds.record_present(connection, [GUILD], now=NOW)
    assert await guilds.list_present([GUILD, 5]) == {GUILD}
    later = NOW + timedelta(days=1)
    async with database.writing() as connection:
        await guilds.record_present(connection, [], now=later, is_ours=lambda guild_id: guild_id != GUILD)
    assert await row(database) == (None, None, None)
    async with database.writing() as connection:
        await guilds.record_present(connection, [], now=later)
    assert await row(database) == (None, later, None)
    assert await guilds.list_present([GUILD, 5]) == frozenset()


async def set_all(database, guilds, **values):
    async with database.writing() as connection:
        for name, value in values.items():
            await guilds.change_setting(connection, GUILD, Setting(name), value)


async def test_settings_are_kept_changed_and_taken_back(database, guilds):
    assert await guilds.get_settings(GUILD) == GuildSettings()
    first = {
        "admin_channel_id": 2**63 - 1,
        "zone": "Europe/Berlin",
        "editor_role_id": 8,
        "help_channel_id": 9,
        "status_channel_id": 10,
        "language": "de",
    }
    for values in (first, {**first, "zone": "Asia/Tokyo", "editor_role_id": 80}, dict.fromkeys(first)):
        await set_all(database, guilds, **values)
        assert await guilds.get_settings(GUILD) == GuildSettings(**values)


async def test_what_is_declared_wins_and_gives_way_again(database, guilds):
    await set_all(database, guilds, zone="Asia/Tokyo", editor_role_id=8, help_channel_id=9)
    settings = DeclaredSettings(zone="Europe/Berlin", admin_channel=7)
    declared = GuildRepository(database, declared={GUILD: settings})
    assert await declared.get_settings(GUILD) == GuildSettings(
        zone="Europe/Berlin",
        admin_channel_id=7,
        editor_role_id=8,
        help_channel_id=9,
        declared=frozenset({Setting.ZONE, Setting.ADMIN_CHANNEL}),
    )
    assert (await declared.get_settings(GUILD + 1)) == GuildSettings()
    assert (await guilds.get_settings(GUILD)).zone == "Asia/Tokyo"


async def test_declared_settings_need_no_row(database):
    declared = GuildRepository(database, declared={GUILD: DeclaredSettings(help_channel=7)})
    assert (await declared.get_settings(GUILD)).help_channel_id == 7


async def test_status_channels_are_those_of_the_guilds_that_the_bot_is_in(database):
    declared = {1: DeclaredSettings(status_channel=11), 3: DeclaredSettings(status_channel=13)}
    guilds = GuildRepository(database, declared={**declared, 4: DeclaredSettings()})
    async with database.writing() as connection:
        for guild_id, channel in ((1, 21), (2, 22), (3, None), (5, None), (6, 26)):
            await guilds.change_setting(connection, guild_id, Setting.STATUS_CHANNEL, channel)
        for guild_id in (3, 6):
            await guilds.record_leave(connection, guild_id, NOW)
    assert await guilds.list_status_channels() == {1: 11, 2: 22}


async def test_a_suggested_language_gives_way_to_one_that_was_chosen(database, guilds):
    declared = GuildRepository(database, declared={4: DeclaredSettings(language="es")})
    async with database.writing() as connection:
        await guilds.change_setting(connection, 1, Setting.LANGUAGE, "en")
        await guilds.change_setting(connection, 2, Setting.ZONE, "Asia/Tokyo")
        for language in ("de", "es"):
            await guilds.suggest_languages(connection, dict.fromkeys((1, 2, 3, 4), language))
    assert await guilds.list_languages() == {1: "en", 2: "de", 3: "de", 4: "de"}
    assert (await declared.list_languages())[4] == "es"


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
