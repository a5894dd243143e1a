import asyncio

import pytest

from bot.faq.pending import Pending


async def test_nothing_pending_is_settled_at_once() -> None:
    await asyncio.wait_for(Pending().settled(1), 1)


async def test_settled_waits_for_the_writes_that_have_begun_in_the_guild() -> None:
    pending = Pending()
    with pending.writing(1):
        await pending.settled(2)
        waiting = asyncio.create_task(pending.settled(1))
        await asyncio.sleep(0)
        assert not waiting.done()
    await asyncio.wait_for(waiting, 1)


async def test_a_write_that_fails_is_settled() -> None:
    pending = Pending()
    with pytest.raises(OSError, match="full"), pending.writing(1):
        raise OSError("full")
    await asyncio.wait_for(pending.settled(1), 1)


async def test_settled_does_not_wait_for_what_begins_meanwhile() -> None:
    pending = Pending()
    with pending.writing(1):
        waiting = asyncio.create_task(pending.settled(1))
        await asyncio.sleep(0)
    with pending.writing(1):
        await asyncio.wait_for(waiting, 1)
