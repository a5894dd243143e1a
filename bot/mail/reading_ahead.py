"""Read batches ahead of what stores them: while one is stored, the next is stripped, its next one parsed.

So both the worker processes and the store always have something to do.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.mail.intake import NOTHING, Intake, MailReader, Parsed
from bot.mail.models import RawMail

T = TypeVar("T")

MOST_MAILS: Final = 500
MOST_BYTES: Final = 2_000_000
"""How large a batch is: one transaction each, and three of them are in memory."""

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

    async def parse_next() -> tuple[Batch, Parsed] | None:
        batch = await asyncio.to_thread(next, batches, None)
        return None if batch is None else (batch, await reader.parse(batch.mails, list_name=list_name))

    read = await parse_next()
    parsing = asyncio.create_task(parse_next())
    stripping = asyncio.create_task(_strip(reader, list_id, read, None))
    try:
        while read is not None:
            intake = await stripping
            after = await parsing
            if after is not None:
                parsing = asyncio.create_task(parse_next())
            stripping = asyncio.create_task(_strip(reader, list_id, after, read))
            yield read[0], intake
            read = after
    finally:
        for task in (parsing, stripping):
            task.cancel()
        await asyncio.gather(parsing, stripping, return_exceptions=True)


async def _strip(
    reader: MailReader,
    list_id: int,
    read: tuple[Batch, Parsed] | None,
    before: tuple[Batch, Parsed] | None,
) -> Intake:
    if read is None:
        return NOTHING
    return await reader.strip(list_id, read[1], before=None if before is None else before[1])
