"""A clock that tests step: it runs like any other, and jumps where a test says so."""

import time
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class SteppedClock:
    """Says what time it is, from a given start on; its steps concern nothing but itself."""

    def __init__(self, start: datetime = NOON) -> None:
        self._start = start
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    def step(self, by: timedelta) -> None:
        """Go forward, or back."""
        self._start += by
