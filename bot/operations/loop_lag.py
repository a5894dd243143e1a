"""Measure how late the event loop is: whoever blocks it makes everybody wait."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

_INTERVAL_SECONDS = 0.25
_REMEMBERED = 240  # a minute


class LoopLag:
    """Measure while the context is open.

    Args:
        observe: Told each measure, in seconds.
    """

    def __init__(self, observe: Callable[[float], None]) -> None:
        self._observe = observe
        self._measures: list[float] = []
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Begin to measure."""
        self._wind()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def worst(self) -> float:
        """Return the longest lag of the last minute, in seconds."""
        return max(self._measures, default=0.0)

    def _wind(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + _INTERVAL_SECONDS
        self._timer = loop.call_at(due, self._measure, due)

    def _measure(self, due: float) -> None:
        lag = max(0.0, asyncio.get_running_loop().time() - due)
        self._observe(lag)
        self._measures = [*self._measures[-_REMEMBERED + 1 :], lag]
        self._wind()
