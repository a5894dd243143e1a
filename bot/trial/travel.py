"""Move the trial's clock: from one due moment to the next, so that everything happens in its order."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

# Sources are looked at every quarter of an hour; what they bring is then seen in time. On a long way that
# would be a hundred stops, and all jobs run at each: there a few have to do, beside where something is due.
_STEP = timedelta(minutes=15)
_MOST_STOPS = 16
# What is due again and again at the same moment must not hold the traveller for ever.
_MOST_STEPS = 2_000

NextDue = Callable[[datetime], Awaitable[datetime | None]]


class MovableClock:
    """The time, moved away from another clock's."""

    def __init__(self, base: Callable[[], datetime]) -> None:
        self._base = base
        self._offset = timedelta(0)

    def __call__(self) -> datetime:
        """Return what time it is here."""
        return self._base() + self._offset

    def move_to(self, moment: datetime) -> None:
        """Go on from a moment; never back."""
        self._offset += max(timedelta(0), moment - self())


class Traveller:
    """Goes through time.

    Args:
        next_due: Returns the next moment after another at which something is due; None when nothing is.
        settle: Does all that is due by now, and shows it.
    """

    def __init__(
        self, *, clock: MovableClock, next_due: NextDue, settle: Callable[[], Awaitable[None]]
    ) -> None:
        self._clock = clock
        self._next_due = next_due
        self._settle = settle

    async def find_next(self) -> datetime | None:
        """Return when something is due next."""
        return await self._next_due(self._clock())

    async def go_to(self, target: datetime) -> None:
        """Go to a moment, and stop on the way whenever something is due."""
        step = max(_STEP, (target - self._clock()) / _MOST_STOPS)
        for _ in range(_MOST_STEPS):
            now = self._clock()
            if now >= target:
                return
            due = await self._next_due(now)
            stops = [target, now + step, *([due] if due is not None and due > now else [])]
            self._clock.move_to(min(stops))
            await self._settle()
