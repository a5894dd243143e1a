"""What was looked for is remembered for the buttons: over a restart, for its own guild, for some weeks."""

from datetime import timedelta

from bot.mail.queries_repository import REMEMBERED, Queries
from bot.mail.views import Query
from tests.integration.mail.letters import NOW

OURS, THEIRS = 1, 2
QUERY = Query(
    words='"harbour: meeting" -x ☃', author="ann", after=NOW - timedelta(days=9), lists=(3, 4), offset=5
)


async def test_query_is_found_after_a_restart_by_its_own_guild(database):
    token = await Queries(database).remember(OURS, QUERY, NOW)
    again = await Queries(database).remember(OURS, QUERY, NOW)

    found = await Queries(database).find(OURS, token)

    assert again == token
    assert found is not None
    assert (found.words, found.author, found.after, found.before, found.lists, found.offset) == (
        QUERY.words,
        QUERY.author,
        QUERY.after,
        None,
        QUERY.lists,
        0,
    )
    assert await Queries(database).find(THEIRS, token) is None


async def test_old_queries_are_forgotten(database):
    queries = Queries(database)
    token = await queries.remember(OURS, QUERY, NOW)

    await queries.remember(OURS, Query(words="rope"), NOW + REMEMBERED + timedelta(seconds=1))

    assert await queries.find(OURS, token) is None
