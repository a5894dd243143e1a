"""Archives that have moved for good: each kind is read on within its server; another server is only told."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest

from bot.mail.intake import MailReader
from bot.mail.polling import Polling
from bot.mail.render_lists import ListStatus, render_status
from bot.mail.sources.contract import start_cursor
from bot.mail.stored import Counts
from bot.mail.views import FollowedList
from bot.text.catalogue import load_texts
from tests.integration.mail.arrivals import follow
from tests.integration.mail.letters import NOW, letters
from tests.integration.mail.site import Site
from tests.integration.mail.stages.feed import FeedArchive
from tests.integration.mail.stages.hyperkitty import HyperkittyArchive
from tests.integration.mail.stages.pipermail import PipermailArchive
from tests.integration.mail.stages.public_inbox import PublicInboxArchive
from tests.loopback_http import LoopbackServer, redirect

BEFORE = "/before"
GONE = "https://lists.example.org/gone/"


@dataclass(slots=True)
class MovedSite(Site):
    """A site all of whose pages were once below another folder; that folder leads on, or does not.

    Attributes:
        old_pages: What was asked for below the old folder.
    """

    is_moved: bool = True
    old_pages: list[str] = field(default_factory=list)

    def _choose(self, request):
        if not request.target.startswith(BEFORE):
            return Site._choose(self, request)
        self.old_pages.append(request.target)
        target = request.target.removeprefix(BEFORE)
        if self.is_moved:
            return redirect(target, 301)
        return Site._choose(self, replace(request, target=target))


@pytest.fixture
def database_url(sqlite_url):
    """Keep them on one engine: what is stored of a move is tried on both with the repositories."""
    return sqlite_url


class World:
    def __init__(self, database, mail, access, place):
        self.database, self.mail, self.place = database, mail, place
        self.now = NOW
        access = replace(access, clock=lambda: self.now)
        reader = MailReader(workers=access.workers, repository=mail)
        self.polling = Polling(database=database, repository=mail, reader=reader, access=access)

    async def follow(self):
        async with self.database.writing() as connection:
            cursor = start_cursor(NOW, days=90)
            source = await self.mail.add_source(connection, self.place, cursor=cursor, now=NOW)
            await self.mail.follow(connection, follow(source.list_id))

    async def source(self):
        return await self.mail.find_source(self.place.kind, self.place.address)

    async def look(self, *, hours=12):
        self.now += timedelta(hours=hours)
        return await self.polling.read_on(await self.source())

    async def count(self):
        return (await self.mail.count_emails((await self.source()).list_id)).mails

    async def status(self):
        source = await self.source()
        (mailing_list,) = await self.mail.list_lists(100)
        followed = FollowedList(mailing_list=mailing_list, follows=await self.mail.list_follows(100))
        status = ListStatus(
            followed=followed, sources=(source,), counts=Counts(mails=0, threads=0, people=0, last_at=None)
        )
        return render_status(load_texts(), [status], self.now).blocks[0].markdown


def moved_from(place, address):
    parts = urlsplit(place.address)
    start = urlsplit(address)
    path = start.path.rstrip("/") + parts.path
    return replace(place, address=urlunsplit((start.scheme, start.netloc, path, "", "")))


@pytest.mark.parametrize("kind", [PipermailArchive, HyperkittyArchive, PublicInboxArchive, FeedArchive])
async def test_an_archive_is_read_on_where_it_moved_within_its_server(kind, database, mail, access):
    async with kind(access, site=MovedSite()) as archive:
        site = archive.site
        archive.put(letters(3))
        world = World(database, mail, access, moved_from(archive.place, site.url(BEFORE)))
        await world.follow()
        for _ in range(3):
            assert site.old_pages == [] or (await world.source()).move.looks
            await world.look()
        assert (await world.source()).move.is_settled
        site.old_pages.clear()
        archive.put(letters(2, first=3))
        assert (await world.look()).error == ""
        assert site.old_pages == []
        assert await world.count() == 5
        assert "↪️" not in await world.status()
        site.failure = 404
        assert (await world.look()).error
        assert (await world.source()).move is None
        site.failure, site.is_moved = 0, False
        assert (await world.look()).error == ""
        assert site.old_pages
        assert await world.count() == 5
        await world.polling.close()


async def test_a_move_to_another_server_is_followed_each_time_and_told(database, mail, access):
    async def lead_on(request, send):
        await send(redirect(archive.site.url(request.target), 308))

    async with PipermailArchive(access) as archive, LoopbackServer() as old:
        old.answers_otherwise(lead_on)
        archive.put(letters(3))
        world = World(database, mail, access, moved_from(archive.place, old.url("")))
        await world.follow()
        for _ in range(2):
            await world.look()
            assert "↪️" not in await world.status()
        await world.look()
        asked = len(old.requests)
        archive.put(letters(1, first=3))
        await world.look()
        assert len(old.requests) > asked
        assert await world.count() == 4
        assert f"has moved to 127.0.0.1:{archive.site.server.port} for good" in await world.status()
        await world.polling.close()
