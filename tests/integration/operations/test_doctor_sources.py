"""Many sources, some of which hang: the doctor ends in time, and hears all the others."""

import asyncio

import pytest

from bot.operations.doctor import WantedSource, examine_sources
from bot.operations.findings import Finding, Passed

HANGING = 12


def source(number: int) -> WantedSource:
    async def look() -> str:
        if number < HANGING:
            await asyncio.Event().wait()
        return "questions: 1"

    return WantedSource(key=f"k{number}", name=f"page {number}", look=look)


async def test_twelve_of_fifty_hang_and_the_others_are_heard() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    lines = await examine_sources([source(number) for number in range(50)], seconds=1.5, in_all=3)
    assert loop.time() - began < 3
    assert [line.where for line in lines if isinstance(line, Finding)] == [
        f"page {n}" for n in range(HANGING)
    ]
    assert sum(isinstance(line, Passed) for line in lines) == 50 - HANGING


@pytest.mark.parametrize("in_all", [2.4, 2.9], ids=["no time", "too little time"])
async def test_what_was_not_given_its_time_is_counted(in_all: float) -> None:
    number = 27
    stuck = [source(0) for _ in range(number)]
    lines = await examine_sources(stuck, seconds=1.5, in_all=in_all)
    *_, last = lines
    assert isinstance(last, Finding)
    assert len(lines) == 26
    assert last.what == "2 were not looked at: others took all the time"
