"""Look at the connection to Discord: whether it stands, and how quickly it answers."""

import math
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.client import Client
from bot.chat.shards import shard_of

# Discord has a heartbeat sent so often; a connection whose answer is not there by the next is dead. At times
# discord.py notes an answer before the heartbeat itself, and reckons from the one before.
_HEARTBEAT_SECONDS = 41.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The connection, as far as it concerns a guild.

    Attributes:
        latency: How long a heartbeat's answer takes; None before the first, and where it was not measured.
        shard: Which shard serves the guild, from 0; `shards` how many there are.
    """

    is_connected: bool
    latency: timedelta | None = None
    shard: int = 0
    shards: int = 1


def look_at_gateway(client: Client, guild_id: int) -> Gateway:
    """Return how the shard of a guild is connected."""
    shards = client.shard_count or 1
    number = shard_of(guild_id, shards)
    shard = client.get_shard(number)
    latency = shard.latency if shard is not None else math.nan
    return Gateway(
        is_connected=client.is_ready() and shard is not None and not shard.is_closed(),
        latency=believable(latency),
        shard=number,
        shards=shards,
    )


def believable(seconds: float) -> timedelta | None:
    """Return how long an answer took, if it can have taken that long."""
    return timedelta(seconds=seconds) if 0 <= seconds < _HEARTBEAT_SECONDS else None


def is_connected(client: Client) -> bool:
    """Tell whether every shard of this process is connected."""
    return client.is_ready() and all(not shard.is_closed() for shard in client.shards.values())
