"""Work on no more at once than is answered in time: others wait in line for a moment, and are then refused.

Discord gives three seconds for an answer. Where very many ask at once, or the machine is busy with something
else, all that is begun takes turns: each is half done when its seconds are over, and all the work was for
nothing. So a few are worked on side by side, until each sends its answer; and what can no longer be answered
is not begun. What waits is refused while there is time to say so.

Posts that are due go first: while their steps are written down, one interaction is worked on at a time. Each
post takes some fifty short turns of the loop, one after the other, and each turn is as long as all that is
ready in it: beside four interactions half as many posts left in a second as Discord takes.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass

from bot.errors import UserError
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

_AT_ONCE = 4
_MOST_WAITING = 200
# Where the first in line has waited so long already, who comes now would wait in vain: better told at once.
_SLOW_SECONDS = 0.5
# Of the three seconds that Discord gives; what gets its turn then has the rest.
_LONGEST_WAIT_SECONDS = 1.2
_TOO_LATE_SECONDS = 2.9
# What has sent nothing by then waits for something that is not the processor; others may go on.
_LONGEST_HOLD_SECONDS = 1.0
_TOLD_EVERY_SECONDS = 60.0


class UnansweredError(Exception):
    """No answer is of any use: Discord no longer takes one, or the person has typed on."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """One in line; its turn is True when it comes, and False when the same person has typed on."""

    turn: asyncio.Future[bool]
    typing: Hashable | None
    since: float


class Admission:
    """Let interactions begin, or refuse them.

    Args:
        at_once: How many are worked on side by side.
        longest_wait_seconds: After how long in line, from its arrival on, one is refused.
        longest_hold_seconds: How long one that sends nothing keeps its place.
    """

    def __init__(
        self,
        texts: Texts,
        *,
        at_once: int = _AT_ONCE,
        longest_wait_seconds: float = _LONGEST_WAIT_SECONDS,
        longest_hold_seconds: float = _LONGEST_HOLD_SECONDS,
    ) -> None:
        self._texts = texts
        self._at_once = at_once
        self._working = 0
        self._is_pressed: Callable[[], bool] = lambda: False
        self._longest_wait_seconds = longest_wait_seconds
        self._longest_hold_seconds = longest_hold_seconds
        self._line: deque[_Waiting] = deque()
        self._refused = 0
        self._told_at = -_TOLD_EVERY_SECONDS

    def give_way(self, is_pressed: Callable[[], bool]) -> None:
        """Work on one at a time while something else needs the processor more: posts that are due."""
        self._is_pressed = is_pressed

    async def admit(self, arrived_at: float, *, typing: Hashable | None = None) -> None:
        """Let the current task begin now, or after a wait; it has its place until it sends something or ends.

        Args:
            arrived_at: When the interaction came in, by the event loop's clock.
            typing: Who is typing, where suggestions are asked for: each key press makes older ones needless.

        Raises:
            UserError: Too many are before it.
            UnansweredError: It is too late for any answer.
        """
        if typing is not None:
            self._overtake(typing)
        if self._has_room():
            self._working += 1
        else:
            await self._wait(arrived_at, typing)
        _hold(self._leave, self._longest_hold_seconds)

    async def _wait(self, arrived_at: float, typing: Hashable | None) -> None:
        """Wait in line; returns with a place, or raises without."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._line and (len(self._line) >= _MOST_WAITING or self._line[0].since < now - _SLOW_SECONDS):
            raise self._refusal()
        waiting = _Waiting(loop.create_future(), typing, now)
        self._line.append(waiting)
        try:
            async with asyncio.timeout_at(arrived_at + self._longest_wait_seconds):
                await asyncio.shield(waiting.turn)
        except TimeoutError:
            pass  # its turn may have come in this very moment
        except asyncio.CancelledError:
            self._withdraw(waiting)
            raise
        has_place = waiting.turn.done() and waiting.turn.result()
        is_overtaken = waiting.turn.done() and not has_place
        is_late = loop.time() - arrived_at > _TOO_LATE_SECONDS
        if has_place and not is_late:
            return
        self._withdraw(waiting)
        raise UnansweredError if is_overtaken or is_late else self._refusal()

    def _withdraw(self, waiting: _Waiting) -> None:
        """Take one out of the line; a place that it got meanwhile goes to the next."""
        if not waiting.turn.done():
            waiting.turn.cancel()
            self._line.remove(waiting)
        elif waiting.turn.result():
            self._leave()

    def _overtake(self, typing: Hashable) -> None:
        for waiting in [each for each in self._line if each.typing == typing]:
            self._line.remove(waiting)
            waiting.turn.set_result(False)

    def _leave(self) -> None:
        """Free a place, and give what is free to who has waited longest."""
        self._working -= 1
        while self._line and self._has_room():
            self._working += 1
            self._line.popleft().turn.set_result(True)

    def _has_room(self) -> bool:
        return self._working < (1 if self._is_pressed() else self._at_once)

    def _refusal(self) -> UserError:
        self._refused += 1
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= _TOLD_EVERY_SECONDS:
            logger.warning(
                "more is asked than can be answered in time; %d refused since the last such line",
                self._refused,
            )
            self._told_at, self._refused = now, 0
        return UserError(self._texts("error.overloaded"))


class _Held:
    """The place of a task: given back once, when it sends something, ends, or takes too long."""

    def __init__(self, leave: Callable[[], None], seconds: float) -> None:
        self._leave = leave
        self._is_over = False
        self._timer = asyncio.get_running_loop().call_later(seconds, self.end)

    def end(self) -> None:
        """Give the place back."""
        if not self._is_over:
            self._is_over = True
            self._timer.cancel()
            self._leave()


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


def _hold(leave: Callable[[], None], seconds: float) -> None:
    held = _Held(leave, seconds)
    _held.set(held)
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 (a coroutine runs in one)
    task.add_done_callback(lambda _task: held.end())


def give_back_place() -> None:
    """Let another begin: the current task sends what it has worked out, and only waits for the network."""
    held = _held.get()
    if held is not None:
        held.end()
