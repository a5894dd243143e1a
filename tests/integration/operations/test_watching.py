"""Vital signs, the event loop's lag, the dead man's switch."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.queue import Backlog
from bot.errors import SourceError
from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.operations.heartbeat import Heartbeat
from bot.operations.loop_lag import LoopLag
from bot.operations.vital_signs import Monitor
from tests.integration.http.conftest import LOOPBACK
from tests.loopback_http import LoopbackServer, reply

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def monitor(**parts):
    async def backlog(now):
        return Backlog()

    known = {
        "clock": lambda: NOW,
        "started_at": NOW - timedelta(hours=1),
        "is_connected": lambda: True,
        "backlog": backlog,
        "is_full": lambda: False,
        "loop_lag": lambda: 0.01,
    }
    return Monitor(**{**known, **parts})


async def test_a_process_that_works_has_no_problems():
    signs = await monitor().take()
    assert signs.problems == ()
    assert (signs.uptime, signs.oldest_due, signs.loop_lag_seconds) == (timedelta(hours=1), None, 0.01)


async def test_a_gateway_that_is_down_is_a_problem_and_one_that_is_not_there_is_none():
    assert (await monitor(is_connected=lambda: False).take()).problems == ("gateway",)
    assert (await monitor(is_connected=lambda: None).take()).problems == ()


async def test_a_store_that_fails_or_hangs_is_a_problem():
    async def fails(now):
        raise OSError("gone")

    async def hangs(now):
        await asyncio.sleep(60)

    assert (await monitor(backlog=fails).take()).problems == ("database",)
    began = time.monotonic()
    assert (await monitor(backlog=hangs).take()).problems == ("database",)
    assert time.monotonic() - began < 4


async def test_a_store_without_room_is_a_problem():
    assert (await monitor(is_full=lambda: True).take()).problems == ("database",)


@pytest.mark.parametrize(("minutes", "problems"), [(4, ()), (6, ("posts",))])
async def test_posts_that_could_leave_and_do_not_are_a_problem(minutes, problems):
    async def backlog(now):
        return Backlog(
            due=1,
            oldest_due_at=now - timedelta(minutes=minutes),
            oldest_unhindered_at=now - timedelta(minutes=minutes),
        )

    assert (await monitor(backlog=backlog).take()).problems == problems


async def test_posts_held_up_by_a_closed_channel_are_the_admins_matter():
    async def backlog(now):
        return Backlog(due=1, oldest_due_at=now - timedelta(days=3))

    signs = await monitor(backlog=backlog).take()
    assert (signs.problems, signs.oldest_due) == ((), timedelta(days=3))


async def test_a_blocked_loop_is_measured():
    measures = []
    async with LoopLag(measures.append) as lag:
        await asyncio.sleep(0.3)
        time.sleep(0.5)  # noqa: ASYNC251 (blocking the loop is the point)
        await asyncio.sleep(0.3)
        assert 0.2 < lag.worst() < 2
    assert len(measures) >= 2
    assert lag.worst() == max(measures)
    count = len(measures)
    await asyncio.sleep(0.4)
    assert len(measures) == count


@pytest.fixture
async def server():
    async with LoopbackServer() as running:
        yield running


@pytest.fixture
async def fetcher():
    async with Fetcher(guard=Guard(LOOPBACK), clock=lambda: NOW) as fetcher:
        yield fetcher


async def test_the_switch_is_called_while_all_is_well_and_not_otherwise(server, fetcher):
    server.answers("/secret", reply(b"OK"))
    url = server.url("/secret")
    await Heartbeat(fetcher, monitor(), url).beat(NOW)
    assert [request.path for request in server.requests] == ["/secret"]
    await Heartbeat(fetcher, monitor(is_connected=lambda: False), url).beat(NOW)
    assert len(server.requests) == 1


async def test_a_switch_that_does_not_answer_is_an_error_that_tells_no_secret(server, fetcher, caplog):
    caplog.set_level(logging.DEBUG)
    server.answers("/secret-canary", reply(status=404))
    with pytest.raises(SourceError) as caught:
        await Heartbeat(fetcher, monitor(), server.url("/secret-canary?key=canary")).beat(NOW)
    assert "canary" not in str(caught.value)
    assert "canary" not in caplog.text
