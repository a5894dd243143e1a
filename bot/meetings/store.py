"""Gather what keeps the meetings, so that services are handed one thing instead of six."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.answers_repository import AnswersRepository
from bot.meetings.calendars import MeetingDate, is_announced
from bot.meetings.cards_repository import CardsRepository
from bot.meetings.dates_repository import DatesRepository
from bot.meetings.reminders_repository import RemindersRepository
from bot.meetings.repository import CalendarRepository
from bot.meetings.series_repository import SeriesRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingStore:
    """The repositories; each method of theirs takes the caller's transaction."""

    calendars: CalendarRepository = field(default_factory=CalendarRepository)
    series: SeriesRepository = field(default_factory=SeriesRepository)
    dates: DatesRepository = field(default_factory=DatesRepository)
    reminders: RemindersRepository = field(default_factory=RemindersRepository)
    cards: CardsRepository = field(default_factory=CardsRepository)
    answers: AnswersRepository = field(default_factory=AnswersRepository)

    async def list_announced(
        self, connection: AsyncConnection, guild_id: int, *, since: datetime, until: datetime
    ) -> tuple[MeetingDate, ...]:
        """Return a guild's dates without those of which nothing is to be posted."""
        dates = await self.dates.list_dates(connection, guild_id, since=since, until=until)
        series = {
            number: await self.series.list_settings(connection, guild_id, number)
            for number in {date.calendar_id for date in dates}
        }
        return tuple(date for date in dates if is_announced(date.key, series[date.calendar_id]))
