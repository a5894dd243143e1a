"""Few at a time, in their order, while there is time to answer; the rest is told, or left alone."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.chat.admission import Admission, UnansweredError, give_back_place
from bot.errors import UserError
from bot.text.catalogue import load_texts

OVERLOADED = "More people ask right now than the bot can answer. Try again in a moment."
NEVER = 1_000.0
"""A wait that no test comes to the end of."""


class Asked:
    """Interactions, each in a task of its own."""

    def __init__(self, *, at_once: int = 1, wait: float = NEVER, hold: float = NEVER) -> None:
        self.admission = Admission(
            load_texts("en"), at_once=at_once, longest_wait_seconds=wait, longest_hold_seconds=hold
        )
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    async def come(self, name: str, *, age: float = 0.0, typing: int | None = None) -> asyncio.Task[str]:
        """Let one come, and go as far as it gets by itself; it works until `end`."""
        self._ends[name] = asyncio.Event()
        task = asyncio.create_task(self._work(name, age, typing))
        await settled()
        return task

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await settled()

    async def _work(self, name: str, age: float, typing: int | None) -> str:
        arrived_at = asyncio.get_running_loop().time() - age
        try:
            await self.admission.admit(arrived_at, typing=typing)
        except UserError as error:
            return str(error)
        except UnansweredError:
            return "unanswered"
        self.begun.append(name)
        await self._ends[name].wait()
        return "answered"


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_so_many_are_worked_on_side_by_side_and_the_others_follow_in_their_order() -> None:
    asked = Asked(at_once=2)
    for name in "abcd":
        await asked.come(name)
    assert asked.begun == ["a", "b"]
    await asked.end("b")
    assert asked.begun == ["a", "b", "c"]
    await asked.end("a")
    assert asked.begun == ["a", "b", "c", "d"]


async def test_one_is_worked_on_at_a_time_while_something_presses_and_all_places_are_back_afterwards() -> (
    None
):
    asked, is_pressed = Asked(at_once=3), True
    asked.admission.give_way(lambda: is_pressed)
    for name in "abcd":
        await asked.come(name)
    assert asked.begun == ["a"]
    await asked.end("a")
    assert asked.begun == ["a", "b"]
    is_pressed = False
    await asked.end("b")
    assert asked.begun == ["a", "b", "c", "d"]
    await asked.come("e")
    assert asked.begun == ["a", "b", "c", "d", "e"]
    is_pressed = True
    await asked.come("f")
    for name in "cd":
        await asked.end(name)
    assert "f" not in asked.begun
    await asked.end("e")
    assert asked.begun[-1] == "f"


async def test_who_has_waited_too_long_is_told_so() -> None:
    asked = Asked(wait=0.01)
    await asked.come("first")
    second = await asked.come("second")
    assert await second == OVERLOADED
    await asked.end("first")
    await asked.come("third")
    assert asked.begun == ["first", "third"]


async def test_what_discord_takes_no_answer_to_is_not_worked_on() -> None:
    asked = Asked(wait=0.01)
    await asked.come("first")
    assert await (await asked.come("second", age=3.5)) == "unanswered"


async def test_a_turn_that_comes_too_late_goes_to_the_next() -> None:
    asked = Asked()
    await asked.come("first")
    late = await asked.come("late", age=3.5)
    await asked.come("next")
    await asked.end("first")
    assert await late == "unanswered"
    await settled()
    assert asked.begun == ["first", "next"]


async def test_nothing_is_left_unanswered_while_nobody_waits() -> None:
    asked = Asked()
    await asked.come("old", age=3.5)
    assert asked.begun == ["old"]


async def test_each_key_press_makes_the_earlier_ones_of_that_person_needless() -> None:
    asked = Asked()
    await asked.come("first")
    ha, other = await asked.come("ha", typing=1), await asked.come("h", typing=2)
    await asked.come("har", typing=1)
    assert await ha == "unanswered"
    assert not other.done()
    await asked.end("first")
    await asked.end("h")
    assert asked.begun == ["first", "h", "har"]


async def test_who_comes_to_a_line_that_does_not_move_is_told_at_once() -> None:
    asked = Asked()
    await asked.come("first")
    await asked.come("waits")
    await asyncio.sleep(0.55)
    assert await (await asked.come("sees")) == OVERLOADED
    await asked.end("first")
    assert asked.begun == ["first", "waits"]
    await asked.end("waits")
    await asked.come("later")
    assert asked.begun == ["first", "waits", "later"]


async def test_a_line_has_an_end() -> None:
    asked = Asked()
    waiting = [await asked.come(str(number)) for number in range(201)]
    assert not any(task.done() for task in waiting)
    assert await (await asked.come("one more")) == OVERLOADED
    await cancelled(waiting)


async def cancelled(tasks: list[asyncio.Task[str]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("waits", [True, False])
async def test_who_is_cancelled_holds_nobody_up(waits: bool) -> None:
    asked = Asked()
    first, second = await asked.come("first"), await asked.come("second")
    await cancelled([second if waits else first])
    await asked.end("first")
    await asked.end("second")
    await asked.come("third")
    assert asked.begun[-1] == "third"


async def send_and_wait(admission: Admission, begin: Callable[[], Awaitable[object]]) -> None:
    await admission.admit(asyncio.get_running_loop().time())
    give_back_place()
    give_back_place()
    await begin()


async def test_what_is_being_sent_keeps_nobody_waiting_and_one_place_is_given_back_once() -> None:
    asked = Asked()
    admission = asked.admission
    sent = asyncio.Barrier(3)
    tasks = [asyncio.create_task(send_and_wait(admission, sent.wait)) for _ in range(2)]
    await sent.wait()
    await asyncio.gather(*tasks)
    working = [await asked.come(name) for name in "ab"]
    assert asked.begun == ["a"]
    await cancelled(working)


async def test_what_waits_for_something_else_keeps_its_place_for_a_while_only() -> None:
    asked = Asked(hold=0.01)
    fetching = await asked.come("fetches")
    await asked.come("second")
    for _ in range(500):  # a busy machine may take its time
        if len(asked.begun) == 2:
            break
        await asyncio.sleep(0.01)
    assert asked.begun == ["fetches", "second"]
    assert not fetching.done()


def test_outside_of_an_interaction_there_is_no_place_to_give_back() -> None:
    give_back_place()
