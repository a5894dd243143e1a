"""Watch real requests on loopback: their pace, the refused ones, the token, the library's own repeats."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.chat.admission import Admission
from bot.chat.requests import RequestWatch, ServerTroubleError, single_tries
from bot.delivery.holding import OvertakenError, only_while
from bot.text.catalogue import load_texts


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A server that answers with the status it is asked for, or never."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]))

    is_over = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        await is_over.wait()
        return web.Response()

    app = web.Application()
    app.router.add_get("/never", hang)
    app.router.add_get("/{status}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    is_over.set()
    await runner.cleanup()


@pytest.fixture
def watch() -> RequestWatch:
    return RequestWatch()


@pytest.fixture
async def session(watch: RequestWatch) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(trace_configs=[watch.trace()]) as session:
        yield session


async def get(session: aiohttp.ClientSession, url: str, **headers: str) -> None:
    async with session.get(url, headers=headers):
        pass


async def test_requests_are_spread_below_fifty_a_second(watch):
    loop = asyncio.get_running_loop()
    before = loop.time()
    await asyncio.gather(*(watch.pace() for _ in range(49)))
    assert loop.time() - before >= 1  # 48 pauses of a 48th of a second


async def test_an_answer_on_its_way_keeps_no_place_that_others_could_work_in(session, url):
    admission = Admission(load_texts("en"), at_once=1, longest_wait_seconds=1_000, longest_hold_seconds=1_000)

    async def work(address: str) -> None:
        await admission.admit(asyncio.get_running_loop().time())
        await get(session, address)

    waiting = asyncio.create_task(work(f"{url}/never"))
    await work(f"{url}/200")
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_after_many_refusals_the_bot_rests_for_minutes(watch, session, url):
    for _ in range(499):
        await get(session, f"{url}/403")
    assert watch.seconds_to_rest() == 0
    await get(session, f"{url}/429")
    assert 500 < watch.seconds_to_rest() <= 600
    assert (watch.invalid_total, watch.rate_limited_total) == (500, 1)


async def test_good_answers_and_server_errors_are_no_refusals(watch, session, url):
    for status in (200, 204, 404, 500, 502, 503):
        await get(session, f"{url}/{status}")
    assert watch.invalid_total == 0


async def test_the_tokens_refusal_is_told_and_an_interactions_is_not(watch, session, url):
    await get(session, f"{url}/401")
    assert not watch.refused.is_set()
    await get(session, f"{url}/401", Authorization="Bot token")
    assert watch.refused.is_set()


@pytest.mark.parametrize("status", [500, 502, 504, 524])
async def test_what_the_library_would_repeat_is_raised_where_one_try_is_asked_for(session, url, status):
    await get(session, f"{url}/{status}")
    with single_tries(), pytest.raises(ServerTroubleError, match=str(status)):
        await get(session, f"{url}/{status}")
    await get(session, f"{url}/{status}")


async def test_what_is_held_no_more_is_not_asked(session, url):
    with only_while(lambda: False), pytest.raises(OvertakenError):
        await get(session, "http://127.0.0.1:1/never-reached")
    with only_while(lambda: True):
        await get(session, f"{url}/200")
