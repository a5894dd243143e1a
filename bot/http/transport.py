"""Connect httpx to the world through the guard: what was checked is what is dialled.

The request keeps its name, so TLS and the Host header are those of the server that was asked for; only the
dialling underneath uses the checked address. No proxy, no environment, no cookies: nothing that would go
around the guard, or carry something from one community's source to another's.
"""

# ruff: noqa: ASYNC109 -- httpcore's interface hands timeouts down as arguments
import http.cookiejar
import ssl
import urllib.request
from collections.abc import AsyncIterator, Iterable
from http.client import HTTPResponse
from typing import Any

import httpcore
import httpx

from bot.http.guard import Guard, Reach

REACH = "reach"  # the request extension that carries it
LOCATION = "location"  # the response extension that holds this header, which httpx must not see

_ATTEMPT_SECONDS = 2.5  # for each address but the last: a dead IPv6 route must not eat the whole time
_MAX_ATTEMPTS = 4
_MAX_CONNECTIONS = 100
_KEEPALIVE_SECONDS = 10.0


def make_tls_context() -> ssl.SSLContext:
    """Trust what the system trusts (an internal authority too) and the bundle for systems that have none."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


class NoCookies(http.cookiejar.CookieJar):
    """Keep no cookie: sources of different communities share this client, and must not share a session."""

    def extract_cookies(self, response: HTTPResponse, request: urllib.request.Request) -> None:
        """Let them pass unread."""


class CheckedStream(httpcore.AsyncNetworkStream):
    """Carry beside the connection whether it leads to the public internet."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, *, is_public: bool) -> None:
        self._inner = inner
        self._is_public = is_public

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read from the connection."""
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write to the connection."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Secure the connection, under the name that was asked for."""
        secured = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        return CheckedStream(secured, is_public=self._is_public)

    def get_extra_info(self, info: str) -> Any:
        """Answer `is_public`; hand on every other question."""
        return self._is_public if info == "is_public" else self._inner.get_extra_info(info)


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Resolve once, check every address, dial a checked one."""

    def __init__(self, guard: Guard, reach: Reach, network: httpcore.AsyncNetworkBackend) -> None:
        self._guard = guard
        self._reach = reach
        self._network = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's checked addresses that answers."""
        addresses = _take_turns(await self._guard.find_addresses(host, port, self._reach))
        attempt = _ATTEMPT_SECONDS if timeout is None else min(timeout, _ATTEMPT_SECONDS)
        for address in addresses[:-1]:
            try:
                stream = await self._network.connect_tcp(
                    address, port, attempt, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return self._mark(stream, address)
        stream = await self._network.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)
        return self._mark(stream, addresses[-1])

    def _mark(self, stream: httpcore.AsyncNetworkStream, address: str) -> CheckedStream:
        return CheckedStream(stream, is_public=not self._guard.is_opened(address))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Keep one pool for each reach, so that no request rides on a connection that it could not have made."""

    def __init__(self, guard: Guard, network: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext) -> None:
        self._pools = {
            reach: httpcore.AsyncConnectionPool(
                ssl_context=tls,
                max_connections=_MAX_CONNECTIONS,
                keepalive_expiry=_KEEPALIVE_SECONDS,
                network_backend=GuardedNetwork(guard, reach, network),
            )
            for reach in Reach
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        pool = self._pools[request.extensions[REACH]]
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = await pool.handle_async_request(
            httpcore.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        # httpx builds the next request from a Location even when it is told not to follow; broken Punycode
        # makes that raise, and the message of an unreadable one quotes the address.
        location = next((value for name, value in answer.headers if name.lower() == b"location"), b"")
        return httpx.Response(
            answer.status,
            headers=[(name, value) for name, value in answer.headers if name.lower() != b"location"],
            stream=_Body(answer),
            extensions={**answer.extensions, LOCATION: location.decode("utf-8", "replace")},
        )

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


def _take_turns(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Put the first address of the other family second (RFC 8305), and try only a few."""
    is_ipv6 = ":" in addresses[0]
    other = next((address for address in addresses if (":" in address) != is_ipv6), None)
    if other is None:
        return addresses[:_MAX_ATTEMPTS]
    rest = tuple(address for address in addresses[1:] if address != other)
    return (addresses[0], other, *rest)[:_MAX_ATTEMPTS]
