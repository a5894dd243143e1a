"""The FAQ in memory: another process's changes come into it, and nothing is loaded for nothing."""

import pytest

from bot.faq.library import Library
from bot.faq.repository import FaqRepository
from tests.integration.faq.faq_samples import GUILD, STRANGER, later, new_page, overlay


class CountingRepository(FaqRepository):
    """Counts how often a guild is loaded."""

    def __init__(self, database):
        super().__init__(database)
        self.loads = 0

    async def list_entries(self, guild_id):
        self.loads += 1
        return await super().list_entries(guild_id)


@pytest.fixture
def counting(database):
    return CountingRepository(database)


async def test_catch_up_without_a_change_loads_nothing(database, counting):
    async with database.writing() as connection:
        await counting.add_page(connection, **new_page())
    library = Library(counting)
    for guild_id in (GUILD, STRANGER):
        await library.get(guild_id)
    await library.catch_up()
    assert counting.loads == 2


async def test_catch_up_takes_what_another_process_changed_and_only_that(database, counting, repository):
    library = Library(counting)
    for guild_id in (GUILD, STRANGER):
        await library.get(guild_id)
    async with database.writing() as connection:
        page = await repository.add_page(connection, **new_page())
    await library.catch_up()
    assert list((await library.get(GUILD)).pages) == [page.id]
    assert counting.loads == 3
    async with database.writing() as connection:
        await repository.remove_page(connection, GUILD, page.id)
    await library.catch_up()
    assert (await library.get(GUILD)).pages == {}


async def test_catch_up_sees_an_overlay_and_a_learned_phrasing(database, counting, repository):
    library = Library(counting)
    await library.get(GUILD)
    async with database.writing() as connection:
        await repository.save_overlay(connection, overlay("a"))
    await library.catch_up()
    assert counting.loads == 2
    async with database.writing() as connection:
        await repository.save_overlay(connection, overlay("a", changed_at=later(days=1)))
    await library.catch_up()
    assert counting.loads == 3
    async with database.writing() as connection:
        await repository.add_vote(
            connection,
            guild_id=GUILD,
            query_key="k",
            entry_id="a",
            phrasing="p",
            voter="v",
            is_editor=True,
            now=later(days=1),
            expires_at=later(days=30),
        )
    await library.catch_up()
    assert counting.loads == 4
