"""Carry a lane from one try to the next: decide, and write down, in one transaction each time."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import lanes
from bot.delivery.folding import fold_waiting
from bot.delivery.models import Kind, Lane, Order, OutboxRow, Place, Sent, State, Verb
from bot.delivery.notices import Notices
from bot.delivery.plan import Restoration, TooLate, Try, Unreadable, Wait, plan_row, plan_setback
from bot.errors import DeliveryError, DeliveryKind
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

Outcome: TypeAlias = Sent | DeliveryError | None
"""What came of a try; None: it was only looked for, and is not there."""

Observe: TypeAlias = Callable[[Kind, State], None]

_ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A row that is being tried, with what was known when the try began."""

    row: OutboxRow
    lane: Lane
    order: Order


class Rounds:
    """Decide what a lane does next. Every method works in the transaction it is given.

    Args:
        notices: Tells the admins of lanes that broke and mended.
        texts: Gives the reasons.
        clock: Says what time it is.
        observe: Told how each row ended.
        restoration: A backup that was restored lately.
    """

    def __init__(
        self,
        *,
        notices: Notices,
        texts: Texts,
        clock: Callable[[], datetime],
        observe: Observe,
        restoration: Restoration | None,
    ) -> None:
        self._notices = notices
        self._texts = texts
        self._clock = clock
        self._observe = observe
        self._restoration = restoration

    async def open(self, connection: AsyncConnection, *, due: lanes.DueLane, owner: str) -> Round | None:
        """Take a lane and begin with its first row; None when there is nothing to do."""
        now = self._clock()
        lane = await lanes.take_lane(connection, due, owner=owner, now=now)
        if lane is None:
            return None
        return await self._next(connection, lane, owner, now)

    async def go_on(
        self, connection: AsyncConnection, *, done: Round, outcome: Outcome, owner: str
    ) -> Round | None:
        """Note what came of a try, and begin with the lane's next row."""
        now = self._clock()
        if not await self._still_holds(connection, done, outcome, owner, now):
            return None
        lane = await self._note(connection, done, outcome, now)
        if lane is None:
            await lanes.leave_lane(connection, done.row.channel_id, owner=owner)
            return None
        return await self._next(connection, lane, owner, now)

    async def close(self, connection: AsyncConnection, *, done: Round, outcome: Outcome, owner: str) -> None:
        """Note what came of a try, and leave the lane."""
        now = self._clock()
        if await self._still_holds(connection, done, outcome, owner, now):
            await self._note(connection, done, outcome, now)
            await lanes.leave_lane(connection, done.row.channel_id, owner=owner)

    def overtaken(self) -> DeliveryError:
        """Return what came of a try that was not ended, for the lane may be another process's by now."""
        text = self._texts("delivery.overtaken")
        return DeliveryError(text, kind=DeliveryKind.PASSING, is_in_doubt=True)

    async def _still_holds(
        self, connection: AsyncConnection, done: Round, outcome: Outcome, owner: str, now: datetime
    ) -> bool:
        """Tell whether the lane is ours yet; in one that is another's, that one looks up what came of it."""
        has_sent = isinstance(outcome, Sent)
        if await lanes.still_holds(connection, done.row.channel_id, owner=owner, now=now, has_sent=has_sent):
            return True
        logger.warning("lane lost to another process", extra={"channel_id": done.row.channel_id})
        return False

    async def _next(self, connection: AsyncConnection, lane: Lane, owner: str, now: datetime) -> Round | None:
        for _ in range(_ROWS_AT_ONCE):
            row = await lanes.find_first(connection, lane.channel_id, now=now)
            if row is None:
                break
            if lanes.was_set_back(lane, now=now):
                row = replace(row, next_try_at=None)
            if row.fold_group and await fold_waiting(connection, row, self._texts.to(row.guild_id), now=now):
                continue
            order = await self._order(connection, row, now)
            if isinstance(order, Order):
                await lanes.begin(connection, row, now=now)
                return Round(row=row, lane=lane, order=order)
            if isinstance(order, Wait):
                await lanes.wait(connection, lane.channel_id, until=order.until)
                break
        await lanes.leave_lane(connection, lane.channel_id, owner=owner)
        return None

    async def _order(self, connection: AsyncConnection, row: OutboxRow, now: datetime) -> Order | Wait | None:
        """Return what the poster is to do; None when the row ended instead."""
        plan = plan_row(row, now=now, restoration=self._restoration)
        match plan:
            case Wait():
                return plan
            case TooLate():
                await self._end(connection, row, State.DROPPED, "delivery.too_late", now)
                return None
            case Unreadable():
                await self._shunt(connection, row, plan.why, now)
                return None
            case Try():
                return await self._aim(connection, row, plan, now)

    async def _aim(
        self, connection: AsyncConnection, row: OutboxRow, plan: Try, now: datetime
    ) -> Order | Wait | None:
        """Find the message and the thread that an order is about."""
        target: Place | None = None
        if row.target_key:
            if await lanes.is_superseded(connection, row, now=now):
                await self._end(connection, row, State.DROPPED, "delivery.superseded", now)
                return None
            _, target = await lanes.find_target(connection, row.target_key)
            if target is None and row.verb is not Verb.SEND:
                await self._end(connection, row, State.DROPPED, "delivery.no_target", now)
                return None
        thread_id = None
        if row.topic:
            thread_id = await lanes.find_thread(connection, row.channel_id, row.topic)
        return Order(
            key=row.key,
            mark_key=row.target_key if row.verb is Verb.EDIT else row.key,
            guild_id=row.guild_id,
            channel_id=row.channel_id,
            is_direct=row.is_direct,
            verb=row.verb,
            post=plan.post,
            target=target,
            thread_id=thread_id,
            in_doubt_since=plan.in_doubt_since if row.verb is Verb.SEND else None,
            may_send=plan.may_send,
        )

    async def _note(
        self, connection: AsyncConnection, done: Round, outcome: Outcome, now: datetime
    ) -> Lane | None:
        """Write down what came of a try; return the lane if it goes on."""
        if isinstance(outcome, DeliveryError):
            return await self._note_setback(connection, done, outcome, now)
        if outcome is None:
            await self._end(connection, done.row, State.DROPPED, "delivery.too_late", now)
            return done.lane
        await lanes.record_sent(connection, done.row, outcome, now=now)
        self._observe(done.row.kind, State.SENT)
        if done.lane.failures:
            await self._notices.close(connection, done.row.guild_id, f"lane:{done.row.channel_id}", now=now)
        return replace(done.lane, reason="", failures=0, next_try_at=None)

    async def _note_setback(
        self, connection: AsyncConnection, done: Round, error: DeliveryError, now: datetime
    ) -> Lane | None:
        reason = str(error)
        setback = plan_setback(done.row, done.lane, error, now=now, chance=random.random())  # noqa: S311 (spread, no secret)
        await lanes.record_setback(connection, done.row, setback, reason, now=now)
        if setback.next_try_at is None:
            await self._tell_failed(connection, done.row, reason, now)
            return done.lane
        if setback.pauses_lane:
            await self._notices.open(
                connection,
                done.row.guild_id,
                f"lane:{done.row.channel_id}",
                self._texts.to(done.row.guild_id)(
                    "delivery.lane_paused", channel=_mention(done.row), reason=reason
                ),
                now=now,
                about_channel_id=done.row.channel_id,
            )
        return None

    async def _shunt(self, connection: AsyncConnection, row: OutboxRow, why: str, now: datetime) -> None:
        await lanes.record_end(connection, row, State.FAILED, why, now=now)
        await self._tell_failed(connection, row, why, now)

    async def _tell_failed(
        self, connection: AsyncConnection, row: OutboxRow, why: str, now: datetime
    ) -> None:
        self._observe(row.kind, State.FAILED)
        if row.kind is not Kind.NOTICE:
            text = self._texts.to(row.guild_id)("delivery.failed", channel=_mention(row), reason=why)
            # Once a day for each channel: what fails there fails many times, and `/status` lists it all.
            key = f"failed:{row.channel_id}:{now:%Y-%m-%d}"
            await self._notices.tell(connection, row.guild_id, key, text, now=now)

    async def _end(
        self, connection: AsyncConnection, row: OutboxRow, state: State, reason_key: str, now: datetime
    ) -> None:
        await lanes.record_end(connection, row, state, self._texts.to(row.guild_id)(reason_key), now=now)
        self._observe(row.kind, state)


def _mention(row: OutboxRow) -> str:
    """Return where a row goes, as Discord shows it to people."""
    return f"<@{row.channel_id}>" if row.is_direct else f"<#{row.channel_id}>"
