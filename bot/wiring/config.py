"""Wire `/config`: a guild's settings as a file, and a file as settings."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.mail.following import Wish
from bot.mail.live.models import Audience
from bot.mail.stored import MailingList
from bot.mail.views import FollowedList
from bot.meetings.calendars import CalendarKind
from bot.operations.config_import import ConfigImports, Services
from bot.operations.config_notes import LeftOut
from bot.operations.guild_config import GuildConfigs
from bot.text.cadence import write_when
from bot.wiring.chat import ChatParts
from bot.wiring.faq import FaqParts
from bot.wiring.feature import Commands
from bot.wiring.ground import Ground
from bot.wiring.mail import MailParts
from bot.wiring.mail_choices import has_more, told_of, wanted_of
from bot.wiring.mail_digest import wish_of
from bot.wiring.mail_telling import Telling
from bot.wiring.meetings import MeetingParts
from cogs.config import Config
from config.community import Guild
from config.sections.lists import DeclaredList

_TOKEN_BYTES = 8


def config_commands(
    ground: Ground,
    chat: ChatParts,
    *,
    faq: FaqParts,
    mail: MailParts,
    meetings: MeetingParts,
    telling: Telling,
) -> Commands:
    """Return the commands and buttons."""

    def declared(guild_id: int) -> Guild:
        found = (guild for guild in ground.community.guilds if guild.id == guild_id)
        return next(found, Guild(id=guild_id))

    configs = GuildConfigs(
        guilds=chat.guilds,
        pages=faq.pages,
        phrasings=faq.phrasings,
        calendars=meetings.calendars,
        wishes=meetings.wishes,
        series=meetings.series,
        lists=mail.service.list_all,
        sources=mail.repository.list_sources,
        told=partial(_told, telling),
        left_out=partial(_left_out, faq=faq, mail=mail, meetings=meetings, telling=telling),
        declared=declared,
        texts=ground.texts,
    )
    services = Services(
        guilds=chat.guilds,
        pages=faq.pages,
        phrasings=faq.phrasings,
        calendars=meetings.calendars,
        wishes=meetings.wishes,
        series=meetings.series,
        following=mail.following,
        tell=partial(_tell, telling),
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


async def _told(
    telling: Telling, guild_id: int, followed: tuple[FollowedList, ...]
) -> Mapping[tuple[int, int], Mapping[str, Any]]:
    """Return what the channels of a guild are told of their lists."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for wish in [kept.wish for kept in await telling.digests.arranging.list_wishes(guild_id)]:
        found.setdefault((wish.list_id, wish.channel_id), {}).update(
            digest=write_when(wish.schedule),
            zone=wish.zone,
            quiet=True if wish.says_quiet else None,
            chart=None if wish.has_chart else False,
        )
    for each in followed:
        for choices in await telling.choices.choosing.list_for(guild_id, each.mailing_list.id):
            found.setdefault((choices.list_id, choices.channel_id), {}).update(told_of(choices))
    for audience in await telling.live.following.list_live(guild_id):
        found.setdefault((audience.list_id, audience.channel_id), {})["is_live"] = True
    return found


async def _left_out(
    guild_id: int,
    followed: tuple[FollowedList, ...],
    *,
    faq: FaqParts,
    mail: MailParts,
    meetings: MeetingParts,
    telling: Telling,
) -> LeftOut:
    """Count what a guild made in chat that the file has no words for."""
    calendars = await meetings.calendars.list_calendars(guild_id)
    made_here = [each for each in calendars if each.kind is CalendarKind.CHAT]
    series = [await meetings.series.list_settings(each) for each in made_here]
    chosen = [await telling.choices.choosing.list_for(guild_id, each.mailing_list.id) for each in followed]
    return LeftOut(
        entries=len(await faq.repository.list_overlays(guild_id)),
        series=sum(map(len, series)),
        authors=len(await mail.repository.list_opt_outs(guild_id)),
        has_choices=any(has_more(choices) for each in chosen for choices in each),
    )


async def _tell(
    telling: Telling, follow: Wish, mailing_list: MailingList, wanted: DeclaredList, now: datetime
) -> None:
    """Have a channel told as the file says; what the file does not say stays."""
    if wanted.is_live:
        audience = Audience(guild_id=follow.guild_id, list_id=mailing_list.id, channel_id=follow.channel_id)
        if audience not in await telling.live.following.list_live(follow.guild_id):
            await telling.live.following.switch_on(
                audience, mailing_list, is_open=follow.is_public_channel, now=now
            )
    await _want_digest(telling, follow, mailing_list, wanted, now)
    choosing = telling.choices.choosing
    place = (follow.guild_id, mailing_list.id, follow.channel_id)
    await choosing.bring_in(await choosing.find(*place, here=follow.channel_id), wanted_of(wanted))


async def _want_digest(
    telling: Telling, follow: Wish, mailing_list: MailingList, wanted: DeclaredList, now: datetime
) -> None:
    wish = wish_of(wanted, follow.guild_id, mailing_list.id, follow.channel_id)
    if wish is None:
        return
    arranging = telling.digests.arranging
    kept = [each.wish for each in await arranging.list_wishes(follow.guild_id)]
    place = (mailing_list.id, follow.channel_id)
    known = next((each for each in kept if (each.list_id, each.channel_id) == place), None)
    wish = replace(wish, is_declared=known is not None and known.is_declared)
    if wish != known:
        await arranging.wish(wish, mailing_list, is_public_channel=follow.is_public_channel, now=now)
