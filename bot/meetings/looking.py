"""Look at calendars: ask again, judge what came, lay out anew; one that fails keeps its last good dates."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SourceError
from bot.meetings.calendars import CalendarKind, FollowedCalendar, SeriesSettings
from bot.meetings.feeds import Body, FeedReader
from bot.meetings.forgetting import KEPT, list_past
from bot.meetings.laying_out import lay_out
from bot.meetings.models import Calendar, Meeting, Occurrence
from bot.meetings.snapshot import LOOK_AHEAD, LOOK_BACK, Snapshot
from bot.meetings.store import MeetingStore
from bot.meetings.syncing import Syncer
from bot.storage.database import Database
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

POLL = timedelta(minutes=10)
HELD_LOOKS = 144
"""After a day of looks that all meant the same, what was held is believed."""

_LONGEST_PAUSE = timedelta(hours=6)
_LONGEST_WAIT = timedelta(days=1)
_JITTER = 0.2
_DUE_AT_ONCE = 50
_LOOKS_AT_ONCE = 8
_ROUNDS = 40
_NIGHTLY = timedelta(hours=20)
ZoneOf = Callable[[int], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How a look at a calendar ended."""

    calendar: FollowedCalendar
    is_changed: bool = False


class Looker:
    """Looks at calendars, for whoever follows them.

    Args:
        zone_of: Returns a guild's own zone.
        chance: A random number from 0 to 1: looks at many calendars do not come in step.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        reader: FeedReader,
        syncer: Syncer,
        zone_of: ZoneOf,
        texts: Texts,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._store = store
        self._reader = reader
        self._syncer = syncer
        self._zone_of = zone_of
        self._texts = texts
        self._chance = chance
        self._locks: dict[int, asyncio.Lock] = {}

    async def add(self, draft: FollowedCalendar, *, now: datetime) -> FollowedCalendar:
        """Follow a calendar after one good look at it; nothing is kept of one that cannot be read.

        Raises:
            SourceError: It could not be read.
            UserError: The guild follows it already, or has no room.
        """
        body = await self._reader.read(draft)
        if body is None:
            raise SourceError("the server says that the calendar has not changed, but it was never read")
        zone = await self._zone_of(draft.guild_id)
        snapshot = await self._reader.digest(body.packed, now=now, floating_zone=zone)
        async with self._database.writing() as connection:
            added = await self._store.calendars.add_calendar(connection, draft)
        return await self._take(added, snapshot, body, zone=zone, now=now)

    async def refresh(
        self, calendar: FollowedCalendar, *, now: datetime, is_accepted: bool = False
    ) -> Looked:
        """Look at a calendar again; whatever goes wrong, the last good dates stay.

        Args:
            calendar: Which one.
            now: The present.
            is_accepted: Believe what it says, though more than half of its dates are gone: a person said so.
        """
        async with self._locks.setdefault(calendar.id, asyncio.Lock()):
            async with self._database.reading() as connection:
                known = await self._store.calendars.find_calendar(connection, calendar.guild_id, calendar.id)
            if known is None or known.kind is CalendarKind.CHAT:
                return Looked(calendar=calendar)
            try:
                known, body = await self._reader.look(known)
            except SourceError as error:
                return await self._fail(known, error, now=now)
            if body is None or body.content_hash == known.content_hash:
                return await self._keep(known, body, now=now)
            return await self._judge(known, body, now=now, is_accepted=is_accepted)

    async def refresh_due(self, now: datetime) -> None:
        """Look at every calendar whose time has come; one that fails does not hold up the rest."""
        for _ in range(_ROUNDS):
            if await self._look_at_some(now) < _DUE_AT_ONCE:
                break

    async def _look_at_some(self, now: datetime) -> int:
        """Look at some of the calendars whose time has come; return at how many."""
        async with self._database.reading() as connection:
            due = await self._store.calendars.list_due(connection, now, _DUE_AT_ONCE)
        turns = asyncio.Semaphore(_LOOKS_AT_ONCE)

        async def look(calendar: FollowedCalendar) -> None:
            async with turns:
                looked = await self.refresh(calendar, now=now)
            if looked.calendar.error and not calendar.error:
                logger.warning(
                    "calendar %s keeps its last good dates: %s",
                    calendar.id,
                    looked.calendar.error,
                    extra={"guild_id": calendar.guild_id, "source": calendar.id},
                )

        async with asyncio.TaskGroup() as group:
            for calendar in due:
                group.create_task(look(calendar))
        return len(due)

    async def lay_out_old(self, now: datetime) -> None:
        """Lay out anew what was laid out yesterday: the horizon has moved, and zones may have changed."""
        async with self._database.reading() as connection:
            old = await self._store.calendars.list_expanded_before(connection, now - _NIGHTLY, _DUE_AT_ONCE)
        for calendar in old:
            await self.lay_out(calendar.guild_id, calendar.id, now=now)

    async def lay_out(self, guild_id: int, calendar_id: int, *, now: datetime) -> None:
        """Lay out a calendar's dates from what is kept of it, and let what depends on them follow.

        Whoever changes a meeting made in chat calls this afterwards.
        """
        async with self._locks.setdefault(calendar_id, asyncio.Lock()):
            zone = await self._zone_of(guild_id)
            async with self._database.reading() as connection:
                calendar = await self._store.calendars.find_calendar(connection, guild_id, calendar_id)
                if calendar is None:
                    return
                before = await self._list_known(connection, calendar, now)
                body = await self._store.calendars.find_body(connection, guild_id, calendar_id)
                typed = await self._store.calendars.list_typed(connection, guild_id, calendar_id)
            if calendar.kind is CalendarKind.CHAT:
                meetings = Calendar(meetings=await self._forget_past(calendar, typed, now))
                snapshot = await asyncio.to_thread(
                    lay_out, meetings, "", now=now, floating_zone=zone, before=before
                )
            elif body is None:
                return
            else:
                snapshot = await self._reader.digest(body, now=now, floating_zone=zone, before=before)
            await self._write(replace(calendar, expanded_at=now), snapshot, None, zone=zone, now=now)

    async def _forget_past(
        self, calendar: FollowedCalendar, typed: tuple[Meeting, ...], now: datetime
    ) -> tuple[Meeting, ...]:
        """Drop what was made in chat and is over for good; return the rest."""
        past = await asyncio.to_thread(list_past, typed, now - KEPT)
        if past:
            async with self._database.writing() as connection:
                whose = (calendar.guild_id, calendar.id)
                await self._store.calendars.forget_typed(connection, *whose, past)
                for uid in {each.uid for each in past if each.recurrence_id is None}:
                    await self._store.series.save_settings(connection, *whose, uid, SeriesSettings())
        return tuple(each for each in typed if each not in past)

    def forget(self, calendar_id: int) -> None:
        """Note that a calendar is not followed any more."""
        self._locks.pop(calendar_id, None)

    async def _judge(
        self, known: FollowedCalendar, body: Body, *, now: datetime, is_accepted: bool
    ) -> Looked:
        """Read a new body, and decide whether to believe it."""
        zone = await self._zone_of(known.guild_id)
        try:
            # Read twice where there are news: that is seldom, and comparing without news costs the most.
            if known.fingerprint and not await self._reader.has_news(body.packed, known.fingerprint):
                return await self._keep(known, body, now=now)
            async with self._database.reading() as connection:
                before = await self._list_known(connection, known, now)
            snapshot = await self._reader.digest(body.packed, now=now, floating_zone=zone, before=before)
        except SourceError as error:
            return await self._hold(known, str(error), "", now=now)
        times = known.held_times if known.held_fingerprint == snapshot.fingerprint else 0
        if snapshot.changes.is_doubtful and not is_accepted and times < HELD_LOOKS:
            lost, total = snapshot.changes.lost, snapshot.changes.total
            why = self._texts("meetings.lost_dates", lost=lost, total=total)
            return await self._hold(known, why, snapshot.fingerprint, times=times + 1, now=now)
        taken = await self._take(known, snapshot, body, zone=zone, now=now)
        return Looked(calendar=taken, is_changed=True)

    async def _list_known(
        self, connection: AsyncConnection, calendar: FollowedCalendar, now: datetime
    ) -> tuple[Occurrence, ...]:
        dates = await self._store.dates.list_dates(
            connection,
            calendar.guild_id,
            calendar_id=calendar.id,
            since=now - LOOK_BACK,
            until=now + LOOK_AHEAD,
        )
        return tuple(date.occurrence for date in dates)

    async def _take(
        self, calendar: FollowedCalendar, snapshot: Snapshot, body: Body, *, zone: str, now: datetime
    ) -> FollowedCalendar:
        taken = replace(
            _at_rest(calendar, now=now, pause=self._pause(snapshot.refresh_interval)),
            found_name=snapshot.name,
            etag=body.etag,
            last_modified=body.last_modified,
            content_hash=body.content_hash,
            fingerprint=snapshot.fingerprint,
            timezones=snapshot.timezones,
            problems=snapshot.problems,
            loaded_at=now,
            expanded_at=now,
        )
        await self._write(taken, snapshot, body, zone=zone, now=now)
        return taken

    async def _write(
        self, calendar: FollowedCalendar, snapshot: Snapshot, body: Body | None, *, zone: str, now: datetime
    ) -> None:
        dates = tuple(replace(date, calendar_id=calendar.id) for date in snapshot.dates)
        async with self._database.writing() as connection:
            packed = body.packed if body else None
            if await self._store.calendars.save_look(connection, calendar, body=packed):
                # What the guild wants may have changed while the calendar was read.
                current = await self._store.calendars.find_calendar(
                    connection, calendar.guild_id, calendar.id
                )
                if current is not None:
                    await self._syncer.take(connection, current, dates, snapshot.changes, zone=zone, now=now)

    async def _keep(self, calendar: FollowedCalendar, body: Body | None, *, now: datetime) -> Looked:
        kept = _at_rest(calendar, now=now, pause=self._pause(None))
        if body is not None:
            kept = replace(
                kept, etag=body.etag, last_modified=body.last_modified, content_hash=body.content_hash
            )
        return await self._save(kept)

    async def _hold(
        self, calendar: FollowedCalendar, why: str, fingerprint: str, *, now: datetime, times: int = 0
    ) -> Looked:
        held = replace(
            calendar,
            checked_at=now,
            next_check_at=now + self._pause(None),
            held=why,
            held_fingerprint=fingerprint,
            held_times=times,
            failures=0,
            error="",
        )
        return await self._save(held)

    async def _fail(self, calendar: FollowedCalendar, error: SourceError, *, now: datetime) -> Looked:
        pause = min(self._pause(None) * 2 ** min(calendar.failures, 8), _LONGEST_PAUSE)
        if error.retry_after_seconds:
            pause = max(pause, min(timedelta(seconds=error.retry_after_seconds), _LONGEST_WAIT))
        failed = replace(
            calendar,
            checked_at=now,
            next_check_at=now + pause,
            failures=calendar.failures + 1,
            error=str(error),
            move=None,
        )
        return await self._save(failed)

    async def _save(self, calendar: FollowedCalendar) -> Looked:
        async with self._database.writing() as connection:
            await self._store.calendars.save_look(connection, calendar)
        return Looked(calendar=calendar)

    def _pause(self, wanted: timedelta | None) -> timedelta:
        """Return how long to wait: ten minutes or so; longer where the publisher wants it, up to an hour."""
        pause = min(max(POLL, wanted or POLL), timedelta(hours=1))
        return pause * (1 + _JITTER * (2 * self._chance() - 1))


def _at_rest(calendar: FollowedCalendar, *, now: datetime, pause: timedelta) -> FollowedCalendar:
    """Return a calendar after a good look."""
    return replace(
        calendar,
        checked_at=now,
        next_check_at=now + pause,
        failures=0,
        error="",
        held="",
        held_fingerprint="",
        held_times=0,
    )
