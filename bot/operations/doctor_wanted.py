"""Gather what a guild has set that the doctor looks at: channels to post in, sources to read.

It is taken from the store, where what community.toml declares stands too once the bot has run; what only the
file says yet is added.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.invites import EVENTS, POSTS, TOPICS
from bot.errors import SourceError
from bot.faq.models import Marker, Page, PageKind
from bot.faq.reader import PageReader
from bot.faq.repository import FaqRepository
from bot.mail.digest.repository import DigestRepository
from bot.mail.live.repository import LiveRepository
from bot.mail.models import Place
from bot.mail.repository import MailRepository
from bot.mail.sources.contract import Access, start_cursor
from bot.mail.sources.detection import find_place
from bot.mail.sources.registry import KINDS
from bot.meetings.calendars import CalendarKind, FollowedCalendar
from bot.meetings.feeds import FeedReader, calendar_address
from bot.meetings.repository import CalendarRepository
from bot.meetings.series_repository import SeriesRepository
from bot.operations.doctor import NEEDS, WantedPlace, WantedSource
from bot.storage.database import Database
from bot.storage.guilds import GuildRepository
from config.community import Guild
from config.sections.lists import DeclaredList

_OFFLINE = frozenset({"import"})
_FILE = "community.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a guild has set."""

    places: tuple[WantedPlace, ...] = ()
    sources: tuple[WantedSource, ...] = ()

    def joined_with(self, other: "Wanted") -> "Wanted":
        """Return both: a channel once, for all that it is used for, and a source once."""
        places: dict[tuple[int, int, bool], WantedPlace] = {}
        for place in (*self.places, *other.places):
            # A server has one Events tab, whatever channels its calendars are in.
            is_events = place.feature == EVENTS
            key = (place.guild_id, 0 if is_events else place.channel_id, is_events)
            places[key] = _merged(places[key], place) if key in places else place
        sources = {each.key: each for each in (*other.sources, *self.sources)}
        return Wanted(places=tuple(places.values()), sources=tuple(sources.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What reads sources once, without keeping anything."""

    pages: PageReader
    feeds: FeedReader
    access: Access
    clock: Callable[[], datetime]

    def page(self, page: Page) -> WantedSource:
        """Return an FAQ page as something to look at."""

        async def look() -> str:
            content = await self.pages.read(replace(page, content_hash="", etag="", last_modified=""), None)
            parsed = await self.pages.parse(page, content) if content else None
            if parsed is None or not parsed.entries:
                raise SourceError(
                    "no question was found on it. Say what marks one: /faq source add questions:, or "
                    "look at /faq check"
                )
            return f"questions: {len(parsed.entries)}"

        return WantedSource(
            key=page.location, name=f"FAQ page {page.title or _host(page.location)}", look=look
        )

    def calendar(self, calendar: FollowedCalendar) -> WantedSource:
        """Return a calendar as something to look at."""

        async def look() -> str:
            body = await self.feeds.read(replace(calendar, content_hash="", etag="", last_modified=""))
            if body is None:
                return "not changed"
            snapshot = await self.feeds.digest(body.packed, now=self.clock(), floating_zone="UTC")
            return f"dates in the next weeks: {len(snapshot.dates)}"

        name = calendar.name or calendar.found_name or _host(calendar.place)
        return WantedSource(key=calendar.place, name=f"calendar {name}", look=look)

    def mail(self, name: str, place: Place, cursor: Mapping[str, object]) -> WantedSource:
        """Return a place where a list is read as something to look at."""
        return WantedSource(key=place.address, name=f"list {name}", look=lambda: self._fetch(place, cursor))

    def declared_list(self, declared: DeclaredList) -> WantedSource:
        """Return a list that only community.toml knows yet."""

        async def look() -> str:
            place = await find_place(declared.url, kinds=KINDS, fetcher=self.access.fetcher)
            return await self._fetch(place, start_cursor(self.clock()))

        return WantedSource(key=declared.url, name=f"list {declared.name or _host(declared.url)}", look=look)

    async def _fetch(self, place: Place, cursor: Mapping[str, object]) -> str:
        kind = next((each for each in KINDS if each.name == place.kind), None)
        if kind is None:
            return "it is read from a file once"
        source = kind.open(place, self.access)
        try:
            batch = await source.fetch(cursor)
        finally:
            await source.close()
        return f"new mails: {len(batch.mails)}{'' if batch.is_complete else ' and more'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is kept of guilds."""

    database: Database
    guilds: GuildRepository
    faq: FaqRepository
    mail: MailRepository
    calendars: CalendarRepository

    async def gather(self, guild_id: int, readers: Readers) -> Wanted:
        """Return what a guild has set."""
        settings = await self.guilds.get_settings(guild_id)
        named = (("admin channel", settings.admin_channel_id), ("status card", settings.status_channel_id))
        places = [
            WantedPlace(guild_id=guild_id, channel_id=channel_id, use=use)
            for use, channel_id in named
            if channel_id is not None
        ]
        sources = [
            readers.page(page)
            for page in await self.faq.list_pages(guild_id)
            if page.kind is not PageKind.UPLOAD
        ]
        wanted = Wanted(places=tuple(places), sources=tuple(sources))
        wanted = wanted.joined_with(await self._gather_calendars(guild_id, readers))
        return wanted.joined_with(await self._gather_lists(guild_id, readers))

    async def _gather_calendars(self, guild_id: int, readers: Readers) -> Wanted:
        places: list[WantedPlace] = []
        sources: list[WantedSource] = []
        async with self.database.reading() as connection:
            for calendar in await self.calendars.list_calendars(connection, guild_id):
                name = calendar.name or calendar.found_name
                places.append(_reminders(guild_id, calendar.channel_id, name))
                series = await SeriesRepository().list_settings(connection, guild_id, calendar.id)
                if calendar.settings.has_events:
                    places.append(_events(guild_id, calendar.channel_id, name))
                moved = {each.channel_id for each in series.values()} - {None, calendar.channel_id}
                places += (_reminders(guild_id, each, name) for each in sorted(filter(None, moved)))
                if calendar.kind is not CalendarKind.CHAT:
                    sources.append(readers.calendar(calendar))
        return Wanted(places=tuple(places), sources=tuple(sources))

    async def _gather_lists(self, guild_id: int, readers: Readers) -> Wanted:
        places: list[WantedPlace] = []
        sources: list[WantedSource] = []
        lists = {each.id: each for each in await self.mail.list_lists(guild_id)}
        live = {
            (each.list_id, each.channel_id)
            for each, _is_declared in await LiveRepository(self.database).list_live(guild_id)
        }
        for kept in await DigestRepository(self.database).list_wishes(guild_id):
            told = lists.get(kept.wish.list_id)
            if told is not None:
                places.append(_digest_place(guild_id, kept.wish.channel_id, told.name, told.is_private))
        for follow in await self.mail.list_follows(guild_id):
            mailing_list = lists.get(follow.list_id)
            if mailing_list is None:
                continue
            places.append(
                _list_place(
                    guild_id,
                    follow.channel_id,
                    mailing_list.name,
                    mailing_list.is_private,
                    is_live=(follow.list_id, follow.channel_id) in live,
                )
            )
            for source in await self.mail.list_sources(follow.list_id):
                if source.kind not in _OFFLINE:
                    place = Place(kind=source.kind, address=source.address, name=mailing_list.name)
                    sources.append(readers.mail(mailing_list.name, place, source.cursor))
        return Wanted(places=tuple(places), sources=tuple(sources))


def gather_declared(guild: Guild, readers: Readers) -> Wanted:
    """Return what community.toml declares for a guild; files are looked at offline."""
    settings = guild.settings
    named = (("admin channel", settings.admin_channel), ("status card", settings.status_channel))
    places = [
        WantedPlace(guild_id=guild.id, channel_id=channel_id, use=use, where_set=_FILE)
        for use, channel_id in named
        if channel_id is not None
    ]
    places += [_reminders(guild.id, each.channel, each.name, where_set=_FILE) for each in guild.calendar]
    usual = guild.meeting.wishes
    places += [
        _events(guild.id, each.channel, each.name)
        for each in guild.calendar
        if (usual.has_events if each.wishes.has_events is None else each.wishes.has_events)
    ]
    places += [
        _list_place(
            guild.id,
            each.channel,
            each.name or _host(each.place),
            each.is_private,
            is_live=each.is_live,
            where_set=_FILE,
        )
        for each in guild.lists
    ]
    wanted = Wanted(places=tuple(places), sources=tuple(_declared_sources(guild, readers)))
    return Wanted().joined_with(wanted)


def _declared_sources(guild: Guild, readers: Readers) -> Iterable[WantedSource]:
    for page in guild.faq:
        if page.url:
            yield readers.page(
                Page(
                    id=1,
                    guild_id=guild.id,
                    kind=PageKind.URL,
                    location=page.url,
                    title=page.title,
                    format=page.format,
                    questions=Marker(page.questions),
                    language=page.language,
                )
            )
    for calendar in guild.calendar:
        if calendar.url:
            yield readers.calendar(
                FollowedCalendar(
                    id=0,
                    guild_id=guild.id,
                    kind=CalendarKind.FEED,
                    place=calendar_address(calendar.url),
                    name=calendar.name,
                    channel_id=calendar.channel,
                )
            )
    yield from (readers.declared_list(each) for each in guild.lists if each.url)


def _merged(one: WantedPlace, other: WantedPlace) -> WantedPlace:
    # What must not be seen comes first: it is what a finding is about.
    first, second = (other, one) if other.is_private and not one.is_private else (one, other)
    uses = dict.fromkeys((*first.use.split(", "), *second.use.split(", ")))
    feature = max(one.feature, other.feature, key=lambda each: len(NEEDS[each]))
    return replace(one, use=", ".join(uses), feature=feature, is_private=one.is_private or other.is_private)


def _reminders(guild_id: int, channel_id: int, name: str, *, where_set: str = "") -> WantedPlace:
    return WantedPlace(
        guild_id=guild_id,
        channel_id=channel_id,
        use=f"reminders of {name}" if name else "reminders",
        where_set=where_set or "`/calendar settings`",
    )


def _events(guild_id: int, channel_id: int, name: str) -> WantedPlace:
    return WantedPlace(
        guild_id=guild_id, channel_id=channel_id, use=f"calendar {name}".rstrip(), feature=EVENTS
    )


def _list_place(
    guild_id: int,
    channel_id: int,
    name: str,
    is_private: bool,
    *,
    is_live: bool = False,
    where_set: str = "",
) -> WantedPlace:
    return WantedPlace(
        guild_id=guild_id,
        channel_id=channel_id,
        use=f"list {name}",
        feature=TOPICS if is_live else POSTS,
        where_set=where_set or "`/list follow`",
        is_private=is_private,
    )


def _digest_place(guild_id: int, channel_id: int, name: str, is_private: bool) -> WantedPlace:
    return WantedPlace(
        guild_id=guild_id,
        channel_id=channel_id,
        use=f"digest of {name}",
        where_set="`/list digest`",
        is_private=is_private,
    )


def _host(address: str) -> str:
    """Return as much of an address as may be shown: its path may be a secret."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2] or address.partition("?")[0][:60]
