"""What servers answer, and what a caller learns from it."""

import asyncio
import logging
import tomllib
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.http.fetcher import USER_AGENT, Response
from tests.integration.http.conftest import NOW
from tests.loopback_http import LoopbackServer, hang_up, redirect, reply

CHANGED = "Mon, 23 Nov 2026 10:00:00 GMT"


async def test_page_comes_with_its_validators(fetcher, server):
    headers = {"Content-Type": "text/plain; charset=utf-8", "ETag": '"v1"', "Last-Modified": CHANGED}
    server.answers("/faq", reply(b"page", headers=headers))
    assert await fetcher.fetch(server.url("/faq?do=export_raw#top")) == Response(
        status=200,
        url=server.url("/faq?do=export_raw"),
        content=b"page",
        media_type="text/plain; charset=utf-8",
        etag='"v1"',
        last_modified=CHANGED,
        is_not_modified=False,
        permanent_url="",
        retrieved_at=NOW,
    )


async def test_request_is_honest_and_asks_for_gzip_alone(fetcher, server):
    server.answers("/", reply(b"page"))
    await fetcher.fetch(
        server.url(), accept="text/calendar", headers={"X-Extra": "1", "Accept-Encoding": "br"}
    )
    assert server.requests[0].method == "GET"
    assert server.requests[0].headers == {
        "host": f"127.0.0.1:{server.port}",
        "accept": "text/calendar",
        "accept-encoding": "gzip",
        "connection": "keep-alive",
        "user-agent": USER_AGENT,
        "x-extra": "1",
    }


def test_user_agent_tells_the_version_of_this_project():
    root = Path(__file__).parents[3]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert USER_AGENT.startswith(f"Rapporteur/{project['version']} (")


async def test_unchanged_page_costs_a_304_on_the_same_connection(fetcher, server):
    server.answers(
        "/", reply(b"page", headers={"ETag": 'W/"v1"'}), reply(status=304, headers={"ETag": 'W/"v1"'})
    )
    first = await fetcher.fetch(server.url())
    for _ in range(3):
        again = await fetcher.fetch(server.url(), etag=first.etag, last_modified=CHANGED)
        assert (again.status, again.is_not_modified, again.content, again.etag) == (304, True, b"", 'W/"v1"')
    asked = server.requests[1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"v1"', CHANGED)
    assert "if-none-match" not in server.requests[0].headers
    assert server.connections == 1


async def test_304_to_an_unconditional_request_is_no_page(fetcher, server):
    server.answers("/", reply(status=304))
    with pytest.raises(SourceError, match="makes no sense"):
        await fetcher.fetch(server.url())


@pytest.mark.parametrize("etag", ["\r\nX-Evil: 1", "ü", "x" * 5_000, "\x00"])
async def test_validator_that_cannot_be_sent_is_left_out(fetcher, server, etag):
    server.answers("/", reply(b"page"))
    await fetcher.fetch(server.url(), etag=etag)
    assert not {"if-none-match", "x-evil"} & set(server.requests[0].headers)


@pytest.mark.parametrize(
    ("status", "is_permanent", "tries"),
    [
        (401, True, 1),
        (403, True, 1),
        (404, True, 1),
        (410, True, 1),
        (429, False, 1),
        (500, False, 3),
        (503, False, 3),
    ],
)
async def test_refusing_status_ends_in_an_error_without_the_body(
    fetcher, server, status, is_permanent, tries
):
    server.answers("/", reply(b"private words", status=status))
    with pytest.raises(SourceError, match=f"127.0.0.1 .*{status}") as caught:
        await fetcher.fetch(server.url("/"))
    assert caught.value.permanent is is_permanent
    assert "private words" not in str(caught.value)
    assert len(server.requests) == tries


async def test_gone_says_gone(fetcher, server):
    server.answers("/", reply(status=410))
    with pytest.raises(SourceError, match="gone for good"):
        await fetcher.fetch(server.url())


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["90", "Tue, 24 Nov 2026 12:01:30 GMT"])
async def test_long_retry_after_is_handed_on(fetcher, server, status, value):
    server.answers("/", reply(status=status, headers={"Retry-After": value}))
    with pytest.raises(SourceError) as caught:
        await fetcher.fetch(server.url())
    assert (caught.value.retry_after_seconds, caught.value.permanent) == (90.0, False)
    assert len(server.requests) == 1


@pytest.mark.parametrize("value", ["7", "Tue, 24 Nov 2026 12:00:07 GMT"])
async def test_short_retry_after_is_waited_for(make_fetcher, server, value):
    waits = []
    fetcher = await make_fetcher(waits=waits)
    server.answers("/", reply(status=429, headers={"Retry-After": value}), reply(b"page"))
    assert (await fetcher.fetch(server.url())).content == b"page"
    assert waits == [7.25]


