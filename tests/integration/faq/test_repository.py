from dataclasses import replace

import pytest

from bot.errors import SourceError, UserError
from bot.faq.models import Entry, Marker, OverlayKind, Page, PageKind, Problem
from bot.faq.repository import (
    LOCATION_BYTES,
    PAGES_PER_GUILD,
    IdsTakenError,
    LocationTooLongError,
    PageKnownError,
    TooManyPagesError,
)
from bot.storage.guilds import GuildRepository
from bot.text.catalogue import load_texts
from bot.text.moves import Move
from tests.integration.faq.faq_samples import GUILD, NOW, STRANGER, entry, later, loaded, new_page, overlay


@pytest.fixture
def add_page(database, repository):
    async def add(**changes):
        async with database.writing() as connection:
            return await repository.add_page(connection, **new_page(**changes))

    return add


@pytest.fixture
def save_load(database, repository):
    async def save(page, *entries):
        async with database.writing() as connection:
            return await repository.save_load(connection, page, entries)

    return save


async def test_add_page_follows_a_page_that_is_due_at_once(repository, add_page):
    page = await add_page(kind=PageKind.FILE, questions=Marker.H3, language="german", is_declared=True)
    assert page == Page(
        id=page.id,
        guild_id=GUILD,
        kind=PageKind.FILE,
        location="https://wiki.example.org/faq",
        title="FAQ",
        link="https://wiki.example.org/faq",
        questions=Marker.H3,
        language="german",
        next_check_at=NOW,
        is_declared=True,
    )
    assert await repository.list_pages(GUILD) == (page,)
    assert await repository.find_page(GUILD, page.id) == page


async def test_add_page_refuses_one_that_is_followed_and_keeps_it(repository, add_page):
    page = await add_page()
    with pytest.raises(PageKnownError) as caught:
        await add_page(title="again")
    assert load_texts()(caught.value.text_key).startswith("That page is followed here already.")
    assert isinstance(caught.value, UserError)
    assert await repository.list_pages(GUILD) == (page,)


async def test_add_page_takes_the_same_place_of_another_kind_or_guild(repository, add_page):
    pages = [
        await add_page(location="faq.md", kind=PageKind.FILE),
        await add_page(location="faq.md", kind=PageKind.UPLOAD, content=b"# FAQ"),
    ]
    other = await add_page(location="faq.md", kind=PageKind.FILE, guild_id=STRANGER)
    assert await repository.list_pages(GUILD) == tuple(pages)
    assert await repository.list_pages(STRANGER) == (other,)


async def test_add_page_refuses_more_than_fit_but_not_declared_ones(repository, add_page):
    for number in range(PAGES_PER_GUILD):
        await add_page(location=f"https://wiki.example.org/{number}")
    with pytest.raises(TooManyPagesError):
        await add_page(location="https://wiki.example.org/one-more")
    await add_page(location="https://wiki.example.org/declared", is_declared=True)
    await add_page(guild_id=STRANGER)
    assert len(await repository.list_pages(GUILD)) == PAGES_PER_GUILD + 1


async def test_add_page_refuses_an_address_that_no_index_holds(repository, add_page):
    # Random digits: PostgreSQL's index would fit a longer text that compresses well.
    longest = ("https://wiki.example.org/" + "".join(f"{n * n % 9973:04}" for n in range(600)))[
        :LOCATION_BYTES
    ]
    assert (await add_page(location=longest)).location == longest
    with pytest.raises(LocationTooLongError):
        await add_page(location=longest[:-1] + "é")


async def test_page_numbers_are_never_used_again(database, repository, add_page):
    first = await add_page()
    async with database.writing() as connection:
        await repository.remove_page(connection, GUILD, first.id)
    assert (await add_page()).id > first.id


async def test_get_upload_returns_the_bytes(repository, add_page):
    content = bytes(range(256)) * 10
    page = await add_page(kind=PageKind.UPLOAD, location="faq.txt", content=content)
    assert await repository.get_upload(GUILD, page.id) == content


async def test_get_upload_of_a_page_without_one_says_what_to_do(repository, add_page):
    page = await add_page()
    for page_id in (page.id, page.id + 1, 2**70):
        with pytest.raises(SourceError, match="upload it again") as caught:
            await repository.get_upload(GUILD, page_id)
        assert caught.value.permanent


