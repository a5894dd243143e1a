"""Wire what concerns people's data: `/privacy`, and forgetting guilds that the bot has left."""

import logging
from datetime import datetime, timedelta

from bot.operations.privacy import PrivacyDesk, RosterCards
from bot.storage.traces import erase_guild, list_departed
from bot.wiring.chat import ChatParts
from bot.wiring.faq import FaqParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from bot.wiring.mail import MailParts
from bot.wiring.meetings import MeetingParts
from cogs.privacy import Privacy

logger = logging.getLogger(__name__)

KEPT_AFTER_LEAVING = timedelta(days=30)
"""A guild that invites the bot back within these days finds everything as it was."""

_CHECK = timedelta(hours=6)


def privacy_commands(
    ground: Ground, chat: ChatParts, *, faq: FaqParts, mail: MailParts, meetings: MeetingParts
) -> Commands:
    """Return the commands and buttons."""
    cards = RosterCards(store=meetings.store, cards=meetings.cards, zone_of=meetings.zone_of)
    desk = PrivacyDesk(database=ground.database, voter=faq.service.voter, cards=cards)
    cog = Privacy(
        desk=desk,
        service=mail.service,
        conversation=chat.conversation,
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(cogs=(cog,), handlers=cog.handlers())


def privacy_jobs(ground: Ground, chat: ChatParts, *, faq: FaqParts) -> tuple[RecurringJob, ...]:
    """Return what forgets guilds; mailing lists that nobody follows then are dropped by their own job."""

    async def forget_departed(now: datetime) -> None:
        async with ground.database.reading() as connection:
            departed = await list_departed(connection, now - KEPT_AFTER_LEAVING)
        for guild_id in departed:
            async with ground.database.writing() as connection:
                rows = await erase_guild(connection, guild_id)
            chat.guilds.forget()
            await faq.library.reload(guild_id)
            logger.info("forgot a guild that was left: %s rows", rows, extra={"guild_id": guild_id})

    return (RecurringJob(name="departed guilds", interval=_CHECK, run=forget_departed),)
