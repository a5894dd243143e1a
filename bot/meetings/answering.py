"""Do what the buttons on a reminder's card ask for: who comes, add to calendar, remind me, phone numbers.

Calendar files are written by a library of 7 MB, which is loaded by the first who asks for one.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import UserError
from bot.meetings.calendars import Answer, CalendarSettings, FollowedCalendar, MeetingDate, settings_of
from bot.meetings.cards import Cards, end_of
from bot.meetings.looking import ZoneOf
from bot.meetings.models import Meeting
from bot.meetings.sharing import as_shared
from bot.meetings.snapshot import LOOK_AHEAD, LOOK_BACK
from bot.meetings.store import MeetingStore
from bot.storage.database import Database
from bot.text.catalogue import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The date that a button names, with its calendar.

    Attributes:
        settings: What holds for its series.
    """

    calendar: FollowedCalendar
    date: MeetingDate
    settings: CalendarSettings


class Answering:
    """Answers the buttons of the cards.

    Args:
        zone_of: Returns a guild's own zone.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        cards: Cards,
        zone_of: ZoneOf,
        texts: Texts,
    ) -> None:
        self._database = database
        self._store = store
        self._cards = cards
        self._zone_of = zone_of
        self._texts = texts

    async def get_asked(self, guild_id: int, calendar_id: int, token: str) -> Asked:
        """Return what a button is about; a date that the feed has dropped is known from its card.

        Raises:
            UserError: Neither is known any more.
        """
        async with self._database.reading() as connection:
            calendar = await self._store.calendars.find_calendar(connection, guild_id, calendar_id)
            date = await self._store.dates.find_date(connection, guild_id, calendar_id, token)
            if date is None:
                cards = await self._store.cards.list_cards_of_date(connection, guild_id, calendar_id, token)
                date = cards[0].date if cards else None
            if calendar is None or date is None:
                raise UserError(self._texts("meeting.date_gone"))
            own = await self._store.series.find_settings(connection, guild_id, calendar_id, date.key.uid)
        return Asked(calendar=calendar, date=date, settings=settings_of(calendar.settings, own))

    async def answer(
        self, guild_id: int, asked: Asked, *, user_id: int, answer: Answer, now: datetime
    ) -> Answer | None:
        """Note whether a member comes, and draw the cards anew; the same answer again takes it back.

        Returns:
            What is noted now.

        Raises:
            UserError: The meeting is over, or cancelled.
        """
        zone = await self._zone_of(guild_id)
        ends_at = end_of(asked.date, zone)
        if asked.date.occurrence.is_cancelled:
            raise UserError(self._texts("meeting.is_cancelled"))
        if now >= ends_at:
            raise UserError(self._texts("meeting.is_over"))
        number, key = asked.calendar.id, asked.date.key
        async with self._database.writing() as connection:
            roster = dict(await self._store.answers.list_answers(connection, guild_id, number, key))
            is_withdrawn = roster.get(user_id) is answer
            if is_withdrawn:
                await self._store.answers.withdraw_answer(connection, guild_id, number, key, user_id)
            else:
                await self._store.answers.save_answer(
                    connection,
                    guild_id,
                    number,
                    key,
                    user_id=user_id,
                    answer=answer,
                    now=now,
                    forget_at=ends_at,
                )
            await self._cards.redraw_date(connection, asked.calendar, asked.date.token, zone=zone, now=now)
        return None if is_withdrawn else answer

    async def remind(self, guild_id: int, asked: Asked, *, user_id: int, now: datetime) -> bool:
        """Note that a member wants private notes before each date of a series, or no more of them."""
        number, uid = asked.calendar.id, asked.date.key.uid
        async with self._database.writing() as connection:
            if await self._store.answers.unsubscribe(connection, guild_id, number, uid, user_id=user_id):
                return False
            return await self._store.answers.subscribe(
                connection, guild_id, number, uid, user_id=user_id, now=now
            )

    def write_date(self, asked: Asked, *, now: datetime) -> bytes:
        """Write one date as an .ics file."""
        from bot.meetings.ics_writing import write_occurrence  # noqa: PLC0415 (see the top of this file)

        one = asked.date.occurrence
        shared = replace(one, meeting=_shared(asked, one.meeting))
        return write_occurrence(shared, now=now, timezones=asked.calendar.timezones)

    async def write_series(self, guild_id: int, asked: Asked, *, now: datetime) -> bytes:
        """Write the series of a date, with what is other on single dates, as an .ics file."""
        uid = asked.date.key.uid
        async with self._database.reading() as connection:
            typed = await self._store.calendars.list_typed(connection, guild_id, asked.calendar.id)
            dates = await self._store.dates.list_dates(
                connection,
                guild_id,
                calendar_id=asked.calendar.id,
                uids=(uid,),
                since=now - LOOK_BACK,
                until=now + LOOK_AHEAD,
            )
        versions = tuple(each for each in typed if each.uid == uid) or _versions(dates, asked.date)
        if not any(each.recurrence_id is None for each in versions):
            return self.write_date(asked, now=now)
        from bot.meetings.ics_writing import write_calendar  # noqa: PLC0415 (see the top of this file)

        return write_calendar(
            [_shared(asked, each) for each in versions],
            now=now,
            timezones=asked.calendar.timezones,
            floating_zone=await self._zone_of(guild_id),
        )


def _shared(asked: Asked, meeting: Meeting) -> Meeting:
    return as_shared(meeting, shows_passcode=asked.settings.shows_passcode)


def _versions(dates: tuple[MeetingDate, ...], date: MeetingDate) -> tuple[Meeting, ...]:
    """Return the series and what replaces its dates, each once."""
    known: dict[object, Meeting] = {}
    for each in (*dates, date):
        meeting = each.occurrence.meeting
        known.setdefault((meeting.uid, meeting.recurrence_id), meeting)
    uid = date.occurrence.meeting.uid
    return tuple(meeting for meeting in known.values() if meeting.uid == uid)
