"""Read and write the outbox as the dispatcher needs it: lanes with something due, a first row, its outcome.

Each method is one step of the dispatcher and works in the transaction it is given.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Lane, OutboxRow, Place, Sent, State, Verb
from bot.delivery.outbox import find_row, read_row
from bot.delivery.plan import Setback
from bot.storage.schema import lane, outbox, topic_thread
from bot.storage.upsert import insert_missing, insert_or_update

LEASE = timedelta(seconds=30)
"""How long a lane belongs to the process that works on it, unless that says again that it does."""

# By less, the clocks of two machines may differ.
_STEP = timedelta(minutes=1)
# What all at once works again is known to do so before the notices that it did not have left.
_NOTICES = timedelta(seconds=5)
_OPEN = outbox.c.ended_at.is_(None)
_ROW = tuple(outbox.c[each.name] for each in fields(OutboxRow))
_LANE = tuple(lane.c[each.name] for each in fields(Lane))

# What is run for every post is made once: making a statement costs several times what running it does.
# What an UPDATE sets are the values that it is run with.
_UPDATE_ROW = update(outbox).where(outbox.c.id == bindparam("row_id"))
_UPDATE_LANE = update(lane).where(lane.c.channel_id == bindparam("of_channel"))
_UPDATE_OWN_LANE = _UPDATE_LANE.where(lane.c.owner == bindparam("by_owner"))
_FIRST = (
    select(*_ROW)
    .where(_OPEN, outbox.c.channel_id == bindparam("of_channel"), outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(1)
)
_THREAD = select(topic_thread.c.thread_id).where(
    topic_thread.c.channel_id == bindparam("of_channel"), topic_thread.c.topic == bindparam("of_topic")
)
_BY_CHANNEL = select(*_LANE).where(lane.c.channel_id == bindparam("of_channel"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLane:
    """A channel with something due."""

    channel_id: int
    guild_id: int


async def list_due(
    connection: AsyncConnection, *, owner: str, now: datetime, busy: Collection[int], limit: int
) -> tuple[DueLane, ...]:
    """Return channels with something due that no other process works on, the longest waiting first."""
    wanted = (
        select(outbox.c.channel_id, func.min(outbox.c.guild_id).label("guild_id"))
        .outerjoin(lane, lane.c.channel_id == outbox.c.channel_id)
        .where(
            _OPEN,
            outbox.c.due_at <= now,
            _may_be_tried(now),
            or_(lane.c.owned_until.is_(None), lane.c.owned_until <= now, lane.c.owner == owner),
        )
        .group_by(outbox.c.channel_id)
        .order_by(func.min(outbox.c.due_at))
        .limit(limit + len(busy))
    )
    found = await connection.execute(wanted)
    free = [row for row in found if row.channel_id not in busy]
    return tuple(DueLane(channel_id=row.channel_id, guild_id=row.guild_id) for row in free[:limit])


def _may_be_tried(now: datetime) -> ColumnElement[bool]:
    was_set_back = lane.c.last_error_at > now + _STEP
    return or_(lane.c.next_try_at.is_(None), lane.c.next_try_at <= now, was_set_back)


def was_set_back(found: Lane, *, now: datetime) -> bool:
    """Tell whether the clock was set back since a lane's last error: its pauses mean nothing any more."""
    return found.last_error_at is not None and found.last_error_at > now + _STEP


async def find_next_due(connection: AsyncConnection, *, now: datetime) -> datetime | None:
    """Return the next moment after now at which something can be done."""
    row_due = select(func.min(outbox.c.due_at)).where(_OPEN, outbox.c.due_at > now)
    lane_due = select(func.min(lane.c.next_try_at)).where(lane.c.next_try_at > now)
    moments = [(await connection.execute(wanted)).scalar_one() for wanted in (row_due, lane_due)]
    return min((moment for moment in moments if moment is not None), default=None)


