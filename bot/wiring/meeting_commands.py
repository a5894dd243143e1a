"""Wire what members do about meetings: `/meeting`, and the buttons of lists and reminders' cards."""

import secrets
from datetime import datetime

from bot.meetings.agenda import Agenda
from bot.meetings.answering import Answering
from bot.meetings.chat_meetings import ChatMeetings
from bot.meetings.drafts_repository import DraftsRepository
from bot.text.zones import Zones
from bot.wiring.chat import ChatParts
from bot.wiring.feature import Commands
from bot.wiring.ground import Ground
from bot.wiring.meetings import MeetingParts
from cogs.meeting_buttons import MeetingButtons
from cogs.meetings import Meetings

_TOKEN_BYTES = 8


def meeting_commands(ground: Ground, chat: ChatParts, parts: MeetingParts) -> Commands:
    """Return the commands and buttons."""

    async def lay_out(guild_id: int, calendar_id: int, now: datetime) -> None:
        await parts.looker.lay_out(guild_id, calendar_id, now=now)

    chat_meetings = ChatMeetings(
        database=ground.database,
        store=parts.store,
        drafts=DraftsRepository(),
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
        zones=Zones.load(),
        texts=ground.texts,
        clock=ground.clock,
    )
    buttons = MeetingButtons(
        chat_meetings=chat_meetings,
        agenda=agenda,
        answering=answering,
        conversation=chat.conversation,
        guilds=chat.guilds,
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(cogs=(cog,), handlers=buttons.handlers())
