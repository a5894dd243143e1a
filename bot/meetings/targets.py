"""Find the date that a command means: by what autocomplete gave it, or by the meeting's title."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import UserError
from bot.meetings.calendars import CalendarKind, FollowedCalendar, MeetingDate
from bot.meetings.snapshot import LOOK_AHEAD
from bot.meetings.store import MeetingStore
from bot.storage.database import Database
from bot.text.catalogue import Texts

_PAST = timedelta(minutes=1)
_MOST_DATES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A date that a command is about, with its calendar."""

    calendar: FollowedCalendar
    date: MeetingDate

    @property
    def value(self) -> str:
        """Return what names it in autocomplete."""
        return f"{self.calendar.id}.{self.date.token}"

    @property
    def is_series(self) -> bool:
        """Tell whether it is one of several dates."""
        return self.date.occurrence.recurrence_id is not None

    @property
    def is_made_here(self) -> bool:
        """Tell whether its meeting was made in chat, and can be changed there."""
        return self.calendar.kind is CalendarKind.CHAT


class Targets:
    """The dates of a guild, as commands name them."""

    def __init__(self, *, database: Database, store: MeetingStore, texts: Texts) -> None:
        self._database = database
        self._store = store
        self._texts = texts

    async def list(
        self, guild_id: int, words: str, *, now: datetime, is_made_here: bool = False
    ) -> tuple[Target, ...]:
        """Return the coming dates whose title holds the words, by start.

        Args:
            guild_id: Whose.
            words: What was typed.
            now: The present.
            is_made_here: Only of meetings that were made in chat.
        """
        async with self._database.reading() as connection:
            found = await self._store.calendars.list_calendars(connection, guild_id)
            wanted = [each for each in found if not is_made_here or each.kind is CalendarKind.CHAT]
            calendars = {each.id: each for each in wanted}
            if not calendars:
                return ()
            dates = await self._store.dates.list_dates(
                connection, guild_id, since=now - _PAST, until=now + LOOK_AHEAD, limit=_MOST_DATES
            )
        typed = " ".join(words.casefold().split())
        return tuple(
            Target(calendar=calendars[each.calendar_id], date=each)
            for each in dates
            if each.calendar_id in calendars and typed in each.occurrence.summary.casefold()
        )

    async def list_series(self, guild_id: int, words: str, *, now: datetime) -> tuple[Target, ...]:
        """Return the next date of each meeting whose title holds the words, by start."""
        firsts: dict[tuple[int, str], Target] = {}
        for target in await self.list(guild_id, words, now=now):
            firsts.setdefault((target.calendar.id, target.date.key.uid), target)
        return tuple(firsts.values())

    async def get(self, guild_id: int, words: str, *, now: datetime) -> Target:
        """Return the date that autocomplete named, or the next one of the only meeting of that title.

        Raises:
            UserError: There is none, or there are several.
        """
        number, _, token = words.partition(".")
        if number.isascii() and number.isdecimal() and len(number) < 19:
            found = await self.find(guild_id, int(number), token)
            if found is not None:
                return found
        targets = await self.list_series(guild_id, words, now=now)
        if not targets:
            raise UserError(self._texts("meeting.no_such"))
        if len(targets) > 1:
            raise UserError(self._texts("meeting.several"))
        return targets[0]

    async def get_made_here(self, guild_id: int, words: str, *, now: datetime) -> Target:
        """Return such a date of a meeting that was made in chat, which can be changed there.

        Raises:
            UserError: There is none, there are several, or it is a followed calendar's.
        """
        here = {
            (target.calendar.id, target.date.key.uid): target
            for target in reversed(await self.list(guild_id, words, now=now, is_made_here=True))
        }
        target = next(iter(here.values())) if len(here) == 1 else await self.get(guild_id, words, now=now)
        if not target.is_made_here:
            raise UserError(self._texts("meeting.not_made_here"))
        return target

    async def find(self, guild_id: int, calendar_id: int, token: str) -> Target | None:
        """Return a date by what a button names it."""
        async with self._database.reading() as connection:
            calendar = await self._store.calendars.find_calendar(connection, guild_id, calendar_id)
            date = await self._store.dates.find_date(connection, guild_id, calendar_id, token)
        return Target(calendar=calendar, date=date) if calendar is not None and date is not None else None

    async def find_made_here(self, guild_id: int, calendar_id: int, token: str) -> Target | None:
        """Return a date of a meeting made in chat by what a button names it."""
        target = await self.find(guild_id, calendar_id, token)
        return target if target is not None and target.is_made_here else None