async def take_lane(connection: AsyncConnection, due: DueLane, *, owner: str, now: datetime) -> Lane | None:
    """Take a lane for this process; None when another has it, or nothing is to be done there yet."""
    free = (
        _BY_CHANNEL.where(
            or_(lane.c.owned_until.is_(None), lane.c.owned_until <= now, lane.c.owner == owner),
            _may_be_tried(now),
        )
        # What another process is just taking is not waited for: it may wait for what we have just taken.
        .with_for_update(skip_locked=True)
    )
    key = {"of_channel": due.channel_id}
    found = (await connection.execute(free, key)).one_or_none()
    if found is None and await _is_missing(connection, due.channel_id):
        blank = {"state": "", "reason": "", "failures": 0, "last_error": "", "owner": ""}
        await insert_missing(
            connection, lane, {"channel_id": due.channel_id, "guild_id": due.guild_id, **blank}
        )
        found = (await connection.execute(free, key)).one_or_none()
    if found is None:
        return None
    await connection.execute(_UPDATE_LANE, key | {"owner": owner, "owned_until": now + LEASE})
    return Lane(**found._mapping)


async def keep_lanes(
    connection: AsyncConnection, channel_ids: Collection[int], *, owner: str, now: datetime
) -> tuple[int, ...]:
    """Say that this process still works on its lanes; return those that are its own yet."""
    kept = await connection.execute(
        update(lane)
        .where(lane.c.channel_id.in_(channel_ids), lane.c.owner == owner)
        .values(owned_until=now + LEASE)
        .returning(lane.c.channel_id)
    )
    return tuple(kept.scalars())


async def still_holds(
    connection: AsyncConnection, channel_id: int, *, owner: str, now: datetime, has_sent: bool = False
) -> bool:
    """Tell whether a lane is this process's yet, and keep it so; where it has sent, note that it works.

    A process that stood still for longer than its lease, as a suspended machine does, may have lost it.
    """
    lease: dict[str, object] = {"of_channel": channel_id, "by_owner": owner, "owned_until": now + LEASE}
    works = {"reason": "", "failures": 0, "last_success_at": now, "next_try_at": None} if has_sent else {}
    return (await connection.execute(_UPDATE_OWN_LANE, lease | works)).rowcount > 0


async def wait(connection: AsyncConnection, channel_id: int, *, until: datetime) -> None:
    """Leave a lane alone until then."""
    await connection.execute(_UPDATE_LANE, {"of_channel": channel_id, "next_try_at": until})


async def leave_lane(connection: AsyncConnection, channel_id: int, *, owner: str) -> None:
    """Let another process have a lane."""
    nobody = {"of_channel": channel_id, "by_owner": owner, "owner": "", "owned_until": None}
    await connection.execute(_UPDATE_OWN_LANE, nobody)


async def leave_all_lanes(connection: AsyncConnection) -> None:
    """Free every lane: what an earlier process left, where there can be one process only."""
    await connection.execute(update(lane).where(lane.c.owner != "").values(owner="", owned_until=None))


async def find_first(connection: AsyncConnection, channel_id: int, *, now: datetime) -> OutboxRow | None:
    """Return the first due row of a channel, in the order in which they leave."""
    found = (await connection.execute(_FIRST, {"of_channel": channel_id, "now": now})).one_or_none()
    return read_row(found) if found is not None else None


async def is_superseded(connection: AsyncConnection, row: OutboxRow, *, now: datetime) -> bool:
    """Tell whether a later edit or removal of the same post is due too: then this edit need not be made."""
    if row.verb is not Verb.EDIT:
        return False
    later = (
        select(outbox.c.id)
        .where(
            _OPEN,
            outbox.c.channel_id == row.channel_id,
            outbox.c.target_key == row.target_key,
            outbox.c.verb.in_((Verb.EDIT, Verb.REMOVE)),
            outbox.c.id > row.id,
            outbox.c.due_at <= now,
            or_(outbox.c.cutoff_at.is_(None), outbox.c.cutoff_at >= now),
        )
        .limit(1)
    )
    return (await connection.execute(later)).first() is not None


async def find_target(connection: AsyncConnection, key: str) -> tuple[State | None, Place | None]:
    """Return how the post of a key stands, and where its message is if it has one."""
    row = await find_row(connection, key)
    if row is None:
        return None, None
    if row.sent_channel_id is None or row.message_id is None:
        return row.state, None
    return row.state, Place(channel_id=row.sent_channel_id, message_id=row.message_id)


async def find_thread(connection: AsyncConnection, channel_id: int, topic: str) -> int | None:
    """Return the thread of a topic, where it has one."""
    found = await connection.execute(_THREAD, {"of_channel": channel_id, "of_topic": topic})
    thread_id: int | None = found.scalar_one_or_none()
    return thread_id


