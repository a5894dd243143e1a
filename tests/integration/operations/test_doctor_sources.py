"""Many sources, some of which hang: the doctor ends in time, and hears all the others."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.operations.doctor import Deadline, WantedSource, examine_sources
from bot.operations.findings import Finding, Passed
from bot.operations.process_age import process_age

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


@pytest.mark.parametrize("in_all", [2.4, 2.7], ids=["no time", "too little time"])
async def test_what_was_not_given_its_time_is_counted(in_all: float) -> None:
    stuck = [source(0) for _ in range(62)]
    lines = await examine_sources(stuck, seconds=1.5, in_all=in_all)
    *_, last = lines
    assert isinstance(last, Finding)
    assert len(lines) == 61
    assert last.what == "2 were not looked at: others took all the time"


async def test_thirty_that_hang_are_told_of_one_by_one_within_the_time_for_all() -> None:
    in_all, number = 1.2, 30
    loop = asyncio.get_running_loop()
    began = loop.time()
    lines = await examine_sources([source(0) for _ in range(number)], in_all=in_all)
    assert loop.time() - began < number * in_all / 6, "they hang side by side, not one after the other"
    assert len(lines) == number
    assert {line.what for line in lines} == {"it did not deliver within 1 seconds"}


async def test_time_that_is_used_up_before_counts_too() -> None:
    deadline = Deadline(5.0)
    before = deadline.left
    await asyncio.sleep(0.05)
    assert before - deadline.left >= 0.04
    assert Deadline(-10).left == 3, "something is looked at, however late it is"


def test_a_process_knows_its_age(tmp_path: Path) -> None:
    assert process_age(tmp_path) == 0, "where nothing is said of it"
    (tmp_path / "self").mkdir()
    fields = " ".join(["S", *map(str, range(18)), str(100 * os.sysconf("SC_CLK_TCK"))])
    (tmp_path / "self" / "stat").write_text(f"7 (a) b) {fields} 0")
    (tmp_path / "uptime").write_text("104.50 9.0")
    assert process_age(tmp_path) == 4.5
