"""Reading lists on: first follow, what is new, crashes between batches, sources that are down, poison."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import SourceError
from bot.mail.aside_repository import MOST_BYTES, MOST_KEPT
from bot.mail.intake import SET_ASIDE, MailReader
from bot.mail.models import Place
from bot.mail.polling import INTERVAL, LONGEST_PAUSE, Polling
from bot.mail.retrying import Retrying
from bot.mail.sources.contract import start_cursor
from bot.mail.stored import SetAside
from bot.version import VERSION
from tests.integration.mail.arrivals import follow
from tests.integration.mail.letters import NOW, as_mbox, letters
from tests.integration.mail.stages.pipermail import PipermailArchive


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
async def archive(access):
    async with PipermailArchive(access) as built:
        yield built


class World:
    """The list, what reads it, and what was heard of it."""

    def __init__(self, database, mail, access, archive):
        self.database, self.mail, self.archive = database, mail, archive
        self.clock = Clock()
        self.heard = []
        self.access = replace(access, clock=self.clock)
        self.polling = self.make()

    def make(self, *listeners, workers=None, reader=None):
        """Make what reads, anew as after a start."""
        reader = reader or MailReader(workers=workers or self.access.workers, repository=self.mail)

        async def hear(connection, news):
            self.heard.append(news)

        return Polling(
            database=self.database,
            repository=self.mail,
            reader=reader,
            access=self.access,
            listeners=(hear, *listeners),
        )

    async def follow(self, *, guild_id=100, days=90):
        cursor = start_cursor(self.clock(), days=days)
        async with self.database.writing() as connection:
            source = await self.mail.add_source(
                connection, self.archive.place, cursor=cursor, now=self.clock()
            )
            await self.mail.follow(connection, follow(source.list_id, guild_id=guild_id))
        return source

    async def retry(self, version, workers=None):
        retrying = Retrying(
            database=self.database,
            repository=self.mail,
            reader=MailReader(workers=workers or self.access.workers, repository=self.mail),
            version=version,
            keep=timedelta(days=90),
            clock=self.clock,
        )
        await retrying.retry(self.clock())

    async def source(self):
        place = self.archive.place
        return await self.mail.find_source(place.kind, place.address)

    async def subjects(self, guild_id=100):
        source = await self.source()
        found = await self.mail.list_stored(
            guild_id,
            source.list_id,
            after=NOW - timedelta(days=1),
            before=NOW + timedelta(days=9),
            limit=5_000,
        )
        return sorted(email.subject for email in found)


@pytest.fixture
async def world(database, mail, access, archive):
    built = World(database, mail, access, archive)
    yield built
    await built.polling.close()


def names(mails):
    return sorted(mail.subject for mail in mails)


async def test_first_follow_reads_what_was_there_and_calls_it_old(world):
    sent = letters(230)
    world.archive.put(sent)
    turn = await world.polling.read_on(await world.follow())
    assert turn.is_complete
    assert turn.new == 230
    assert turn.until == sent[-1].sent_at
    assert await world.subjects() == names(sent)
    assert [news.is_old for news in world.heard] == [True] * len(world.heard)
    assert len(world.heard) > 1


async def test_what_comes_later_is_news(world):
    world.archive.put(letters(3))
    await world.polling.read_on(await world.follow())
    world.heard.clear()
    fresh = letters(2, first=3, start=NOW)
    world.archive.put(fresh)
    world.clock.now += INTERVAL
    await world.polling.poll_due(world.clock())
    (news,) = world.heard
    assert not news.is_old
    assert names(news.saved.emails) == names(fresh)


async def test_after_an_outage_the_second_batch_is_news_too(world):
    world.archive.put(letters(1))
    await world.polling.read_on(await world.follow())
    world.heard.clear()
    fresh = letters(230, first=1, start=NOW - timedelta(days=5))
    world.archive.put(fresh)
    world.clock.now += INTERVAL
    await world.polling.poll_due(world.clock())
    assert len(world.heard) > 1
    assert {news.is_old for news in world.heard} == {False}
    assert await world.subjects() == names([*letters(1), *fresh])


async def test_a_source_is_left_alone_until_its_time(world):
    world.archive.put(letters(1))
    await world.polling.read_on(await world.follow())
    asked = len(world.archive.site.asked)
    await world.polling.poll_due(world.clock() + INTERVAL - timedelta(seconds=1))
    assert len(world.archive.site.asked) == asked


async def test_a_list_of_two_guilds_is_fetched_once_and_seen_by_both(world):
    sent = letters(4)
    world.archive.put(sent)
    await world.follow(guild_id=100)
    await world.follow(guild_id=200)
    await world.polling.poll_due(world.clock())
    assert world.archive.site.statuses.count(200) == 3  # the index, the month, its pages' numbers: each once
    assert len(world.heard) == 1
    assert await world.subjects(100) == await world.subjects(200) == names(sent)


async def test_many_at_once_read_a_source_one_after_the_other(world):
    sent = letters(230)
    world.archive.put(sent)
    source = await world.follow()
    turns = await asyncio.gather(*(world.polling.read_on(source) for _ in range(3)))
    assert sorted(turn.new for turn in turns) == [0, 0, 230]
    assert await world.subjects() == names(sent)


@pytest.mark.parametrize("batches", [0, 1])
async def test_a_crash_between_batches_loses_nothing_and_doubles_nothing(world, batches):
    sent = letters(230)
    world.archive.put(sent)
    source = await world.follow()
    left = [batches]

    async def crash(connection, news):
        if not left[0]:
            raise RuntimeError("crash")
        left[0] -= 1

    with pytest.raises(RuntimeError):
        await world.make(crash).read_on(source)
    stored = await world.subjects()
    assert len(stored) < len(sent)
    assert bool(stored) is bool(batches)
    turn = await world.make().read_on(source)
    assert turn.is_complete
    assert turn.new == len(sent) - len(stored)
    assert await world.subjects() == names(sent)


async def test_who_has_more_than_a_turn_holds_goes_on_at_once(world):
    sent = letters(2_230, start=NOW - timedelta(days=80))
    world.archive.put(sent)
    await world.follow()
    await world.polling.poll_due(world.clock())
    assert (await world.source()).is_complete
    assert len(await world.subjects()) == len(sent)


async def test_a_source_that_is_down_keeps_its_place_and_is_asked_less_and_less(world):
    world.archive.put(letters(2))
    await world.polling.read_on(await world.follow())
    before = (await world.source()).cursor
    world.archive.fail(is_permanent=False)
    world.clock.now += INTERVAL
    pauses = []
    for _ in range(6):
        await world.polling.poll_due(world.clock())
        source = await world.source()
        pauses.append(source.next_check_at - world.clock())
        world.clock.now = source.next_check_at
    assert source.cursor == before
    assert source.failures == 6
    assert source.error
    assert pauses == sorted(pauses)
    assert pauses[0] == INTERVAL
    assert pauses[-1] == LONGEST_PAUSE

    world.archive.recover()
    fresh = letters(3, first=2, start=NOW)
    world.archive.put(fresh)
    await world.polling.poll_due(world.clock())
    source = await world.source()
    assert (source.failures, source.error) == (0, "")
    assert await world.subjects() == names([*letters(2), *fresh])


async def test_what_nobody_foresaw_of_one_list_does_not_hold_up_the_others(world):
    world.archive.put(letters(2))
    broken = await world.follow()
    (world.access.folder / "dev.mbox").write_bytes(as_mbox(letters(3)))
    async with world.database.writing() as connection:
        place = Place(kind="mbox", address="dev.mbox", name="Other")
        cursor = start_cursor(NOW, days=90)
        other = await world.mail.add_source(connection, place, cursor=cursor, now=NOW)
        await world.mail.follow(connection, follow(other.list_id))

    async def fail(_connection, news):
        if news.mailing_list.id == broken.list_id:
            raise RuntimeError("unforeseen")

    polling = world.make(fail)
    with pytest.raises(RuntimeError, match="unforeseen"):
        await polling.poll_due(world.clock())
    await polling.close()
    assert (await world.mail.count_emails(other.list_id)).mails == 3
    assert (await world.mail.count_emails(broken.list_id)).mails == 0


class PoisonedWorkers:
    """Workers that break on a mail, as a parser that crashes would."""

    def __init__(self, workers, poison):
        self.workers, self.poison = workers, poison

    async def run(self, function, items, **options):
        if any(self.poison in (item if isinstance(item, bytes) else item.text.encode()) for item in items):
            raise SourceError("Reading it crashed the process that read it.", permanent=True)
        return await self.workers.run(function, items, **options)


async def test_a_poisonous_mail_is_set_aside_with_its_reason_and_the_rest_goes_on(world):
    sent = letters(7)
    world.archive.put(sent)
    source = await world.follow()
    polling = world.make(workers=PoisonedWorkers(world.access.workers, b"Subject: Mail 4\n"))
    turn = await polling.read_on(source)
    assert turn.new == 6
    assert "Mail 4" not in await world.subjects()
    (problem,) = (await world.source()).problems
    assert (problem.where, problem.what) == (
        SET_ASIDE,
        "number 5 of its batch: Reading it crashed the process that read it.",
    )


async def test_a_mail_that_was_set_aside_is_read_by_a_newer_version_and_is_no_news(world):
    sent = letters(3)
    world.archive.put(sent)
    source = await world.follow()
    await world.make(workers=PoisonedWorkers(world.access.workers, b"Subject: Mail 1\n")).read_on(source)
    reason = "Reading it crashed the process that read it."
    assert await world.mail.count_aside(source.list_id) == (1, reason)
    heard = len(world.heard)

    await world.retry(VERSION)
    await world.retry("still-broken", PoisonedWorkers(world.access.workers, b"Subject: Mail 1\n"))
    assert await world.mail.count_aside(source.list_id) == (1, reason)
    await world.retry("mended")

    assert await world.subjects() == names(sent)
    assert await world.mail.count_aside(source.list_id) == (0, "")
    assert len(world.heard) == heard


async def test_what_is_set_aside_of_a_list_is_bounded(world):
    world.archive.put(letters(1))
    source = await world.follow()
    aside = [SetAside(content=b"%d" % number, reason=f"reason {number}") for number in range(MOST_KEPT + 5)]
    for some in (aside[:10], aside[10:], [SetAside(content=bytes(MOST_BYTES + 1), reason="huge")]):
        async with world.database.writing() as connection:
            await world.mail.keep_aside(connection, source.list_id, some, version="1", now=NOW)

    kept = await world.mail.list_aside(version="2", limit=1_000)

    assert [each.reason for each in kept] == [each.reason for each in aside[-MOST_KEPT:]]


@pytest.mark.parametrize("number", [2, 3], ids=["in reply to a stored mail", "by itself"])
async def test_a_mail_whose_words_cannot_be_found_is_kept_without_them(world, number):
    first, second, *sent = letters(5)
    world.archive.put([first, second])
    source = await world.follow()
    await world.polling.read_on(source)
    sent = [replace(each, body="Venom.\n") if each.number == number else each for each in sent]
    world.archive.put(sent)

    class Parses(PoisonedWorkers):
        async def run(self, function, items, **options):
            return await (self.workers if "parse" in function else super()).run(function, items, **options)

    world.clock.now += INTERVAL
    await world.make(workers=Parses(world.access.workers, b"Venom.")).poll_due(world.clock())

    assert await world.subjects() == names([first, second, *sent])
    stored = {email.subject: email.body.own for email in world.heard[-1].saved.emails}
    assert stored == {f"Mail {each.number}": own_of(each) for each in sent}
    (problem,) = (await world.source()).problems
    assert problem.what.endswith("Reading it crashed the process that read it.")
    assert await world.mail.count_aside(source.list_id) == (0, "")


def own_of(letter):
    return "" if "Venom" in letter.body else "Hello list,\n\nthis is a mail."


async def test_an_unmarked_quote_of_a_stored_mail_is_no_own_word(world):
    words = "We should move the harbour meeting to Tuesday because the pilots are at sea on Mondays."
    question, answer = letters(2, start=NOW - timedelta(days=2))
    world.archive.put([replace(question, body=f"{words}\n")])
    source = await world.follow()
    await world.polling.read_on(source)
    body = f"Tuesday is fine for me.\n\n{words}\n"
    world.archive.put([replace(answer, body=body, in_reply_to=question.number)])
    world.clock.now += INTERVAL
    await world.polling.poll_due(world.clock())
    ((stored,), *_) = [news.saved.emails for news in world.heard[-1:]]
    assert stored.body.own == "Tuesday is fine for me."


async def test_a_process_that_was_overtaken_stores_nothing(world):
    sent = letters(230)
    world.archive.put(sent)
    source = await world.follow()
    faster = world.polling

    class Slow(MailReader):
        async def read(self, *args, **kwargs):
            intake = await super().read(*args, **kwargs)
            await faster.read_on(source, most_batches=1)
            return intake

    slow = world.make(reader=Slow(workers=world.access.workers, repository=world.mail))
    turn = await slow.read_on(source)
    await slow.close()
    assert (turn.new, turn.is_complete) == (0, True)
    assert len(await world.subjects()) == 200
    await world.polling.read_on(source)
    assert await world.subjects() == names(sent)


async def test_bodies_expire_and_unfollowed_lists_go(world):
    world.archive.put(letters(3))
    source = await world.follow()
    await world.polling.read_on(source)
    await world.polling.expire(NOW + timedelta(days=89))
    assert len(await world.mail.find_texts(source.list_id, ["mail-0@example.org"])) == 1
    await world.polling.expire(NOW + timedelta(days=91))
    assert await world.mail.find_texts(source.list_id, ["mail-0@example.org"]) == {}
    assert await world.mail.get_list(source.list_id) is not None
    async with world.database.writing() as connection:
        await world.mail.unfollow(connection, 100, source.list_id)
    await world.polling.expire(NOW + timedelta(days=91))
    assert await world.mail.get_list(source.list_id) is None
