"""Read batches ahead of what stores them: while one is stored, the next is stripped, and two are parsed.

So both the worker processes and the store always have something to do.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.mail.intake import Intake, MailReader, Parsed
from bot.mail.models import RawMail

T = TypeVar("T")

MOST_MAILS: Final = 500
MOST_BYTES: Final = 2_000_000
"""How large a batch is: one transaction each, and four of them are in memory."""

_FIRST_MAILS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Mails that are stored in one transaction; `end` is where those behind them start."""

    mails: tuple[RawMail, ...]
    end: int


def in_batches(mails: Iterable[T], size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Divide mails into batches; each is twice as large as the one before, so that the store begins soon.

    Args:
        mails: In their order.
        size_of: Returns the bytes of one.
    """
    most, batch, size = _FIRST_MAILS, list[T](), 0
    for mail in mails:
        batch.append(mail)
        size += size_of(mail)
        if len(batch) >= most or size >= MOST_BYTES:
            yield batch
            most, batch, size = min(2 * most, MOST_MAILS), [], 0
    if batch:
        yield batch


async def read_ahead(
    reader: MailReader, list_id: int, batches: Iterator[Batch], *, list_name: str
) -> AsyncGenerator[tuple[Batch, Intake], None]:
    """Yield what batches became, in their order. Each has to be stored before the next one is asked for.

    Args:
        reader: Parses and strips.
        list_id: The list that they came over.
        batches: Asked in a thread, one at a time.
        list_name: What the list is called.

    Raises:
        SourceError: The worker processes cannot be used for now, or the batches cannot be read any further.
    """
    unsaved: list[Parsed] = []

    async def parse_all() -> AsyncGenerator[tuple[Batch, Parsed], None]:
        while (batch := await _ask(batches)) is not None:
            yield batch, await reader.parse(batch.mails, list_name=list_name)

    async def strip_all() -> AsyncGenerator[tuple[Batch, Intake], None]:
        # Two ahead: batches are as different as their mails, and a step may take twice as long as the next.
        async with aclosing(_ahead(_ahead(parse_all()))) as parsed:
            async for batch, half_read in parsed:
                intake = await reader.strip(list_id, half_read, before=tuple(unsaved))
                unsaved.append(half_read)
                yield batch, intake

    async with aclosing(_ahead(strip_all())) as read:
        async for batch, intake in read:
            yield batch, intake
            del unsaved[0]


async def _ask(batches: Iterator[Batch]) -> Batch | None:
    """Ask in a thread; a cancellation waits for the answer, as nobody may close the batches meanwhile."""
    asking = asyncio.ensure_future(asyncio.to_thread(next, batches, None))
    try:
        return await asyncio.shield(asking)
    except asyncio.CancelledError:
        await asyncio.wait({asking})
        raise


async def _ahead(source: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Let the next item of a source be made while one is worked on."""
    coming = asyncio.create_task(anext(source, None))
    try:
        while (item := await coming) is not None:
            coming = asyncio.create_task(anext(source, None))
            yield item
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await source.aclose()
