"""Let who looks next see what was said before: a reply may be out while its record is still being written."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Pending:
    """What is being written, by guild. Members wait for no write; whoever lists what was written does."""

    def __init__(self) -> None:
        self._writing: dict[int, set[asyncio.Future[None]]] = {}

    @contextmanager
    def writing(self, guild_id: int) -> Iterator[None]:
        """Mark a write, from its start to its end, however it ends."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._writing.setdefault(guild_id, set()).add(done)
        try:
            yield
        finally:
            done.set_result(None)
            self._writing[guild_id].discard(done)
            if not self._writing[guild_id]:
                del self._writing[guild_id]

    async def settled(self, guild_id: int) -> None:
        """Wait until the writes that have begun are done; what begins meanwhile is not waited for."""
        begun = self._writing.get(guild_id)
        if begun:
            await asyncio.wait(tuple(begun))