async def forget_thread(connection: AsyncConnection, channel_id: int, topic: str) -> None:
    """Forget the thread of a topic, for it is gone."""
    await connection.execute(
        topic_thread.delete().where(topic_thread.c.channel_id == channel_id, topic_thread.c.topic == topic)
    )


async def begin(connection: AsyncConnection, row: OutboxRow, *, now: datetime) -> None:
    """Note that a try begins: should nobody note its outcome, it is looked for before the next."""
    begun = {"state": State.SENDING, "sending_at": row.sending_at or now, "next_try_at": None}
    await connection.execute(_UPDATE_ROW, {"row_id": row.id, **begun})


async def record_sent(connection: AsyncConnection, row: OutboxRow, sent: Sent, *, now: datetime) -> None:
    """Note that Discord has the post, and which thread its topic has."""
    place = {"sent_channel_id": sent.channel_id, "message_id": sent.message_id}
    ended = {"state": State.SENT, "reason": "", "ended_at": now, "attempts": row.attempts + 1}
    await connection.execute(_UPDATE_ROW, {"row_id": row.id, **ended, **place})
    if row.topic and sent.thread_id is not None:
        thread = {"guild_id": row.guild_id, "thread_id": sent.thread_id, "opened_at": now}
        key = {"channel_id": row.channel_id, "topic": row.topic}
        await insert_or_update(connection, topic_thread, {**key, **thread})


async def record_end(
    connection: AsyncConnection, row: OutboxRow, state: State, reason: str, *, now: datetime
) -> None:
    """Note that a row ends without having been posted."""
    ended = {"state": state, "reason": reason, "ended_at": now, "next_try_at": None}
    await connection.execute(_UPDATE_ROW, {"row_id": row.id, **ended})


async def record_setback(
    connection: AsyncConnection, row: OutboxRow, setback: Setback, reason: str, *, now: datetime
) -> None:
    """Note a failed try: on the row when it is tried again or has failed, and on its lane."""
    values: dict[str, object] = {"attempts": row.attempts + 1, "reason": reason}
    if setback.next_try_at is None:
        values |= {"state": State.FAILED, "ended_at": now, "next_try_at": None}
    elif setback.is_in_doubt or row.sending_at is not None:
        values |= {"state": State.SENDING, "next_try_at": setback.next_try_at}
    else:
        values |= {"state": State.QUEUED, "next_try_at": setback.next_try_at}
    if not setback.is_in_doubt and row.sending_at is None:
        values |= {"sending_at": None}  # `begin` had set it in case the outcome were not noted
    await connection.execute(_UPDATE_ROW, {"row_id": row.id, **values})
    if setback.next_try_at is not None:
        await connection.execute(
            update(lane)
            .where(lane.c.channel_id == row.channel_id)
            .values(
                reason=reason if setback.pauses_lane else lane.c.reason,
                failures=lane.c.failures + 1,
                last_error_at=now,
                last_error=reason,
                next_try_at=setback.next_try_at,
            )
        )


async def look_again(connection: AsyncConnection, guild_id: int, *, now: datetime) -> bool:
    """Try a guild's paused lanes at once, for something changed there; tell whether there are any."""
    paused = select(lane.c.channel_id).where(lane.c.guild_id == guild_id, lane.c.reason != "")
    changed = await connection.execute(
        update(outbox).where(_OPEN, outbox.c.channel_id.in_(paused)).values(next_try_at=None)
    )
    if not changed.rowcount:
        return False
    told = select(outbox.c.channel_id).where(_OPEN, outbox.c.kind == Kind.NOTICE)
    for where, when in ((lane.c.channel_id.not_in(told), now), (lane.c.channel_id.in_(told), now + _NOTICES)):
        await connection.execute(
            update(lane).where(lane.c.channel_id.in_(paused), where).values(next_try_at=when)
        )
    return True


async def list_lanes(connection: AsyncConnection, guild_id: int) -> tuple[Lane, ...]:
    """Return a guild's lanes."""
    found = await connection.execute(select(*_LANE).where(lane.c.guild_id == guild_id))
    return tuple(Lane(**row._mapping) for row in found)


async def _is_missing(connection: AsyncConnection, channel_id: int) -> bool:
    return (await connection.execute(_BY_CHANNEL, {"of_channel": channel_id})).first() is None
