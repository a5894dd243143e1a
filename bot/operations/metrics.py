"""Count what the bot does: plain numbers that everything is given to add to; bot.web puts them into words.

No name, id or address is ever counted under: the labels come from closed sets.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from bot.delivery.models import Kind, State

_POLL_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LAG_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Histogram:
    """How often a measure was at most so much.

    Attributes:
        total: The sum of all measures.
    """

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.total = 0.0
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)

    def add(self, value: float) -> None:
        """Take a measure."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def buckets(self) -> tuple[tuple[float, int], ...]:
        """Return each bound with the number of measures up to it; the last is without bound."""
        found, number = [], 0
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            number += count
            found.append((bound, number))
        return tuple(found)


class Metrics:
    """What was counted and measured since the start.

    Attributes:
        loop_lag: How late the event loop was.
    """

    def __init__(self) -> None:
        self.loop_lag = Histogram(_LAG_BOUNDS)
        self._posts: Counter[tuple[str, str]] = Counter()
        self._polls: dict[tuple[str, str], Histogram] = {}

    @property
    def posts(self) -> Mapping[tuple[str, str], int]:
        """Return how many posts ended, by kind and result."""
        return MappingProxyType(self._posts)

    @property
    def polls(self) -> Mapping[tuple[str, str], Histogram]:
        """Return how long looks at sources took, by kind of source and result."""
        return MappingProxyType(self._polls)

    def observe_post(self, kind: Kind, state: State) -> None:
        """Count a post that ended: sent, failed or dropped."""
        self._posts[kind.value, state.value] += 1

    def observe_poll(self, source: str, seconds: float, *, is_good: bool) -> None:
        """Measure a look at a source, by its kind: "faq_page"."""
        key = (source, "good" if is_good else "failed")
        self._polls.setdefault(key, Histogram(_POLL_BOUNDS)).add(seconds)
