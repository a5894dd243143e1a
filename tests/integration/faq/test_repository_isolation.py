"""What one guild has, another cannot see, change or find out, whatever ids it names."""

import inspect
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.errors import SourceError
from bot.faq.models import AliasState, PageKind
from bot.faq.repository import FaqRepository
from bot.storage.guilds import GuildRepository, GuildSettings, Setting
from bot.storage.schema import METADATA
from tests.integration.faq.faq_samples import GUILD, NOW, STRANGER, entry, later, loaded, new_page, overlay

VOTE = {
    "query_key": "key",
    "entry_id": "a",
    "phrasing": "words",
    "voter": "anna",
    "is_editor": True,
    "now": NOW,
    "expires_at": later(days=90),
}
ALIAS = {"query_key": "key", "entry_id": "a", "state": AliasState.REVOKED, "now": NOW}


@pytest.fixture
async def page(database, repository):
    """One row of everything, owned by GUILD."""
    async with database.writing() as connection:
        upload = new_page(kind=PageKind.UPLOAD, location="faq.txt", content=b"secret")
        page = loaded(await repository.add_page(connection, **upload), next_check_at=None)
        await repository.save_load(connection, page, (entry("a"),))
        await repository.save_overlay(connection, overlay("a"))
        await repository.add_vote(connection, guild_id=GUILD, **VOTE)
        await repository.record_question(connection, GUILD, "key", "words", NOW)
        await repository.count_usage(connection, GUILD, "a", shown=5, now=NOW)
    return page


async def rows(database, guild_id):
    """Every row of a guild, in every table that has guilds."""
    found = {}
    async with database.reading() as connection:
        for table in METADATA.sorted_tables:
            if "guild_id" in table.c:
                statement = select(table).where(table.c.guild_id == guild_id)
                found[table.name] = [tuple(row) for row in await connection.execute(statement)]
    return found


READS = {
    "list_pages": (lambda r, page: r.list_pages(STRANGER), ()),
    "find_page": (lambda r, page: r.find_page(STRANGER, page.id), None),
    "list_entries": (lambda r, page: r.list_entries(STRANGER), ()),
    "list_page_entries": (lambda r, page: r.list_page_entries(STRANGER, page.id), ()),
    "list_overlays": (lambda r, page: r.list_overlays(STRANGER), ()),
    "list_aliases": (lambda r, page: r.list_aliases(STRANGER), ()),
    "list_questions": (lambda r, page: r.list_questions(STRANGER), ()),
    "list_usage": (lambda r, page: r.list_usage(STRANGER), ()),
    "list_stamps": (lambda r, page: r.list_stamps(STRANGER), {}),
    "most_asked": (lambda r, page: r.most_asked(STRANGER, 10), ()),
}

# What a stranger may do to rows of its own kind finds nothing of another guild's: each returns False.
MISSES = {
    "remove_page": lambda r, c, page: r.remove_page(c, STRANGER, page.id),
    "save_load": lambda r, c, page: r.save_load(c, replace(page, guild_id=STRANGER), (entry("b"),)),
    "save_check": lambda r, c, page: r.save_check(c, replace(page, guild_id=STRANGER, error="no")),
    "save_page_settings": lambda r, c, page: r.save_page_settings(
        c, replace(page, guild_id=STRANGER, title="no")
    ),
    "remove_overlay": lambda r, c, page: r.remove_overlay(c, STRANGER, "a"),
    "set_alias_state": lambda r, c, page: r.set_alias_state(c, STRANGER, **ALIAS),
    "set_question_state": lambda r, c, page: r.set_question_state(c, STRANGER, "key", "dismissed"),
}

# These make or move rows of the stranger's own, under the same names.
WRITES = {
    "add_page": lambda r, c, page: r.add_page(
        c, **new_page(guild_id=STRANGER, kind=PageKind.UPLOAD, location="faq.txt", content=b"other")
    ),
    "save_overlay": lambda r, c, page: r.save_overlay(c, overlay("a", guild_id=STRANGER, question="other")),
    "add_vote": lambda r, c, page: r.add_vote(c, guild_id=STRANGER, **VOTE),
    "confirm_phrasing": lambda r, c, page: r.confirm_phrasing(
        c, guild_id=STRANGER, query_key="key", entry_id="a", phrasing="words", now=NOW
    ),
    "move_aliases": lambda r, c, page: r.move_aliases(c, STRANGER, source="a", target="b"),
    "record_question": lambda r, c, page: r.record_question(c, STRANGER, "key", "other", NOW),
    "count_usage": lambda r, c, page: r.count_usage(c, STRANGER, "a", shown=1, now=NOW),
}

OVER_ALL_GUILDS = {"list_failing_pages", "list_due_pages", "list_guilds_with_faq", "purge_votes"}


def test_every_method_is_replayed_from_another_guild():
    methods = {name for name, _ in inspect.getmembers(FaqRepository, inspect.isfunction) if name[0] != "_"}
    assert methods == {*READS, *MISSES, *WRITES, *OVER_ALL_GUILDS, "get_upload"}


async def test_reading_another_guilds_ids_finds_nothing(repository, page):
    found = {name: await read(repository, page) for name, (read, _) in READS.items()}
    assert found == {name: nothing for name, (_, nothing) in READS.items()}
    with pytest.raises(SourceError):
        await repository.get_upload(STRANGER, page.id)


async def test_changing_another_guilds_rows_finds_none(database, repository, page):
    before = await rows(database, GUILD)
    async with database.writing() as connection:
        found = {name: await change(repository, connection, page) for name, change in MISSES.items()}
    assert found == dict.fromkeys(MISSES, False)
    assert await rows(database, GUILD) == before
    assert not any((await rows(database, STRANGER)).values())


async def test_writing_under_the_same_names_leaves_another_guild_alone(database, repository, page):
    before = await rows(database, GUILD)
    async with database.writing() as connection:
        for write in WRITES.values():
            await write(repository, connection, page)
    assert await rows(database, GUILD) == before


async def test_settings_of_one_guild_are_not_anothers(database):
    guilds = GuildRepository(database)
    async with database.writing() as connection:
        await guilds.change_setting(connection, GUILD, Setting.EDITORS_ROLE, 7)
        await guilds.change_setting(connection, GUILD, Setting.ZONE, "Europe/Berlin")
    assert await guilds.get_settings(STRANGER) == GuildSettings()
    before = await rows(database, GUILD)
    async with database.writing() as connection:
        for setting in Setting:
            value = {Setting.ZONE: "UTC", Setting.LANGUAGE: "de"}.get(setting, 9)
            await guilds.change_setting(connection, STRANGER, setting, value)
        await guilds.record_leave(connection, STRANGER, NOW)
        await guilds.claim_greeting(connection, STRANGER, NOW)
    assert await rows(database, GUILD) == before
