"""What a server may send, and for how long: R22 and the lies of R19."""

import asyncio
import gzip
import tracemalloc
import zlib

import pytest

from bot.errors import SourceError
from tests.loopback_http import hang_up, redirect, reply

MEBIBYTE = bytes(1 << 20)


def make_bomb(mebibytes):
    """Pack zeros by repeating one block: a full flush makes it stand for itself."""
    machine = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    start = machine.compress(MEBIBYTE) + machine.flush(zlib.Z_FULL_FLUSH)
    block = machine.compress(MEBIBYTE) + machine.flush(zlib.Z_FULL_FLUSH)
    return start + block * (mebibytes - 1)


async def drip(request, send):
    await send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        await send(b".")
        await asyncio.sleep(0.02)


async def drip_headers(request, send):
    await send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await send(b"X-More: .\r\n")
        await asyncio.sleep(0.02)


async def stay_silent(request, send):
    await asyncio.Event().wait()


async def drip_redirects(request, send):
    await asyncio.sleep(0.12)
    await send(redirect(f"{request.target}x"))


async def never_end(request, send):
    await send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await send(b"10000\r\n" + bytes(65_536) + b"\r\n")


async def test_gzip_bomb_of_a_gibibyte_is_not_unpacked(fetcher, server):
    bomb = make_bomb(1024)
    assert len(bomb) < 1_200_000
    assert zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(bomb, 3 << 20) == MEBIBYTE * 3
    server.answers("/", reply(bomb, headers={"Content-Encoding": "gzip"}))
    tracemalloc.start()
    with pytest.raises(SourceError, match="10 MB, which is too large") as caught:
        await fetcher.fetch(server.url(), max_bytes=10_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.permanent
    assert peak < 40_000_000


@pytest.mark.parametrize("action", [drip, drip_headers, stay_silent, drip_redirects])
async def test_slow_server_is_left_at_the_deadline(fetcher, server, action):
    for path in ("/", "/x", "/xx", "/xxx"):
        server.answers(path, action)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 did not deliver within 0\.3 seconds") as caught:
        await fetcher.fetch(server.url(), deadline_seconds=0.3)
    assert not caught.value.permanent


async def test_waiting_for_a_turn_counts_towards_the_deadline(make_fetcher, server):
    server.answers("/slow", stay_silent)
    server.answers("/fast", reply(b"page"))
    fetcher = await make_fetcher(connections_per_host=1)
    slow = asyncio.ensure_future(fetcher.fetch(server.url("/slow"), deadline_seconds=0.4))
    await asyncio.sleep(0.05)
    with pytest.raises(SourceError, match="did not deliver"):
        await fetcher.fetch(server.url("/fast"), deadline_seconds=0.1)
    assert isinstance((await asyncio.gather(slow, return_exceptions=True))[0], SourceError)
    # The one that was left gave its turn back.
    assert (await fetcher.fetch(server.url("/fast"))).content == b"page"


async def test_cancelling_a_fetch_cancels_it(fetcher, server):
    server.answers("/", stay_silent)
    task = asyncio.ensure_future(fetcher.fetch(server.url()))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_endless_body_ends_at_the_limit(fetcher, server):
    server.answers("/", never_end)
    with pytest.raises(SourceError, match="300 kB, which is too large"):
        await fetcher.fetch(server.url(), max_bytes=300_000)


async def test_announced_size_above_the_limit_is_not_even_read(fetcher, server):
    server.answers("/", reply(b"", headers={"Content-Length": "5000000000"}))
    with pytest.raises(SourceError, match="too large"):
        await fetcher.fetch(server.url(), deadline_seconds=2)


async def test_limit_itself_is_allowed(fetcher, server):
    server.answers("/", reply(b"x" * 1_000))
    assert len((await fetcher.fetch(server.url(), max_bytes=1_000)).content) == 1_000
    with pytest.raises(SourceError, match="too large"):
        await fetcher.fetch(server.url(), max_bytes=999)


async def test_endless_headers_end(fetcher, server):
    async def endless(request, send):
        await send(b"HTTP/1.1 200 OK\r\n")
        while True:
            await send(b"X-More: " + b"." * 8_000 + b"\r\n")

    server.answers("/", endless)
    with pytest.raises(SourceError, match="does not speak proper HTTP"):
        await fetcher.fetch(server.url())


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"half a page", headers={"Content-Length": "1000"}),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n",
    ],
)
async def test_body_shorter_than_announced_is_a_passing_error_and_not_asked_for_again(
    fetcher, server, answer
):
    async def send_and_leave(request, send):
        await send(answer)
        raise ConnectionAbortedError

    server.answers("/", send_and_leave)
    with pytest.raises(SourceError, match="broke off") as caught:
        await fetcher.fetch(server.url())
    assert not caught.value.permanent
    assert len(server.requests) == 1


async def test_body_longer_than_announced_is_cut_and_does_no_harm_to_the_next(fetcher, server):
    server.answers("/", reply(b"page and more", headers={"Content-Length": "4"}))
    assert [(await fetcher.fetch(server.url())).content for _ in range(3)] == [b"page"] * 3


@pytest.mark.parametrize(
    ("encoding", "body", "what"),
    [
        ("gzip", b"plain text", "it is not"),
        ("deflate", b"plain text", "it is not"),
        ("gzip", gzip.compress(b"page" * 1_000, mtime=0)[:-12], "cut the compressed page short"),
        ("br", b"\x0b\x02\x80page\x03", "not asked for"),
        ("zstd", b"(\xb5/\xfd", "not asked for"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"page", mtime=0), mtime=0), "not asked for"),
    ],
)
async def test_lie_about_the_encoding_is_a_passing_error(fetcher, server, encoding, body, what):
    server.answers("/", reply(body, headers={"Content-Encoding": encoding}))
    with pytest.raises(SourceError, match=what) as caught:
        await fetcher.fetch(server.url())
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"page", mtime=0)),
        ("deflate", zlib.compress(b"page")),
        ("identity", b"page"),
        ("gzip", b""),
    ],
)
async def test_honest_encodings_are_read(fetcher, server, encoding, body):
    server.answers("/", reply(body, headers={"Content-Encoding": encoding}))
    assert (await fetcher.fetch(server.url())).content == (b"page" if body else b"")


@pytest.mark.parametrize(
    "junk", [b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x01\x00\x02\x02\x46", b"HTTP/1.1 OK\r\n\r\n"]
)
async def test_what_is_no_http_is_told_as_such(fetcher, server, junk):
    async def speak(request, send):
        await send(junk)
        raise ConnectionAbortedError

    server.answers("/", speak)
    with pytest.raises(SourceError, match=r"does not speak proper HTTP|cannot be reached") as caught:
        await fetcher.fetch(server.url())
    assert "OpenSSH" not in str(caught.value)


async def test_kept_connection_that_the_server_closed_is_no_failure(fetcher, server):
    server.answers("/", reply(b"one"), hang_up, reply(b"two"))
    assert [(await fetcher.fetch(server.url())).content for _ in range(2)] == [b"one", b"two"]


async def test_part_of_a_page_is_not_taken_for_the_page(fetcher, server):
    server.answers("/", reply(b"part", status=206, headers={"Content-Range": "bytes 0-3/100"}))
    with pytest.raises(SourceError, match="a part of the page"):
        await fetcher.fetch(server.url())
