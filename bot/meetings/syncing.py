"""Carry what a calendar says into the store: dates, reminders, cards, notices, all in one transaction."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.meetings.calendars import (
    Card,
    FollowedCalendar,
    MeetingDate,
    SeriesSettings,
    is_announced,
    settings_of,
)
from bot.meetings.cards import Cards, end_of
from bot.meetings.changes import Changes
from bot.meetings.models import OccurrenceKey
from bot.meetings.notices import Notice, plan_notices
from bot.meetings.planner import LedgerRow, ReminderRule, plan_reminders
from bot.meetings.render_changes import render_changes
from bot.meetings.snapshot import HORIZON
from bot.meetings.store import MeetingStore
from bot.storage.database import after_commit
from bot.text.catalogue import Texts

_LEDGER_REACH = timedelta(days=2)


class Syncer:
    """Brings what is kept of a calendar in line with what it says, or with what the guild wants.

    Args:
        wake_at: Has the reminders looked at, at a moment.
        changed: Hears of each guild whose dates, or whose wishes, are others now.
    """

    def __init__(
        self,
        *,
        store: MeetingStore,
        cards: Cards,
        outbox: Outbox,
        texts: Texts,
        wake_at: Callable[[datetime], None],
        changed: Callable[[int], None],
    ) -> None:
        self._store = store
        self._cards = cards
        self._outbox = outbox
        self._texts = texts
        self._wake_at = wake_at
        self._changed = changed

    async def take(
        self,
        connection: AsyncConnection,
        calendar: FollowedCalendar,
        dates: tuple[MeetingDate, ...],
        changes: Changes,
        *,
        zone: str,
        now: datetime,
    ) -> None:
        """Put dates in place of those before, and let everything follow that depends on them."""
        if changes.rekeyed:
            store = self._store
            for repository in (store.reminders, store.cards, store.answers, store.series):
                await repository.rekey(connection, calendar.guild_id, calendar.id, changes.rekeyed)
        await self._store.dates.replace_dates(connection, calendar.guild_id, calendar.id, dates)
        series = await self._plan(connection, calendar, zone=zone, now=now)
        cards = await self._cards.list_open(connection, calendar, now=now)
        await self._tell(connection, calendar, changes, cards, series, zone=zone, now=now)
        await self._follow(connection, calendar, cards, changes, zone=zone, now=now)

    async def replan(
        self,
        connection: AsyncConnection,
        calendar: FollowedCalendar,
        *,
        zone: str,
        now: datetime,
        is_redrawn: bool = False,
        uid: str | None = None,
    ) -> None:
        """Plan the reminders anew, after the guild's wishes changed.

        Args:
            connection: The transaction.
            calendar: As it is wanted now.
            zone: The guild's own.
            now: The present.
            is_redrawn: Whether the wishes that changed are seen on cards, which are then drawn anew.
            uid: The series alone for which they changed.
        """
        await self._plan(connection, calendar, zone=zone, now=now)
        cards = await self._cards.list_open(connection, calendar, now=now)
        redrawn = {card.key for card in cards if is_redrawn and uid in {None, card.date.key.uid}}
        await self._follow(connection, calendar, cards, Changes(), zone=zone, now=now, redrawn=redrawn)

    async def _plan(
        self, connection: AsyncConnection, calendar: FollowedCalendar, *, zone: str, now: datetime
    ) -> Mapping[str, SeriesSettings]:
        guild_id = calendar.guild_id
        after_commit(connection, lambda: self._changed(guild_id))
        series = await self._store.series.list_settings(connection, guild_id, calendar.id)
        dates = await self._store.dates.list_dates(
            connection, guild_id, calendar_id=calendar.id, since=now, until=now + HORIZON
        )
        ledger = await self._store.reminders.list_rows(
            connection, guild_id, calendar.id, since=now - _LEDGER_REACH
        )
        for own in (None, *series):
            # Thousands of dates take a tenth of a second; the loop goes on meanwhile.
            plan = await asyncio.to_thread(
                plan_reminders,
                [
                    one.occurrence
                    for one in dates
                    if _owner(one.key.uid, series) == own and is_announced(one.key, series)
                ],
                _rules(calendar, series.get(own) if own is not None else None),
                _rows_of(ledger, own, series),
                calendar=calendar.ledger_name,
                zone=zone,
                now=now,
                horizon=HORIZON,
            )
            due = await self._store.reminders.apply(connection, guild_id, calendar.id, plan)
            if due is not None:
                self._wake_after(connection, due)
        return series

    def _wake_after(self, connection: AsyncConnection, due: datetime) -> None:
        after_commit(connection, lambda: self._wake_at(due))

    async def _follow(
        self,
        connection: AsyncConnection,
        calendar: FollowedCalendar,
        cards: tuple[Card, ...],
        changes: Changes,
        *,
        zone: str,
        now: datetime,
        redrawn: Collection[str] = (),
    ) -> None:
        """Draw the cards anew whose dates look other now; of dates that are not announced, take them away."""
        if not cards:
            return
        guild_id = calendar.guild_id
        series = await self._store.series.list_settings(connection, guild_id, calendar.id)
        new_keys = dict(changes.rekeyed)
        known = await self._store.dates.list_dates(
            connection, guild_id, calendar_id=calendar.id, since=now, until=now + HORIZON
        )
        by_key = {date.key: date for date in known}
        for card in cards:
            date = by_key.get(new_keys.get(card.date.key, card.date.key))
            if date is None and card.date.occurrence.starts_at <= now:
                continue  # a feed may drop what has begun
            if date is not None and not is_announced(date.key, series):
                await self._cards.take_back(connection, card, now=now)
                continue
            is_forced = card.key in redrawn
            await self._cards.redraw(
                connection, calendar, card, date=date, zone=zone, now=now, is_forced=is_forced
            )

    async def _tell(
        self,
        connection: AsyncConnection,
        calendar: FollowedCalendar,
        changes: Changes,
        cards: tuple[Card, ...],
        series: Mapping[str, SeriesSettings],
        *,
        zone: str,
        now: datetime,
    ) -> None:
        standing: dict[OccurrenceKey, tuple[Card, ...]] = {}
        new_keys = dict(changes.rekeyed)
        for card in cards:
            key = new_keys.get(card.date.key, card.date.key)
            standing[key] = (*standing.get(key, ()), card)
        channels = {uid: each.channel_id for uid, each in series.items() if each.channel_id is not None}
        wanted = [each for each in changes.changes if is_announced(each.occurrence.key, series)]
        notices = plan_notices(wanted, standing, channels=channels, channel_id=calendar.channel_id, now=now)
        for notice in notices:
            await self._outbox.enqueue(
                connection, self._outgoing(calendar, notice, zone=zone, now=now), now=now
            )

    def _outgoing(self, calendar: FollowedCalendar, notice: Notice, *, zone: str, now: datetime) -> Outgoing:
        occurrence = notice.changes[0].occurrence
        date = MeetingDate(calendar_id=calendar.id, occurrence=occurrence)
        moment = int(now.timestamp() * 1_000_000)
        return Outgoing(
            key=f"change:{calendar.id}:{date.token}:{notice.channel_id}:{moment}",
            guild_id=calendar.guild_id,
            channel_id=notice.channel_id,
            kind=Kind.CHANGE,
            post=render_changes(
                self._texts.to(calendar.guild_id),
                notice.changes,
                replies_to=notice.card.key if notice.card else "",
            ),
            due_at=now,
            cutoff_at=max(end_of(date, zone), now + timedelta(hours=1)),
        )


def _owner(uid: str, series: Mapping[str, SeriesSettings]) -> str | None:
    return uid if uid in series else None


def _rules(calendar: FollowedCalendar, series: SeriesSettings | None) -> tuple[ReminderRule, ...]:
    if series is not None and series.is_muted:
        return ()
    channel_id = calendar.channel_id
    if series is not None and series.channel_id is not None:
        channel_id = series.channel_id
    leads = settings_of(calendar.settings, series).leads
    return tuple(ReminderRule(lead=lead, channel_id=channel_id) for lead in leads)


def _rows_of(
    ledger: tuple[LedgerRow, ...], own: str | None, series: Mapping[str, SeriesSettings]
) -> tuple[LedgerRow, ...]:
    return tuple(row for row in ledger if _owner(row.reminder.key.uid, series) == own)
