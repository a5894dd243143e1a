"""Digests over the store: each mail told once, in one message for each window, whatever happens."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery.outbox import Outbox
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.digest.arranging import Arranging
from bot.mail.digest.drafting import Drafting
from bot.mail.digest.material_repository import MaterialRepository
from bot.mail.digest.posting import Posting
from bot.mail.digest.repository import KEPT, DigestRepository
from bot.mail.digest.wishes import DigestWish
from bot.mail.dispositions import Fate, Way
from bot.mail.dispositions_repository import Dispositions
from bot.mail.filters import Choices, Field, Rule
from bot.mail.polling import News
from bot.mail.service import MailService
from bot.mail.stored import OptOut
from bot.mail.views import Viewer
from bot.pictures.sheets import Picture
from bot.storage.schema import mail_digest_email, mail_source, outbox
from bot.text.cadence import Schedule
from bot.text.catalogue import load_texts
from bot.text.search_terms import parse_terms
from bot.text.wall_time import Days
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW, PLACE, arrival, follow, later

TEXTS = load_texts()
MORNING = Schedule(at=time(9))
# 1 March 2025, 12:00 UTC: the next morning in Berlin is 21 hours away.
DUE = datetime(2025, 3, 2, 8, tzinfo=UTC)
PRIVATE = replace(PLACE, address="https://lists.example.org/pipermail/board/", name="Board")


class FailingOutbox(Outbox):
    """An outbox whose store can break."""

    is_broken = False

    async def enqueue(self, connection, outgoing, *, now):
        if self.is_broken:
            raise ConnectionError
        return await super().enqueue(connection, outgoing, now=now)


class Desk:
    """What posts digests, over a store in which mails arrive."""

    def __init__(self, database, mail, list_id):
        self.database, self.mail, self.list_id = database, mail, list_id
        self.repository = DigestRepository(database)
        self.open_channels = set()
        self.outbox = FailingOutbox(database, wake=lambda: None)
        drafting = Drafting(
            material=MaterialRepository(database),
            zone_of=self.zone_of,
            draw=lambda name, weeks: Picture(png=b"png", alt=f"{name} {len(weeks)}"),
        )
        service = MailService(database=database, repository=mail, texts=TEXTS, clock=lambda: NOW)
        self.posting = Posting(
            database=database,
            repository=self.repository,
            mail=mail,
            drafting=drafting,
            outbox=self.outbox,
            dispositions=Dispositions(database),
            choices=ChoicesRepository(database),
            texts=TEXTS,
            is_open=self.is_open,
        )
        self.arranging = Arranging(
            database=database,
            repository=self.repository,
            mail=mail,
            service=service,
            drafting=drafting,
            choices=ChoicesRepository(database),
            texts=TEXTS,
        )

    async def zone_of(self, _guild_id):
        return "Europe/Berlin"

    async def is_open(self, _guild_id, channel_id):
        return channel_id in self.open_channels

    async def wish(self, *, now=NOW, **more):
        wish = DigestWish(guild_id=GUILD, list_id=self.list_id, channel_id=CHANNEL, schedule=MORNING)
        async with self.database.writing() as connection:
            await self.repository.save(connection, replace(wish, **more), now=now)

    async def read_at(self, moment):
        """Say when the list is to be read next."""
        async with self.database.writing() as connection:
            await connection.execute(update(mail_source).values(next_check_at=moment))

    async def arrive(self, *arrivals, now, is_old=False, breaks=False):
        mailing_list = await self.mail.get_list(self.list_id)
        async with self.database.writing() as connection:
            saved = await self.mail.save_batch(connection, self.list_id, arrivals, now=now)
            news = News(mailing_list=mailing_list, saved=saved, is_old=is_old, now=now)
            await self.posting.hear(connection, news)
            if breaks:
                raise ConnectionError

    async def posts(self):
        async with self.database.reading() as connection:
            rows = await connection.execute(select(outbox).order_by(outbox.c.id))
            return [(row.key, row.verb, row.post) for row in rows]

    async def told(self):
        """Return in which issue each noted mail was told; None while it waits."""
        async with self.database.reading() as connection:
            rows = await connection.execute(
                select(mail_digest_email.c.email_id, mail_digest_email.c.issue_id)
            )
            return {row.email_id: row.issue_id for row in rows}


@pytest.fixture
async def desk(database, mail, list_id):
    made = Desk(database, mail, list_id)
    await made.read_at(later(days=99))
    return made


async def test_every_mail_is_told_once_whenever_it_is_looked(desk):
    await desk.wish()
    await desk.arrive(arrival("old", subject="Old"), now=NOW, is_old=True)
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    for seconds in range(0, 60, 15):
        await desk.posting.post_due(DUE - timedelta(seconds=30) + timedelta(seconds=seconds))
    await desk.arrive(arrival("b", subject="Mole"), now=DUE + timedelta(hours=1))
    for hours in range(2, 30):
        await desk.posting.post_due(DUE + timedelta(hours=hours))

    posts = await desk.posts()

    assert [verb for _, verb, _ in posts] == ["send", "send"]
    assert ["Pier" in str(post) for *_, post in posts] == [True, False]
    assert ["Mole" in str(post) for *_, post in posts] == [False, True]
    assert "Old" not in str(posts)
    assert None not in (await desk.told()).values()


async def test_what_breaks_half_way_is_told_later_and_once(desk):
    await desk.wish()
    with pytest.raises(ConnectionError):
        await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1), breaks=True)
    assert await desk.told() == {}
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=2))
    desk.outbox.is_broken = True
    with pytest.raises(ConnectionError):
        await desk.posting.post_due(DUE)
    assert set((await desk.told()).values()) == {None}
    desk.outbox.is_broken = False

    await desk.posting.post_due(DUE + timedelta(minutes=1))

    assert len(await desk.posts()) == 1


async def test_two_processes_post_one_digest(desk, database, mail, list_id):
    other = Desk(database, mail, list_id)
    await desk.wish()
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    (kept,) = await desk.repository.list_wishes()
    mailing_list = await mail.get_list(list_id)
    await desk.posting.post_due(DUE)
    window = (await desk.repository.find_issue(GUILD, 1)).window

    await other.posting._post(kept, mailing_list, window, DUE)

    assert len(await desk.posts()) == 1


async def test_late_mail_edits_what_was_posted_and_the_next_window_joins_there(desk):
    await desk.wish()
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    await desk.posting.post_due(DUE)
    await desk.arrive(arrival("b", subject="Mole"), now=DUE + timedelta(minutes=4))
    await desk.posting.post_due(DUE + timedelta(minutes=5))
    await desk.arrive(arrival("c", subject="Quay"), now=DUE + timedelta(minutes=12))
    await desk.posting.post_due(DUE + timedelta(minutes=13))

    (key, *_), (edit, verb, post) = await desk.posts()

    assert (edit, verb) == (f"{key}:edit:1", "edit")
    assert "2 threads (2 new) · 2 mails" in str(post)
    (kept,) = await desk.repository.list_wishes()
    assert kept.told_until == DUE + timedelta(minutes=5)
    assert list((await desk.told()).values()).count(None) == 1


async def test_an_overdue_list_is_read_before_its_digest_is_made(desk):
    await desk.wish()
    due = DUE + timedelta(days=3)
    await desk.read_at(NOW)
    await desk.posting.post_due(due)
    assert await desk.posts() == []
    await desk.arrive(arrival("a", subject="Pier"), now=due)
    await desk.read_at(due + timedelta(minutes=5))

    await desk.posting.post_due(due + timedelta(seconds=15))

    ((_, _, post),) = await desk.posts()
    assert "takes the place of 4 digests" in str(post)
    assert "Pier" in str(post)


async def test_a_list_that_is_never_read_holds_its_digest_up_for_half_an_hour(desk):
    await desk.wish(says_quiet=True)
    await desk.read_at(NOW)
    due = DUE + timedelta(days=3)
    for minutes in (0, 29, 31):
        await desk.posting.post_due(due + timedelta(minutes=minutes))

    assert len(await desk.posts()) == 1


async def test_a_private_list_is_not_told_where_everybody_sees_it(database, mail):
    async with database.writing() as connection:
        place = replace(PRIVATE, is_private=True)
        source = await mail.add_source(connection, place, cursor={}, now=NOW, is_polled=False)
        await mail.follow(connection, follow(source.list_id))
    desk = Desk(database, mail, source.list_id)
    await desk.wish()
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    desk.open_channels.add(CHANNEL)
    await desk.posting.post_due(DUE)
    assert await desk.posts() == []

    desk.open_channels.clear()
    await desk.posting.post_due(DUE + timedelta(hours=1))

    ((_, _, post),) = await desk.posts()
    assert "Pier" in str(post)


async def test_who_opted_out_or_is_followed_no_more_is_not_told_of(desk, mail):
    await desk.wish()
    await desk.arrive(
        arrival("a", subject="Pier"),
        arrival("b", subject="Mole", author="Bo <bo@example.org>"),
        now=later(hours=1),
    )
    bo = mail._hash_author("bo@example.org")
    async with desk.database.writing() as connection:
        opt_out = OptOut(guild_id=GUILD, author_hash=bo, author_name="Bo", since=NOW)
        await mail.opt_out(connection, opt_out)
    await desk.posting.post_due(DUE)
    async with desk.database.writing() as connection:
        await mail.unfollow(connection, GUILD, desk.list_id)
    await desk.arrive(arrival("c", subject="Quay"), now=DUE + timedelta(hours=1))
    await desk.posting.post_due(DUE + timedelta(days=1))

    ((_, _, post),) = await desk.posts()
    assert "Pier" in str(post)
    assert "Mole" not in str(post)


async def test_one_digest_that_cannot_be_made_does_not_hold_up_the_others(desk):
    await desk.wish(zone="No/Such", channel_id=1)
    await desk.wish(channel_id=2)
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))

    with pytest.raises(Exception, match="No/Such"):
        await desk.posting.post_due(DUE)

    assert len(await desk.posts()) == 1


async def test_a_changed_rule_tells_nothing_twice_and_nothing_at_once(desk):
    await desk.wish()
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    await desk.wish(now=later(hours=2), schedule=Schedule(at=time(8)))
    assert await desk.posting.find_next(later(hours=2)) == DUE - timedelta(hours=1)
    await desk.posting.post_due(later(hours=2))
    assert await desk.posts() == []

    await desk.posting.post_due(DUE)

    assert len(await desk.posts()) == 1


async def test_the_weekly_one_has_a_chart_unless_it_is_not_wanted(desk):
    weekly = Schedule(days=Days(weekdays=frozenset({6})), at=time(9))
    await desk.wish(schedule=weekly)
    await desk.wish(schedule=weekly, channel_id=CHANNEL + 1, has_chart=False)
    for weeks in (1, 2):
        old = arrival(f"old{weeks}", at=NOW - timedelta(weeks=weeks))
        await desk.arrive(old, now=NOW, is_old=True)
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    await desk.posting.post_due(DUE)

    posts = {str("activity.png" in str(post)): str(post) for *_, post in await desk.posts()}

    assert set(posts) == {"True", "False"}
    assert "Group 3" in posts["True"]  # the weeks since the first mail, as the description says


async def test_reading_shows_what_was_told_to_who_may_see_it(desk):
    await desk.wish()
    await desk.arrive(arrival("a", "The pier is closed.", subject="Pier"), now=later(hours=1))
    await desk.posting.post_due(DUE)
    await desk.arrive(arrival("b", "It is open.", subject="Re: Pier", refs="a"), now=DUE + timedelta(hours=1))
    viewer = Viewer(guild_id=GUILD, sees_closed=lambda _channel: False)

    page = str(await desk.arranging.read(viewer, 1, 0, 0))

    assert "The pier is closed." in page
    assert "It is open." not in page
    for stranger, issue in ((Viewer(guild_id=7, sees_closed=lambda _: True), 1), (viewer, 99)):
        with pytest.raises(Exception, match="can no longer be read"):
            await desk.arranging.read(stranger, issue, 0, 0)


async def test_preview_is_of_the_last_seven_days_and_changes_nothing(desk, mail):
    await desk.arrive(arrival("a", subject="Pier"), now=NOW, is_old=True)
    mailing_list = await mail.get_list(desk.list_id)

    shown = str(await desk.arranging.preview(GUILD, mailing_list, now=later(hours=1)))
    quiet = str(await desk.arranging.preview(GUILD, mailing_list, now=later(days=8)))

    assert "Pier" in shown
    assert "Nothing new on Group" in quiet
    assert await desk.posts() == []


async def test_what_was_declared_follows_the_file(desk):
    wish = DigestWish(
        guild_id=GUILD, list_id=desk.list_id, channel_id=CHANNEL, schedule=MORNING, is_declared=True
    )
    await desk.arranging.declare(GUILD, [wish], now=NOW)
    mailing_list = await desk.mail.get_list(desk.list_id)
    with pytest.raises(Exception, match=r"community\.toml"):
        await desk.arranging.remove(GUILD, desk.list_id, CHANNEL)
    with pytest.raises(Exception, match=r"community\.toml"):
        await desk.arranging.wish(wish, mailing_list, is_public_channel=True, now=NOW)

    await desk.arranging.declare(GUILD, [], now=NOW)

    assert await desk.arranging.list_wishes(GUILD) == ()


async def test_what_was_told_long_ago_is_forgotten(desk):
    await desk.wish()
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    await desk.posting.post_due(DUE)

    await desk.repository.purge(DUE + KEPT + timedelta(days=1))

    assert await desk.told() == {}
    assert await desk.repository.find_issue(GUILD, 1) is None


async def test_a_channel_is_told_what_it_chose_and_the_ledger_says_what_became_of_the_rest(desk, database):
    choices = ChoicesRepository(database)
    await desk.wish()
    rules = (Rule(field=Field.SUBJECT, text="mole", leaves_out=True),)
    async with database.writing() as connection:
        chosen = Choices(guild_id=GUILD, list_id=desk.list_id, channel_id=CHANNEL, rules=rules)
        await choices.save(connection, chosen)
    await desk.arrive(
        arrival("a", subject="Pier"),
        arrival("b", subject="Mole"),
        arrival("c", subject="Quay"),
        now=later(hours=1),
    )
    (quay,) = [mail.thread for mail in await desk.mail.search(GUILD, parse_terms("quay"))]
    async with database.writing() as connection:
        await choices.mute(connection, chosen, quay, now=NOW)

    await desk.posting.post_due(DUE)

    ((key, _, post),) = await desk.posts()
    assert "1 thread (1 new) · 1 mail" in str(post)
    ledger = Dispositions(database)
    found = [each for number in (1, 2, 3) for each in await ledger.list_of_email(GUILD, number)]
    assert [(each.way, each.fate, each.outbox_key) for each in found] == [
        (Way.DIGEST, Fate.POSTED, key),
        (Way.DIGEST, Fate.FILTERED, ""),
        (Way.DIGEST, Fate.MUTED, ""),
    ]
    assert len(await desk.told()) == 1


async def test_a_paused_channel_is_told_once_it_goes_on(desk, database):
    choices = ChoicesRepository(database)
    await desk.wish()
    paused = Choices(guild_id=GUILD, list_id=desk.list_id, channel_id=CHANNEL, paused_at=NOW)
    async with database.writing() as connection:
        await choices.save(connection, paused)
    await desk.arrive(arrival("a", subject="Pier"), now=later(hours=1))
    await desk.posting.post_due(DUE)
    assert await desk.posts() == []
    async with database.writing() as connection:
        await choices.save(connection, replace(paused, paused_at=None))

    await desk.posting.post_due(DUE + timedelta(days=1, minutes=1))

    ((_, _, post),) = await desk.posts()
    assert "takes the place of 2 digests" in str(post)


async def test_a_thread_that_went_to_two_lists_is_told_in_one_digest_of_a_channel(desk, database, mail):
    async with database.writing() as connection:
        source = await mail.add_source(connection, PRIVATE, cursor={}, now=NOW, is_polled=False)
        await mail.follow(connection, follow(source.list_id))
    other = Desk(database, mail, source.list_id)
    await desk.read_at(later(days=99))
    for each in (desk, other):
        await each.wish()
        await each.wish(channel_id=CHANNEL + each.list_id)  # and each in a channel of its own
        await each.arrive(
            arrival("x", "The pier is rotten, and both groups pay for it.", subject="Pier"),
            arrival("y", "Then both groups mend it together.", subject="Re: Pier", refs="x"),
            now=later(hours=1),
        )
    await other.arrive(
        arrival("z", "The board meets on Monday, at the pier.", subject="Meeting"), now=later(hours=1)
    )

    await desk.posting.post_due(DUE)

    posts = {(row["channel"], row["list"]): str(row["post"]) for row in await posts_by_place(desk)}
    first, second = posts[CHANNEL, "Group"], posts[CHANNEL, "Board"]
    assert "> The pier is rotten" in first
    assert "also on Board" in first
    assert "The pier is rotten" not in second
    assert "(2, told under Group)" in second
    assert "> The board meets on Monday" in second
    assert "> The pier is rotten" in posts[CHANNEL + desk.list_id, "Group"]
    assert "> The pier is rotten" in posts[CHANNEL + other.list_id, "Board"]
    ledger = Dispositions(database)
    assert await ledger.count_fates(desk.list_id, CHANNEL, Way.DIGEST) == {Fate.POSTED: 2}
    assert await ledger.count_fates(other.list_id, CHANNEL, Way.DIGEST) == {Fate.POSTED: 1, Fate.FOLDED: 2}

    # Late mail that went to both joins both, and is told where the thread was told.
    late = DUE + timedelta(minutes=5)
    for each in (desk, other):
        await each.arrive(
            arrival("w", "Mended it is, as of today, with oak.", subject="Re: Pier", refs="x y"), now=late
        )
    await desk.posting.post_due(late)
    edits = [row for row in await posts_by_place(desk) if row["verb"] == "edit" and row["channel"] == CHANNEL]
    assert ["told under Group" in str(row["post"]) for row in edits] == [False, True]
    assert "(3, told under Group)" in str(edits[1]["post"])


async def posts_by_place(desk):
    async with desk.database.reading() as connection:
        rows = await connection.execute(select(outbox).order_by(outbox.c.id))
        return [
            {"channel": row.channel_id, "list": row.post["title"], "verb": row.verb, "post": row.post}
            for row in rows
        ]
