import asyncio

import pytest
from sqlalchemy import func, insert, select

from bot.faq.learning_repository import ALIASES_KEPT, PHRASING_LENGTH, QUESTIONS_KEPT
from bot.faq.models import AliasState, LearnedAlias, Unanswered, Usage
from bot.storage.schema import faq_alias, faq_question, faq_vote
from tests.integration.faq.faq_samples import GUILD, NOW, STRANGER, later

CANDIDATE, ACTIVE, REVOKED = AliasState.CANDIDATE, AliasState.ACTIVE, AliasState.REVOKED


@pytest.fixture
def vote(database, repository):
    async def cast(voter, **changes):
        ballot = {
            "guild_id": GUILD,
            "query_key": "key",
            "entry_id": "a",
            "phrasing": "how do i get in",
            "voter": voter,
            "is_editor": False,
            "now": NOW,
            "expires_at": later(days=90),
        }
        async with database.writing() as connection:
            return await repository.add_vote(connection, **{**ballot, **changes})

    return cast


@pytest.fixture
def judge(database, repository):
    async def set_state(state, **changes):
        async with database.writing() as connection:
            alias = {"query_key": "key", "entry_id": "a", **changes}
            return await repository.set_alias_state(
                connection, GUILD, **alias, state=state, now=later(hours=1)
            )

    return set_state


@pytest.fixture
def ask(database, repository):
    async def record(key, phrasing="where is it", *, now=NOW, guild_id=GUILD):
        async with database.writing() as connection:
            await repository.record_question(connection, guild_id, key, phrasing, now)

    return record


@pytest.fixture
def settle(database, repository):
    async def set_state(key, state):
        async with database.writing() as connection:
            return await repository.set_question_state(connection, GUILD, key, state)

    return set_state


def alias(**changes):
    return LearnedAlias(
        **{
            "guild_id": GUILD,
            "query_key": "key",
            "entry_id": "a",
            "phrasing": "how do i get in",
            "state": CANDIDATE,
            "people": 1,
            "changed_at": NOW,
            **changes,
        }
    )


async def count(database, table):
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_alias_is_active_after_two_different_people(repository, vote):
    assert await vote("anna") is CANDIDATE
    assert await vote("anna") is CANDIDATE
    assert await repository.list_aliases(GUILD) == (alias(),)
    assert await vote("ben", now=later(hours=1), phrasing="other words") is ACTIVE
    assert await repository.list_aliases(GUILD) == (alias(state=ACTIVE, people=2, changed_at=later(hours=1)),)
    assert await vote("carla") is ACTIVE


async def test_alias_is_active_after_one_editor(repository, vote):
    assert await vote("editor", is_editor=True) is ACTIVE
    assert await repository.list_aliases(GUILD) == (alias(state=ACTIVE),)


async def test_vote_that_expires_at_once_is_not_kept(repository, vote):
    assert await vote("editor", is_editor=True, expires_at=NOW) is ACTIVE
    assert await repository.list_aliases(GUILD) == (alias(state=ACTIVE, people=0),)


async def test_vote_whose_time_is_over_counts_no_more(vote):
    assert await vote("anna", expires_at=later(days=1)) is CANDIDATE
    assert await vote("ben", now=later(days=1), expires_at=later(days=2)) is CANDIDATE
    assert await vote("anna", now=later(days=1), expires_at=later(days=2)) is ACTIVE


async def test_votes_of_two_people_at_the_same_time_count_both(repository, vote):
    for number in range(10):
        states = await asyncio.gather(*(vote(voter, query_key=f"{number}") for voter in ("anna", "ben")))
        assert sorted(states) == [ACTIVE, CANDIDATE]
    assert {found.state for found in await repository.list_aliases(GUILD)} == {ACTIVE}


async def test_people_of_two_guilds_do_not_add_up(repository, vote):
    assert await vote("anna") is CANDIDATE
    assert await vote("ben", guild_id=STRANGER) is CANDIDATE
    assert await repository.list_aliases(GUILD) == (alias(),)


async def test_one_phrasing_can_lead_to_several_entries(repository, vote):
    await vote("anna", entry_id="a")
    await vote("ben", entry_id="b")
    assert await repository.list_aliases(GUILD) == (alias(entry_id="a"), alias(entry_id="b"))


