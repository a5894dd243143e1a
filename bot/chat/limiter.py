"""Keep one person, or one server, from using up what all share: cooldowns, and heavy work one at a time.

What is refused costs next to nothing: two look-ups in memory, and one private line. Nothing here waits on the
store or the network, and what is remembered is bounded whatever comes.
"""

import asyncio
import enum
import math
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from bot.errors import UserError
from bot.text.catalogue import Texts

_REMEMBERED = 10_000
# However a heavy command ends, its place is free again by then: reading in a long list takes minutes.
_LONGEST_HELD_SECONDS = 20.0
# Discord wants an answer within three seconds; whoever waits for a place has to be told in time.
_LONGEST_WAIT_SECONDS = 1.5
_WAITING_AT_ONCE = 3


class Cost(enum.Enum):
    """What a command or a button costs."""

    LIGHT = enum.auto()
    """It is answered from memory, or by a few rows of the store."""
    WORK = enum.auto()
    """It searches, draws or packs: the store or the processor is busy with it."""
    FETCH = enum.auto()
    """It asks somebody else's server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often is too often: so many in any `window_seconds`.

    Attributes:
        user_light: Light ones by one person; `user_heavy` all others.
        guild_light: Likewise, by all members of a guild together.
    """

    window_seconds: float = 10.0
    user_light: int = 20
    user_heavy: int = 5
    guild_light: int = 300
    guild_heavy: int = 10


class Limiter:
    """Let commands and buttons pass, or refuse them.

    Args:
        costs: What each costs, by a command's qualified name or an action's kind; others are light.
        clock: Seconds that only go on; None: the event loop's.
    """

    def __init__(
        self,
        costs: Mapping[str, Cost],
        *,
        texts: Texts,
        pace: Pace | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._costs = dict(costs)
        self._texts = texts
        self._pace = pace or Pace()
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._users = _Windows(self._pace.window_seconds)
        self._guilds = _Windows(self._pace.window_seconds)
        self._places: dict[tuple[int, Cost], _Place] = {}
        self._holds: WeakKeyDictionary[asyncio.Task[object], _Hold] = WeakKeyDictionary()

    async def admit(self, name: str, *, guild_id: int, user_id: int) -> None:
        """Let one pass; a heavy one has its guild's place until the current task ends.

        Raises:
            UserError: It is too much; with what to do.
        """
        cost = self._costs.get(name, Cost.LIGHT)
        self._count(cost, guild_id, user_id)
        if cost is Cost.LIGHT:
            return
        key = (guild_id, cost)
        place = self._places.setdefault(key, _Place())
        if not await place.take():
            raise UserError(self._texts("error.busy"))
        hold = _Hold(lambda: self._leave(key, place))
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (a coroutine runs in one)
        task.add_done_callback(lambda _task: hold.end())
        hold.ends_by(_LONGEST_HELD_SECONDS)
        self._holds[task] = hold

    def release(self) -> None:
        """Give the current task's place to the next: what it still does is light, or bounded elsewhere."""
        task = asyncio.current_task()
        hold = self._holds.get(task) if task is not None else None
        if hold is not None:
            hold.end()

    @property
    def remembered(self) -> int:
        """Return of how many persons and guilds something is remembered."""
        return len(self._users) + len(self._guilds) + len(self._places)

    def _count(self, cost: Cost, guild_id: int, user_id: int) -> None:
        is_light, pace, now = cost is Cost.LIGHT, self._pace, self._clock()
        own = self._users.seconds_to_wait(
            (user_id, is_light), pace.user_light if is_light else pace.user_heavy, now
        )
        if own > 0:
            raise UserError(self._texts.count("error.too_fast", math.ceil(own)))
        shared = self._guilds.seconds_to_wait(
            (guild_id, is_light), pace.guild_light if is_light else pace.guild_heavy, now
        )
        if shared > 0:
            raise UserError(self._texts.count("error.guild_too_fast", math.ceil(shared)))
        self._users.note((user_id, is_light), now)
        self._guilds.note((guild_id, is_light), now)

    def _leave(self, key: tuple[int, Cost], place: "_Place") -> None:
        place.leave()
        if place.is_idle and self._places.get(key) is place:
            del self._places[key]


class _Windows:
    """The moments of what passed lately, by who it was; the longest silent are forgotten first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._moments: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._moments)

    def seconds_to_wait(self, key: Hashable, most: int, now: float) -> float:
        """Return how long until one more may pass; 0: now."""
        moments = self._moments.get(key)
        if moments is None:
            return 0.0
        while moments and moments[0] <= now - self._seconds:
            moments.popleft()
        return moments[0] + self._seconds - now if len(moments) >= most else 0.0

    def note(self, key: Hashable, now: float) -> None:
        """Remember one that passed."""
        self._moments.setdefault(key, deque()).append(now)
        self._moments.move_to_end(key)
        while len(self._moments) > _REMEMBERED:
            self._moments.popitem(last=False)


class _Place:
    """The one place for heavy work of a kind in a guild: who comes waits a moment, and only a few do."""

    def __init__(self) -> None:
        self._is_held = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody has it or waits for it."""
        return not self._is_held and not self._waiting

    async def take(self) -> bool:
        """Take the place, or wait for it; return whether it is taken."""
        if not self._is_held:
            self._is_held = True
            return True
        if len(self._waiting) >= _WAITING_AT_ONCE:
            return False
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        is_taken = False
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await turn
            is_taken = True
        except TimeoutError:
            pass
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)
            if not is_taken and turn.done() and not turn.cancelled():
                self.leave()  # it came in the very moment in which the wait ended
        return is_taken

    def leave(self) -> None:
        """Give the place to who waits longest, or free it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._is_held = False


class _Hold:
    """A place that is held until the work ends, or takes too long; it is given back once."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back = give_back
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    def ends_by(self, seconds: float) -> None:
        """End by then at the latest."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self.end)

    def end(self) -> None:
        """Give the place back."""
        if self._is_over:
            return
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
        self._give_back()
