"""Read a file with a guild's settings, keep what it would change until somebody confirms, and apply it."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.chat.guilds import Guilds
from bot.errors import SettingsError, SourceError, UserError
from bot.faq.models import Marker, PageKind
from bot.faq.pages import FaqPages, NewPage
from bot.faq.phrasings import Phrasings
from bot.mail.following import Following, Wish
from bot.mail.stored import MailingList
from bot.meetings.calendars import CalendarSettings, CleanUp, SeriesSettings
from bot.meetings.drafts_repository import Defaults
from bot.meetings.following import Calendars, NewCalendar
from bot.meetings.series_wishes import SeriesWishes
from bot.meetings.wishes import Wishes
from bot.operations.config_plan import Place, Plan, find_calendar, find_item, plan_import
from bot.operations.guild_config import GuildConfigs
from bot.storage.guilds import DECLARED_NAMES
from bot.text.catalogue import Texts
from config.community import FILE_NAME, Guild, read_text
from config.diff import SERIES, Change, Turn
from config.sections.calendars import DeclaredCalendar
from config.sections.faq import DeclaredPage
from config.sections.lists import DeclaredList
from config.sections.meetings import DeclaredWishes
from config.sections.phrasings import DeclaredPhrasings
from config.sections.series import DeclaredSeries

MAX_BYTES = 256_000
_KEPT = 100
_SETTINGS = {name: setting for setting, name in DECLARED_NAMES.items()}
# Settings first, then what is usual: calendars that are new begin with it.
_ORDER = {
    **dict.fromkeys(_SETTINGS, 0),
    "meeting": 1,
    "faq": 2,
    "phrasing": 3,
    "calendar": 4,
    SERIES: 5,
    "list": 6,
}


Tell = Callable[[Wish, MailingList, DeclaredList, datetime], Awaitable[None]]
"""Has a channel told of a list that it follows as the file wants it."""


class ListStaysError(UserError):
    """A list is the same for all who follow it: leave it with /list unfollow and follow it anew."""

    text_key = "config.list_stays"


class StaleImportError(UserError):
    """The file is no longer here: import it again."""

    text_key = "config.stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A change that could not be made; `why` is for people."""

    change: Change
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an import."""

    plan: Plan
    done: tuple[Change, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What carries changes out."""

    guilds: Guilds
    pages: FaqPages
    phrasings: Phrasings
    calendars: Calendars
    wishes: Wishes
    series: SeriesWishes
    following: Following
    tell: Tell


class ConfigImports:
    """Imports that wait to be confirmed. They are few, short-lived and small, so memory is their place.

    Args:
        new_token: Returns a name for an import that nobody can guess.
    """

    def __init__(
        self, *, configs: GuildConfigs, services: Services, texts: Texts, new_token: Callable[[], str]
    ) -> None:
        self._configs = configs
        self._services = services
        self._texts = texts
        self._new_token = new_token
        self._waiting: OrderedDict[tuple[int, str], Guild] = OrderedDict()

    def read(self, guild_id: int, content: bytes) -> Guild:
        """Read a file.

        Raises:
            SettingsError: With every problem.
        """
        path = Path(FILE_NAME)
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise SettingsError([f"{path}:{line}: not UTF-8; save the file in that encoding."]) from None
        guilds = read_text(text, path=path, config_dir=None).guilds
        own = [each for each in guilds if each.id == guild_id]
        if len(own or guilds) != 1:
            raise SettingsError(
                [f"{path}: one [[guild]] is needed, with this server's id if there are more."]
            )
        return (own or list(guilds))[0]

    async def plan(self, guild_id: int, read: Guild, *, place: Place) -> tuple[Plan, str]:
        """Return what a file would change, and the token to confirm it with."""
        plan = plan_import(await self._configs.gather(guild_id), read, place=place)
        token = self._new_token()
        self._waiting[guild_id, token] = read
        while len(self._waiting) > _KEPT:
            self._waiting.popitem(last=False)
        return plan, token

    async def apply(
        self,
        guild_id: int,
        token: str,
        *,
        place: Place,
        is_public: Callable[[int], bool],
        now: datetime,
    ) -> Outcome:
        """Carry out what was confirmed, compared anew with what the guild has by now.

        Raises:
            StaleImportError: Nothing of that name waits.
        """
        read = self._waiting.pop((guild_id, token), None)
        if read is None:
            raise StaleImportError
        plan = plan_import(await self._configs.gather(guild_id), read, place=place)
        work = _Work(self._services, plan, is_public=is_public, now=now)
        done: list[Change] = []
        failures: list[Failure] = []
        for change in sorted(plan.changes, key=lambda change: _ORDER[change.section]):
            try:
                await work.carry_out(change)
                done.append(change)
            except (SourceError, UserError) as error:
                why = self._texts(error.text_key) if isinstance(error, UserError) and error.text_key else ""
                failures.append(Failure(change=change, why=why or str(error)))
        return Outcome(plan=plan, done=tuple(done), failures=tuple(failures))


