"""Mail is found by its words, alike on both engines, by those who may see it."""

import dataclasses
import inspect

import pytest
from sqlalchemy import select, text

from bot.errors import UserError
from bot.mail.limits import MOST_IN_OVERVIEW
from bot.mail.models import Place
from bot.mail.repository import MailRepository
from bot.mail.service import MailService
from bot.mail.stored import OptOut
from bot.mail.views import Viewer
from bot.storage.schema import METADATA, mail_body
from bot.text.catalogue import load_texts
from bot.text.search_terms import parse_terms
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW, STRANGER, arrival, follow, key, later

MAILS = (
    arrival("budget", "We shall vote on the budget on Friday.", subject="Budget for 2025"),
    arrival(
        "minutes",
        "The minutes of the meeting are here, with the voting results.",
        subject="Minutes",
        at=later(days=1),
    ),
    arrival(
        "umlaut",
        "Schöne Grüße aus München",
        subject="Urlaub",
        author="Jörg Müller <joerg@example.org>",
        at=later(days=2),
    ),
    arrival("japanese", "明日の会議は十時です。", subject="会議のお知らせ", at=later(days=3)),
    arrival(
        "quote",
        "I agree.\n\n> a zebra is quoted here\n",
        subject="Re: Animals",
        refs="other",
        at=later(days=4),
    ),
    arrival(
        "code",
        "See lib/foo_bar.c:42, e.g. foo-bar and HTTP/2.",
        subject="Crash",
        author="Jo Miller <jo@example.org>",
        at=later(days=5),
    ),
)


@pytest.fixture
async def stored(database, mail, list_id):
    async with database.writing() as connection:
        return (await mail.save_batch(connection, list_id, MAILS, now=NOW)).emails


@pytest.fixture
def found(mail, stored):
    async def run(typed, *, guild_id=GUILD, **given):
        emails = await mail.search(guild_id, parse_terms(typed), **given)
        return [email.key.removesuffix("@example.org") for email in emails]

    return run


WORDS = {
    "budget": ["budget"],
    "BUDGETS": ["budget"],  # by stem, whatever the case
    "votes": ["budget", "minutes"],
    "vote friday": ["budget"],
    "friday vote": ["budget"],
    '"vote on the budget"': ["budget"],
    '"budget the on vote"': [],
    "vote -minutes": ["budget"],
    "min*": ["minutes"],
    "grusse munchen": ["umlaut"],
    "Grüße": ["umlaut"],
    "会議": ["japanese"],
    "十時": ["japanese"],
    "時十": [],
    "zebra": [],  # quoted, so not the author's own word
    "agree": ["quote"],
    "foo_bar.c": ["code"],
    "foo-bar": ["code"],
    "lib/foo": ["code"],
    "müller": ["umlaut"],
    "2025": ["budget"],
    "unknown": [],
    "-vote": [],
    "": [],
    "the budget AND OR NOT": ["budget"],
    'vote" OR "x': [],
}


async def test_words_find_mails(found):
    assert {typed: sorted(await found(typed)) for typed in WORDS} == WORDS


async def test_word_in_the_subject_counts_most(database, mail, list_id, found):
    padding = "other words stand here as well, and more of them, so that the text is long enough. " * 3
    async with database.writing() as connection:
        mails = [arrival("body", f"zeppelin {padding}"), arrival("subject", padding, subject="The zeppelin")]
        await mail.save_batch(connection, list_id, mails, now=NOW)

    assert await found("zeppelin") == ["subject", "body"]


async def test_of_equally_good_ones_the_newest_comes_first(database, mail, list_id, found):
    async with database.writing() as connection:
        mails = [arrival(f"m{number}", "same words", at=later(days=number)) for number in (1, 3, 2)]
        await mail.save_batch(connection, list_id, mails, now=NOW)

    assert await found("same words") == ["m3", "m2", "m1"]
    assert await found("same words", limit=1, offset=1) == ["m2"]


