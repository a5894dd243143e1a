"""What the doctor finds in a store, on each engine: channels with what is posted there, a server's state."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.invites import POSTS, TOPICS
from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post
from bot.faq.repository import FaqRepository
from bot.mail.digest.repository import DigestRepository
from bot.mail.digest.wishes import DigestWish
from bot.mail.email_rows import hash_authors_with
from bot.mail.live.models import Audience
from bot.mail.live.repository import LiveRepository
from bot.mail.models import Place
from bot.mail.repository import MailRepository
from bot.mail.stored import Follow
from bot.meetings.calendars import CalendarKind, FollowedCalendar, SeriesSettings
from bot.meetings.repository import CalendarRepository
from bot.meetings.series_repository import SeriesRepository
from bot.operations.doctor_wanted import Readers, Stored
from bot.storage.database import Database
from bot.storage.guilds import GuildRepository
from bot.text.cadence import parse_when
from tests.integration.conftest import NEEDS_SERVER
from tests.integration.operations.broken_setups import ADMIN, GUILD, NEWS, NOW, SetUp, healthy

LIVE, DIGEST, SERIES = 81, 82, 83


async def fill(database: Database) -> None:
    """Follow a list, live in one channel and told in another, and a calendar with a series elsewhere."""
    mail = MailRepository(database, hash_authors_with(b"doctor"))
    calendars = CalendarRepository()
    async with database.writing() as connection:
        place = Place(kind="import", address="ops", name="ops")
        made = await mail.add_source(connection, place, cursor={}, now=NOW, is_polled=False)
        names = {"guild_id": GUILD, "list_id": made.list_id}
        await mail.follow(connection, Follow(**names, channel_id=LIVE, followed_at=NOW))
        await LiveRepository(database).switch_on(connection, Audience(**names, channel_id=LIVE), now=NOW)
        schedule = parse_when("daily 09:00")
        assert schedule is not None
        wish = DigestWish(**names, channel_id=DIGEST, schedule=schedule, zone="UTC")
        await DigestRepository(database).save(connection, wish, now=NOW)
        blank = FollowedCalendar(
            id=0, guild_id=GUILD, kind=CalendarKind.CHAT, place=str(NEWS), name="Calls", channel_id=NEWS
        )
        await calendars.add_calendar(connection, blank)
        (calendar,) = await calendars.list_calendars(connection, GUILD)
        elsewhere = SeriesSettings(channel_id=SERIES)
        await SeriesRepository().save_settings(connection, GUILD, calendar.id, "u@x", elsewhere)


async def test_every_channel_that_anything_is_posted_in_is_looked_at_for_what_it_needs(
    database: Database, readers: Readers
) -> None:
    await fill(database)
    stored = Stored(
        database=database,
        guilds=GuildRepository(database),
        faq=FaqRepository(database),
        mail=MailRepository(database, hash_authors_with(b"doctor")),
        calendars=CalendarRepository(),
    )
    wanted = await stored.gather(GUILD, readers)
    assert {place.channel_id: (place.use, place.feature) for place in wanted.places} == {
        LIVE: ("list ops", TOPICS),
        DIGEST: ("digest of ops", POSTS),
        NEWS: ("reminders of Calls", POSTS),
        SERIES: ("reminders of Calls", POSTS),
    }


@pytest.fixture
def readers() -> Readers:
    """Readers of which nobody asks anything: nothing that is followed here is read from outside."""
    return Readers(pages=None, feeds=None, access=None, clock=lambda: NOW)


@pytest.fixture
async def on_server(tmp_path: Path, postgresql_url: str) -> AsyncIterator[SetUp]:
    (tmp_path / "empty").touch()
    async with healthy(tmp_path, tmp_path / "empty") as made:
        made.store.unlink()
        made.environ["DATABASE_URL"] = postgresql_url
        yield made


@NEEDS_SERVER
async def test_on_postgresql_the_store_the_channels_and_what_waits_are_looked_at(
    on_server: SetUp, postgresql_url: str
) -> None:
    (finding,) = (await on_server.examine()).findings
    assert str(finding).startswith("store: error: it is empty. Start the bot once")
    async with Database(postgresql_url) as database:
        await database.migrate()
        well = await on_server.examine()
        assert (well.findings, well.exit_code) == ((), 0)
        assert {"store", "posts", "#admins (admin channel)"} <= {passed.check for passed in well.passed}
        async with database.writing() as connection:
            outgoing = Outgoing(
                key="late",
                guild_id=GUILD,
                channel_id=ADMIN,
                kind=Kind.MAIL,
                post=Post(title="Late"),
                due_at=NOW - timedelta(hours=3),
            )
            await Outbox(database, wake=lambda: None).enqueue(connection, outgoing, now=NOW)
    (finding,) = (await on_server.examine()).findings
    assert str(finding).startswith("posts: warning: 1 should have left, the oldest 3 hours ago.")


@NEEDS_SERVER
async def test_a_server_that_is_not_there_is_one_finding(on_server: SetUp) -> None:
    on_server.environ["DATABASE_URL"] = "postgresql://nobody:hunter22@127.0.0.1:9/none"
    report = await on_server.examine()
    (finding,) = report.findings
    assert (finding.where, report.exit_code) == ("store", 2)
    assert finding.fix
    assert "hunter22" not in str(report)