async def test_find_page_that_nobody_has_is_none(repository):
    for page_id in (0, -1, 1, 2**63, 10**30):
        assert await repository.find_page(GUILD, page_id) is None


async def test_remove_page_takes_its_entries_along(database, repository, add_page, save_load):
    page, other = await add_page(), await add_page(location="https://wiki.example.org/other")
    await save_load(loaded(page), entry("a"))
    await save_load(loaded(other), entry("b"))
    async with database.writing() as connection:
        assert await repository.remove_page(connection, GUILD, page.id)
        assert not await repository.remove_page(connection, GUILD, page.id)
    assert await repository.list_entries(GUILD) == (entry("b", page_id=other.id),)
    assert await repository.list_page_entries(GUILD, page.id) == ()


async def test_list_due_pages_gives_the_longest_due_of_all_guilds(repository, add_page, save_load):
    one = await add_page(now=later(minutes=-1))
    two = await add_page(guild_id=STRANGER, now=later(minutes=-2))
    await add_page(location="https://wiki.example.org/future", now=later(seconds=1))
    never = await add_page(location="https://wiki.example.org/never")
    await save_load(loaded(never, next_check_at=None))
    assert await repository.list_due_pages(NOW, 10) == (two, one)
    assert await repository.list_due_pages(NOW, 1) == (two,)
    assert await repository.list_due_pages(later(minutes=-2), 10) == (two,)


async def test_pages_of_a_guild_that_was_left_rest_until_it_is_back(database, repository, add_page):
    guilds = GuildRepository(database)
    page = await add_page()
    async with database.writing() as connection:
        await guilds.record_leave(connection, GUILD, NOW)
    assert await repository.list_due_pages(NOW, 10) == ()
    assert await repository.list_guilds_with_faq() == ()
    async with database.writing() as connection:
        await guilds.record_join(connection, GUILD, NOW)
    assert await repository.list_due_pages(NOW, 10) == (page,)
    assert await repository.list_guilds_with_faq() == (GUILD,)


async def test_save_load_keeps_the_page_and_its_entries_as_they_are(repository, add_page, save_load):
    page = loaded(await add_page())
    full = Entry(
        id="full",
        question="How do I join?",
        answer="- Say **hello**\n- [List](<https://lists.example.org>)",
        text="Say hello List",
        aliases=("join", "sign up"),
        section="Membership › New",
        anchor="how_do_i_join",
        line=12,
        language="german",
        page_id=page.id,
    )
    assert await save_load(page, full, entry("a"))
    assert await repository.find_page(GUILD, page.id) == page
    assert await repository.list_page_entries(GUILD, page.id) == (full, entry("a", page_id=page.id))


async def test_save_load_puts_new_entries_in_place_of_the_old(repository, add_page, save_load):
    page = loaded(await add_page())
    await save_load(page, entry("a"), entry("b"), entry("c"))
    await save_load(page, entry("c"), entry("d"), entry("a", question="New words?"))
    assert [(each.id, each.question) for each in await repository.list_entries(GUILD)] == [
        ("c", "What is c?"),
        ("d", "What is d?"),
        ("a", "New words?"),
    ]
    await save_load(page)
    assert await repository.list_entries(GUILD) == ()


async def test_list_entries_goes_by_page_then_by_place(repository, add_page, save_load):
    first = await add_page(location="https://wiki.example.org/1")
    second = await add_page(location="https://wiki.example.org/2")
    await save_load(loaded(second), entry("b"), entry("a"))
    await save_load(loaded(first), entry("z"), entry("y"))
    assert [each.id for each in await repository.list_entries(GUILD)] == ["z", "y", "b", "a"]


async def test_save_load_refuses_ids_of_another_page_and_keeps_both_as_they_were(
    repository, add_page, save_load
):
    page, other = await add_page(), await add_page(location="https://wiki.example.org/other")
    await save_load(loaded(page), entry("a"), entry("b"))
    await save_load(loaded(other), entry("c"))
    before = (await repository.list_pages(GUILD), await repository.list_entries(GUILD))
    with pytest.raises(IdsTakenError, match=r"taken in this guild: a, b$") as caught:
        await save_load(loaded(other, title="Changed"), entry("b"), entry("d"), entry("a"))
    assert caught.value.ids == {"a", "b"}
    with pytest.raises(IdsTakenError, match=r"taken in this guild: e$"):
        await save_load(loaded(other), entry("e"), entry("e"))
    assert (await repository.list_pages(GUILD), await repository.list_entries(GUILD)) == before


