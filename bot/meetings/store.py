"""Gather what keeps the meetings, so that services are handed one thing instead of five."""

from dataclasses import dataclass, field

from bot.meetings.answers_repository import AnswersRepository
from bot.meetings.cards_repository import CardsRepository
from bot.meetings.dates_repository import DatesRepository
from bot.meetings.reminders_repository import RemindersRepository
from bot.meetings.repository import CalendarRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingStore:
    """The repositories; each method of theirs takes the caller's transaction."""

    calendars: CalendarRepository = field(default_factory=CalendarRepository)
    dates: DatesRepository = field(default_factory=DatesRepository)
    reminders: RemindersRepository = field(default_factory=RemindersRepository)
    cards: CardsRepository = field(default_factory=CardsRepository)
    answers: AnswersRepository = field(default_factory=AnswersRepository)
