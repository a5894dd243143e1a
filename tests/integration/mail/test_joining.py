"""Two addresses of one list: joined where one guild follows both, parted where another would see too much."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.mail.following import Following, Logins, Wish
from bot.mail.intake import MailReader
from bot.mail.joining import Joining
from bot.mail.models import Place, Problem
from bot.mail.polling import Polling
from bot.mail.service import MailService
from bot.text.catalogue import load_texts
from bot.text.search_terms import parse_terms
from tests.integration.mail.arrivals import arrival, later
from tests.integration.mail.letters import NOW

OURS, THEIRS, CLOSED, OPEN = 1, 2, 30, 31
ARCHIVE = Place(kind="pipermail", address="https://lists.example.org/pipermail/dev/", name="dev")
PLAIN = replace(ARCHIVE, address="http://lists.example.org/pipermail/dev/")
MAILBOX = Place(kind="imap", address="imap://wg/INBOX", name="wg", is_private=True)
LIST_ID = "List-Id: <dev.lists.example.org>\n"


class World:
    """Lists that are followed, and mails that are stored as if they had been read."""

    def __init__(self, database, mail, access):
        self.database, self.mail = database, mail
        self.joining = Joining(database=database, repository=mail)
        polling = Polling(
            database=database,
            repository=mail,
            reader=MailReader(workers=access.workers, repository=mail),
            access=access,
        )
        texts = load_texts()
        self.following = Following(
            database=database,
            repository=mail,
            service=MailService(database=database, repository=mail, texts=texts, clock=lambda: NOW),
            polling=polling,
            fetcher=access.fetcher,
            texts=texts,
            logins={OURS: Logins(mailboxes={"wg"})},
        )

    async def follow(self, place, *, guild_id=OURS, channel_id=CLOSED, **more):
        wish = Wish(guild_id=guild_id, channel_id=channel_id, place=place, **more)
        return await self.following.follow(wish, now=NOW)

    async def store(self, followed, *arrivals):
        list_id = followed.mailing_list.id
        async with self.database.writing() as connection:
            await self.mail.save_batch(connection, list_id, arrivals, now=NOW)
            identifier = arrivals[0].email.list_id
            await self.mail.save_facts(connection, list_id, identifier=identifier, address="", archive_url="")

    async def lists(self, guild_id=OURS):
        return [each.id for each in await self.mail.list_lists(guild_id)]

    async def sources(self, list_id):
        return {each.address for each in await self.mail.list_sources(list_id)}


@pytest.fixture
def world(database, mail, access):
    return World(database, mail, access)


async def joined(world):
    """Follow an archive and a mailbox in a closed channel, and join them."""
    archive = await world.follow(ARCHIVE)
    mailbox = await world.follow(MAILBOX)
    await world.store(archive, arrival("a"), arrival("b", refs="a", at=later(hours=1)))
    await world.store(
        mailbox,
        arrival("a", extra=LIST_ID),
        arrival("b", extra=LIST_ID, refs="a", at=later(hours=1)),
        arrival("c", "Only zebras.", extra=LIST_ID, refs="b", at=later(hours=2)),
        arrival("d", "Another matter.", extra=LIST_ID, subject="Else", at=later(hours=3)),
    )
    await world.joining.join_all(NOW)
    return archive, mailbox


async def test_an_archive_and_a_mailbox_become_one_list_and_no_mail_is_doubled_or_lost(world):
    archive, mailbox = await joined(world)
    list_id = archive.mailing_list.id
    assert await world.lists() == [list_id]
    assert await world.sources(list_id) == {ARCHIVE.address, MAILBOX.address}
    threads = await world.mail.list_latest(OURS)
    assert [(each.topic, each.mails) for each in threads] == [("Else", 1), ("Topic", 3)]
    (found,) = await world.mail.search(OURS, parse_terms("zebras"))
    assert (found.list_id, found.thread) == (list_id, threads[1].thread)
    assert await world.mail.get_list(mailbox.mailing_list.id) is None


async def test_a_joined_list_is_as_private_as_the_more_private_one_was(world):
    archive, _ = await joined(world)
    kept = await world.mail.get_list(archive.mailing_list.id)
    assert kept.is_private
    assert kept.identifier == "dev.lists.example.org"


async def test_what_a_guild_called_private_stays_so(world):
    first = await world.follow(PLAIN)
    await world.follow(ARCHIVE, is_private=True)
    await world.joining.join_all(NOW)
    (kept,) = await world.mail.list_lists(OURS)
    assert (kept.id, kept.is_private) == (first.mailing_list.id, True)


async def test_mails_that_come_later_join_the_threads_that_were_moved(world):
    archive, _ = await joined(world)
    await world.store(archive, arrival("e", refs="d", subject="Re: Else", at=later(hours=4)))
    assert [(each.topic, each.mails) for each in await world.mail.list_latest(OURS)] == [
        ("Else", 2),
        ("Topic", 3),
    ]


async def test_another_guild_gets_the_archive_and_nothing_of_the_mailbox(world):
    archive, _ = await joined(world)
    theirs = await world.follow(ARCHIVE, guild_id=THEIRS, channel_id=OPEN, is_public_channel=True)
    assert theirs.mailing_list.id != archive.mailing_list.id
    assert not theirs.mailing_list.is_private
    assert await world.sources(theirs.mailing_list.id) == {ARCHIVE.address}
    assert await world.sources(archive.mailing_list.id) == {MAILBOX.address}
    assert await world.mail.list_latest(THEIRS) == ()
    assert not theirs.source.is_complete
    await world.joining.join_all(NOW)
    assert await world.sources(theirs.mailing_list.id) == {ARCHIVE.address}


async def test_a_public_channel_gets_the_archive_and_nothing_of_the_mailbox(world):
    archive, _ = await joined(world)
    here = await world.follow(ARCHIVE, channel_id=OPEN, is_public_channel=True)
    assert here.mailing_list.id != archive.mailing_list.id
    assert await world.sources(here.mailing_list.id) == {ARCHIVE.address}
    with pytest.raises(UserError, match="private"):
        await world.follow(MAILBOX, channel_id=OPEN, is_public_channel=True)


async def test_following_tells_which_list_it_became(world):
    archive = await world.follow(PLAIN)
    again = await world.follow(ARCHIVE)
    kept = await world.following.join(again, OURS, now=NOW)
    assert kept.mailing_list.id == archive.mailing_list.id
    assert kept.source.address == ARCHIVE.address


async def test_what_was_read_before_the_joining_is_not_stored_behind_it(world, database, mail):
    archive = await world.follow(PLAIN)
    other = await world.follow(ARCHIVE)
    await world.joining.join_all(NOW)
    async with database.writing() as connection:
        moved = await mail.save_fetch(
            connection,
            other.source.id,
            before=other.source.cursor,
            cursor={"far": "ahead"},
            is_complete=True,
            problems=[Problem(where="x", what="y")],
            now=NOW,
            next_check_at=NOW + timedelta(minutes=5),
            list_id=other.mailing_list.id,
        )
    assert not moved
    assert (await mail.find_source(ARCHIVE.kind, ARCHIVE.address)).list_id == archive.mailing_list.id


async def test_what_a_stranger_claims_reaches_no_other_guild(world):
    ours = await world.follow(ARCHIVE, channel_id=OPEN)
    await world.follow(ARCHIVE, guild_id=THEIRS, channel_id=40)
    forged = await world.follow(
        replace(ARCHIVE, address="http://lists.example.org/pipermail/dev/"), guild_id=THEIRS, channel_id=40
    )
    await world.joining.join_all(NOW)
    assert await world.sources(ours.mailing_list.id) == {ARCHIVE.address}
    assert await world.sources(forged.mailing_list.id) == {PLAIN.address}
