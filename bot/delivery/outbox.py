"""Keep what is to be posted until Discord has it: enqueue in the caller's own transaction, look, take back.

Whoever decides that something is to be said enqueues it in the transaction that notes the decision, under a
key that can never mean anything else. From then on it is posted once, or ends with a reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, OutboxRow, Outgoing, Removal, State, Verb
from bot.delivery.post_json import to_json
from bot.storage.bells import ring
from bot.storage.database import Database, after_commit
from bot.storage.schema import outbox
from bot.storage.upsert import insert_missing

DELIVERY_BELL = "delivery"
"""Rung in other processes when something is to be posted."""

KEPT = timedelta(days=30)
"""How long what has ended is remembered."""

_OPEN = outbox.c.ended_at.is_(None)
_COLUMNS = tuple(outbox.c[each.name] for each in fields(OutboxRow))
_BY_KEY = select(*_COLUMNS).where(outbox.c.key == bindparam("wanted_key"))  # made once, for it is run often


class Outbox:
    """The rows that producers add and admins look at; the dispatcher works on them by bot.delivery.lanes.

    Args:
        wake: Called after each commit that brought something new.
    """

    def __init__(self, database: Database, *, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def enqueue(self, connection: AsyncConnection, outgoing: Outgoing, *, now: datetime) -> bool:
        """Add a post in the caller's transaction; return False if its key was used before."""
        post, late = outgoing.post, outgoing.late
        values = {
            "verb": Verb.EDIT if post.edits else Verb.SEND,
            "target_key": post.edits or post.replies_to,
            "is_direct": outgoing.is_direct,
            "topic": post.topic.key if post.topic else "",
            "topic_name": post.topic.name if post.topic else "",
            "post": to_json(post),
            "late_after": late.after if late else None,
            "late_post": to_json(late.post) if late else None,
            "cutoff_at": outgoing.cutoff_at,
            "fold_group": outgoing.fold.group if outgoing.fold else "",
            "fold_line": outgoing.fold.line if outgoing.fold else "",
        }
        return await self._insert(connection, outgoing, values, now)

    async def enqueue_removal(self, connection: AsyncConnection, removal: Removal, *, now: datetime) -> bool:
        """Add the removal of an earlier post; return False if its key was used before."""
        values: dict[str, object] = {"verb": Verb.REMOVE, "target_key": removal.target}
        return await self._insert(connection, removal, values, now)

    async def withdraw(self, connection: AsyncConnection, key: str, *, reason: str, now: datetime) -> bool:
        """Drop a post that no try was made of; return False if it is too late for that."""
        withdrawn = await connection.execute(
            update(outbox)
            .where(outbox.c.key == key, outbox.c.state == State.QUEUED, outbox.c.sending_at.is_(None))
            .values(state=State.DROPPED, reason=reason, ended_at=now)
        )
        return withdrawn.rowcount == 1

    async def find(self, key: str) -> OutboxRow | None:
        """Return the row of a key."""
        async with self._database.reading() as connection:
            return await find_row(connection, key)

    async def list_ended(self, guild_id: int, state: State, *, limit: int) -> tuple[OutboxRow, ...]:
        """Return a guild's rows that ended in a state, the newest first."""
        wanted = select(*_COLUMNS).where(outbox.c.guild_id == guild_id, outbox.c.state == state)
        async with self._database.reading() as connection:
            found = await connection.execute(wanted.order_by(outbox.c.ended_at.desc()).limit(limit))
            return tuple(map(read_row, found))

    async def count(self, guild_id: int | None = None) -> dict[State, int]:
        """Count the rows by state, of a guild or of all."""
        wanted = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        if guild_id is not None:
            wanted = wanted.where(outbox.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            return {State(state): number for state, number in await connection.execute(wanted)}

    async def count_made(self, guild_id: int, channel_id: int, *, prefix: str, since: datetime) -> int:
        """Count what was enqueued for a channel, or a person, since then under keys that begin so."""
        wanted = select(func.count()).where(
            _is_for(guild_id, channel_id, prefix), outbox.c.created_at > since
        )
        async with self._database.reading() as connection:
            return (await connection.execute(wanted)).scalar_one()

    async def find_last(self, guild_id: int, channel_id: int, *, prefix: str) -> OutboxRow | None:
        """Return the newest row for a channel, or a person, under a key that begins so."""
        newest = select(*_COLUMNS).where(_is_for(guild_id, channel_id, prefix))
        async with self._database.reading() as connection:
            found = (await connection.execute(newest.order_by(outbox.c.id.desc()).limit(1))).one_or_none()
        return read_row(found) if found is not None else None

    async def find_oldest_due(self, now: datetime, guild_id: int | None = None) -> datetime | None:
        """Return since when the longest waiting row is due; None when nothing is."""
        wanted = select(func.min(outbox.c.due_at)).where(_OPEN, outbox.c.due_at <= now)
        if guild_id is not None:
            wanted = wanted.where(outbox.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            oldest: datetime | None = (await connection.execute(wanted)).scalar_one()
        return oldest

    async def retry(self, guild_id: int, row_id: int, *, now: datetime) -> bool:
        """Try a failed row of this guild anew, as an admin asked; return False if there is none."""
        async with self._database.writing() as connection:
            changed = await connection.execute(
                update(outbox)
                .where(outbox.c.guild_id == guild_id, outbox.c.id == row_id, outbox.c.state == State.FAILED)
                .values(
                    state=State.QUEUED, reason="", attempts=0, next_try_at=None, ended_at=None, created_at=now
                )
            )
            await self._tell(connection)
        return changed.rowcount == 1

    async def retry_channel(
        self,
        connection: AsyncConnection,
        guild_id: int,
        channel_id: int,
        *,
        kinds: Sequence[Kind],
        now: datetime,
    ) -> int:
        """Try anew what failed in a channel, in the caller's transaction; return how many posts that is."""
        failed = and_(
            outbox.c.guild_id == guild_id,
            outbox.c.channel_id == channel_id,
            outbox.c.state == State.FAILED,
            outbox.c.kind.in_(tuple(kinds)),
        )
        anew = {
            "state": State.QUEUED,
            "reason": "",
            "attempts": 0,
            "next_try_at": None,
            "ended_at": None,
            "created_at": now,
        }
        changed = await connection.execute(update(outbox).where(failed).values(anew))
        await self._tell(connection)
        return changed.rowcount

    async def drop(self, guild_id: int, row_id: int, *, reason: str, now: datetime) -> bool:
        """Give a failed or waiting row of this guild up, as an admin asked; return False if there is none."""
        droppable = (State.FAILED, State.QUEUED)
        async with self._database.writing() as connection:
            changed = await connection.execute(
                update(outbox)
                .where(outbox.c.guild_id == guild_id, outbox.c.id == row_id, outbox.c.state.in_(droppable))
                .values(state=State.DROPPED, reason=reason, ended_at=now)
            )
            await self._tell(connection)
        return changed.rowcount == 1

    async def purge(self, now: datetime) -> None:
        """Forget what ended more than thirty days ago."""
        async with self._database.writing() as connection:
            await connection.execute(delete(outbox).where(outbox.c.ended_at < now - KEPT))

    async def _tell(self, connection: AsyncConnection) -> None:
        """Wake the dispatchers, here and in other processes, once the transaction is kept."""
        after_commit(connection, self._wake)
        await ring(connection, DELIVERY_BELL)

    async def _insert(
        self,
        connection: AsyncConnection,
        outgoing: Outgoing | Removal,
        values: dict[str, object],
        now: datetime,
    ) -> bool:
        shared = {
            name: getattr(outgoing, name) for name in ("key", "guild_id", "channel_id", "kind", "due_at")
        }
        is_new = await insert_missing(connection, outbox, {**_BLANK, **shared, **values, "created_at": now})
        if is_new:
            await self._tell(connection)
        return is_new


_BLANK: Mapping[str, object] = MappingProxyType(
    {
        "is_direct": False,
        "target_key": "",
        "topic": "",
        "topic_name": "",
        "post": {},
        "fold_group": "",
        "fold_line": "",
        "state": State.QUEUED,
        "reason": "",
        "attempts": 0,
    }
)


def _is_for(guild_id: int, channel_id: int, prefix: str) -> ColumnElement[bool]:
    begins = outbox.c.key.startswith(prefix, autoescape=True)
    return and_(outbox.c.guild_id == guild_id, outbox.c.channel_id == channel_id, begins)


async def find_row(connection: AsyncConnection, key: str) -> OutboxRow | None:
    """Return the row of a key."""
    found = (await connection.execute(_BY_KEY, {"wanted_key": key})).one_or_none()
    return read_row(found) if found is not None else None


def read_row(found: Row[tuple[object, ...]]) -> OutboxRow:
    """Return a row of the table as a value."""
    values = dict(found._mapping)
    return OutboxRow(
        **values
        | {"kind": Kind(values["kind"]), "verb": Verb(values["verb"]), "state": State(values["state"])}
    )
