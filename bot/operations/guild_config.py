"""Say what a guild has set, in chat and in community.toml, as community.toml would say it."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from bot.chat.guilds import Guilds
from bot.faq.models import Page, PageKind
from bot.faq.pages import FaqPages
from bot.faq.phrasings import Phrasings
from bot.mail.stored import MailSource
from bot.mail.views import FollowedList
from bot.meetings.calendars import CalendarKind, CalendarSettings, FollowedCalendar, SeriesSettings
from bot.meetings.following import Calendars
from bot.meetings.series_wishes import SeriesWishes
from bot.meetings.wishes import Wishes
from bot.operations.config_notes import PUBLIC, LeftOut, write_notes
from bot.storage.guilds import DECLARED_NAMES
from bot.text.catalogue import Texts
from config.community import Guild
from config.sections.calendars import PLACEHOLDER, DeclaredCalendar
from config.sections.faq import DeclaredPage
from config.sections.lists import DeclaredList
from config.sections.meetings import DeclaredMeetings, DeclaredWishes
from config.sections.phrasings import DeclaredPhrasings
from config.sections.series import DeclaredSeries
from config.sections.settings import DeclaredSettings

ListsOf = Callable[[int], Awaitable[tuple[FollowedList, ...]]]
SourcesOf = Callable[[int], Awaitable[tuple[MailSource, ...]]]
ToldOf = Callable[[int, tuple[FollowedList, ...]], Awaitable[Mapping[tuple[int, int], Mapping[str, Any]]]]
"""Returns what the channels of a guild are told, by list and channel, as fields of DeclaredList."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildConfig:
    """What a guild has set.

    Attributes:
        guild: All of it, private addresses too: for comparing, not for showing.
        calendars: The guild's calendars by their numbers.
        notes: What the file cannot say, for people.
    """

    guild: Guild = field(repr=False)
    calendars: dict[int, FollowedCalendar] = field(repr=False)
    notes: tuple[str, ...] = ()

    def shown(self) -> Guild:
        """Return what may be shown: a private address is replaced by the number of its calendar."""
        places = {each.place: number for number, each in self.calendars.items()}
        shown = (
            each
            if PUBLIC in each.url or not each.url
            else replace(each, url=f"{PLACEHOLDER}{places[each.url]}")
            for each in self.guild.calendar
        )
        return replace(self.guild, calendar=tuple(shown))


