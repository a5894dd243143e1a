"""Keep the dates of the calendars as laid out over some weeks, so that whoever asks need not read a feed.

What many dates of a series share is kept once, as a version of the meeting.
"""

import asyncio
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.calendars import MeetingDate
from bot.meetings.links import MeetingLinks
from bot.meetings.models import Meeting
from bot.meetings.stored import from_json, occurrence_from_json, occurrence_to_json, to_json
from bot.storage.schema import meeting_date, meeting_version

T = TypeVar("T")

_AT_ONCE = 200
_BREATH = 50  # so many are written or read between two breaths of the loop
_Key = tuple[str, str]


class DatesRepository:
    """The dates of all calendars."""

    async def list_dates(
        self,
        connection: AsyncConnection,
        guild_id: int,
        *,
        since: datetime,
        until: datetime,
        calendar_id: int | None = None,
        uids: Collection[str] | None = None,
        limit: int | None = None,
    ) -> tuple[MeetingDate, ...]:
        """Return the dates that end after `since` and start before `until`, cancelled ones too, by start.

        Args:
            connection: The transaction.
            guild_id: Whose.
            since: Those that have ended by then are left out.
            until: Those that start then or later are left out.
            calendar_id: Only this calendar's.
            uids: Only these series'.
            limit: At most so many.
        """
        wanted = _dates(calendar_id is not None, uids is not None, limit is not None)
        values = {"of_guild": guild_id, "since": since, "until": until}
        if calendar_id is not None:
            values["of_calendar"] = calendar_id
        if uids is not None:
            values["of_series"] = list(uids)
        if limit is not None:
            values["most"] = limit
        return await self._read(connection, wanted, values)

    async def find_start_before(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        uid: str,
        *,
        since: datetime,
        before: datetime,
    ) -> datetime | None:
        """Return when the last date of a series before a moment starts; None when none ends after `since`."""
        owner = {"of_guild": guild_id, "of_calendar": calendar_id, "of_series": [uid]}
        found = await connection.execute(_last_start(), {**owner, "since": since, "until": before})
        start: datetime | None = found.scalar_one_or_none()
        return start

    async def find_date(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, token: str
    ) -> MeetingDate | None:
        """Return a date by what a button names it; None when the guild has no such one."""
        wanted = _select().where(_is_of(guild_id, calendar_id), meeting_date.c.token == token)
        return next(iter(await self._read(connection, wanted)), None)

    async def replace_dates(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, dates: Iterable[MeetingDate]
    ) -> None:
        """Put dates in place of all that the calendar had; only what differs is written."""
        versions: dict[str, dict[str, object]] = {}
        rows: dict[_Key, dict[str, object]] = {}
        hashes: dict[int, str] = {}
        for number, each in enumerate(dates, 1):
            if number % _BREATH == 0:
                await asyncio.sleep(0)
            meeting = each.occurrence.meeting
            if id(meeting) not in hashes:
                version = {"meeting": to_json(meeting), "links": to_json(each.links)}
                hashes[id(meeting)] = _hash(version)
                versions[hashes[id(meeting)]] = version
            rows[each.key] = _row(each, hashes[id(meeting)])
        await self._replace_versions(connection, guild_id, calendar_id, versions)
        await self._replace_rows(connection, guild_id, calendar_id, rows)

    async def _replace_versions(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        versions: Mapping[str, dict[str, object]],
    ) -> None:
        columns = meeting_version.c
        here = and_(columns.guild_id == guild_id, columns.calendar_id == calendar_id)
        known = set((await connection.execute(select(columns.hash).where(here))).scalars())
        for some in _portions(sorted(known - versions.keys())):
            await connection.execute(delete(meeting_version).where(here, columns.hash.in_(some)))
        owner = {"guild_id": guild_id, "calendar_id": calendar_id}
        new = [{**owner, "hash": name, **version} for name, version in versions.items() if name not in known]
        for some_new in _portions(new):
            await connection.execute(insert(meeting_version), some_new)

    async def _replace_rows(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        rows: Mapping[_Key, dict[str, object]],
    ) -> None:
        columns = meeting_date.c
        here = _is_of(guild_id, calendar_id)
        wanted = select(columns.uid, columns.original, columns.version, columns.occurrence).where(here)
        known: dict[_Key, tuple[str, object]] = {}
        for some in (await connection.execute(wanted)).partitions(_AT_ONCE):
            await asyncio.sleep(0)
            known |= {(uid, original): (version, occurrence) for uid, original, version, occurrence in some}
        stale = [
            key
            for key, row in known.items()
            if key not in rows or row != (rows[key]["version"], rows[key]["occurrence"])
        ]
        if stale:
            is_stale = and_(
                here,
                columns.uid == bindparam("known_uid"),
                columns.original == bindparam("known_original"),
            )
            await connection.execute(
                delete(meeting_date).where(is_stale),
                [{"known_uid": uid, "known_original": original} for uid, original in stale],
            )
        owner = {"guild_id": guild_id, "calendar_id": calendar_id}
        gone = set(stale)
        new = [{**owner, **row} for key, row in rows.items() if key not in known or key in gone]
        for some_new in _portions(new):
            await connection.execute(insert(meeting_date), some_new)

    async def _read(
        self,
        connection: AsyncConnection,
        wanted: Select[tuple[Any, ...]],
        values: Mapping[str, object] | None = None,
    ) -> tuple[MeetingDate, ...]:
        versions: dict[tuple[int, str], tuple[Meeting, MeetingLinks]] = {}
        dates: list[MeetingDate] = []
        for some in (await connection.execute(wanted, values)).partitions(_BREATH):
            if dates:
                await asyncio.sleep(0)
            for calendar_id, version, occurrence, meeting, links in some:
                key = (calendar_id, version)
                if key not in versions:
                    versions[key] = from_json(meeting, Meeting), from_json(links, MeetingLinks)
                dates.append(
                    MeetingDate(
                        calendar_id=calendar_id,
                        occurrence=occurrence_from_json(occurrence, versions[key][0]),
                        links=versions[key][1],
                    )
                )
        return tuple(dates)