async def test_revoked_alias_stays_so_until_an_editor_confirms(database, repository, vote, judge):
    await vote("editor", is_editor=True)
    assert await judge(REVOKED)
    assert await count(database, faq_vote) == 0
    for voter in ("anna", "ben", "carla"):
        assert await vote(voter) is REVOKED
    assert await repository.list_aliases(GUILD) == (
        alias(state=REVOKED, people=0, changed_at=later(hours=1)),
    )
    assert await vote("editor", is_editor=True) is ACTIVE


async def test_alias_can_be_confirmed_by_hand(repository, vote, judge):
    await vote("anna")
    assert await judge(ACTIVE)
    assert [found.state for found in await repository.list_aliases(GUILD)] == [ACTIVE]
    assert not await judge(ACTIVE, entry_id="b")
    assert not await judge(REVOKED, query_key="other")


async def test_purge_forgets_expired_votes_and_candidates_that_nobody_backs(database, repository, vote):
    await vote("anna", query_key="old", expires_at=later(days=1))
    await vote("anna", query_key="new", expires_at=later(days=3))
    await vote("anna", query_key="agreed", expires_at=later(days=1))
    await vote("ben", query_key="agreed", expires_at=later(days=3))
    async with database.writing() as connection:
        await repository.purge_votes(connection, later(days=1))
    assert await repository.list_aliases(GUILD) == (
        alias(query_key="agreed", state=ACTIVE, people=1),
        alias(query_key="new", people=1),
    )


async def test_aliases_are_bounded_and_the_oldest_candidates_go_first(database, repository, vote):
    await vote("editor", query_key="active", is_editor=True)
    rows = [
        {
            "guild_id": GUILD,
            "query_key": f"{number:05}",
            "entry_id": "a",
            "phrasing": "words",
            "state": CANDIDATE,
            "changed_at": later(seconds=number),
        }
        for number in range(1, ALIASES_KEPT)
    ]
    await vote("anna", guild_id=STRANGER, query_key="00001", now=later(days=2))
    async with database.writing() as connection:
        await connection.execute(insert(faq_alias), rows)
    await vote("anna", query_key="newest", now=later(days=1))
    found = {each.query_key for each in await repository.list_aliases(GUILD)}
    assert len(found) == ALIASES_KEPT
    assert "00001" not in found
    assert {"00002", "active", "newest"} <= found
    assert len(await repository.list_aliases(STRANGER)) == 1


async def test_move_aliases_lets_phrasings_follow_their_entry(database, repository, vote):
    await vote("anna", query_key="one", entry_id="old")
    await vote("editor", query_key="both", entry_id="old", is_editor=True)
    await vote("anna", query_key="both", entry_id="new")
    await vote("anna", query_key="two", entry_id="new")
    await vote("anna", query_key="three", entry_id="other")
    async with database.writing() as connection:
        await repository.move_aliases(connection, GUILD, source="old", target="new")
    found = {
        (each.query_key, each.entry_id): (each.state, each.people)
        for each in await repository.list_aliases(GUILD)
    }
    assert found == {
        ("one", "new"): (CANDIDATE, 1),
        ("both", "new"): (ACTIVE, 1),
        ("two", "new"): (CANDIDATE, 1),
        ("three", "other"): (CANDIDATE, 1),
    }
    assert await vote("ben", query_key="one", entry_id="new") is ACTIVE


async def test_move_aliases_looks_at_no_other_guild(database, repository, vote):
    await vote("editor", query_key="both", entry_id="old", is_editor=True)
    for key in ("one", "both"):
        await vote("anna", query_key=key, entry_id="new", guild_id=STRANGER)
    await vote("anna", query_key="one", entry_id="old")
    before = await repository.list_aliases(STRANGER)
    async with database.writing() as connection:
        await repository.move_aliases(connection, GUILD, source="old", target="new")
    found = {(each.query_key, each.entry_id) for each in await repository.list_aliases(GUILD)}
    assert found == {("both", "new"), ("one", "new")}
    assert await repository.list_aliases(STRANGER) == before


