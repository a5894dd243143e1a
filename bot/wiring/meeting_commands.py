"""Wire what members do about meetings: `/meeting`, and the buttons of lists and reminders' cards."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.event_board import DiscordEvents
from bot.meetings.agenda import Agenda
from bot.meetings.answering import Answering
from bot.meetings.chat_meetings import ChatMeetings
from bot.meetings.drafts_repository import DraftsRepository
from bot.meetings.event_tab import EventTab, TouchedGuilds
from bot.meetings.targets import Targets
from bot.meetings.weekly import Weekly
from bot.text.zones import Zones
from bot.wiring.chat import ChatParts
from bot.wiring.delivery import DeliveryParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from bot.wiring.meetings import MeetingParts
from cogs.meeting_buttons import MeetingButtons
from cogs.meeting_settings import MeetingSettings
from cogs.meetings import Meetings
from cogs.series_settings import SeriesPanels

logger = logging.getLogger(__name__)

_TOKEN_BYTES = 8
_WEEKLY = timedelta(minutes=5)
_EVENTS = timedelta(minutes=5)
CHANGED_EVENTS_JOB = "changed events"


def meeting_commands(ground: Ground, chat: ChatParts, parts: MeetingParts) -> Commands:
    """Return the commands and buttons."""

    async def lay_out(guild_id: int, calendar_id: int, now: datetime) -> None:
        await parts.looker.lay_out(guild_id, calendar_id, now=now)

    drafts, zones = DraftsRepository(), Zones.load()
    panel = MeetingSettings(
        wishes=parts.wishes,
        conversation=chat.conversation,
        zones=zones,
        texts=ground.texts,
        clock=ground.clock,
    )
    targets = Targets(database=ground.database, store=parts.store, texts=ground.texts)
    series = SeriesPanels(
        targets=targets,
        wishes=parts.series,
        conversation=chat.conversation,
        texts=ground.texts,
        clock=ground.clock,
    )
    chat_meetings = ChatMeetings(
        database=ground.database,
        store=parts.store,
        targets=targets,
        drafts=drafts,
        lay_out=lay_out,
        new_token=lambda: secrets.token_hex(_TOKEN_BYTES),
        texts=ground.texts,
    )
    agenda = Agenda(
        database=ground.database,
        store=parts.store,
        texts=ground.texts,
    )
    answering = Answering(
        database=ground.database,
        store=parts.store,
        cards=parts.cards,
        zone_of=parts.zone_of,
        texts=ground.texts,
    )
    cog = Meetings(
        chat_meetings=chat_meetings,
        agenda=agenda,
        conversation=chat.conversation,
        guilds=chat.guilds,
        panel=panel,
        targets=targets,
        series=series,
        series_wishes=parts.series,
        zones=zones,
        texts=ground.texts,
        clock=ground.clock,
    )
    buttons = MeetingButtons(
        chat_meetings=chat_meetings,
        targets=targets,
        agenda=agenda,
        answering=answering,
        conversation=chat.conversation,
        guilds=chat.guilds,
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(cogs=(cog,), handlers={**buttons.handlers(), **panel.handlers(), **series.handlers()})


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingBoards:
    """What shows the meetings by itself: "this week", and the Events tab."""

    weekly: Weekly
    events: EventTab


def build_boards(
    ground: Ground, chat: ChatParts, delivery: DeliveryParts, parts: MeetingParts, touched: TouchedGuilds
) -> MeetingBoards:
    """Build what shows the meetings by itself."""
    weekly = Weekly(
        database=ground.database,
        store=parts.store,
        outbox=delivery.outbox,
        zone_of=parts.zone_of,
        texts=ground.texts,
    )

    def warn(guild_id: int, what: str) -> None:
        logger.warning("the Events tab stays as it is: %s", what, extra={"guild_id": guild_id})

    tab = EventTab(
        database=ground.database,
        store=parts.store,
        board=DiscordEvents(chat.client, ground.texts),
        texts=ground.texts,
        touched=touched,
        warn=warn,
    )
    return MeetingBoards(weekly=weekly, events=tab)


def board_jobs(boards: MeetingBoards) -> tuple[RecurringJob, ...]:
    """Return the jobs that keep them in step."""
    return (
        RecurringJob(name="this week", interval=_WEEKLY, run=boards.weekly.post_due),
        RecurringJob(name="events tab", interval=_EVENTS, run=boards.events.keep),
        RecurringJob(name=CHANGED_EVENTS_JOB, interval=_EVENTS, run=boards.events.keep_touched),
    )
