"""How long Discord takes to answer: what cannot be true is not shown."""

import math
from datetime import timedelta

import pytest

from bot.chat.gateway import believable


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -0.5, 41.25, 41.26, 2102.773])
def test_a_latency_that_cannot_be_is_none(seconds: float) -> None:
    assert believable(seconds) is None


@pytest.mark.parametrize("seconds", [0.0, 0.041, 10.5, 41.2])
def test_a_latency_that_can_be_is_kept(seconds: float) -> None:
    assert believable(seconds) == timedelta(seconds=seconds)
