"""Post what is due: reminders from the ledger, cards to be drawn anew at a start or an end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.meetings.calendars import FollowedCalendar, MeetingDate, SeriesSettings, settings_of
from bot.meetings.cards import Cards, Drawing
from bot.meetings.models import OccurrenceKey
from bot.meetings.planner import WHOLE_DAY, Reason, RowState
from bot.meetings.reminders_repository import DueReminder, Finished
from bot.meetings.render import render_note, shift_sentence
from bot.meetings.shifts import find_shifts
from bot.meetings.snapshot import LOOK_BACK
from bot.meetings.store import MeetingStore
from bot.storage.database import Database
from bot.text.catalogue import Texts

_AT_ONCE = 10  # few, so that what posts them gets the store between
_ROUNDS = 1000
_KEPT = timedelta(days=40)
_NEAR = timedelta(days=2)
_DOUBLE = "double"
ZoneOf = Callable[[int], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A calendar, what is other for single series of it, and the dates that reminders are due of."""

    calendar: FollowedCalendar
    series: Mapping[str, SeriesSettings]
    dates: Mapping[OccurrenceKey, MeetingDate]


class Reminding:
    """The tick of the reminders.

    Args:
        zone_of: Returns a guild's own zone.
        wake_at: Has `tick` run at a moment.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: MeetingStore,
        cards: Cards,
        outbox: Outbox,
        texts: Texts,
        zone_of: ZoneOf,
        wake_at: Callable[[datetime], None],
    ) -> None:
        self._database = database
        self._store = store
        self._cards = cards
        self._outbox = outbox
        self._texts = texts
        self._zone_of = zone_of
        self._wake_at = wake_at

    async def tick(self, now: datetime) -> None:
        """Post and draw what is due by now, a few at a time, and be woken for what comes next."""
        for step in (self._post_some, self._draw_some):
            for _ in range(_ROUNDS):
                if not await step(now):
                    break
        coming = await self.find_next(now)
        if coming is not None:
            self._wake_at(coming)

    async def find_next(self, _now: datetime) -> datetime | None:
        """Return the next moment at which a reminder is due, or a card is to be drawn anew."""
        async with self._database.reading() as connection:
            moments = (
                await self._store.reminders.find_next_due(connection),
                await self._store.cards.find_next_due(connection),
            )
        return min((moment for moment in moments if moment is not None), default=None)

    async def purge(self, now: datetime) -> None:
        """Forget what is over: answers at once, the ledger and the cards after some weeks."""
        async with self._database.writing() as connection:
            await self._store.answers.purge_answers(connection, now)
            await self._store.reminders.purge(connection, now - _KEPT)
            await self._store.cards.purge(connection, now - _KEPT)

    async def _post_some(self, now: datetime) -> bool:
        """Post a few due reminders in one transaction; return whether there may be more."""
        async with self._database.reading() as connection:
            due = await self._store.reminders.list_due(connection, now, _AT_ONCE)
        zones = {guild_id: await self._zone_of(guild_id) for guild_id in {each.guild_id for each in due}}
        if due:
            async with self._database.writing() as connection:
                wanted = await self._list_wanted(connection, due)
                done = [
                    await self._post(
                        connection, each, wanted.get(each.calendar_id), zone=zones[each.guild_id], now=now
                    )
                    for each in due
                ]
                await self._store.reminders.finish(connection, done)
        return len(due) == _AT_ONCE

    async def _list_wanted(
        self, connection: AsyncConnection, due: Sequence[DueReminder]
    ) -> Mapping[int, _Wanted]:
        """Return the calendars of due reminders, by number, with what is needed of them, read once."""
        found: dict[int, _Wanted] = {}
        for guild_id, calendar_id in {(each.guild_id, each.calendar_id) for each in due}:
            calendar = await self._store.calendars.find_calendar(connection, guild_id, calendar_id)
            if calendar is not None:
                own = [each.reminder for each in due if each.calendar_id == calendar_id]
                series = await self._store.series.list_settings(connection, guild_id, calendar_id)
                dates = await self._store.dates.list_dates(
                    connection,
                    guild_id,
                    calendar_id=calendar_id,
                    uids={each.key.uid for each in own},
                    since=min(each.starts_at for each in own) - _NEAR,
                    until=max(each.starts_at for each in own) + _NEAR,
                )
                found[calendar_id] = _Wanted(
                    calendar=calendar, series=series, dates={date.key: date for date in dates}
                )
        return found

    async def _post(
        self,
        connection: AsyncConnection,
        due: DueReminder,
        wanted: _Wanted | None,
        *,
        zone: str,
        now: datetime,
    ) -> Finished:
        """Post a due reminder; return what is to be noted of it."""
        key = due.reminder.key
        date = wanted.dates.get(OccurrenceKey(key.uid, key.original)) if wanted is not None else None
        if now >= due.reminder.cutoff_at:
            return Finished(due=due, state=RowState.WITHDRAWN, reason=Reason.TOO_LATE)
        if date is None or wanted is None:
            return Finished(due=due, state=RowState.WITHDRAWN, reason=Reason.GONE)
        if date.occurrence.is_cancelled:
            return Finished(due=due, state=RowState.WITHDRAWN, reason=Reason.CANCELLED)
        drawing = Drawing(
            calendar=wanted.calendar,
            reminder=due.reminder,
            date=date,
            settings=settings_of(wanted.calendar.settings, wanted.series.get(date.key.uid)),
            zone=zone,
            shift=await self._shift(connection, wanted.calendar, date, zone=zone),
        )
        if not await self._cards.post(connection, drawing, now=now):
            return Finished(due=due, state=RowState.WITHDRAWN, reason=_DOUBLE)
        await self._note_members(connection, drawing, now=now)
        return Finished(due=due, state=RowState.DONE)

    async def _shift(
        self, connection: AsyncConnection, calendar: FollowedCalendar, date: MeetingDate, *, zone: str
    ) -> str:
        """Say for whom the date moved with the clocks since the one before it in its series."""
        occurrence = date.occurrence
        if occurrence.is_all_day or occurrence.recurrence_id is None:
            return ""
        before = await self._store.dates.find_start_before(
            connection,
            calendar.guild_id,
            calendar.id,
            date.key.uid,
            since=occurrence.starts_at - LOOK_BACK,
            before=occurrence.starts_at,
        )
        if before is None:
            return ""
        notice = find_shifts(
            before,
            occurrence.starts_at,
            zone=occurrence.zone,
            zones=calendar.settings.zones or (zone,),
        )
        return shift_sentence(self._texts.to(calendar.guild_id), notice) if notice else ""

    async def _note_members(
        self,
        connection: AsyncConnection,
        drawing: Drawing,
        *,
        now: datetime,
    ) -> None:
        """Send those who asked for it a private note, once: at the last lead before the start."""
        calendar, reminder, date = drawing.calendar, drawing.reminder, drawing.date
        last = min((lead for lead in drawing.settings.leads if lead), default=timedelta())
        if reminder.key.rule not in {WHOLE_DAY, str(int(last.total_seconds()))}:
            return
        members = await self._store.answers.list_subscribers(
            connection, calendar.guild_id, calendar.id, date.key.uid
        )
        for user_id in members:
            note = Outgoing(
                key=f"note:{calendar.id}:{date.token}:{int(reminder.starts_at.timestamp())}:{user_id}",
                guild_id=calendar.guild_id,
                channel_id=user_id,
                is_direct=True,
                kind=Kind.NOTE,
                post=render_note(self._texts.to(calendar.guild_id), date),
                due_at=reminder.due_at,
                cutoff_at=reminder.cutoff_at,
            )
            await self._outbox.enqueue(connection, note, now=now)

    async def _draw_some(self, now: datetime) -> bool:
        """Draw a few cards anew whose meetings began or ended; return whether there may be more."""
        async with self._database.reading() as connection:
            due = await self._store.cards.list_due(connection, now, _AT_ONCE)
        zones = {guild_id: await self._zone_of(guild_id) for guild_id in {each.guild_id for each in due}}
        if due:
            async with self._database.writing() as connection:
                calendars = {
                    (guild_id, number): await self._store.calendars.find_calendar(
                        connection, guild_id, number
                    )
                    for guild_id, number in {(card.guild_id, card.date.calendar_id) for card in due}
                }
                for card in due:
                    calendar = calendars[card.guild_id, card.date.calendar_id]
                    if calendar is not None:
                        await self._cards.redraw(
                            connection, calendar, card, date=card.date, zone=zones[card.guild_id], now=now
                        )
        return len(due) == _AT_ONCE
