"""The bot's own background jobs, each failing a hundred times: tried again, visible, harmless to others."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.app import build
from bot.storage.schema import METADATA
from config.community import Community
from config.settings import load_settings
from tests.clocks import SteppedClock

# These touch no table on SQLite, or only when there is something to do; "delivery" wakes the dispatcher.
UNHARMED = {
    "backup",
    "changed events",
    "commands",
    "community file",
    "delivery",
    "pace",
    "heartbeat",
    "leases",
    "memory",
    "status cards",
}


@pytest.mark.timeout(120)
async def test_every_job_of_the_bot_outlives_a_hundred_failures(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL)
    settings = load_settings({"DATA_DIR": str(tmp_path)}, env_file=tmp_path / "none.env")
    clock = SteppedClock()
    async with build(settings, Community(), clock=clock) as app, app.scheduler:
        async with app.database.writing() as connection:
            for table in reversed(METADATA.sorted_tables):
                await connection.execute(text(f"ALTER TABLE {table.name} RENAME TO gone_{table.name}"))
        for _ in range(100):
            for name in app.scheduler.health:
                await app.scheduler.run_now(name)
        health = app.scheduler.health
        degraded = {name for name, job in health.items() if job.is_degraded}
        assert degraded
        assert set(health) - degraded <= UNHARMED
        for name in degraded:
            assert health[name].failures >= 100
            assert "no such table" in health[name].error
            assert timedelta(0) < health[name].next_run_at - clock() <= timedelta(minutes=5)

        async with app.database.writing() as connection:
            for table in METADATA.sorted_tables:
                await connection.execute(text(f"ALTER TABLE gone_{table.name} RENAME TO {table.name}"))
        clock.step(timedelta(minutes=5))
        await app.scheduler.run_due()
        assert {name for name, job in app.scheduler.health.items() if job.is_degraded} == set()
