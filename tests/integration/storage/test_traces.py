"""Whose data each table holds, and that nothing of a person or a guild is left once it was removed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Boolean, Integer, LargeBinary, select

from bot.storage.columns import Id, Instant, Json
from bot.storage.schema import METADATA, mail_follow, meeting_answer, outbox
from bot.storage.traces import (
    OF_LISTS,
    OF_PROCESS,
    Traces,
    erase_guild,
    erase_person,
    find_traces,
    list_departed,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GUILD, OTHER = 811_111_111_111_111_111, 822_222_222_222_222_222
ADA, BOB = 833_333_333_333_333_333, 844_444_444_444_444_444


def voter(guild_id, user_id):
    return f"hash-{guild_id}-{user_id}"


def test_every_table_is_a_guilds_a_lists_or_the_process():
    """A new table needs a guild_id; what is of a member, a user_id beside it."""
    unknown = {name for name, table in METADATA.tables.items() if "guild_id" not in table.c}
    assert unknown == OF_PROCESS | OF_LISTS


def value_of(column, guild_id):
    """Some value that says whose row it is."""
    match column.type:
        case Instant():
            return NOW
        case Boolean():
            return True
        case Json():
            return {}
        case LargeBinary():
            return b"x"
        case Id() | Integer():
            return guild_id % 1000
    return f"x{guild_id}"


def row_of(table, guild_id, user_id):
    """A row that names a guild, and a person in every way in which the table can."""
    row = {column.name: value_of(column, guild_id) for column in table.c}
    row |= {name: value for name, value in (("guild_id", guild_id), ("user_id", user_id)) if name in row}
    names = {"text": f"<@{user_id}> and <@5> come", "users": [5, user_id]}
    return row | {
        "outbox": {"channel_id": user_id, "post": names, "late_post": names},
        "lane": {"channel_id": user_id},
        "faq_vote": {"voter": voter(guild_id, user_id)},
        "incident": {"what": f"<@{user_id}> takes no direct messages"},
    }.get(table.name, {})


@pytest.fixture
async def full(database):
    """A store with a row of each of two guilds and two people in every table, and a post that names Ada."""
    async with database.writing() as connection:
        for guild_id, user_id in ((GUILD, ADA), (OTHER, BOB)):
            for table in METADATA.sorted_tables:
                await connection.execute(table.insert().values(row_of(table, guild_id, user_id)))
        card = row_of(outbox, OTHER, ADA) | {"id": 9, "key": "card", "channel_id": 7, "is_direct": False}
        await connection.execute(outbox.insert().values(card))
    return database


async def everything(database):
    """Return all rows as text, by table."""
    async with database.reading() as connection:
        return {
            name: [str(tuple(row)) for row in await connection.execute(select(table))]
            for name, table in METADATA.tables.items()
        }


def those_with(found, *needles):
    return {name for name, rows in found.items() if any(str(each) in row for row in rows for each in needles)}


async def test_nothing_of_a_person_is_left_and_all_of_the_others_is(full):
    before = await everything(full)
    assert {"meeting_answer", "meeting_subscriber", "lane", "incident", "outbox"} <= those_with(before, ADA)
    async with full.reading() as connection:
        traces = await find_traces(connection, ADA, voter)
    assert set(traces.tables) == those_with(before, ADA)
    assert traces.total == len(traces.tables) + 1  # the card that names Ada, beside the note to her
    async with full.writing() as connection:
        await erase_person(connection, ADA, voter)
        assert await find_traces(connection, ADA, voter) == Traces()
    after = await everything(full)
    assert those_with(after, ADA) == set()
    assert those_with(after, BOB) == those_with(before, BOB)
    async with full.reading() as connection:
        kept = (await connection.execute(select(outbox.c.post).where(outbox.c.id == 9))).scalar_one()
    assert kept == {"text": "… and <@5> come", "users": [5]}


async def test_nothing_of_a_guild_is_left_and_all_of_the_others_is(full):
    before = await everything(full)
    async with full.writing() as connection:
        assert await erase_guild(connection, GUILD) >= len(METADATA.tables) - len(OF_LISTS | OF_PROCESS)
    after = await everything(full)
    mine = those_with(after, GUILD)
    assert mine <= OF_LISTS | OF_PROCESS
    assert those_with(after, OTHER) == those_with(before, OTHER)
    async with full.reading() as connection:
        # The list is followed by nobody any more: the job that drops such lists takes it.
        follows = (await connection.execute(select(mail_follow.c.guild_id))).scalars().all()
        assert list(follows) == [OTHER]
        assert (await connection.execute(select(meeting_answer.c.user_id))).scalars().all() == [BOB]


async def test_guild_departs_for_good_after_the_days_of_grace(full):
    async with full.reading() as connection:
        assert await list_departed(connection, NOW) == ()
        assert sorted(await list_departed(connection, NOW + timedelta(seconds=1))) == [GUILD, OTHER]
