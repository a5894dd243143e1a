"""Wire live mode: mails posted as they come, single threads that are followed, `/list explain`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.access import ChannelAccess
from bot.chat.delivery_errors import DISCORD_TROUBLE
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.dispositions_repository import Dispositions
from bot.mail.following import Wish
from bot.mail.guarding import Guarding, IsOpen
from bot.mail.live.choosing import rules_from
from bot.mail.live.explaining import Awaited, Explaining
from bot.mail.live.finding_repository import FindingRepository
from bot.mail.live.following import LiveFollowing
from bot.mail.live.models import Audience
from bot.mail.live.repository import LiveRepository
from bot.mail.live.service import LiveMode, LiveParts
from bot.wiring.chat import ChatParts
from bot.wiring.delivery import DeliveryParts
from bot.wiring.feature import Commands, RecurringJob
from bot.wiring.ground import Ground
from bot.wiring.mail import LIST_GROUP, MailParts
from cogs.mail_live import ListLive
from config.community import Guild
from config.sections.lists import DeclaredList

GUARD_JOB = "private lists"

_LOOK_SECONDS = 5.0
_GUARD = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWired:
    """Live mode's services."""

    following: LiveFollowing
    guarding: Guarding
    explaining: Explaining
    ledger: Dispositions


def build_live(
    ground: Ground, chat: ChatParts, delivery: DeliveryParts, mail: MailParts, *, awaited: Awaited
) -> LiveWired:
    """Build the services; from now on they hear of what the lists bring.

    Args:
        ground: What everything stands on.
        chat: The connection to Discord.
        delivery: What posts.
        mail: The lists.
        awaited: Returns the digests that a mail waits for.
    """
    ledger = Dispositions(ground.database)
    parts = LiveParts(
        repository=LiveRepository(ground.database),
        ledger=ledger,
        outbox=delivery.outbox,
        notices=delivery.notices,
        texts=ground.texts,
        is_open=_looker(ground, chat),
        rules=rules_from(ChoicesRepository(ground.database)),
    )
    mail.polling.tell(LiveMode(parts).hear)
    explaining = Explaining(
        finding=FindingRepository(ground.database),
        mail=mail.repository,
        service=mail.service,
        ledger=ledger,
        outbox=delivery.outbox,
        awaited=awaited,
        texts=ground.texts,
    )
    following = LiveFollowing(database=ground.database, mail=mail.repository, parts=parts)
    guarding = Guarding(
        database=ground.database,
        mail=mail.repository,
        outbox=delivery.outbox,
        notices=delivery.notices,
        is_open=_asker(ground, chat),
        texts=ground.texts,
    )
    return LiveWired(following=following, guarding=guarding, explaining=explaining, ledger=ledger)


def live_commands(ground: Ground, chat: ChatParts, mail: MailParts, wired: LiveWired) -> Commands:
    """Return the commands and buttons."""
    cog = ListLive(
        following=wired.following,
        explaining=wired.explaining,
        service=mail.service,
        conversation=chat.conversation,
        texts=ground.texts,
        clock=ground.clock,
    )
    return Commands(group=LIST_GROUP, cogs=(cog,), handlers=cog.handlers())


async def declare_live(
    mail: MailParts,
    wired: LiveWired,
    guild: Guild,
    declared: Sequence[tuple[DeclaredList, Wish]],
    now: datetime,
) -> None:
    """Bring a guild's declared live channels in line with community.toml."""
    wanted: list[Audience] = []
    for each, wish in declared:
        source = await mail.repository.find_source(wish.place.kind, wish.place.address)
        if each.is_live and source is not None:
            wanted.append(Audience(guild_id=guild.id, list_id=source.list_id, channel_id=wish.channel_id))
    is_whole = len(declared) == len(guild.lists)
    await wired.following.declare(guild.id, wanted, is_whole=is_whole, now=now)


def live_jobs(wired: LiveWired) -> tuple[RecurringJob, ...]:
    """Return what is done by itself: looking whether private lists' channels are closed."""
    return (RecurringJob(name=GUARD_JOB, interval=_GUARD, run=wired.guarding.look),)


def _looker(ground: Ground, chat: ChatParts) -> Callable[[int, int], Awaitable[bool]]:
    """Return what tells whether everybody sees a channel; one that cannot be looked at may be seen by all."""
    ask = _asker(ground, chat)

    async def is_open(guild_id: int, channel_id: int) -> bool:
        return await ask(guild_id, channel_id) is not False

    return is_open


def _asker(ground: Ground, chat: ChatParts) -> IsOpen:
    """Return what tells whether everybody sees a channel; None where it cannot be looked at."""
    access = ChannelAccess(chat.client, chat.watch, ground.texts)

    async def is_open(guild_id: int, channel_id: int) -> bool | None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                return await access.is_open(guild_id, channel_id)
        except DISCORD_TROUBLE:
            return None

    return is_open