class _Work:
    """One import that is carried out."""

    def __init__(
        self, services: Services, plan: Plan, *, is_public: Callable[[int], bool], now: datetime
    ) -> None:
        self._services = services
        self._plan = plan
        self._guild_id = plan.guild_id
        self._is_public = is_public
        self._now = now

    async def carry_out(self, change: Change) -> None:
        """Make one change."""
        steps: dict[str, Callable[[Change], Awaitable[None]]] = {
            "meeting": self._set_usual,
            "faq": self._take_page,
            "phrasing": self._take_phrasings,
            "calendar": self._take_calendar,
            SERIES: self._take_series,
            "list": self._take_list,
        }
        await steps.get(change.section, self._set)(change)

    async def _set(self, change: Change) -> None:
        value = getattr(self._plan.wanted.settings, change.section)
        await self._services.guilds.change(self._guild_id, _SETTINGS[change.section], value)

    async def _set_usual(self, _change: Change) -> None:
        meeting = self._plan.wanted.meeting
        wanted = Defaults(channel_id=meeting.channel, settings=_settings(meeting.wishes))
        await self._services.wishes.change(self._guild_id, wanted, now=self._now)

    async def _take_page(self, change: Change) -> None:
        wanted: DeclaredPage = self._item(change)
        new = NewPage(
            kind=PageKind.URL,
            location=wanted.url,
            title=wanted.title,
            format=wanted.format,
            questions=Marker(wanted.questions),
            language=wanted.language,
        )
        if change.turn is Turn.ADDED:
            await self._services.pages.add(self._guild_id, new, now=self._now)
            return
        for page in await self._services.pages.list_pages(self._guild_id):
            if page.location == wanted.url:
                await self._services.pages.change(page, new, now=self._now)

    async def _take_phrasings(self, change: Change) -> None:
        wanted: DeclaredPhrasings = self._item(change)
        await self._services.phrasings.teach(self._guild_id, wanted.question, wanted.asked, now=self._now)

    async def _take_calendar(self, change: Change) -> None:
        wanted: DeclaredCalendar = self._item(change)
        settings = _settings(wanted.wishes)
        if change.turn is Turn.ADDED:
            new = NewCalendar(
                place=wanted.url, channel_id=wanted.channel, name=wanted.name, settings=settings
            )
            await self._services.calendars.follow(self._guild_id, new, now=self._now)
            return
        for calendar in await self._services.calendars.list_calendars(self._guild_id):
            if calendar.place == wanted.url:
                changed = replace(calendar, channel_id=wanted.channel, name=wanted.name, settings=settings)
                self._services.calendars.check_chat_may(calendar, changed)
                await self._services.calendars.change(changed, now=self._now)

    async def _take_series(self, change: Change) -> None:
        wanted: DeclaredSeries = self._item(change)
        calendar = find_calendar(self._plan.wanted, change)
        settings = replace(SeriesSettings(), **wanted.known())  # type: ignore[arg-type]  # the same names

        def become(_before: SeriesSettings) -> SeriesSettings:
            return settings

        for known in await self._services.calendars.list_calendars(self._guild_id):
            if calendar is not None and known.place == (calendar.url or calendar.file):
                await self._services.series.change_series(known, wanted.uid, become, now=self._now)

    async def _take_list(self, change: Change) -> None:
        wanted: DeclaredList = self._item(change)
        known: DeclaredList | None = find_item(self._plan.before, change)
        following = self._services.following
        wish = Wish(
            guild_id=self._guild_id,
            channel_id=wanted.channel,
            place=await following.look_up(self._guild_id, wanted.url),
            name=wanted.name,
            is_private=wanted.is_private,
            is_public_channel=self._is_public(wanted.channel),
        )
        followed = await following.follow(wish, now=self._now)
        await self._services.tell(wish, followed.mailing_list, wanted, self._now)
        if known is not None and (known.name, known.is_private) != (wanted.name, wanted.is_private):
            raise ListStaysError

    def _item(self, change: Change) -> Any:
        return find_item(self._plan.wanted, change)


def _settings(wishes: DeclaredWishes) -> CalendarSettings:
    """Return a calendar's settings; what the file leaves out was filled in before."""
    known = dict(wishes.known())
    known["clean_up"] = CleanUp(wishes.clean_up or CleanUp.PREVIOUS)
    return replace(CalendarSettings(), **known)  # type: ignore[arg-type]  # the names are the settings' own
