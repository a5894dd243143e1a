"""Mails are stored once, in threads that grow together, and forgotten in time; on both engines."""

import asyncio
import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.mail.models import Attachment
from bot.mail.quotes.patches import PatchSummary
from bot.mail.stored import Arrival, OptOut
from bot.mail.threads import Merge
from bot.storage.schema import mail_body, mail_email, mail_id, mail_list
from bot.text.search_terms import parse_terms
from tests.integration.mail.arrivals import GUILD, NOW, PLACE, STRANGER, arrival, follow, key, later


@pytest.fixture
def save(database, mail, list_id):
    async def run(*arrivals: Arrival, now=NOW, keep=timedelta(days=90)):
        async with database.writing() as connection:
            return await mail.save_batch(connection, list_id, arrivals, now=now, keep=keep)

    return run


async def count(database, table):
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def threads(database):
    """Which mails stand together, by name."""
    async with database.reading() as connection:
        rows = await connection.execute(select(mail_email.c.key, mail_email.c.thread))
    found: dict[int, set[str]] = {}
    for name, thread in rows:
        found.setdefault(thread, set()).add(name.removesuffix("@example.org"))
    return sorted(map(sorted, found.values()))


async def test_mail_is_stored_as_it_was_understood(mail, list_id, save):
    given = arrival(
        "a",
        "Yes.\n\n> Shall we?\n",
        subject="[Group] Re: [VOTE] Budget",
        refs="root parent",
        extra=(
            "In-Reply-To: <parent@example.org>\nArchived-At: <https://example.org/a>\n"
            "List-Post: <mailto:g@example.org>\n"
        ),
    )

    (stored,) = (await save(given)).emails
    found = await mail.find_email(GUILD, stored.id)

    assert found == stored
    assert (found.key, found.message_id) == (key("a"), key("a"))
    assert (found.topic, found.tags, found.is_reply) == ("[Group] [VOTE] Budget", ("Group", "VOTE"), True)
    assert (found.in_reply_to, found.references) == (key("parent"), (key("root"), key("parent")))
    assert (found.author_name, found.at, found.stored_at) == ("Ann Example", NOW, NOW)
    assert found.permalink == "https://example.org/a"
    assert found.body.text == "Yes.\n\n> Shall we?"
    assert found.body.own == "Yes."


async def test_attachments_and_patches_are_kept(mail, save):
    diff = "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-old\n+new\n"
    body = f"Fix it.\n---\n a.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n{diff}"
    part = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
    text = f"--b\n\n{body}\n--b\nContent-Type: application/pdf; name=plan.pdf\n\n%PDF\n--b--"

    (stored,) = (await save(arrival("a", text, extra=part))).emails
    found = await mail.find_email(GUILD, stored.id)

    assert found.body.patch == PatchSummary(1, 1, 1)
    assert found.attachments == (Attachment(name="plan.pdf", size=4, media_type="application/pdf"),)
    assert found.is_patch


async def test_source_knows_the_page_better_than_the_mail(save):
    given = arrival("a", extra="List-Post: <mailto:g@example.org>\nArchived-At: <https://example.org/a>\n")

    (stored,) = (
        await save(Arrival(email=given.email, words=given.words, permalink="https://example.net/1"))
    ).emails

    assert stored.permalink == "https://example.net/1"


async def test_address_is_not_kept(database, save):
    await save(arrival("a"))

    async with database.reading() as connection:
        rows = [tuple(row) for row in await connection.execute(select(mail_email))]
    assert "ann@" not in str(rows)


async def test_mails_from_one_address_share_a_hash(save):
    one, two, three = (
        await save(
            arrival("a", author="Ann <ann@example.org>"),
            arrival("b", author="Ann Example <ANN@example.org>"),
            arrival("c", author="Jo <jo@example.org>"),
        )
    ).emails

    assert one.author_hash == two.author_hash != three.author_hash


async def test_mail_that_comes_again_changes_nothing(database, mail, list_id, save):
    await save(arrival("a"), arrival("b", refs="a"))

    again = await save(arrival("b", "Other words.", refs="a"), arrival("a"), arrival("c", refs="b"))

    assert [email.key for email in again.emails] == [key("c")]
    assert await count(database, mail_email) == 3
    assert await mail.find_new_keys(list_id, [key("a"), key("x")]) == {key("x")}


async def test_mail_twice_in_one_batch_is_stored_once(database, save):
    saved = await save(arrival("a", "first"), arrival("a", "second"), arrival("a", "third"))

    assert [email.body.own for email in saved.emails] == ["first"]
    assert await count(database, mail_body) == 1