async def test_author_narrows_the_search(found):
    assert await found("crash", author="mill") == ["code"]
    assert await found("crash", author="muller") == []
    assert await found("", author="jo") == ["code", "umlaut"]
    assert await found("-crash", author="jo") == ["umlaut"]
    assert await found("", author="jo mil") == ["code"]
    assert await found("", author='"*') == []


async def test_time_narrows_the_search(found):
    assert await found("vote", after=later(hours=1)) == ["minutes"]
    assert await found("vote", before=later(hours=1)) == ["budget"]
    assert await found("vote", after=NOW, before=NOW) == []


async def test_list_narrows_the_search(found, list_id):
    assert await found("budget", lists=[list_id]) == ["budget"]
    assert await found("budget", lists=[list_id + 1]) == []


async def test_found_mail_has_its_body(mail, stored):
    (email,) = await mail.search(GUILD, parse_terms("budget"))

    assert email.body.own == "We shall vote on the budget on Friday."
    assert email == stored[0]


async def test_what_is_removed_is_found_no_longer(database, mail, list_id, found):
    async with database.writing() as connection:
        await mail.unfollow(connection, GUILD, list_id)
        await mail.remove_unfollowed(connection, later(seconds=1))
        rows = (await connection.execute(text("SELECT count(*) FROM mail_search"))).scalar_one()

    assert rows == 0
    assert await found("budget") == []


async def test_latest_threads_come_first(database, mail, list_id, stored):
    async with database.writing() as connection:
        more = [
            arrival(
                "budget2",
                refs="budget",
                subject="Re: Budget for 2025",
                author="Jo <jo@example.org>",
                at=later(days=9),
            )
        ]
        await mail.save_batch(connection, list_id, more, now=NOW)

    latest = await mail.list_latest(GUILD, limit=3)
    rest = await mail.list_latest(GUILD, limit=10, offset=3)

    assert [each.topic for each in latest] == ["Budget for 2025", "Crash", "Animals"]
    assert [each.topic for each in rest] == ["会議のお知らせ", "Urlaub", "Minutes"]
    first = latest[0]
    assert (first.mails, first.people, first.first_at, first.last_at) == (2, 2, NOW, later(days=9))
    assert first.last_author == "Jo"


async def test_thread_is_read_oldest_first(database, mail, list_id, stored):
    async with database.writing() as connection:
        more = [arrival(f"b{number}", refs="budget", at=later(hours=10 - number)) for number in range(3)]
        await mail.save_batch(connection, list_id, more, now=NOW)

    thread = await mail.list_thread(GUILD, list_id, stored[0].thread)

    assert [email.key for email in thread] == [key(name) for name in ("budget", "b2", "b1", "b0")]
    assert thread[0].body.own.startswith("We shall")


async def test_thread_holds_the_beginnings_of_long_mails_and_a_mail_all_of_it(database, mail, list_id):
    words = "Grüße aus dem Süden. " * 1_000
    async with database.writing() as connection:
        saved = await mail.save_batch(connection, list_id, [arrival("long", words), arrival("b")], now=NOW)
        await mail.expire_bodies(connection, NOW)
    long, _ = saved.emails

    (seen,) = await mail.list_thread(GUILD, list_id, long.thread)
    whole = await mail.find_email(GUILD, long.id)

    assert seen.body.own == whole.body.own[:MOST_IN_OVERVIEW]
    assert (len(whole.body.own), seen.body.text) == (len(long.body.own), "")
    assert dataclasses.replace(seen, body=None) == dataclasses.replace(whole, body=None)


async def test_mail_without_a_body_is_in_its_thread(database, mail, list_id, stored):
    async with database.writing() as connection:
        while await mail.expire_bodies(connection, later(days=900)):
            pass

    thread = await mail.list_thread(GUILD, list_id, stored[0].thread)

    assert [email.body for email in thread] == [None] * len(thread)


