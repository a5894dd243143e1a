"""Batches are read ahead of the store in their order; what goes wrong comes where it belongs."""

import asyncio
import threading

import pytest

from bot.errors import SourceError
from bot.mail.intake import MailReader
from bot.mail.models import RawMail
from bot.mail.reading_ahead import Batch, read_ahead
from tests.integration.mail.arrivals import NOW
from tests.integration.mail.letters import letters


@pytest.fixture
def read(database, mail, access, list_id):
    """Read batches ahead, and store each."""

    async def run(batches):
        reader = MailReader(workers=access.workers, repository=mail)
        ahead = read_ahead(reader, list_id, batches, list_name="Dev")
        try:
            async for batch, intake in ahead:
                async with database.writing() as connection:
                    saved = await mail.save_batch(connection, list_id, intake.arrivals, now=NOW)
                yield batch.end, [email.subject for email in saved.emails]
        finally:
            await ahead.aclose()

    return run


def batches_of(mails, size):
    for start in range(0, len(mails), size):
        some = mails[start : start + size]
        yield Batch(mails=tuple(RawMail(data=mail.to_bytes()) for mail in some), end=start + len(some))


@pytest.mark.parametrize("size", [1, 4, 20])
async def test_batches_come_in_their_order_and_a_mail_that_comes_again_is_known(read, size):
    sent = letters(17)

    told = [each async for each in read(batches_of([*sent, *sent[5:9], *sent], size))]

    assert [end for end, _ in told] == [*range(size, 38, size), 38]
    assert [subject for _, subjects in told for subject in subjects] == [mail.subject for mail in sent]


async def test_what_cannot_be_read_is_told_behind_what_could(read):
    def broken():
        yield from batches_of(letters(6), 2)
        raise SourceError("The file ends here.")

    reading = read(broken())

    assert [(await anext(reading))[0] for _ in range(3)] == [2, 4, 6]
    with pytest.raises(SourceError, match="ends here"):
        await anext(reading)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_who_stops_leaves_no_task_behind(read):
    reading = read(batches_of(letters(40), 2))
    async for _ in reading:
        break
    await reading.aclose()

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_who_is_cancelled_can_close_the_batches(read):
    has_begun, may_go_on = threading.Event(), threading.Event()

    def slow():
        has_begun.set()
        may_go_on.wait(10)
        yield from batches_of(letters(2), 2)

    batches = slow()
    reading = asyncio.create_task(anext(read(batches)))
    await asyncio.to_thread(has_begun.wait, 10)
    reading.cancel()
    asyncio.get_running_loop().call_later(0.05, may_go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await reading

    batches.close()  # raises while a thread is in it