async def test_one_mail_may_be_on_two_lists(database, mail, list_id, save):
    async with database.writing() as connection:
        other = await mail.add_source(
            connection, PLACE.__class__(kind="imap", address="x", name="X"), cursor={}, now=NOW
        )
        await mail.save_batch(connection, other.list_id, [arrival("a")], now=NOW)
    await save(arrival("a"))

    assert await count(database, mail_email) == 2


async def test_same_id_with_another_text_is_the_same_mail(save):
    await save(arrival("a", "one"))

    assert (await save(arrival("a", "two"))).emails == ()


async def test_replies_join_the_thread_of_what_they_refer_to(database, save):
    await save(arrival("a"), arrival("b", refs="a"), arrival("x", subject="Other"))
    await save(arrival("c", refs="a b"), arrival("y", refs="x", subject="Re: Other"))

    assert await threads(database) == [["a", "b", "c"], ["x", "y"]]


async def test_late_reference_merges_threads_and_the_elder_stays(database, mail, list_id, save):
    first = (await save(arrival("a", subject="One"))).emails[0].thread
    second = (await save(arrival("b", subject="Two"))).emails[0].thread
    third = (await save(arrival("c", subject="Three"))).emails[0].thread

    saved = await save(arrival("d", refs="b c"))
    last = await save(arrival("e", refs="a d"))

    assert saved.merges == (Merge(younger=third, elder=second),)
    assert last.merges == (Merge(younger=second, elder=first),)
    assert await threads(database) == [["a", "b", "c", "d", "e"]]
    assert [await mail.find_thread(list_id, each) for each in (first, second, third)] == [first] * 3
    assert {email.key for email in await mail.list_thread(GUILD, list_id, third)} == {
        key(each) for each in "abcde"
    }


async def test_mails_of_one_batch_stand_in_the_merged_thread(database, save):
    await save(arrival("a", subject="One"))
    await save(arrival("b", subject="Two"))

    saved = await save(arrival("c", refs="b", subject="Re: Two"), arrival("d", refs="a b"))

    assert {email.thread for email in saved.emails} == {saved.merges[0].elder}
    assert await threads(database) == [["a", "b", "c", "d"]]


async def test_reply_without_references_finds_its_thread_by_subject(database, save):
    await save(arrival("a", subject="Budget"))
    saved = await save(
        arrival("b", subject="Re: Budget", at=later(days=5)),
        arrival("c", subject="AW: budget", at=later(days=6)),
    )

    assert await threads(database) == [["a", "b", "c"]]
    assert not any(email.is_orphan for email in saved.emails)


async def test_orphan_is_adopted_when_its_thread_comes(database, mail, save):
    (orphan,) = (await save(arrival("b", subject="Re: Budget", at=later(days=5)))).emails
    assert orphan.is_orphan

    await save(arrival("a", subject="Budget"))

    assert await threads(database) == [["a", "b"]]
    assert not (await mail.find_email(GUILD, orphan.id)).is_orphan


