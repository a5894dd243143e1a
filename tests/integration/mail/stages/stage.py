"""What the contract suite asks of a kind's stage: an archive to put mails into and to disturb."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.mail.models import Place
from bot.mail.sources.contract import Access, Batch, Cursor, Kind, Source
from tests.integration.mail.letters import Letter


class Archive(Protocol):
    """A list's archive on this machine."""

    place: Place

    def put(self, mails: Sequence[Letter]) -> None:
        """Add mails, as if they came in now, in this order."""

    def fail(self, *, is_permanent: bool) -> None:
        """Make the next fetches fail."""

    def recover(self) -> None:
        """Work again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A kind, and how to set up an archive for it.

    Attributes:
        many: How many mails make it give several batches.
        missing: What this machine lacks for it; "" when nothing.
    """

    kind: Kind
    build: Callable[[Access], AbstractAsyncContextManager[Archive]]
    many: int = 450
    missing: str = ""

    def open(self, archive: Archive, access: Access) -> Source:
        return self.kind.open(archive.place, access)


async def read_all(source: Source, cursor: Cursor) -> tuple[list[Batch], Cursor]:
    """Fetch until nothing more waits."""
    batches: list[Batch] = []
    for _ in range(300):
        batch = await source.fetch(cursor)
        batches.append(batch)
        cursor = batch.cursor
        if batch.is_complete:
            return batches, cursor
    raise AssertionError("a source never comes to an end")
