"""Read a body with a limit that holds after decompression too: 1 MB of gzip can hold 1 GB.

httpx decompresses each chunk whole before anyone can look at its size (measured: 1.04 MB became 1 GiB and
2.1 GB of memory), so it is handed the raw bytes only, and zlib is told how much it may give.
"""

import asyncio
import zlib

import httpx

from bot.http.failures import NETWORK_ERRORS, too_large, unreadable

_SLICE = 8_192  # at zlib's best ratio of 1,032 a slice yields 8 MB: about 10 ms, then others have a turn
_RAW_SLACK = 65_536  # what headers and incompressible data may add
_GZIP_MAGIC = b"\x1f"


class Decoder:
    """Turn raw bytes into content, piece by piece, and stop at the limit.

    Raises SourceError from every method: too large, an encoding nobody asked for, or damaged data.
    """

    def __init__(self, encoding: str, *, host: str, max_bytes: int) -> None:
        self._encoding = encoding.strip().lower()
        self._host = host
        self._max_bytes = max_bytes
        self._received = 0
        self._kept = 0
        self._machine: zlib._Decompress | None = None
        self._has_begun = False
        self._has_ended = False
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise unreadable(host, "packs the page in a way that was not asked for")

    def feed(self, data: bytes) -> bytes:
        """Take raw bytes, give what they hold."""
        self._received += len(data)
        # Empty members and blocks yield nothing for ever, so the raw side needs an end as well.
        if self._received > self._max_bytes + self._max_bytes // 64 + _RAW_SLACK:
            raise too_large(self._host, self._max_bytes)
        if self._encoding in {"", "identity"}:
            return self._count(data)
        try:
            return self._inflate(data)
        except zlib.error as error:
            raise unreadable(
                self._host, "says that the page is compressed, but it is not, or it is damaged"
            ) from error

    def finish(self) -> None:
        """Notice a stream that ends too early."""
        if self._machine is not None:
            raise unreadable(self._host, "cut the compressed page short")

    def _inflate(self, data: bytes) -> bytes:
        pieces = []
        while data and not self._has_ended:
            machine = self._machine or self._start(data)
            if machine is None:
                break
            self._machine = machine
            # One byte more than allowed tells "exactly full" from "too large"; zlib stops there.
            piece = machine.decompress(data, self._max_bytes - self._kept + 1)
            pieces.append(self._count(piece))
            data = machine.unconsumed_tail
            if machine.eof:
                data = machine.unused_data
                self._machine = None
                self._has_ended = self._encoding == "deflate"
        return b"".join(pieces)

    def _start(self, data: bytes) -> "zlib._Decompress | None":
        """Begin a gzip member or a deflate stream; None at the padding or garbage after the last one."""
        if self._encoding == "deflate":
            # RFC 9110 section 8.4.1.2 means zlib's form; some servers send the bare one. The low four bits of
            # a zlib header are 8, which a bare stream would have only with a padded stored block in front.
            return zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        if self._has_begun and data[:1] != _GZIP_MAGIC:
            self._has_ended = True
            return None
        self._has_begun = True
        return zlib.decompressobj(zlib.MAX_WBITS | 16)

    def _count(self, piece: bytes) -> bytes:
        self._kept += len(piece)
        if self._kept > self._max_bytes:
            raise too_large(self._host, self._max_bytes)
        return piece


async def read_body(answer: httpx.Response, *, host: str, max_bytes: int) -> bytes:
    """Read a body to its end, decoded.

    Raises:
        SourceError: It is too large, damaged, or shorter than announced.
    """
    encoding = answer.headers.get("content-encoding", "")
    decoder = Decoder(encoding, host=host, max_bytes=max_bytes)
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and len(length) < 20 and int(length) > max_bytes + max_bytes // 64 + _RAW_SLACK:
        raise too_large(host, max_bytes)
    content = bytearray()
    try:
        async for chunk in answer.aiter_raw():
            for start in range(0, len(chunk), _SLICE):
                content += decoder.feed(chunk[start : start + _SLICE])
                await asyncio.sleep(0)
    except NETWORK_ERRORS as error:
        raise unreadable(host, "broke off in the middle of the page") from error
    decoder.finish()
    return bytes(content)
