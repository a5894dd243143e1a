"""Posts that are due go before what people ask: by the order in which things happen, not by the clock."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.chat.admission import Admission
from tests.integration.delivery.conftest import TEXTS

CHANNELS = range(100, 120)


class People:
    """Eight people who ask on and on.

    Attributes:
        beside: For each question that was begun while posts pressed, how many others were being worked on.
    """

    def __init__(self, admission: Admission, is_pressed: Callable[[], bool]) -> None:
        self._admission, self._is_pressed = admission, is_pressed
        self._working = 0
        self._is_over = False
        self.beside: list[int] = []

    async def ask_while(self, work: Awaitable[None]) -> None:
        asking = [asyncio.create_task(self._ask_on()) for _ in range(8)]
        await work
        self._is_over = True
        await asyncio.gather(*asking)

    async def _ask_on(self) -> None:
        while not self._is_over:
            await asyncio.create_task(self._answer())

    async def _answer(self) -> None:
        await self._admission.admit(asyncio.get_running_loop().time())
        if self._is_pressed():
            self.beside.append(self._working)
        self._working += 1
        for _ in range(20):  # a question's work is many short turns of the loop, and so is a post's
            await asyncio.sleep(0)
        self._working -= 1


async def test_while_posts_are_due_questions_are_answered_one_at_a_time(stage):
    def is_pressed() -> bool:
        return any(dispatcher.is_pressed for dispatcher in stage.dispatchers)

    patient = {"at_once": 8, "longest_wait_seconds": 1_000.0, "longest_hold_seconds": 1_000.0}
    side_by_side, giving_way = (Admission(TEXTS, **patient) for _ in range(2))
    giving_way.give_way(is_pressed)
    most = []
    for admission in (side_by_side, giving_way):
        people = People(admission, is_pressed)
        for channel in CHANNELS:
            await stage.enqueue(f"{len(stage.poster.orders)} {channel}", channel=channel)
        await people.ask_while(stage.run())
        most.append(max(people.beside))
    assert most == [7, 0]
    assert [len(posts) for posts in stage.poster.posts.values()] == [2] * len(CHANNELS)


async def test_who_waits_for_discord_presses_nobody(stage):
    pressed = []
    stage.poster.pause = 0.1
    # It is asked once Discord has let it wait; it returns no trouble.
    stage.poster.trouble = lambda _order: pressed.append(stage.dispatchers[0].is_pressed)
    await stage.enqueue("a")
    await stage.run()
    assert pressed == [False]
