"""/healthz and /metrics over real sockets: right, quick, and not to be held up."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.delivery.models import Kind, Outgoing, State
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post, Words
from bot.delivery.queue import read_backlog
from bot.errors import SettingsError
from bot.operations.metrics import Metrics
from bot.operations.vital_signs import Monitor
from bot.web.exposition import Numbers
from bot.web.server import HealthServer

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
GUILD, CHANNEL = 910000000000000001, 920000000000000002


class Place:
    """A server over a real store."""

    def __init__(self, database):
        self.database = database
        self.metrics = Metrics()
        self.is_connected = True
        self.is_store_gone = False
        self.is_full = False
        self.now = NOW
        self.monitor = Monitor(
            clock=lambda: self.now,
            started_at=NOW - timedelta(minutes=3),
            is_connected=lambda: self.is_connected,
            backlog=self.backlog,
            is_full=lambda: self.is_full,
            loop_lag=lambda: 0.0,
        )

    async def backlog(self, now):
        if self.is_store_gone:
            raise OSError("no such file: /srv/secret")
        return await read_backlog(self.database, now)

    async def numbers(self):
        backlog = await self.monitor.find_backlog()
        return Numbers(metrics=self.metrics, backlog=backlog, rate_limited=0, invalid=0, now=self.now)

    def server(self, port=0, **parts):
        return HealthServer(host="127.0.0.1", port=port, monitor=self.monitor, numbers=self.numbers, **parts)

    async def enqueue(self):
        post = Post(blocks=(Words(markdown="Secret meeting with ada@example.org"),))
        outgoing = Outgoing(
            key="k", guild_id=GUILD, channel_id=CHANNEL, kind=Kind.REMINDER, post=post, due_at=NOW
        )
        async with self.database.writing() as connection:
            await Outbox(self.database, wake=lambda: None).enqueue(connection, outgoing, now=NOW)


@pytest.fixture
def place(database):
    return Place(database)


async def get(server, path, method="GET"):
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{server.port}{path}") as response,
    ):
        return response.status, response.headers, await response.text()


async def test_health_of_a_process_that_works(place):
    async with place.server() as server:
        status, headers, text = await get(server, "/healthz")
    assert status == 200
    assert headers["Content-Type"].startswith("application/json")
    assert json.loads(text) == {
        "status": "ok",
        "problems": [],
        "version": "0.1.0",
        "uptime_seconds": 180,
        "gateway": "connected",
        "database": "ok",
        "oldest_due_seconds": None,
        "loop_lag_seconds": 0.0,
    }


async def test_what_is_wrong_is_named_with_503(place):
    await place.enqueue()
    place.is_connected, place.now = False, NOW + timedelta(minutes=6)
    async with place.server() as server:
        status, _, text = await get(server, "/healthz")
    assert status == 503
    document = json.loads(text)
    assert (document["status"], document["problems"]) == ("failing", ["gateway", "posts"])
    assert (document["gateway"], document["oldest_due_seconds"]) == ("disconnected", 360.0)


async def test_a_store_that_is_gone_is_503_and_metrics_still_answer(place):
    place.is_store_gone = True
    async with place.server() as server:
        status, _, text = await get(server, "/healthz")
        assert (status, json.loads(text)["database"], "secret" in text) == (503, "failing", False)
        status, _, text = await get(server, "/metrics")
        assert (status, "rapporteur_outbox_due" in text) == (200, False)


async def test_a_full_disk_is_503(place):
    place.is_full = True
    async with place.server() as server:
        status, _, text = await get(server, "/healthz")
    assert (status, json.loads(text)["database"]) == (503, "full")


async def test_health_is_quick(place):
    async with place.server() as server:
        await get(server, "/healthz")
        times = []
        for _ in range(20):
            began = time.perf_counter()
            await get(server, "/healthz")
            times.append(time.perf_counter() - began)
    assert sorted(times)[10] < 0.05


async def test_metrics_tell_no_names_ids_or_addresses(place):
    await place.enqueue()
    place.metrics.observe_post(Kind.REMINDER, State.SENT)
    place.metrics.observe_poll("faq_page", 0.1, is_good=True)
    async with place.server() as server:
        status, headers, text = await get(server, "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "rapporteur_outbox_due 1.0" in text
    for secret in (str(GUILD), str(CHANNEL), "ada", "example.org", "Secret"):
        assert secret not in text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_changed(place, method):
    async with place.server() as server:
        assert (await get(server, "/healthz", method))[0] == 405
        assert (await get(server, "/metrics", method))[0] == 405


async def test_other_pages_are_not_there(place):
    async with place.server() as server:
        for path in ("/", "/healthz/", "/metrics/../healthz?x", "/admin", "/%2e%2e/"):
            status, _, text = await get(server, path)
            assert (status, text) == (404, "") or path.startswith("/metrics")


async def until_closed(reader):
    began = time.monotonic()
    try:
        async with asyncio.timeout(5):
            while await reader.read(1000):
                pass
    except ConnectionError:
        pass
    return time.monotonic() - began


@pytest.mark.parametrize("sends", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nX: "])
async def test_a_slow_client_is_cut_off(place, sends):
    async with place.server(client_seconds=0.5) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(sends)
        assert 0.2 < await until_closed(reader) < 2
        writer.close()


async def test_a_client_that_drips_is_cut_off_all_the_same(place):
    async with place.server(client_seconds=0.5) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)

        async def drip():
            writer.write(b"GET /healthz HTTP/1.1\r\n")
            while not writer.is_closing():
                writer.write(b"X-A: b\r\n")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        assert await until_closed(reader) < 2
        dripping.cancel()
        writer.close()


async def test_a_connection_ends_however_often_it_asks(place):
    async with place.server(client_seconds=0.5) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        assert await until_closed(reader) < 2
        writer.close()


async def test_too_many_clients_are_turned_away_and_leave_room_again(place):
    async with place.server() as server:
        idle = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(50)]
        await asyncio.sleep(0.05)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert await until_closed(reader) < 1
        writer.close()
        for _, each in idle:
            each.close()
        await asyncio.sleep(0.05)
        assert (await get(server, "/healthz"))[0] == 200


async def test_a_taken_port_is_told_in_words(place):
    async with place.server() as server:
        with pytest.raises(SettingsError) as caught:
            async with place.server(port=server.port):
                pass
        (problem,) = caught.value.problems
        assert problem == (
            f"HEALTH_PORT: 127.0.0.1 port {server.port} cannot be used (address already in use); "
            "set another, or leave it out."
        )


async def test_it_stops_with_clients_inside(place):
    began = time.monotonic()
    async with place.server() as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        await asyncio.sleep(0.05)
    assert time.monotonic() - began < 3
    writer.close()