async def test_passing_trouble_is_tried_three_times_over_the_whole_chain(make_fetcher, server):
    waits = []
    fetcher = await make_fetcher(waits=waits)
    server.answers("/", reply(status=502), redirect("/two"))
    server.answers("/two", hang_up, reply(b"page"))
    assert (await fetcher.fetch(server.url())).content == b"page"
    assert waits == [0.5, 1.0]
    server.answers("/", hang_up, redirect("/two"))
    server.answers("/two", hang_up, hang_up, reply(b"too late"))
    with pytest.raises(SourceError):
        await fetcher.fetch(server.url())


async def test_wait_that_would_pass_the_deadline_is_not_begun(make_fetcher, server):
    waits = []
    fetcher = await make_fetcher(waits=waits)
    server.answers("/", reply(status=503, headers={"Retry-After": "9"}))
    with pytest.raises(SourceError, match="503") as caught:
        await fetcher.fetch(server.url(), deadline_seconds=5)
    assert (caught.value.retry_after_seconds, waits) == (9.0, [])


@pytest.mark.parametrize(
    ("status", "is_permanent"), [(301, True), (302, False), (303, False), (307, False), (308, True)]
)
async def test_redirect_is_followed_and_only_a_permanent_one_is_to_be_kept(
    fetcher, server, status, is_permanent
):
    server.answers("/old", redirect("/new", status))
    server.answers("/new", reply(b"page"))
    page = await fetcher.fetch(server.url("/old"))
    assert (page.content, page.url) == (b"page", server.url("/new"))
    assert page.permanent_url == (server.url("/new") if is_permanent else "")


async def test_redirect_takes_the_etag_along_but_no_date(fetcher, server):
    server.answers("/old", redirect("/new"))
    server.answers("/new", reply(status=304))
    page = await fetcher.fetch(server.url("/old"), etag='"v1"', last_modified=CHANGED)
    assert page.is_not_modified
    assert server.requests[0].headers["if-modified-since"] == CHANGED
    assert server.requests[1].headers["if-none-match"] == '"v1"'
    assert "if-modified-since" not in server.requests[1].headers


async def test_redirect_to_another_server_leaves_headers_and_cookies_behind(fetcher, server):
    async with LoopbackServer() as other:
        secret = {"Authorization": "Bearer secret", "X-Key": "secret"}
        server.answers("/", reply(status=302, headers={"Location": "/same", "Set-Cookie": "session=1"}))
        server.answers("/same", redirect(other.url("/away")))
        other.answers("/away", redirect(server.url("/back")))
        server.answers("/back", reply(b"page"))
        assert (await fetcher.fetch(server.url(), headers=secret)).content == b"page"
        carried = [request.headers.get("authorization") for request in (*server.requests, *other.requests)]
        assert carried == ["Bearer secret", "Bearer secret", None, None]
        assert all("cookie" not in request.headers for request in (*server.requests, *other.requests))
        assert "x-key" not in other.requests[0].headers


async def test_redirects_end_after_five(fetcher, server):
    for number in range(20):
        server.answers(f"/{number}", redirect(f"/{number + 1}"))
    with pytest.raises(SourceError, match="more than 5 times"):
        await fetcher.fetch(server.url("/0"))
    assert len(server.requests) == 6


async def test_redirect_loop_ends_at_once(fetcher, server):
    server.answers("/a", redirect("/b"))
    server.answers("/b", redirect("/a"))
    with pytest.raises(SourceError, match="in a circle"):
        await fetcher.fetch(server.url("/a"))
    assert len(server.requests) == 2


async def test_redirect_without_a_target_is_no_page(fetcher, server):
    server.answers("/", reply(status=302))
    with pytest.raises(SourceError, match="makes no sense"):
        await fetcher.fetch(server.url())


async def test_one_host_gets_so_many_requests_at_once(make_fetcher, server):
    async def slowly(request, send):
        await asyncio.sleep(0.02)
        await send(reply(b"page"))

    server.answers("/", slowly)
    fetcher = await make_fetcher(connections_per_host=2)
    await asyncio.gather(*(fetcher.fetch(server.url()) for _ in range(10)))
    assert (server.most_at_once, len(server.requests)) == (2, 10)
    assert server.connections <= 2


async def test_no_secret_of_an_address_is_logged_or_told(make_fetcher, server, caplog):
    caplog.set_level(logging.DEBUG)
    fetcher = await make_fetcher()
    server.answers("/private-canary/basic.ics", reply(b"page"))
    server.answers("/canary", redirect("/private-canary/basic.ics?key=canary"))
    server.answers("/canary-500", reply(b"canary", status=500, headers={"X-Canary": "canary"}))
    page = await fetcher.fetch(server.url("/canary?token=canary"), headers={"Authorization": "canary"})
    errors = []
    for url in (server.url("/canary-500"), server.url("/canary-404"), "https://canary:canary@a.example/"):
        with pytest.raises(SourceError) as caught:
            await fetcher.fetch(url)
        errors.append(str(caught.value))
    told = "\n".join([caplog.text, repr(page), *errors])
    assert "127.0.0.1" in told
    assert "canary" not in told