async def test_the_same_ids_serve_in_two_guilds(repository, add_page, save_load):
    for guild_id in (GUILD, STRANGER):
        await save_load(loaded(await add_page(guild_id=guild_id)), entry("a"))
    assert len(await repository.list_entries(GUILD)) == len(await repository.list_entries(STRANGER)) == 1


async def test_saving_a_page_that_was_removed_meanwhile_saves_nothing(
    database, repository, add_page, save_load
):
    page = loaded(await add_page())
    async with database.writing() as connection:
        await repository.remove_page(connection, GUILD, page.id)
    assert not await save_load(page, entry("a"))
    async with database.writing() as connection:
        assert not await repository.save_check(connection, page)
        assert not await repository.save_page_settings(connection, page)
    assert await repository.list_pages(GUILD) == ()
    assert await repository.list_entries(GUILD) == ()


async def test_save_check_changes_how_the_look_went_and_no_more(database, repository, add_page, save_load):
    page = loaded(await add_page())
    await save_load(page, entry("a"))
    failed = replace(
        page,
        checked_at=later(minutes=15),
        next_check_at=later(minutes=45),
        failures=3,
        error="the server answers 503",
        problems=(Problem(what="half of the entries are gone"),),
        etag='"new"',
        last_modified="",
        content_hash="",
        move=Move(url="https://wiki.example.org/new", looks=2, since=later(minutes=15)),
    )
    async with database.writing() as connection:
        await repository.save_check(
            connection, replace(failed, title="no", format="html", is_declared=True, loaded_at=None)
        )
    assert await repository.find_page(GUILD, page.id) == failed
    assert await repository.list_entries(GUILD) == (entry("a", page_id=page.id),)


async def test_save_page_settings_has_the_page_read_anew(database, repository, add_page, save_load):
    page = loaded(await add_page())
    await save_load(page, entry("a"))
    changed = replace(
        page,
        title="New",
        link="https://example.org/read",
        format="markdown",
        questions=Marker.BOLD,
        language="french",
        is_declared=True,
    )
    async with database.writing() as connection:
        await repository.save_page_settings(connection, replace(changed, failures=9, error="no"))
    assert await repository.find_page(GUILD, page.id) == replace(
        changed, etag="", last_modified="", content_hash=""
    )


async def test_list_guilds_with_faq_counts_pages_and_overlays(database, repository, add_page):
    await add_page()
    await add_page(location="https://wiki.example.org/2")
    async with database.writing() as connection:
        await repository.save_overlay(connection, overlay(guild_id=STRANGER))
    assert await repository.list_guilds_with_faq() == (GUILD, STRANGER)


async def test_overlays_are_kept_replaced_and_removed(database, repository):
    first, second = overlay("b"), overlay("a", kind=OverlayKind.HIDE, answer="", changed_at=later(seconds=1))
    async with database.writing() as connection:
        await repository.save_overlay(connection, second)
        await repository.save_overlay(connection, first)
    assert await repository.list_overlays(GUILD) == (first, second)

    changed = overlay("b", question="Better?", aliases=(), changed_at=later(seconds=2))
    async with database.writing() as connection:
        await repository.save_overlay(connection, changed)
        assert await repository.remove_overlay(connection, GUILD, "a")
        assert not await repository.remove_overlay(connection, GUILD, "a")
    assert await repository.list_overlays(GUILD) == (changed,)


async def test_one_transaction_holds_several_changes_or_none(database, repository, add_page):
    page = loaded(await add_page())

    async def change_and_fail():
        async with database.writing() as connection:
            await repository.save_load(connection, page, (entry("a"),))
            await repository.save_overlay(connection, overlay("a"))
            raise LookupError

    with pytest.raises(LookupError):
        await change_and_fail()
    assert await repository.list_entries(GUILD) == ()
    assert await repository.list_overlays(GUILD) == ()
