"""Keep the gaps of lists, and read what they are found by."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.gaps import Gap, KeptGap
from bot.storage.database import Database
from bot.storage.schema import mail_email, mail_gap, mail_source
from bot.storage.upsert import insert_missing

NEWEST: Final = 1_000
_MEASURED: Final = 20
_GAP = mail_gap.c


class GapRepository:
    """The gaps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_newest(
        self, connection: AsyncConnection, list_id: int, limit: int = NEWEST
    ) -> tuple[tuple[str, datetime], ...]:
        """Return the links of a list's newest mails, and when they were sent."""
        of_list = select(mail_email.c.permalink, mail_email.c.at).where(mail_email.c.list_id == list_id)
        found = await connection.execute(of_list.order_by(mail_email.c.id.desc()).limit(limit))
        return tuple((permalink, at) for permalink, at in found)

    async def add(self, connection: AsyncConnection, list_id: int, gap: Gap, *, now: datetime) -> bool:
        """Look for a gap from now on, unless it is part of one that is known."""
        same = and_(_GAP.list_id == list_id, _GAP.series == gap.series)
        around = and_(same, _GAP.first <= gap.first, _GAP.last >= gap.last)
        if (await connection.execute(select(_GAP.first).where(around))).first() is not None:
            return False
        row = {
            "list_id": list_id,
            "series": gap.series,
            "first": gap.first,
            "last": gap.last,
            "found_at": now,
            "tries": 0,
            "next_try_at": now,
            "settled_at": None,
            "is_found": False,
        }
        return await insert_missing(connection, mail_gap, row)

    async def list_gaps(self, list_id: int, *, settled_since: datetime) -> tuple[KeptGap, ...]:
        """Return a list's gaps that are looked for, and those that were given up since then."""
        is_open = _GAP.settled_at.is_(None)
        lately = and_(_GAP.settled_at >= settled_since, _GAP.is_found.is_(False))
        statement = select(mail_gap).where(_GAP.list_id == list_id, is_open | lately)
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement.order_by(_GAP.series, _GAP.first))).mappings()
            return tuple(_read({**row}) for row in rows)

    async def list_due(self, now: datetime, limit: int) -> tuple[KeptGap, ...]:
        """Return the gaps that are to be looked at."""
        due = and_(_GAP.settled_at.is_(None), _GAP.next_try_at <= now)
        statement = select(mail_gap).where(due).order_by(_GAP.next_try_at, _GAP.first).limit(limit)
        async with self._database.reading() as connection:
            return tuple(_read({**row}) for row in (await connection.execute(statement)).mappings())

    async def settle(
        self, connection: AsyncConnection, kept: KeptGap, *, is_found: bool, now: datetime
    ) -> None:
        """Look for a gap no longer."""
        await _update(connection, kept, settled_at=now, is_found=is_found)

    async def wait(self, connection: AsyncConnection, kept: KeptGap, *, until: datetime) -> None:
        """Note that the archive is read anew, and when to look whether that closed the gap."""
        await _update(connection, kept, tries=kept.tries + 1, next_try_at=until)

    async def rewind(
        self, connection: AsyncConnection, list_id: int, *, since: datetime, now: datetime
    ) -> int:
        """Have a list's sources read anew from a day on; mails that are stored change nothing by it."""
        cursor = {"since": since.isoformat(timespec="seconds"), "is_new": False}
        ready = and_(
            mail_source.c.list_id == list_id,
            mail_source.c.is_complete,
            mail_source.c.failures == 0,
            mail_source.c.next_check_at.is_not(None),
        )
        values = {"cursor": cursor, "next_check_at": now}
        return (await connection.execute(update(mail_source).where(ready).values(values))).rowcount

    async def forget(self, before: datetime) -> None:
        """Drop gaps that were settled long ago and closed; those that were given up stay known."""
        old = and_(_GAP.settled_at < before, _GAP.is_found)
        async with self._database.writing() as connection:
            await connection.execute(delete(mail_gap).where(old))

    async def read_lag(self, list_id: int, *, since: datetime) -> timedelta | None:
        """Return how long after they were sent the newest mails came, in the middle; None for no mail."""
        statement = (
            select(mail_email.c.at, mail_email.c.stored_at)
            .where(mail_email.c.list_id == list_id, mail_email.c.at >= since)
            .order_by(mail_email.c.stored_at.desc(), mail_email.c.id.desc())
            .limit(_MEASURED)
        )
        async with self._database.reading() as connection:
            lags = sorted(stored_at - at for at, stored_at in await connection.execute(statement))
        return lags[len(lags) // 2] if lags else None


async def _update(connection: AsyncConnection, kept: KeptGap, **values: object) -> None:
    gap = kept.gap
    is_it = and_(_GAP.list_id == kept.list_id, _GAP.series == gap.series, _GAP.first == gap.first)
    await connection.execute(update(mail_gap).where(is_it).values(values))


def _read(row: Mapping[str, Any]) -> KeptGap:
    values = dict(row)
    gap = Gap(values.pop("series"), values.pop("first"), values.pop("last"))
    return KeptGap(gap=gap, **values)
