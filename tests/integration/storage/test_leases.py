import asyncio
import signal
import sys
import textwrap
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.scheduling import Scheduler
from bot.storage.database import Database
from bot.storage.leases import LEASE_LENGTH, RENEWAL, Leases, wait_for_turn
from bot.storage.schema import lease
from bot.turns import Turns
from tests.clocks import NOON, SteppedClock
from tests.integration.conftest import NEEDS_SERVER
from tests.integration.storage.rows import ROOT

MOMENT = timedelta(milliseconds=300)


async def rows(database):
    async with database.reading() as connection:
        found = await connection.execute(select(lease.c.name, lease.c.owner).order_by(lease.c.name))
        return [tuple(row) for row in found]


@pytest.fixture
async def shared(postgresql_url):
    async with Database(postgresql_url) as opened:
        await opened.migrate()
        yield opened


async def test_sqlite_leases_are_ours_at_once_and_leave_the_disk_alone(sqlite_url):
    async with Database(sqlite_url) as database:
        await database.migrate()
        for _ in range(2):  # a restart waits for nobody
            leases = Leases(database)
            assert await leases.take("digests")
            await leases.renew(NOON)
        assert await rows(database) == []


@NEEDS_SERVER
async def test_lease_is_one_processs_until_it_gives_it_back(shared):
    async with Leases(shared) as ours:
        theirs = Leases(shared)
        assert await ours.take("digests")
        assert not await theirs.take("digests")
        assert await theirs.take("polls")
        assert await ours.take("digests")
        assert await rows(shared) == [("digests", ours.owner), ("polls", theirs.owner)]
    assert await theirs.take("digests")


@NEEDS_SERVER
async def test_lease_that_ended_is_taken_and_its_old_holder_learns_it(shared):
    old, new = Leases(shared, length=MOMENT), Leases(shared)
    assert await old.take("digests")
    assert not await new.take("digests")
    await asyncio.sleep(0.4)
    assert await new.take("digests")
    await old.renew(NOON)
    assert not await old.take("digests")
    assert await rows(shared) == [("digests", new.owner)]


@NEEDS_SERVER
async def test_renewed_lease_lasts(shared):
    ours, theirs = Leases(shared, length=2 * MOMENT), Leases(shared)
    await ours.take("digests")
    await ours.take("polls")
    for _ in range(4):
        await asyncio.sleep(0.3)
        await ours.renew(NOON)
        assert not await theirs.take("digests")
        assert not await theirs.take("polls")


@NEEDS_SERVER
async def test_only_one_of_many_takes_a_lease(shared):
    for name in map(str, range(10)):
        many = [Leases(shared) for _ in range(8)]
        taken = await asyncio.gather(*(each.take(name) for each in many))
        assert taken.count(True) == 1


@NEEDS_SERVER
async def test_ends_are_the_databases_time_whatever_the_machines_clock_says(shared):
    ours = Leases(shared)
    await ours.take("digests")
    async with shared.reading() as connection:
        left = await connection.execute(
            text("SELECT until / 1e6 - extract(epoch FROM clock_timestamp()) FROM lease")
        )
        assert 35 < left.scalar_one() <= LEASE_LENGTH.total_seconds()


def test_owners_differ(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'x'}")
    assert len({Leases(database).owner for _ in range(100)}) == 100


def test_dead_processs_jobs_go_on_within_a_minute():
    standby = Turns(interval=timedelta(days=1), turn_at=NOON, pause=timedelta(days=1))
    standby.leave(NOON, timedelta(seconds=15))
    assert LEASE_LENGTH + (standby.due_at() - NOON) <= timedelta(seconds=60)
    assert LEASE_LENGTH >= 3 * RENEWAL


# A process with the scheduler and leases that the bot has, but shorter.
WORKER = textwrap.dedent("""
    import asyncio, sys
    from datetime import UTC, datetime, timedelta
    from bot.scheduling import Scheduler
    from bot.storage.database import Database
    from bot.storage.leases import Leases

    async def main(url):
        async def job(_now):
            print("run", flush=True)

        async with Database(url) as database, Leases(database, length=timedelta(seconds=1)) as leases:
            made = Scheduler(clock=lambda: datetime.now(UTC), lease=leases.take)
            made.every("job", timedelta(milliseconds=50), job)
            async with made:
                await asyncio.sleep(60)

    asyncio.run(main(sys.argv[1]))
""")


@NEEDS_SERVER
async def test_killed_processs_job_is_taken_over_and_never_shared(shared, postgresql_url):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, postgresql_url, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert await process.stdout.readline() == b"run\n"
    runs: list[float] = []

    async def job(_now):
        runs.append(time.monotonic())

    async with Leases(shared) as leases:
        made = Scheduler(clock=SteppedClock(), lease=leases.take)
        made.every("job", timedelta(milliseconds=50), job)
        async with made:
            await asyncio.sleep(1.5)
            assert runs == []
            process.send_signal(signal.SIGKILL)
            killed_at = time.monotonic()
            await process.wait()
            async with asyncio.timeout(10):
                while not runs:  # noqa: ASYNC110 (what is waited for is a list)
                    await asyncio.sleep(0.01)
    # Not before the dead one's lease, renewed at its last run, had ended.
    assert 0.5 < runs[0] - killed_at < 5


@NEEDS_SERVER
async def test_those_that_post_are_counted_while_they_live(shared):
    async with Leases(shared) as ours:
        other, dead = Leases(shared), Leases(shared, length=MOMENT)
        for each in (ours, other, dead):
            assert await each.take(f"posting {each.owner}")
        assert await ours.take("post office")
        await asyncio.sleep(MOMENT.total_seconds())
        assert await ours.count("posting ") == 2
    assert await Leases(shared).count("posting ") == 1


@NEEDS_SERVER
async def test_turns_come_one_after_the_other_across_processes(shared, postgresql_url):
    async with Database(postgresql_url) as other:
        started = time.monotonic()
        await asyncio.gather(*(wait_for_turn(each, "identify 0", 0.6) for each in (shared, other, shared)))
        assert time.monotonic() - started >= 1.2
        await wait_for_turn(other, "identify 1", 60.0)  # another bucket's
