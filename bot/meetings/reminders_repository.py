"""Keep the ledger of reminders: each that was ever planned, under a key that stays when a meeting moves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.planner import LedgerRow, Plan, Reason, Reminder, ReminderKey, RowState
from bot.meetings.rekeying import Pair
from bot.meetings.rekeying_repository import rekey_rows
from bot.storage.schema import guild, meeting_reminder
from bot.storage.upsert import insert_or_update_all

_AT_ONCE = 200  # so many are written or read between two breaths of the loop
_LITERAL_PENDING: ColumnElement[str] = literal_column("'pending'")
_TIMES = ("starts_at", "due_at", "late_after", "cutoff_at")
_COLUMNS = tuple(
    meeting_reminder.c[name] for name in ("calendar_id", "uid", "original", "rule", "channel_id", *_TIMES)
)
# What it sets are the values that it is run with.
_FINISH = update(meeting_reminder).where(
    *(
        meeting_reminder.c[name] == bindparam(f"known_{name}")
        for name in ("guild_id", "calendar_id", "uid", "original", "rule", "channel_id")
    ),
    meeting_reminder.c.state == _LITERAL_PENDING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A reminder whose time has come."""

    guild_id: int
    calendar_id: int
    reminder: Reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of a reminder that was due."""

    due: DueReminder
    state: RowState
    reason: str = ""


class RemindersRepository:
    """The ledger of all guilds."""

    async def list_rows(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, *, since: datetime
    ) -> tuple[LedgerRow, ...]:
        """Return the rows of a calendar whose meetings begin after a moment, and all that are pending."""
        columns = meeting_reminder.c
        may_matter = (columns.starts_at >= since) | (columns.state == RowState.PENDING)
        wanted = select(columns.state, *_COLUMNS).where(_is_of(guild_id, calendar_id), may_matter)
        found: list[LedgerRow] = []
        for some in (await connection.execute(wanted)).partitions(_AT_ONCE):
            if found:
                await asyncio.sleep(0)
            found += [LedgerRow(reminder=_read(row), state=RowState(row.state)) for row in some]
        return tuple(found)

    async def apply(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, plan: Plan
    ) -> datetime | None:
        """Carry a plan out; return the earliest moment at which something of it is due."""
        pending = (*plan.add, *plan.move)
        for start in range(0, len(pending), _AT_ONCE):
            rows = [
                {**_key(guild_id, calendar_id, each.key), **_times(each)}
                | {"state": RowState.PENDING, "reason": ""}
                for each in pending[start : start + _AT_ONCE]
            ]
            await insert_or_update_all(connection, meeting_reminder, rows)
        await self._withdraw(connection, guild_id, calendar_id, plan.withdraw)
        return min((each.due_at for each in pending), default=None)

    async def list_due(
        self, connection: AsyncConnection, now: datetime, limit: int
    ) -> tuple[DueReminder, ...]:
        """Return what is due by now, over all guilds that the bot is in, the longest due first."""
        columns = meeting_reminder.c
        wanted = select(columns.guild_id, *_COLUMNS).where(_is_pending(), columns.due_at <= now)
        ordered = wanted.order_by(columns.due_at, columns.calendar_id, columns.uid, columns.original)
        return tuple(
            DueReminder(guild_id=row.guild_id, calendar_id=row.calendar_id, reminder=_read(row))
            for row in await connection.execute(ordered.limit(limit))
        )

    async def find_next_due(self, connection: AsyncConnection) -> datetime | None:
        """Return when the next reminder of any guild that the bot is in is due."""
        # Not min(): with very many guilds, PostgreSQL would look at every row for it.
        due_at = meeting_reminder.c.due_at
        wanted: Select[tuple[Any, ...]] = select(due_at).where(_is_pending()).order_by(due_at).limit(1)
        found: datetime | None = (await connection.execute(wanted)).scalar_one_or_none()
        return found

    async def finish(self, connection: AsyncConnection, done: Sequence[Finished]) -> None:
        """Take pending reminders off the list, all in one statement; what is not there any more is let be."""
        rows = [
            {f"known_{name}": value for name, value in _key_of(each.due).items()}
            | {"state": each.state, "reason": each.reason}
            for each in done
        ]
        if rows:
            await connection.execute(_FINISH, rows)

    async def _withdraw(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        taken: Sequence[tuple[ReminderKey, Reason]],
    ) -> None:
        """Take pending reminders off the list, all in one statement: a feed may change every date at once."""
        columns = meeting_reminder.c
        parts = ("uid", "original", "rule", "channel_id")
        is_it = and_(
            _is_of(guild_id, calendar_id),
            *(columns[name] == bindparam(f"known_{name}") for name in parts),
            columns.state == RowState.PENDING,
        )
        values = {"state": RowState.WITHDRAWN, "reason": bindparam("why")}
        rows = [
            {"why": str(reason), **{f"known_{name}": getattr(key, name) for name in parts}}
            for key, reason in taken
        ]
        if rows:
            await connection.execute(update(meeting_reminder).where(is_it).values(values), rows)

    async def rekey(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, pairs: Sequence[Pair]
    ) -> None:
        """Give what belongs to dates to the same dates under their new keys, unless those have their own."""
        await rekey_rows(connection, meeting_reminder, guild_id, calendar_id, pairs)

    async def purge(self, connection: AsyncConnection, before: datetime) -> None:
        """Forget the reminders of meetings that began before a moment, unless they are pending still."""
        columns = meeting_reminder.c
        is_old = and_(columns.starts_at < before, columns.state != RowState.PENDING)
        await connection.execute(delete(meeting_reminder).where(is_old))

    async def count_pending(self, connection: AsyncConnection, guild_id: int) -> int:
        """Count the reminders that a guild has before it."""
        wanted = select(func.count()).where(
            meeting_reminder.c.guild_id == guild_id, meeting_reminder.c.state == RowState.PENDING
        )
        return (await connection.execute(wanted)).scalar_one()


def _is_of(guild_id: int, calendar_id: int) -> ColumnElement[bool]:
    return and_(meeting_reminder.c.guild_id == guild_id, meeting_reminder.c.calendar_id == calendar_id)


def _is_pending() -> ColumnElement[bool]:
    is_it = guild.c.guild_id == meeting_reminder.c.guild_id
    has_left = select(guild.c.guild_id).where(is_it, guild.c.left_at.is_not(None)).exists()
    # The state as it stands in the index's own condition: a bound value would keep SQLite from using it.
    return and_(meeting_reminder.c.state == _LITERAL_PENDING, ~has_left)


def _key(guild_id: int, calendar_id: int, key: ReminderKey) -> dict[str, object]:
    parts = {"uid": key.uid, "original": key.original, "rule": key.rule, "channel_id": key.channel_id}
    return {"guild_id": guild_id, "calendar_id": calendar_id, **parts}


def _key_of(due: DueReminder) -> dict[str, object]:
    return _key(due.guild_id, due.calendar_id, due.reminder.key)


def _times(reminder: Reminder) -> dict[str, object]:
    return {name: getattr(reminder, name) for name in _TIMES}


def _read(row: Row[Any]) -> Reminder:
    return Reminder(
        key=ReminderKey(str(row.calendar_id), row.uid, row.original, row.rule, row.channel_id),
        starts_at=row.starts_at,
        due_at=row.due_at,
        late_after=row.late_after,
        cutoff_at=row.cutoff_at,
    )
