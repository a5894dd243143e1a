"""Questions by POST, and answers that are no failure to the one who asks."""

import pytest

from bot.errors import SourceError
from bot.http.failures import TooLargeError
from tests.loopback_http import LoopbackServer, hang_up, redirect, reply


async def test_form_is_posted(fetcher, server):
    server.answers("/token", reply(b"answer"))

    answer = await fetcher.fetch(server.url("/token?x=m"), form={"grant": "a b&c", "key": "ü"})

    asked = server.requests[0]
    assert (answer.content, asked.method, asked.target) == (b"answer", "POST", "/token?x=m")
    assert asked.body == b"grant=a+b%26c&key=%C3%BC"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_empty_form_is_a_post_without_content(fetcher, server):
    server.answers("/", reply(b"answer"))

    await fetcher.fetch(server.url("/?q=rt:1..&x=m"), form={})

    assert (server.requests[0].method, server.requests[0].body) == ("POST", b"")
    assert server.requests[0].headers["content-length"] == "0"


async def test_question_is_asked_again_when_no_answer_comes(fetcher, server):
    server.answers("/", hang_up, reply(b"answer"))

    assert (await fetcher.fetch(server.url(), form={"a": "1"})).content == b"answer"
    assert [request.body for request in server.requests] == [b"a=1", b"a=1"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_form_follows_a_redirect_on_the_same_server(fetcher, server, status):
    server.answers("/old", redirect("/new", status))
    server.answers("/new", reply(b"answer"))

    assert (await fetcher.fetch(server.url("/old"), form={"a": "1"})).content == b"answer"
    assert [(request.method, request.body) for request in server.requests] == [("POST", b"a=1")] * 2


async def test_form_is_not_carried_to_another_server(fetcher, server):
    async with LoopbackServer() as other:
        server.answers("/", redirect(other.url(), 307))
        other.answers("/", reply(b"thanks"))
        with pytest.raises(SourceError, match="another server") as caught:
            await fetcher.fetch(server.url(), form={"secret": "canary"})
        assert (caught.value.permanent, other.requests) == (True, [])
        assert "canary" not in str(caught.value)


async def test_expected_status_is_an_answer_at_once(fetcher, server):
    server.answers("/", reply(b"why", status=500), reply(status=404))

    assert ((await fetcher.fetch(server.url(), expected={500})).content, len(server.requests)) == (b"why", 1)
    with pytest.raises(SourceError, match="404"):
        await fetcher.fetch(server.url(), expected={500})


async def test_too_large_can_be_told_from_other_failures(fetcher, server):
    server.answers("/", reply(b"x" * 100_000))

    with pytest.raises(TooLargeError):
        await fetcher.fetch(server.url(), max_bytes=99_999)
