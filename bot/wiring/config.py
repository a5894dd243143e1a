"""Wire `/config`: a guild's settings as a file, and a file as settings."""

import secrets

from bot.operations.config_import import ConfigImports, Services
from bot.operations.guild_config import GuildConfigs
from bot.wiring.chat import ChatParts
from bot.wiring.faq import FaqParts
from bot.wiring.feature import Commands
from bot.wiring.ground import Ground
from bot.wiring.mail import MailParts
from bot.wiring.meetings import MeetingParts
from cogs.config import Config
from config.community import Guild

_TOKEN_BYTES = 8


def config_commands(
    ground: Ground, chat: ChatParts, *, faq: FaqParts, mail: MailParts, meetings: MeetingParts
) -> Commands:
    """Return the commands and buttons."""

    def declared(guild_id: int) -> Guild:
        found = (guild for guild in ground.community.guilds if guild.id == guild_id)
        return next(found, Guild(id=guild_id))

    configs = GuildConfigs(
        guilds=chat.guilds,
        pages=faq.pages,
        calendars=meetings.calendars,
        wishes=meetings.wishes,
        lists=mail.service.list_all,
        sources=mail.repository.list_sources,
        declared=declared,
        texts=ground.texts,
    )
    services = Services(
        guilds=chat.guilds,
        pages=faq.pages,
        calendars=meetings.calendars,
        wishes=meetings.wishes,
        following=mail.following,
    )
    cog = Config(
        configs=configs,
        imports=ConfigImports(
            configs=configs,
            services=services,
            texts=ground.texts,
            new_token=lambda: secrets.token_hex(_TOKEN_BYTES),
        ),
        conversation=chat.conversation,
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(cogs=(cog,), handlers=cog.handlers())