def _select() -> Select[tuple[Any, ...]]:
    of = and_(
        meeting_version.c.guild_id == meeting_date.c.guild_id,
        meeting_version.c.calendar_id == meeting_date.c.calendar_id,
        meeting_version.c.hash == meeting_date.c.version,
    )
    return select(
        meeting_date.c.calendar_id,
        meeting_date.c.version,
        meeting_date.c.occurrence,
        meeting_version.c.meeting,
        meeting_version.c.links,
    ).select_from(meeting_date.join(meeting_version, of))


# Made once: making a statement costs several times what running it does, and these are run for every post.
@cache
def _dates(is_of_calendar: bool, is_of_series: bool, is_limited: bool) -> Select[tuple[Any, ...]]:
    columns = meeting_date.c
    wanted = _select().where(*_within(is_of_calendar=is_of_calendar, is_of_series=is_of_series))
    ordered = wanted.order_by(columns.starts_at, columns.calendar_id, columns.uid, columns.original)
    return ordered.limit(bindparam("most", type_=Integer())) if is_limited else ordered


@cache
def _last_start() -> Select[tuple[Any, ...]]:
    start = meeting_date.c.starts_at
    wanted: Select[tuple[Any, ...]] = select(start).where(*_within(is_of_calendar=True, is_of_series=True))
    return wanted.order_by(start.desc()).limit(1)


def _within(*, is_of_calendar: bool, is_of_series: bool) -> Iterable[ColumnElement[bool]]:
    """Say which dates end after `since` and start before `until`."""
    columns, since = meeting_date.c, bindparam("since", type_=meeting_date.c.starts_at.type)
    yield columns.guild_id == bindparam("of_guild")
    yield (columns.ends_at > since) | (columns.starts_at >= since)
    yield columns.starts_at < bindparam("until")
    if is_of_calendar:
        yield columns.calendar_id == bindparam("of_calendar")
    if is_of_series:
        yield columns.uid.in_(bindparam("of_series", expanding=True))


def _is_of(guild_id: int, calendar_id: int) -> ColumnElement[bool]:
    return and_(meeting_date.c.guild_id == guild_id, meeting_date.c.calendar_id == calendar_id)


def _row(date: MeetingDate, version: str) -> dict[str, object]:
    occurrence = date.occurrence
    return {
        "uid": occurrence.key.uid,
        "original": occurrence.key.original,
        "token": date.token,
        "starts_at": occurrence.starts_at,
        "ends_at": occurrence.ends_at,
        "version": version,
        "occurrence": occurrence_to_json(occurrence),
    }


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _portions(values: list[T]) -> Iterable[list[T]]:
    """Yield a few at a time: a statement takes only so many values, and prepares them in one go."""
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