async def test_mail_is_whole_for_who_sees_its_list_and_for_nobody_else(database, mail, list_id, stored):
    service = MailService(database=database, repository=mail, texts=load_texts(), clock=lambda: NOW)
    ours, theirs = (Viewer(guild_id=each, sees_closed=lambda _: True) for each in (GUILD, STRANGER))
    number = stored[0].id

    assert await service.email(ours, list_id, number) == await mail.find_email(GUILD, number)
    for viewer, list_number, email_id in (
        (theirs, list_id, number),
        (ours, list_id + 1, number),
        (ours, list_id, 10**6),
    ):
        with pytest.raises(UserError):
            await service.email(viewer, list_number, email_id)


async def test_window_goes_by_the_time_of_storing(database, mail, list_id, stored):
    async with database.writing() as connection:
        late = [arrival("late", at=later(days=-500))]
        await mail.save_batch(connection, list_id, late, now=later(hours=5))

    window = await mail.list_stored(GUILD, list_id, after=later(hours=1), before=later(hours=6), limit=100)

    assert [email.key for email in window] == [key("late")]


async def test_author_who_wants_out_is_not_shown(database, mail, list_id, found, stored):
    ((name, author_hash),) = await mail.find_authors(GUILD, "jörg")
    opt_out = OptOut(guild_id=GUILD, author_hash=author_hash, author_name=name, since=NOW)
    async with database.writing() as connection:
        assert await mail.opt_out(connection, opt_out)
        assert not await mail.opt_out(connection, opt_out)

    assert await found("Grüße") == []
    assert await mail.find_email(GUILD, stored[2].id) is None
    assert "Urlaub" not in [each.topic for each in await mail.list_latest(GUILD)]
    assert await mail.list_opt_outs(GUILD) == (opt_out,)

    async with database.writing() as connection:
        assert await mail.opt_in(connection, GUILD, author_hash)
    assert await found("Grüße") == ["umlaut"]


async def test_other_guild_decides_for_itself(database, mail, list_id, found, stored):
    async with database.writing() as connection:
        await mail.follow(connection, follow(list_id, STRANGER))
        out = OptOut(
            guild_id=STRANGER, author_hash=stored[2].author_hash, author_name="Jörg Müller", since=NOW
        )
        await mail.opt_out(connection, out)

    assert await found("Grüße") == ["umlaut"]
    assert await found("Grüße", guild_id=STRANGER) == []


READS = {
    "search": lambda mail, list_id, email: mail.search(STRANGER, parse_terms("vote"), lists=[list_id]),
    "list_latest": lambda mail, list_id, email: mail.list_latest(STRANGER, lists=[list_id]),
    "list_thread": lambda mail, list_id, email: mail.list_thread(STRANGER, list_id, email.thread),
    "find_email": lambda mail, list_id, email: mail.find_email(STRANGER, email.id),
    "list_stored": lambda mail, list_id, email: mail.list_stored(
        STRANGER, list_id, after=later(days=-1), before=later(days=1), limit=10
    ),
    "list_sent": lambda mail, list_id, email: mail.list_sent(
        STRANGER, list_id, since=later(days=-1), until=later(days=1), limit=10
    ),
    "list_of_threads": lambda mail, list_id, email: mail.list_of_threads(STRANGER, list_id, [email.thread]),
    "find_namesakes": lambda mail, list_id, email: mail.find_namesakes(STRANGER, email.author_hash, 9),
    "find_authors": lambda mail, list_id, email: mail.find_authors(STRANGER, "ann"),
    "list_opt_outs": lambda mail, list_id, email: mail.list_opt_outs(STRANGER),
    "find_list": lambda mail, list_id, email: mail.find_list(STRANGER, list_id),
    "list_lists": lambda mail, list_id, email: mail.list_lists(STRANGER),
    "list_follows": lambda mail, list_id, email: mail.list_follows(STRANGER),
}
WRITES = {
    "unfollow": lambda mail, connection, list_id, email: mail.unfollow(connection, STRANGER, list_id),
    "opt_in": lambda mail, connection, list_id, email: mail.opt_in(connection, STRANGER, email.author_hash),
    "remove_author": lambda mail, connection, list_id, email: mail.remove_author(
        connection, STRANGER, email.author_hash
    ),
}


