"""Give what is kept of dates to the same dates under their new keys: one statement for all of a table."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Table, and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.models import OccurrenceKey
from bot.meetings.rekeying import Pair, plan_rekeying


async def rekey_rows(
    connection: AsyncConnection,
    table: Table,
    guild_id: int,
    calendar_id: int,
    pairs: Iterable[Pair],
    *,
    also: Callable[[OccurrenceKey], Mapping[str, object]] = lambda _key: {},
) -> None:
    """Rekey the rows of a table, but where the new key has its own.

    Args:
        connection: The transaction.
        table: Which one.
        guild_id: Whose.
        calendar_id: Of which calendar.
        pairs: Old and new keys.
        also: Returns what else depends on the key.
    """
    columns = table.c
    here = and_(columns.guild_id == guild_id, columns.calendar_id == calendar_id)
    found = await connection.execute(select(columns.uid, columns.original).where(here).distinct())
    ordered = plan_rekeying(pairs, {OccurrenceKey(uid, original) for uid, original in found})
    if not ordered:
        return
    rows = [
        {
            "old_uid": old.uid,
            "old_original": old.original,
            "uid": new.uid,
            "original": new.original,
            **also(new),
        }
        for old, new in ordered
    ]
    is_old = and_(here, columns.uid == bindparam("old_uid"), columns.original == bindparam("old_original"))
    await connection.execute(update(table).where(is_old), rows)
