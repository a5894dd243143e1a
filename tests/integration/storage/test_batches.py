import asyncio
from collections.abc import Sequence

from bot.storage.batches import Batches


class Store:
    """A store that writes when it is let, and fails when it is told to."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, ...]] = []
        self.is_free = asyncio.Event()
        self.is_full = False

    async def write(self, items: Sequence[str]) -> None:
        await self.is_free.wait()
        if self.is_full:
            raise OSError("full")
        self.batches.append(tuple(items))


async def test_an_item_alone_is_written_at_once() -> None:
    store = Store()
    store.is_free.set()
    batches = Batches(store.write)
    await batches.add("a")
    await batches.add("b")
    assert store.batches == [("a",), ("b",)]


async def test_what_comes_during_a_write_is_written_together() -> None:
    store = Store()
    batches = Batches(store.write)
    adding = [asyncio.create_task(batches.add(name)) for name in "abcd"]
    await asyncio.sleep(0)
    late = asyncio.create_task(batches.add("e"))
    await asyncio.sleep(0)
    store.is_free.set()
    await asyncio.gather(*adding, late)
    assert store.batches == [("a",), ("b", "c", "d", "e")]


async def test_a_cancelled_write_loses_nothing_of_the_others() -> None:
    store = Store()
    batches = Batches(store.write)
    first, second = asyncio.create_task(batches.add("a")), asyncio.create_task(batches.add("b"))
    await asyncio.sleep(0)
    first.cancel()
    store.is_free.set()
    await second
    assert ("b",) in store.batches


async def test_each_learns_that_a_batch_cannot_be_written_and_later_ones_can() -> None:
    store = Store()
    store.is_full = True
    batches = Batches(store.write)
    adding = [asyncio.create_task(batches.add(name)) for name in "abc"]
    store.is_free.set()
    results = await asyncio.gather(*adding, return_exceptions=True)
    assert [type(result) for result in results] == [OSError] * 3
    store.is_full = False
    await batches.add("d")
    assert store.batches == [("d",)]
