"""Post the cards of dates, a new one at each lead, and draw them anew between: an edit never pings."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Late, Outgoing, Removal
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post
from bot.meetings.calendars import (
    CalendarSettings,
    Card,
    CleanUp,
    FollowedCalendar,
    MeetingDate,
    Stage,
    settings_of,
)
from bot.meetings.planner import WHOLE_DAY, Reminder
from bot.meetings.render import CardView, render_card, render_reduced, stage_at
from bot.meetings.store import MeetingStore
from bot.meetings.zones import find_zone, to_utc
from bot.text.catalogue import Texts

_QUIET_FROM = timedelta(hours=1)
_SHORTEST = timedelta(minutes=30)
REPLACED = "meetings.card_replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What a new card is made of.

    Attributes:
        settings: What holds for its series.
        zone: The guild's own, for the end of whole days.
        shift: The sentence about clocks that were changed; empty: none.
    """

    calendar: FollowedCalendar
    reminder: Reminder
    date: MeetingDate
    settings: CalendarSettings
    zone: str
    shift: str = ""


class Cards:
    """The cards in the channels; every method works in the caller's transaction."""

    def __init__(
        self,
        *,
        store: MeetingStore,
        outbox: Outbox,
        texts: Texts,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._texts = texts

    async def find(
        self, connection: AsyncConnection, calendar: FollowedCalendar, date: MeetingDate, channel_id: int
    ) -> Card | None:
        """Return the newest card of a date in a channel."""
        return await self._store.cards.find_card(
            connection, calendar.guild_id, calendar.id, date.key, channel_id=channel_id
        )

    async def post(self, connection: AsyncConnection, drawing: Drawing, *, now: datetime) -> bool:
        """Post the card of a reminder, and clear away the one before; return False for a date's double."""
        calendar, reminder, date = drawing.calendar, drawing.reminder, drawing.date
        channel_id = reminder.key.channel_id
        before = await self.find(connection, calendar, date, channel_id)
        ends_at = end_of(date, drawing.zone)
        card = Card(
            guild_id=calendar.guild_id,
            channel_id=channel_id,
            key=_key_of(calendar, reminder, date),
            rule=reminder.key.rule,
            stage=stage_at(date.occurrence, max(now, reminder.due_at), ends_at=ends_at),
            edits=0,
            looks=_looks_of(date),
            next_at=None,
            date=date,
            shift=drawing.shift if before is None else "",
        )
        card = replace(card, next_at=_next_at(card, ends_at))
        if await self._store.cards.has_double(connection, card, key=date.key):
            return False
        view = await self._view(connection, card, drawing.settings)
        view = _loud(view, drawing.settings.pings, reminder)
        texts = self._texts.to(card.guild_id)
        late = None
        if reminder.late_after is not None and card.stage is Stage.AHEAD:
            late_post = render_card(texts, replace(view, stage=Stage.STARTED))
            late = Late(after=reminder.late_after, post=late_post)
        outgoing = Outgoing(
            key=card.key,
            guild_id=card.guild_id,
            channel_id=channel_id,
            kind=Kind.REMINDER,
            post=render_card(texts, view),
            due_at=reminder.due_at,
            late=late,
            cutoff_at=reminder.cutoff_at,
        )
        if await self._outbox.enqueue(connection, outgoing, now=now) and before is not None:
            await self._clear_away(connection, before, calendar.settings.clean_up, now=now)
        await self._store.cards.save_card(connection, card)
        return True

    async def redraw(
        self,
        connection: AsyncConnection,
        calendar: FollowedCalendar,
        card: Card,
        *,
        date: MeetingDate | None,
        zone: str,
        now: datetime,
        is_forced: bool = True,
    ) -> None:
        """Draw a card anew, with what its date has become; nothing is sent where nothing would look other.

        Args:
            connection: The transaction.
            calendar: Whose date it is.
            card: As it is.
            date: As it is now; None: it is gone.
            zone: The guild's own.
            now: The present.
            is_forced: Whether to send it even if it looks the same, for who answered is no part of a card.
        """
        newest = date or card.date
        ends_at = end_of(newest, zone)
        stage = stage_at(newest.occurrence, now, ends_at=ends_at)
        if (date is None or date.occurrence.is_cancelled) and stage is not Stage.OVER:
            stage = Stage.CANCELLED
        drawn = replace(card, date=newest, stage=stage, looks=_looks_of(newest))
        drawn = replace(drawn, next_at=_next_at(drawn, ends_at))
        series = await self._store.series.find_settings(
            connection, card.guild_id, calendar.id, newest.key.uid
        )
        settings = settings_of(calendar.settings, series)
        view = replace(
            await self._view(connection, drawn, settings), role_id=_role_at(settings.pings, card.rule)
        )
        texts = self._texts.to(card.guild_id)
        post = render_card(texts, view)
        was = render_card(texts, replace(view, date=card.date, stage=card.stage))
        if stage is Stage.OVER and calendar.settings.clean_up is CleanUp.ALL:
            await self._remove(connection, card, now=now)
        elif is_forced or post != was or newest.key != card.date.key:
            drawn = replace(drawn, edits=card.edits + 1)
            await self._edit(connection, drawn, post, now=now)
        if newest.occurrence.ends_at != card.date.occurrence.ends_at:
            await self._store.answers.keep_until(connection, card.guild_id, calendar.id, newest.key, ends_at)
        await self._store.cards.save_card(connection, drawn)

    async def redraw_date(
        self, connection: AsyncConnection, calendar: FollowedCalendar, token: str, *, zone: str, now: datetime
    ) -> None:
        """Draw every card of a date anew: somebody answered."""
        cards = await self._store.cards.list_cards_of_date(connection, calendar.guild_id, calendar.id, token)
        for card in cards:
            if card.stage in {Stage.AHEAD, Stage.STARTED}:
                await self.redraw(connection, calendar, card, date=card.date, zone=zone, now=now)

    async def list_open(
        self, connection: AsyncConnection, calendar: FollowedCalendar, *, now: datetime
    ) -> tuple[Card, ...]:
        """Return the cards of dates that are not over."""
        cards = await self._store.cards.list_cards(connection, calendar.guild_id, calendar.id, since=now)
        return tuple(card for card in cards if card.stage is not Stage.OVER)

    async def take_back(self, connection: AsyncConnection, card: Card, *, now: datetime) -> None:
        """Take a card away whose date is not to be announced any more."""
        await self._remove(connection, card, now=now)
        await self._store.cards.save_card(connection, replace(card, stage=Stage.OVER, next_at=None))

    async def _view(self, connection: AsyncConnection, card: Card, settings: CalendarSettings) -> CardView:
        roster = await self._store.answers.list_answers(
            connection, card.guild_id, card.date.calendar_id, card.date.key
        )
        return CardView(
            date=card.date,
            stage=card.stage,
            roster=roster,
            shift=card.shift,
            shows_passcode=settings.shows_passcode,
        )

    async def _clear_away(
        self, connection: AsyncConnection, card: Card, clean_up: CleanUp, *, now: datetime
    ) -> None:
        """Take away the card before, or leave one line of it."""
        if clean_up is not CleanUp.NONE:
            await self._remove(connection, card, now=now)
            return
        reduced = render_reduced(self._texts.to(card.guild_id), card.date, edits=card.key)
        await self._edit(connection, replace(card, edits=card.edits + 1), reduced, now=now)

    async def _remove(self, connection: AsyncConnection, card: Card, *, now: datetime) -> None:
        if await self._outbox.withdraw(connection, card.key, reason=REPLACED, now=now):
            return
        removal = Removal(
            key=f"{card.key}:gone",
            guild_id=card.guild_id,
            channel_id=card.channel_id,
            kind=Kind.REMINDER,
            target=card.key,
            due_at=now,
        )
        await self._outbox.enqueue_removal(connection, removal, now=now)

    async def _edit(
        self,
        connection: AsyncConnection,
        card: Card,
        post: Post,
        *,
        now: datetime,
    ) -> None:
        outgoing = Outgoing(
            key=f"{card.key}:edit:{card.edits}",
            guild_id=card.guild_id,
            channel_id=card.channel_id,
            kind=Kind.REMINDER,
            post=replace(post, edits=card.key),
            due_at=now,
        )
        await self._outbox.enqueue(connection, outgoing, now=now)


def end_of(date: MeetingDate, zone: str) -> datetime:
    """Return when a date is over; whole days end with the last of them in the guild's zone."""
    occurrence = date.occurrence
    if occurrence.is_all_day:
        info = find_zone(zone)
        return to_utc(occurrence.ends_at.replace(tzinfo=None), info) if info else occurrence.ends_at
    if occurrence.ends_at <= occurrence.starts_at:
        return occurrence.starts_at + _SHORTEST
    return occurrence.ends_at


def _key_of(calendar: FollowedCalendar, reminder: Reminder, date: MeetingDate) -> str:
    starts = int(reminder.starts_at.timestamp())
    return f"reminder:{calendar.id}:{date.token}:{reminder.key.rule}:{reminder.key.channel_id}:{starts}"


def _looks_of(date: MeetingDate) -> str:
    """Return what is equal for dates that are announced only once: title, start and link."""
    occurrence = date.occurrence
    title = " ".join(occurrence.summary.casefold().split())
    return "\n".join((title, occurrence.start.isoformat(), date.links.join or occurrence.meeting.location))


def _next_at(card: Card, ends_at: datetime) -> datetime | None:
    match card.stage:
        case Stage.AHEAD:
            return ends_at if card.date.occurrence.is_all_day else card.date.occurrence.starts_at
        case Stage.STARTED:
            return ends_at
        case Stage.OVER | Stage.CANCELLED:
            return None


def _loud(view: CardView, pings: Iterable[tuple[timedelta, int]], reminder: Reminder) -> CardView:
    """Add the role that is pinged at this lead; without one, an early card is quiet."""
    lead, role_id = _lead_of(reminder.key.rule), _role_at(pings, reminder.key.rule)
    return replace(
        view, role_id=role_id, may_ping=role_id is not None, is_silent=role_id is None and lead >= _QUIET_FROM
    )


def _lead_of(rule: str) -> timedelta:
    return timedelta() if rule == WHOLE_DAY else timedelta(seconds=int(rule))


def _role_at(pings: Iterable[tuple[timedelta, int]], rule: str) -> int | None:
    """Return the role that is pinged at the lead of a rule; an edited card names it still."""
    return dict(pings).get(_lead_of(rule))
