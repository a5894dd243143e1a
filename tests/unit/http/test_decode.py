import gzip
import itertools
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.http.decode import Decoder

CONTENT = b"What is a working group?\n" * 400
LIMIT = 1_000_000
EMPTY_BLOCK = b"\0\0\0\xff\xff"
EMPTY_END = gzip.compress(b"")[10:]


def raw_deflate(data):
    machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return machine.compress(data) + machine.flush()


def decode(encoding, data, *, step=8_192, max_bytes=LIMIT):
    decoder = Decoder(encoding, host="h.example", max_bytes=max_bytes)
    content = b"".join(decoder.feed(data[start : start + step]) for start in range(0, len(data), step))
    decoder.finish()
    return content


PACKED = {
    "": CONTENT,
    "identity": CONTENT,
    "gzip": gzip.compress(CONTENT),
    "x-gzip": gzip.compress(CONTENT),
    "GZip ": gzip.compress(CONTENT[:5_000]) + gzip.compress(b"") + gzip.compress(CONTENT[5_000:]),
    "deflate": zlib.compress(CONTENT),
    "Deflate": raw_deflate(CONTENT),
}


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("step", [1, 7, 8_192])
def test_decoder_gives_the_content_however_it_arrives(encoding, step):
    assert decode(encoding, PACKED[encoding], step=step) == CONTENT


@pytest.mark.parametrize("tail", [b"\0" * 512, b"garbage", b"\0\x1f\x8b"])
def test_decoder_ignores_what_follows_the_last_member(tail):
    assert decode("gzip", gzip.compress(CONTENT) + tail) == CONTENT


def test_decoder_takes_an_empty_body_as_empty():
    assert [decode(encoding, b"") for encoding in ("", "gzip", "deflate")] == [b"", b"", b""]


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip,br", "*", "\x00"])
def test_decoder_refuses_what_was_not_asked_for(encoding):
    with pytest.raises(SourceError, match="not asked for"):
        Decoder(encoding, host="h.example", max_bytes=LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_decoder_reports_a_lying_encoding_as_passing(encoding):
    with pytest.raises(SourceError, match="it is not, or it is damaged") as caught:
        decode(encoding, CONTENT)
    assert not caught.value.permanent


@pytest.mark.parametrize("kept", [1, 5, 11, 30, -9, -1])
def test_decoder_reports_a_cut_stream_as_passing(kept):
    with pytest.raises(SourceError, match="cut the compressed page short") as caught:
        decode("gzip", gzip.compress(CONTENT)[:kept])
    assert not caught.value.permanent


def test_decoder_notices_a_wrong_checksum():
    packed = bytearray(gzip.compress(CONTENT))
    packed[-6] ^= 0xFF
    with pytest.raises(SourceError, match="damaged"):
        decode("gzip", bytes(packed))


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_decoder_takes_the_limit_exactly_and_not_a_byte_more(encoding):
    data = PACKED[encoding]
    assert decode(encoding, data, max_bytes=len(CONTENT)) == CONTENT
    with pytest.raises(SourceError, match="too large") as caught:
        decode(encoding, data, max_bytes=len(CONTENT) - 1)
    assert caught.value.permanent


def test_decoder_takes_what_gzip_cannot_make_smaller():
    noise = random.Random(1).randbytes(LIMIT)
    assert decode("gzip", gzip.compress(noise, compresslevel=0)) == noise


def test_decoder_keeps_a_bomb_within_the_limit():
    bomb = zlib.compress(bytes(64_000_000), 9)
    tracemalloc.start()
    with pytest.raises(SourceError, match="too large"):
        decode("deflate", bomb, max_bytes=2_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("piece", [EMPTY_BLOCK, EMPTY_END + gzip.compress(b"", mtime=0)[:10]])
def test_decoder_ends_a_stream_that_yields_nothing_for_ever(piece):
    decoder = Decoder("gzip", host="h.example", max_bytes=10_000)
    with pytest.raises(SourceError, match="too large"):
        decoder.feed(gzip.compress(b"")[:10]) + b"".join(map(decoder.feed, itertools.repeat(piece)))


@given(st.lists(st.binary(), max_size=8), st.integers(1, 64))
def test_decoder_undoes_gzip(parts, step):
    assert decode("gzip", b"".join(map(gzip.compress, parts)), step=step) == b"".join(parts)


@given(st.sampled_from(["gzip", "deflate", ""]), st.binary(), st.integers(1, 64))
def test_decoder_raises_nothing_but_source_errors(encoding, data, step):
    try:
        content = decode(encoding, data, step=step, max_bytes=100)
    except SourceError:
        return
    assert len(content) <= 100