async def test_threads_do_not_depend_on_how_mails_come(database, mail, save):
    mails = [
        arrival(
            f"m{number}",
            refs=" ".join(f"m{each}" for each in (number // 2, number // 4) if each),
            subject=f"S{number}",
        )
        for number in range(1, 60)
    ]
    mails += [arrival(f"lone{number}", subject=f"L{number}") for number in range(10)]
    random.Random(1).shuffle(mails)
    for start in range(0, len(mails), 7):
        await save(*mails[start : start + 7])

    found = await threads(database)

    assert len(found) == 11
    assert max(map(len, found)) == 59


async def test_mail_that_wants_no_archive_leaves_only_its_id(database, mail, list_id, save):
    saved = await save(
        arrival("a", "secret", extra="X-No-Archive: yes\n"), arrival("b", refs="a"), arrival("c", refs="a")
    )

    assert {email.key for email in saved.emails} == {key("b"), key("c")}
    assert await threads(database) == [["b", "c"]]
    assert await mail.search(GUILD, parse_terms("secret")) == ()


async def test_body_is_dropped_when_its_time_is_over(database, mail, list_id, save):
    await save(arrival("a", "ephemeral words"), keep=timedelta(days=10))
    await save(arrival("b", "lasting words"))

    async with database.writing() as connection:
        early = await mail.expire_bodies(connection, later(days=9))
        over = await mail.expire_bodies(connection, later(days=10))
        again = await mail.expire_bodies(connection, later(days=10))

    assert (early, over, again) == (0, 1, 0)
    assert await mail.search(GUILD, parse_terms("ephemeral")) == ()
    assert [email.key for email in await mail.search(GUILD, parse_terms("words"))] == [key("b")]
    thread = await mail.list_latest(GUILD, lists=[list_id])
    assert sum(each.mails for each in thread) == 2
    assert await mail.find_texts(list_id, [key("a"), key("b")]) == {key("b"): "lasting words"}


async def test_mail_whose_body_is_gone_is_still_known(mail, database, save):
    await save(arrival("a", "words"), keep=timedelta())
    async with database.writing() as connection:
        await mail.expire_bodies(connection, NOW)

    assert (await save(arrival("a", "words"))).emails == ()


async def test_texts_of_parents_are_found(mail, list_id, save):
    await save(arrival("a", "The whole text.\n\n-- \nAnn"))

    assert await mail.find_texts(list_id, [key("a"), key("unknown")]) == {
        key("a"): "The whole text.\n\n-- \nAnn"
    }


async def test_failed_batch_leaves_nothing(database, mail, list_id):
    async def fail() -> None:
        async with database.writing() as connection:
            await mail.save_batch(connection, list_id, [arrival("a", refs="b")], now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    for table in (mail_email, mail_body, mail_id):
        assert await count(database, table) == 0
    assert await mail.search(GUILD, parse_terms("words")) == ()


async def test_batches_at_the_same_time_take_turns(database, mail, list_id, save):
    batches = [[arrival(f"{number}-{each}", refs=f"root{each}") for each in range(5)] for number in range(8)]

    await asyncio.gather(*(save(*batch) for batch in batches))

    assert sorted(map(len, await threads(database))) == [8] * 5


async def test_batch_for_a_list_that_is_gone_is_dropped(database, mail):
    async with database.writing() as connection:
        saved = await mail.save_batch(connection, 12345, [arrival("a")], now=NOW)

    assert saved.emails == ()
    assert await count(database, mail_list) == 0


async def test_large_batch_with_many_references_is_stored(database, save):
    mails = [
        arrival(f"m{number}", refs=" ".join(f"r{each}-{number}" for each in range(60)))
        for number in range(200)
    ]

    assert len((await save(*mails)).emails) == 200
    assert await count(database, mail_id) == 200 * 61


@pytest.mark.parametrize(
    "text", ["nul \0 in it", "\ud800 lone", "x" * 100_000, "", "'); DROP TABLE mail_email; --", '" OR *']
)
async def test_any_text_is_stored_and_searched(database, mail, save, text):
    given = arrival("a", "words")
    odd = Arrival(
        email=given.email,
        words=type(given.words)(text=text, in_context=text, is_all_quoted=False, patch=None, is_cut=False),
    )

    await save(odd)

    assert len(await mail.search(GUILD, parse_terms("topic"))) == 1
    await mail.search(GUILD, parse_terms(text))


async def test_an_author_who_opted_out_everywhere_is_removed_and_stays_away(database, mail, list_id):
    ann, bob = arrival("a"), arrival("b", author="Bob Example <bob@example.org>")
    async with database.writing() as connection:
        await mail.save_batch(connection, list_id, [ann, bob], now=NOW)
    ((_, author_hash),) = await mail.find_authors(GUILD, "Ann")
    opted = OptOut(guild_id=GUILD, author_hash=author_hash, author_name="Ann Example", since=NOW)
    async with database.writing() as connection:
        await mail.opt_out(connection, opted)
        assert await mail.remove_author(connection, GUILD, author_hash) == 1
    async with database.writing() as connection:
        saved = await mail.save_batch(connection, list_id, [ann, arrival("c", refs="a"), bob], now=NOW)
    assert saved.emails == ()
    assert (await mail.count_emails(list_id)).mails == 1


async def test_an_author_who_is_shown_elsewhere_is_only_hidden(database, mail, list_id):
    async with database.writing() as connection:
        await mail.follow(connection, follow(list_id, guild_id=STRANGER))
        await mail.save_batch(connection, list_id, [arrival("a")], now=NOW)
    ((_, author_hash),) = await mail.find_authors(GUILD, "Ann")
    opted = OptOut(guild_id=GUILD, author_hash=author_hash, author_name="Ann Example", since=NOW)
    async with database.writing() as connection:
        await mail.opt_out(connection, opted)
        assert await mail.remove_author(connection, GUILD, author_hash) == 0
        saved = await mail.save_batch(connection, list_id, [arrival("b")], now=NOW)
    assert len(saved.emails) == 1
    assert await mail.find_authors(GUILD, "Ann") == ()
    assert len(await mail.find_authors(STRANGER, "Ann")) == 1