async def test_move_aliases_to_the_same_entry_keeps_them(database, repository, vote):
    await vote("anna")
    async with database.writing() as connection:
        await repository.move_aliases(connection, GUILD, source="a", target="a")
    assert await repository.list_aliases(GUILD) == (alias(),)


async def test_questions_are_counted_and_the_most_asked_comes_first(repository, ask):
    await ask("rare")
    await ask("often", "where is it")
    await ask("often", "WHERE is it??", now=later(hours=1))
    await ask("late", now=later(hours=2))
    assert await repository.list_questions(GUILD) == (
        Unanswered(
            guild_id=GUILD, query_key="often", phrasing="where is it", count=2, first_at=NOW,
            last_at=later(hours=1),
        ),
        Unanswered(
            guild_id=GUILD, query_key="late", phrasing="where is it", count=1, first_at=later(hours=2),
            last_at=later(hours=2),
        ),
        Unanswered(
            guild_id=GUILD, query_key="rare", phrasing="where is it", count=1, first_at=NOW, last_at=NOW
        ),
    )  # fmt: skip


async def test_dismissed_question_stays_so_and_an_answered_one_opens_again(repository, ask, settle):
    await ask("dismissed")
    await ask("answered")
    assert await settle("dismissed", "dismissed")
    assert await settle("answered", "answered")
    assert await repository.list_questions(GUILD) == ()
    await ask("dismissed")
    await ask("answered")
    assert [(each.query_key, each.count) for each in await repository.list_questions(GUILD)] == [
        ("answered", 2)
    ]
    assert not await settle("unknown", "dismissed")


async def test_question_keeps_its_first_three_hundred_characters(repository, ask, vote):
    await ask("long", "é" * 1000)
    await vote("anna", phrasing="é" * 1000)
    assert [each.phrasing for each in await repository.list_questions(GUILD)] == ["é" * PHRASING_LENGTH]
    assert [each.phrasing for each in await repository.list_aliases(GUILD)] == ["é" * PHRASING_LENGTH]


async def test_questions_are_bounded_and_the_oldest_go_first(database, repository, ask, settle):
    rows = [
        {
            "guild_id": GUILD,
            "query_key": f"{number:05}",
            "phrasing": "words",
            "count": 9,
            "first_at": NOW,
            "last_at": later(seconds=number),
            "state": "open",
        }
        for number in range(QUESTIONS_KEPT)
    ]
    await ask("00000", guild_id=STRANGER)
    async with database.writing() as connection:
        await connection.execute(insert(faq_question), rows)
    await settle("00002", "dismissed")
    await ask("newest", now=later(days=1))
    await ask("newer", now=later(days=2))
    found = {each.query_key for each in await repository.list_questions(GUILD)}
    assert len(found) == QUESTIONS_KEPT
    assert {"00000", "00002"} & found == set()
    assert {"00001", "00003", "newest", "newer"} <= found
    assert [each.query_key for each in await repository.list_questions(STRANGER)] == ["00000"]
    await settle("00002", "open")
    assert len(await repository.list_questions(GUILD)) == QUESTIONS_KEPT


async def test_usage_adds_up_and_the_most_shown_comes_first(database, repository):
    async def use(entry_id, **counts):
        async with database.writing() as connection:
            await repository.count_usage(connection, GUILD, entry_id, **counts, now=NOW)

    await use("a", shown=1)
    await use("b", shown=1)
    await use("b", shown=1, helpful=1)
    await use("b", not_it=1)
    await use("c")
    assert await repository.list_usage(GUILD) == (
        Usage(entry_id="b", shown=2, helpful=1, not_it=1),
        Usage(entry_id="a", shown=1),
        Usage(entry_id="c"),
    )
    assert await repository.most_asked(GUILD, 2) == ("b", "a")


async def test_usage_counted_at_the_same_time_is_not_lost(database, repository):
    async def show():
        async with database.writing() as connection:
            await repository.count_usage(connection, GUILD, "a", shown=1, now=NOW)

    await asyncio.gather(*(show() for _ in range(20)))
    assert await repository.list_usage(GUILD) == (Usage(entry_id="a", shown=20),)
