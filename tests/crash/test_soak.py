"""Two simulated days in half a minute, with broken connections: everything once, and nothing stays open."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.benchmarks.soak import FILES_TO_SPARE, soak
from tests.benchmarks.soak_world import World

WORLD = World(guilds=2, lists=2, meetings=4, mails=5, lasts=timedelta(days=2))


@pytest.mark.timeout(180)
async def test_two_days_with_broken_connections_brings_everything_once(tmp_path: Path) -> None:
    outcome = await soak(tmp_path, WORLD, reconnects=2)
    assert (outcome.lost, outcome.doubled) == ((), ())
    assert (outcome.reconnects, outcome.mails) == (2, 20)
    assert outcome.reminders == sum(1 for _ in WORLD.due_reminders()) > 2 * 2 * 4
    assert outcome.digests > 0
    before, after = outcome.tasks
    assert after == before
    before, after = outcome.files
    assert after <= before + FILES_TO_SPARE
