"""Look at what waits to be posted, for those who watch over it; nothing here changes anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from bot.delivery import lanes
from bot.delivery.models import Kind, Lane, State
from bot.storage.database import Database
from bot.storage.schema import lane, outbox

_OPEN = outbox.c.ended_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A guild's posts.

    Attributes:
        due: How many should have left by now; `oldest_due_at` since when the first of them.
        failed: How many were set aside, and wait for somebody to try them again or drop them.
        dropped: How many were dropped in the last thirty days, each with a reason.
        last_sent_at: When the newest left.
        lanes: The channels that anything was ever posted in.
    """

    due: int = 0
    oldest_due_at: datetime | None = None
    failed: int = 0
    dropped: int = 0
    last_sent_at: datetime | None = None
    lanes: tuple[Lane, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is due over all guilds.

    Attributes:
        due: How many posts.
        oldest_due_at: Since when the first of them.
        oldest_unhindered_at: Likewise, of those that nothing holds up: neither a closed channel nor a pause.
    """

    due: int = 0
    oldest_due_at: datetime | None = None
    oldest_unhindered_at: datetime | None = None


async def read_queue(database: Database, guild_id: int, now: datetime) -> Queue:
    """Return how a guild's posts are."""
    is_due = and_(_OPEN, outbox.c.guild_id == guild_id, outbox.c.due_at <= now)
    ended = (
        select(outbox.c.state, func.count())
        .where(
            outbox.c.guild_id == guild_id,
            outbox.c.state.in_((State.FAILED, State.DROPPED)),
            # A state of the status card that a newer one made needless is no loss.
            or_(outbox.c.state == State.FAILED, outbox.c.kind != Kind.STATUS),
        )
        .group_by(outbox.c.state)
    )
    async with database.reading() as connection:
        due, oldest = (await connection.execute(_count_due(is_due))).one()
        counts = {State(state): number for state, number in await connection.execute(ended)}
        own_lanes = await lanes.list_lanes(connection, guild_id)
    return Queue(
        due=due,
        oldest_due_at=oldest,
        failed=counts.get(State.FAILED, 0),
        dropped=counts.get(State.DROPPED, 0),
        last_sent_at=max((each.last_success_at for each in own_lanes if each.last_success_at), default=None),
        lanes=own_lanes,
    )


async def read_backlog(database: Database, now: datetime) -> Backlog:
    """Return what is due over all guilds."""
    is_due = and_(_OPEN, outbox.c.due_at <= now)
    unhindered = (
        select(func.min(outbox.c.due_at))
        .outerjoin(lane, lane.c.channel_id == outbox.c.channel_id)
        .where(
            is_due,
            or_(lane.c.next_try_at.is_(None), lane.c.next_try_at <= now),
            or_(outbox.c.next_try_at.is_(None), outbox.c.next_try_at <= now),
        )
    )
    async with database.reading() as connection:
        due, oldest = (await connection.execute(_count_due(is_due))).one()
        oldest_unhindered = (await connection.execute(unhindered)).scalar_one()
    return Backlog(due=due, oldest_due_at=oldest, oldest_unhindered_at=oldest_unhindered)


def _count_due(is_due: ColumnElement[bool]) -> Select[int, Any]:
    return select(func.count(), func.min(outbox.c.due_at)).where(is_due)
