"""What is due while the clock steps: each post once, and none held up by a pause of another time."""

from datetime import timedelta

import pytest

from bot.delivery.models import Kind
from tests.integration.delivery.conftest import CHANNEL
from tests.integration.delivery.played_channels import passing, permanent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("step", [HOUR, -HOUR, DAY, -DAY])
async def test_each_reminder_leaves_once_through_a_step_of_the_clock(stage, step):
    for number in range(3):
        await stage.enqueue(f"{number}", kind=Kind.REMINDER, due=stage.now + number * timedelta(minutes=10))
    await stage.run()
    stage.now += step
    await stage.run()
    for _ in range(30):
        await stage.later(hours=1)
    assert stage.poster.posts == {CHANNEL: ["0", "1", "2"]}


@pytest.mark.parametrize("step", [-HOUR, -DAY])
@pytest.mark.parametrize("trouble", [passing, permanent, lambda: passing(after=3600)])
async def test_a_pause_does_not_outlast_the_clock_that_set_it(stage, step, trouble):
    stage.poster.trouble = lambda _order: trouble()
    await stage.enqueue("a", due=stage.now - 2 * DAY)
    await stage.run()
    stage.poster.trouble = lambda _order: None
    stage.now += step
    await stage.later(seconds=15)
    assert stage.poster.posts == {CHANNEL: ["a"]}
