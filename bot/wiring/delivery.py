"""Wire the way out to Discord: the outbox, what decides, and what posts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from bot.chat.access import ChannelAccess
from bot.chat.history import History
from bot.chat.poster import ChannelPoster
from bot.delivery import lanes
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.models import Kind, State
from bot.delivery.notices import Notices
from bot.delivery.outbox import DELIVERY_BELL, Outbox
from bot.delivery.plan import Restoration
from bot.delivery.rounds import Rounds
from bot.wiring.chat import ChatParts
from bot.wiring.feature import RecurringJob
from bot.wiring.ground import Declared, Ground
from config.community import Guild

DELIVERY_JOB = DELIVERY_BELL
"""The job that looks at what is due: at its tick, and at the next moment at which something is."""

_TICK = timedelta(seconds=15)
_PURGE = timedelta(hours=6)
_PACE = timedelta(seconds=10)
_POSTING = "posting "


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryParts:
    """What the features need to say something unasked."""

    outbox: Outbox
    notices: Notices
    dispatcher: Dispatcher


class _Bell:
    """Hand the outbox a dispatcher that is built after it."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None

    def ring(self) -> None:
        self.wake()


def build_delivery(
    ground: Ground,
    chat: ChatParts,
    *,
    owner: str,
    wake_at: Callable[[datetime], None],
    observe: Callable[[Kind, State], None],
    restoration: Restoration | None = None,
) -> DeliveryParts:
    """Build the way out; nothing leaves before the dispatcher is entered.

    Args:
        ground: What everything stands on.
        chat: The connection to Discord.
        owner: Names this process among those that share the store.
        wake_at: Has the job "delivery" run at a moment.
        observe: Told how each post ended.
        restoration: A backup that was restored lately.
    """
    bell = _Bell()
    outbox = Outbox(ground.database, wake=bell.ring)
    notices = Notices(outbox, ground.texts, declared=Declared(ground, _admin_channel))
    poster = ChannelPoster(
        client=chat.client,
        presenter=chat.presenter,
        access=ChannelAccess(chat.client, chat.watch, ground.texts),
        history=History(chat.client, chat.watch),
        watch=chat.watch,
        texts=ground.texts,
    )
    dispatcher = Dispatcher(
        database=ground.database,
        rounds=Rounds(
            notices=notices,
            texts=ground.texts,
            clock=ground.clock,
            observe=observe,
            restoration=restoration,
        ),
        poster=poster,
        owner=owner,
        clock=ground.clock,
        wake_at=wake_at,
        until_ready=chat.client.until_logged_in,
    )
    bell.wake = dispatcher.wake
    chat.admission.give_way(lambda: dispatcher.is_pressed)
    _listen_for_changes(chat, dispatcher)
    return DeliveryParts(outbox=outbox, notices=notices, dispatcher=dispatcher)


async def find_next_post(ground: Ground, now: datetime) -> datetime | None:
    """Return the next moment after now at which a post is due, or a channel is tried again."""
    async with ground.database.reading() as connection:
        return await lanes.find_next_due(connection, now=now)


def _admin_channel(guild: Guild) -> Mapping[int, int]:
    channel = guild.settings.admin_channel
    return {} if channel is None else {guild.id: channel}


def delivery_jobs(ground: Ground, chat: ChatParts, parts: DeliveryParts) -> tuple[RecurringJob, ...]:
    """Return what looks for due posts, shares Discord's rate with other processes, and forgets old posts."""

    async def share_pace(_now: datetime) -> None:
        await ground.leases.take(f"{_POSTING}{ground.leases.owner}")
        chat.watch.share_pace(await ground.leases.count(_POSTING))

    return (
        RecurringJob(name=DELIVERY_JOB, interval=_TICK, run=parts.dispatcher.look),
        RecurringJob(name="pace", interval=_PACE, run=share_pace),
        RecurringJob(name="old posts", interval=_PURGE, run=parts.outbox.purge),
    )


def _listen_for_changes(chat: ChatParts, dispatcher: Dispatcher) -> None:
    """Try a guild's paused channels anew when permissions, channels or the bot's membership change."""

    async def channel_changed(*channels: discord.abc.GuildChannel) -> None:
        await dispatcher.look_again(channels[-1].guild.id)

    async def role_changed(*roles: discord.Role) -> None:
        await dispatcher.look_again(roles[-1].guild.id)

    async def guild_came(guild: discord.Guild) -> None:
        await dispatcher.look_again(guild.id)

    async def member_changed(_before: discord.Member, member: discord.Member) -> None:
        if member == member.guild.me:
            await dispatcher.look_again(member.guild.id)

    for name, listener in (
        ("on_guild_channel_create", channel_changed),
        ("on_guild_channel_update", channel_changed),
        ("on_guild_role_update", role_changed),
        ("on_guild_join", guild_came),
        ("on_guild_available", guild_came),
        ("on_member_update", member_changed),
    ):
        chat.client.add_listener(listener, name)
