import asyncio
import random
from dataclasses import dataclass

import pytest

from bot.chat import limiter as module
from bot.chat.limiter import Cost, Limiter, Pace
from bot.errors import UserError
from bot.text.catalogue import load_texts

COSTS = {"ask": Cost.LIGHT, "search": Cost.WORK, "draw": Cost.WORK, "follow": Cost.FETCH}


@dataclass
class Seconds:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def made(seconds: Seconds, **pace: float) -> Limiter:
    return Limiter(COSTS, texts=load_texts("en"), pace=Pace(**pace), clock=seconds)


async def tried(limiter: Limiter, name: str, *, user: int = 1, guild: int = 7) -> str:
    """Do it in a task of its own, as every interaction is; return the refusal."""

    async def work() -> str:
        try:
            await limiter.admit(name, guild_id=guild, user_id=user)
        except UserError as error:
            return str(error)
        return ""

    return await asyncio.create_task(work())


async def test_twenty_light_and_five_heavy_pass_in_ten_seconds_and_more_are_told_when() -> None:
    seconds = Seconds()
    limiter = made(seconds)
    assert [await tried(limiter, "ask") for _ in range(20)] == [""] * 20
    seconds.now += 3
    assert await tried(limiter, "ask") == "Not so fast: try again in 7 seconds."
    heavy = [await tried(limiter, name) for name in ("search", "draw", "follow", "search", "draw")]
    assert heavy == [""] * 5
    assert await tried(limiter, "search") == "Not so fast: try again in 10 seconds."
    assert await tried(limiter, "ask", user=2) == ""
    seconds.now += 6.5
    assert await tried(limiter, "ask") == "Not so fast: try again in 1 second."
    seconds.now += 0.5
    assert await tried(limiter, "ask") == ""


async def test_what_is_refused_does_not_lengthen_the_wait() -> None:
    seconds = Seconds()
    limiter = made(seconds, user_light=1)
    await tried(limiter, "ask")
    for _ in range(9):
        seconds.now += 1
        assert await tried(limiter, "ask") != ""
    seconds.now += 1
    assert await tried(limiter, "ask") == ""


async def test_a_guild_has_a_limit_of_its_own_and_others_do_not_feel_it() -> None:
    limiter = made(Seconds(), guild_light=3)
    assert [await tried(limiter, "ask", user=user) for user in range(3)] == [""] * 3
    assert (await tried(limiter, "ask", user=4)).startswith("So many people of this server ask at once")
    assert await tried(limiter, "ask", user=4, guild=8) == ""


async def test_a_command_that_the_table_does_not_name_is_light() -> None:
    limiter = made(Seconds(), user_heavy=0)
    assert await tried(limiter, "new") == ""


async def hold(limiter: Limiter, name: str, end: asyncio.Event, *, user: int, guild: int = 7) -> str:
    try:
        await limiter.admit(name, guild_id=guild, user_id=user)
    except UserError as error:
        return str(error)
    await end.wait()
    return ""


async def test_heavy_work_of_a_kind_is_done_one_at_a_time_in_a_guild() -> None:
    limiter, end = made(Seconds()), asyncio.Event()
    first = asyncio.create_task(hold(limiter, "search", end, user=1))
    await asyncio.sleep(0)
    second = asyncio.create_task(hold(limiter, "draw", end, user=2))
    await asyncio.sleep(0.01)
    assert not second.done()
    assert await tried(limiter, "follow", user=3) == ""  # another kind of work
    assert await tried(limiter, "search", user=4, guild=8) == ""  # another guild
    end.set()
    assert await asyncio.gather(first, second) == ["", ""]
    assert await tried(limiter, "search", user=5) == ""


async def test_only_a_few_wait_and_not_for_long() -> None:
    limiter, end = made(Seconds()), asyncio.Event()
    tasks = [asyncio.create_task(hold(limiter, "search", end, user=user)) for user in range(9)]
    done, waiting = await asyncio.wait(tasks, timeout=module._LONGEST_WAIT_SECONDS + 1)
    busy = "The bot is still busy with another request of this server. Try again in a moment."
    assert [task.result() for task in done] == [busy] * 8
    end.set()
    assert [await task for task in waiting] == [""]
    assert await tried(limiter, "search", user=20) == ""


async def test_a_place_can_be_given_back_before_the_work_ends() -> None:
    limiter, end = made(Seconds()), asyncio.Event()
    limiter.release()  # who has none gives none back

    async def follow() -> None:
        await limiter.admit("follow", guild_id=7, user_id=1)
        limiter.release()
        limiter.release()
        await end.wait()

    first = asyncio.create_task(follow())
    await asyncio.sleep(0)
    assert await tried(limiter, "follow", user=2) == ""
    held = asyncio.create_task(hold(limiter, "follow", asyncio.Event(), user=3))
    await asyncio.sleep(0)
    end.set()
    await first
    assert not limiter._places[7, Cost.FETCH].is_idle  # the end of the first frees nobody else's
    held.cancel()


@pytest.mark.parametrize("seed", range(2))
async def test_no_place_is_lost_or_doubled_whatever_is_cancelled(seed: int) -> None:
    chance, limiter = random.Random(seed), made(Seconds(), user_heavy=10_000, guild_heavy=10_000)
    at_work, most = 0, 0

    async def work(user: int) -> None:
        nonlocal at_work, most
        try:
            await limiter.admit("search", guild_id=7, user_id=user)
        except UserError:
            return
        at_work += 1
        most = max(most, at_work)
        try:
            await asyncio.sleep(chance.random() * 0.003)
        finally:
            at_work -= 1

    tasks = []
    for user in range(100):
        tasks.append(asyncio.create_task(work(user)))
        await asyncio.sleep(chance.random() * 0.002)
        if chance.random() < 0.3:
            chance.choice(tasks).cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most == 1
    assert await tried(limiter, "search", user=999) == ""


async def test_what_is_remembered_is_bounded() -> None:
    limiter = made(Seconds())
    for number in range(12_000):
        await limiter.admit("ask", guild_id=number, user_id=number)
    assert limiter.remembered <= 20_000
    for guild in range(200):
        await tried(limiter, "search", user=50_000 + guild, guild=guild)
    await asyncio.sleep(0)
    assert limiter.remembered <= 20_000
    assert limiter._places == {}