async def test_other_guild_reads_nothing(database, mail, list_id, stored):
    async with database.writing() as connection:
        await mail.opt_out(connection, OptOut(guild_id=GUILD, author_hash="x", author_name="X", since=NOW))

    results = {name: await read(mail, list_id, stored[0]) for name, read in READS.items()}

    assert {name: result for name, result in results.items() if result} == {}


async def test_other_guild_changes_nothing(database, mail, list_id, stored):
    out = OptOut(guild_id=GUILD, author_hash=stored[0].author_hash, author_name="Ann", since=NOW)
    async with database.writing() as connection:
        await mail.opt_out(connection, out)
        assert [await write(mail, connection, list_id, stored[0]) for write in WRITES.values()] == [
            0,
            False,
            0,
        ]

    assert await mail.list_opt_outs(GUILD) == (out,)
    assert len(await mail.list_follows(GUILD)) == 1


def test_every_method_for_a_guild_is_tried_from_another():
    public = {
        name: method
        for name, method in inspect.getmembers(MailRepository, inspect.isfunction)
        if name[0] != "_"
    }
    for_guilds = {
        name for name, method in public.items() if "guild_id" in inspect.signature(method).parameters
    }

    assert for_guilds == {*READS, *WRITES}


async def test_leaving_rows_of_a_guild_are_known_by_their_column(database):
    named = {table.name for table in METADATA.sorted_tables if "guild_id" in table.c}

    assert {"mail_follow", "mail_opt_out"} <= named
    async with database.reading() as connection:
        assert (await connection.execute(select(METADATA.tables["mail_follow"]))).all() == []


async def test_mail_that_went_to_two_lists_is_found_once_and_in_each_by_itself(database, mail, stored, found):
    second = Place(kind="pipermail", address="https://lists.example.org/pipermail/second/", name="Second")
    async with database.writing() as connection:
        source = await mail.add_source(connection, second, cursor={}, now=NOW)
        await mail.follow(connection, follow(source.list_id))
        forged = arrival("minutes", "Vote for me, says somebody else.", subject="Minutes", at=later(days=1))
        await mail.save_batch(connection, source.list_id, [MAILS[0], forged], now=NOW)
    first = stored[0].list_id
    assert await found("budget") == ["budget"]
    assert await found("budget", lists=[source.list_id]) == ["budget"]
    assert await found("budget", lists=[first]) == ["budget"]
    # An id is soon forged: what says something else is another mail.
    assert sorted(await found("minutes")) == ["minutes", "minutes"]
    async with database.writing() as connection:
        await mail.unfollow(connection, GUILD, first, CHANNEL)
    assert await found("budget") == ["budget"]


async def test_mail_is_the_same_with_and_without_a_footer(database, mail, list_id, stored, found):
    """Stored once where all of it is its author's, and twice where a list added to it."""
    second = Place(kind="pipermail", address="https://lists.example.org/pipermail/second/", name="Second")
    footer = "_______________________________________________\nGroup mailing list\nGroup@lists.example.org\n"
    async with database.writing() as connection:
        source = await mail.add_source(connection, second, cursor={}, now=NOW)
        await mail.follow(connection, follow(source.list_id))
        (whole,) = (await mail.save_batch(connection, list_id, [arrival("w", "Lighthouse.")], now=NOW)).emails
        longer = arrival("w", f"Lighthouse.\n\n{footer}")
        (with_footer,) = (await mail.save_batch(connection, source.list_id, [longer], now=NOW)).emails
        rows = await connection.execute(
            select(mail_body.c.own, mail_body.c.is_whole)
            .where(mail_body.c.email_id.in_((whole.id, with_footer.id)))
            .order_by(mail_body.c.email_id)
        )
        assert rows.all() == [("", True), ("Lighthouse.", False)]

    assert whole.body.own == with_footer.body.own == "Lighthouse."
    assert await found("lighthouse") == ["w"]
    for email in (whole, with_footer):
        assert await mail.find_email(GUILD, email.id) == email
        (seen,) = await mail.list_thread(GUILD, email.list_id, email.thread)
        assert (seen.body.own, seen.body.in_context) == ("Lighthouse.", "Lighthouse.")


