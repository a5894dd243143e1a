"""Bring what is due to Discord: channels side by side, each channel's posts one after the other.

A lane is served in rounds of two steps: commit that a try begins, and post; the commit that notes the outcome
also begins the next round. Whatever interrupts a round leaves a row in `sending`, which is looked for in the
channel's history before anything is posted again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from bot.delivery import lanes
from bot.delivery.holding import OvertakenError, only_while
from bot.delivery.ledger import Ledger, Step
from bot.delivery.models import Order, Sent
from bot.delivery.rounds import Outcome, Round, Rounds
from bot.errors import DeliveryError
from bot.storage.database import Database

logger = logging.getLogger(__name__)

_LANES_AT_ONCE = 100
_STOP_SECONDS = 6.0
# Several times within a lane's lease, so that a slow post never costs the lane.
_KEEP_SECONDS = lanes.LEASE.total_seconds() / 4
# After a failure of the store; the scheduler's tick comes at the latest.
_AFTER_FAILURE = timedelta(seconds=5)


class Poster(Protocol):
    """Carries an order out."""

    async def deliver(self, order: Order) -> Sent | None:
        """Do it; return where the message is, or None if it was only to be looked for and is not there.

        Raises:
            DeliveryError: Discord did not take it, or nobody knows.
        """
        ...


class Dispatcher:
    """Serve lanes while the context is open.

    Args:
        database: The store.
        rounds: Decides and writes down what is done with a lane's first row.
        poster: Talks to Discord.
        owner: Names this process among those that share the store.
        clock: Says what time it is.
        wake_at: Asked to have `look` called at a moment.
        until_ready: Waited for before anything is done: until requests can be made.
    """

    def __init__(
        self,
        *,
        database: Database,
        rounds: Rounds,
        poster: Poster,
        owner: str,
        clock: Callable[[], datetime],
        wake_at: Callable[[datetime], None],
        until_ready: Callable[[], Awaitable[None]],
    ) -> None:
        self._database = database
        self._rounds = rounds
        self._poster = poster
        self._owner = owner
        self._clock = clock
        self._wake_at = wake_at
        self._until_ready = until_ready
        self._ledger = Ledger(database)
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._held_until: dict[int, datetime] = {}
        self._resting: dict[int, datetime] = {}
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._is_stopping = False
        self._has_taken_over = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        self._tasks = [
            asyncio.create_task(self._watch(), name="dispatcher"),
            asyncio.create_task(self._keep(), name="lane keeper"),
        ]
        self.wake()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the posts under way end, and note their outcome; what takes too long stays in doubt."""
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        if self._serving:
            _, late = await asyncio.wait(self._serving.values(), timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()
        await asyncio.gather(*self._tasks, *self._serving.values(), return_exceptions=True)
        await self._ledger.finish()

    def wake(self) -> None:
        """Look soon at what is due; called whenever something was enqueued."""
        self._idle.clear()
        self._news.set()

    async def look(self, _now: datetime) -> None:
        """Look at what is due: the scheduler's tick and its precise alarm come here."""
        self.wake()

    @property
    def is_pressed(self) -> bool:
        """Tell whether posts wait for this process, not for Discord: each needs many short turns of it."""
        return self._ledger.is_writing

    async def until_idle(self) -> None:
        """Wait until nothing is due that can be done now."""
        await self._idle.wait()

    async def look_again(self, guild_id: int) -> None:
        """Try a guild's paused lanes, for something changed there."""
        step = partial(lanes.look_again, guild_id=guild_id, now=self._clock())
        if await self._ledger.write(step):
            self.wake()

    async def _watch(self) -> None:
        await self._until_ready()
        told = ""  # why the last look failed: a store that is away is told of once
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._take_over()
                await self._open_lanes()
                told = ""
            except Exception as error:
                # One of the named boundaries: the store may be full or out of reach; the next look may work.
                if str(error) != told:
                    logger.exception("cannot look at what is due", extra={"action": "dispatch"})
                told = str(error)
                self._wake_at(self._clock() + _AFTER_FAILURE)
                self._idle.set()

    async def _take_over(self) -> None:
        """Free what an earlier process left, once: where there can be no other, nobody need wait."""
        if not self._has_taken_over and not self._database.is_shared:
            await self._ledger.write(lanes.leave_all_lanes)
        self._has_taken_over = True

    async def _open_lanes(self) -> None:
        now = self._clock()
        room = _LANES_AT_ONCE - len(self._serving)
        if room <= 0:
            return  # whoever ends wakes us
        # One that rests for longer than it was told to has seen the clock being set back.
        self._resting = {
            channel: until for channel, until in self._resting.items() if now < until <= now + _AFTER_FAILURE
        }
        busy = self._serving.keys() | self._resting.keys()
        async with self._database.reading() as connection:
            found = await lanes.list_due(connection, owner=self._owner, now=now, busy=busy, limit=room)
            next_due = await lanes.find_next_due(connection, now=now)
        for due in found:
            task = asyncio.create_task(self._serve(due), name=f"lane {due.channel_id}")
            self._serving[due.channel_id] = task
            task.add_done_callback(partial(self._ended, due.channel_id))
        if next_due is not None:
            self._wake_at(next_due)
        if not self._serving and not self._news.is_set():
            self._idle.set()

    def _ended(self, channel_id: int, _task: asyncio.Task[None]) -> None:
        del self._serving[channel_id]
        self._held_until.pop(channel_id, None)
        self.wake()

    async def _serve(self, due: lanes.DueLane) -> None:
        """Serve a lane until nothing is due there, or it has to wait."""
        try:
            current = await self._hold(due.channel_id, partial(self._rounds.open, due=due, owner=self._owner))
            while current is not None:
                outcome = await self._attempt(current)
                step = self._rounds.close if self._is_stopping else self._rounds.go_on
                note = partial(step, done=current, outcome=outcome, owner=self._owner)
                current = await self._hold(due.channel_id, note)
        except Exception:
            # One of the named boundaries: the row stays as it is in the store, and the lane is opened anew.
            logger.exception(
                "lane given up for now", extra={"action": "dispatch", "channel_id": due.channel_id}
            )
            again_at = self._resting[due.channel_id] = self._clock() + _AFTER_FAILURE
            self._wake_at(again_at)

    async def _hold(self, channel_id: int, step: Step[Round | None]) -> Round | None:
        """Run a step that takes or keeps a lane for a lease, counted from before it."""
        until = self._clock() + lanes.LEASE
        current = await self._ledger.write(step)
        self._held_until[channel_id] = until
        return current

    def _holds(self, channel_id: int) -> bool:
        """Tell whether no other process can have taken a lane: not after a standstill."""
        return not self._database.is_shared or self._clock() < self._held_until[channel_id]

    async def _attempt(self, current: Round) -> Outcome:
        try:
            with only_while(partial(self._holds, current.row.channel_id)):
                return await self._poster.deliver(current.order)
        except OvertakenError:
            return self._rounds.overtaken()
        except DeliveryError as error:
            return error

    async def _keep(self) -> None:
        """Say again and again that the lanes being served are ours."""
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            if not self._serving:
                continue
            now = self._clock()
            keep = partial(lanes.keep_lanes, channel_ids=tuple(self._serving), owner=self._owner, now=now)
            try:
                kept = await self._ledger.write(keep)
                self._held_until.update(dict.fromkeys(self._serving.keys() & kept, now + lanes.LEASE))
            except Exception:
                # One of the named boundaries: the next turn may work, and others wait until the lease ends.
                logger.exception("cannot keep the lanes", extra={"action": "dispatch"})