class GuildConfigs:
    """Gather what guilds have set.

    Args:
        lists: Returns the lists that a guild follows.
        sources: Returns the sources of a list.
        told: Returns what channels are told of their lists.
        left_out: Returns how much of a guild's, and of the lists that it follows, the file cannot say.
        declared: Returns what community.toml declares for a guild.
    """

    def __init__(
        self,
        *,
        guilds: Guilds,
        pages: FaqPages,
        phrasings: Phrasings,
        calendars: Calendars,
        wishes: Wishes,
        series: SeriesWishes,
        lists: ListsOf,
        sources: SourcesOf,
        told: ToldOf,
        left_out: Callable[[int, tuple[FollowedList, ...]], Awaitable[LeftOut]],
        declared: Callable[[int], Guild],
        texts: Texts,
    ) -> None:
        self._guilds = guilds
        self._pages = pages
        self._phrasings = phrasings
        self._calendars = calendars
        self._wishes = wishes
        self._series = series
        self._lists = lists
        self._sources = sources
        self._told = told
        self._left_out = left_out
        self._declared = declared
        self._texts = texts

    async def gather(self, guild_id: int) -> GuildConfig:
        """Return what a guild has set."""
        pages = await self._pages.list_pages(guild_id)
        calendars = await self._calendars.list_calendars(guild_id)
        followed = await self._lists(guild_id)
        sources = {each.mailing_list.id: await self._sources(each.mailing_list.id) for each in followed}
        usual = await self._wishes.get(guild_id)
        declared = self._declared(guild_id)
        guild = Guild(
            id=guild_id,
            settings=await self._settings(guild_id),
            faq=tuple(map(_page, (page for page in pages if page.kind is not PageKind.UPLOAD))),
            phrasings=await self._asked(guild_id),
            lists=tuple(_lists(followed, sources, await self._told(guild_id, followed))),
            mailboxes=declared.mailboxes,
            archive_keys=declared.archive_keys,
            calendar=tuple([await self._calendar(each) for each in _named(calendars)]),
            meeting=DeclaredMeetings(channel=usual.channel_id, wishes=wishes_of(usual.settings)),
        )
        left = await self._left_out(guild_id, followed)
        return GuildConfig(
            guild=guild,
            calendars={each.id: each for each in calendars},
            notes=tuple(write_notes(self._texts, left, pages=pages, calendars=calendars)),
        )

    async def _asked(self, guild_id: int) -> tuple[DeclaredPhrasings, ...]:
        learned = await self._phrasings.list_active(guild_id)
        return tuple(
            DeclaredPhrasings(question=question, asked=asked) for question, asked in sorted(learned.items())
        )

    async def _calendar(self, calendar: FollowedCalendar) -> DeclaredCalendar:
        is_file = calendar.kind is CalendarKind.FILE
        series = await self._series.list_settings(calendar)
        return DeclaredCalendar(
            url="" if is_file else calendar.place,
            file=calendar.place if is_file else "",
            name=calendar.name,
            channel=calendar.channel_id,
            wishes=wishes_of(calendar.settings),
            series=tuple(series_of(uid, settings) for uid, settings in sorted(series.items())),
        )

    async def _settings(self, guild_id: int) -> DeclaredSettings:
        known = await self._guilds.settings(guild_id)
        return DeclaredSettings(
            **{name: getattr(known, setting.value) for setting, name in DECLARED_NAMES.items()}
        )


def wishes_of(settings: CalendarSettings) -> DeclaredWishes:
    """Return a calendar's settings as the file says them."""
    return DeclaredWishes(
        leads=settings.leads,
        pings=settings.pings,
        remind_role=settings.remind_role,
        shows_passcode=settings.shows_passcode,
        zones=settings.zones,
        clean_up=settings.clean_up.value,
        has_weekly_post=settings.has_weekly_post,
        has_events=settings.has_events,
    )


def series_of(uid: str, settings: SeriesSettings) -> DeclaredSeries:
    """Return what is other for one meeting as the file says it: only what is."""
    usual = SeriesSettings()
    own = {each.name: getattr(settings, each.name) for each in fields(settings)}
    return DeclaredSeries(
        uid=uid, **{name: value for name, value in own.items() if value != getattr(usual, name)}
    )


def _named(calendars: Iterable[FollowedCalendar]) -> Iterator[FollowedCalendar]:
    return (each for each in calendars if each.kind is not CalendarKind.CHAT)


def _page(page: Page) -> DeclaredPage:
    is_file = page.kind is PageKind.FILE
    return DeclaredPage(
        url="" if is_file else page.location,
        file=page.location if is_file else "",
        title=page.title,
        format=page.format,
        questions=page.questions.value,
        language=page.language,
    )


def _lists(
    followed: Iterable[FollowedList],
    sources: dict[int, tuple[MailSource, ...]],
    told: Mapping[tuple[int, int], Mapping[str, Any]],
) -> Iterator[DeclaredList]:
    for each in followed:
        # What was imported from a file of old mail is no source that could be followed.
        for source in (source for source in sources[each.mailing_list.id] if source.kind != "import"):
            for follow in each.follows:
                is_file = source.kind in {"mbox", "maildir"}
                yield DeclaredList(
                    channel=follow.channel_id,
                    url="" if is_file else source.address,
                    mbox=source.address if source.kind == "mbox" else "",
                    maildir=source.address if source.kind == "maildir" else "",
                    name=each.mailing_list.name,
                    is_private=each.mailing_list.is_private,
                    **told.get((each.mailing_list.id, follow.channel_id), {}),
                )