async def test_thread_that_went_to_two_lists_is_shown_once_with_both(database, mail, list_id, stored):
    second = Place(kind="pipermail", address="https://lists.example.org/pipermail/second/", name="Second")

    async def put(number, *mails):
        async with database.writing() as connection:
            await mail.save_batch(connection, number, mails, now=NOW)

    async def latest(lists, **page):
        found = await mail.list_latest(GUILD, lists=lists, **page)
        return [(each.topic, each.list_id, each.other_lists) for each in found]

    async with database.writing() as connection:
        source = await mail.add_source(connection, second, cursor={}, now=NOW)
        await mail.follow(connection, follow(source.list_id))
    both = (list_id, source.list_id)
    asked = arrival("asked", "Shall we?", subject="A question", at=later(days=20))
    answer = arrival("answer", "Yes.", subject="Re: A question", refs="asked", at=later(days=21))
    await put(list_id, asked, answer, arrival("forged", "Mine.", subject="Forged", at=later(days=22)))
    await put(source.list_id, asked, answer, arrival("forged", "Yours.", subject="Forged", at=later(days=22)))

    assert (await latest(both))[:3] == [
        ("Forged", list_id, ()),
        ("Forged", source.list_id, ()),
        ("A question", list_id, (source.list_id,)),
    ]
    pages = [await latest(both, limit=2, offset=offset) for offset in range(0, 12, 2)]
    assert [each for page in pages for each in page] == await latest(both)
    assert (await latest([source.list_id]))[1] == ("A question", source.list_id, ())

    # It goes on in one of them: that is something else to read.
    await put(
        source.list_id, arrival("more", "No!", subject="Re: A question", refs="asked", at=later(days=30))
    )
    assert (await latest(both))[0] == ("A question", source.list_id, ())
    assert ("A question", list_id, (source.list_id,)) in await latest(both)


TRACKER = "<notifications@tracker.example>"


@pytest.fixture
def service(database, mail):
    return MailService(database=database, repository=mail, texts=load_texts(), clock=lambda: NOW)


async def test_author_at_the_address_of_many_is_not_hidden_with_all_of_them(database, mail, list_id, service):
    mails = [arrival("bob", author=f"Bob {TRACKER}"), arrival("cy", refs="bob", author=f"Cy {TRACKER}")]
    mails += [arrival(f"d{number}", author=f"Dee {number} <team@example.org>") for number in range(5)]
    async with database.writing() as connection:
        await mail.save_batch(connection, list_id, mails, now=NOW)
    for name in ("Bob", "Dee 3"):
        with pytest.raises(UserError, match="/list filter"):
            await service.hide_author(GUILD, name, now=NOW)
    assert await mail.list_opt_outs(GUILD) == ()
    assert (await mail.count_emails(list_id)).mails == len(mails)
    assert {thread.people for thread in await mail.list_latest(GUILD) if thread.mails == 2} == {2}


async def test_author_who_writes_the_own_name_in_several_ways_is_hidden(database, mail, list_id, service):
    names = ("Eve", "Eve Example", "E. Example", "eve  example")
    mails = [
        arrival(f"e{number}", author=f"{name} <eve@example.org>", extra=extra)
        for number, (name, extra) in enumerate(
            zip(names, ("Auto-Submitted: auto-replied\n", "", "", ""), strict=True)
        )
    ]
    async with database.writing() as connection:
        await mail.save_batch(connection, list_id, mails, now=NOW)
    await service.hide_author(GUILD, "Eve", now=NOW)
    assert (await mail.count_emails(list_id)).mails == 0
