"""Write together what comes while a write is under way: a thousand notes at once cost a few transactions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Batch(Generic[T]):
    items: list[T] = field(default_factory=list)
    is_written: bool = False


class Batches(Generic[T]):
    """Collect items while the store is busy, and write each batch in one go.

    Args:
        write: Writes a batch, all or nothing.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write = write
        self._turn = asyncio.Lock()
        self._open: _Batch[T] = _Batch()

    async def add(self, item: T) -> None:
        """Write an item, at once or with those beside it; return when it is written.

        A batch that cannot be written is tried again by each who waits for it, so that each learns why.
        """
        batch = self._open
        batch.items.append(item)
        async with self._turn:
            if batch.is_written:
                return
            if batch is self._open:
                self._open = _Batch()
            await self._write(tuple(batch.items))
            batch.is_written = True
