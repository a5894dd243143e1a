"""An HTTP server on 127.0.0.1 that does exactly what a test tells it, including what no server should.

Raw sockets, because the misbehaviour is the point: wrong lengths, lies about encodings, a byte at a time.

    async with LoopbackServer() as server:
        server.answers("/page", reply(b"hello", headers={"ETag": '"1"'}), reply(status=304))
        ...
        assert server.requests[0].headers["user-agent"] == "..."

`answers` takes one action per request, in order; the last one stays. An action is bytes to send (see
`reply`), or an async function that gets the request and a `send` and does as it likes. Names go to loopback
servers through `Switchboard`, which stands in for the network below the guard.
"""

import asyncio
import ssl
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import httpcore

Send = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", compare=False)

    @property
    def path(self) -> str:
        """Name the target without its query."""
        return self.target.partition("?")[0]


Action = bytes | Callable[[Request, Send], Awaitable[None]]


def reply(body: bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """Make a proper answer; a Content-Length in `headers` replaces the true one."""
    known = {item.value: item.phrase for item in HTTPStatus}
    fields = {"Content-Length": str(len(body)), **(headers or {})}
    if status in {204, 304}:
        fields.pop("Content-Length")
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} {known.get(status, 'Odd')}\r\n{head}\r\n".encode("latin-1") + body


def redirect(location: str, status: int = 302) -> bytes:
    """Make an answer that leads elsewhere."""
    return reply(status=status, headers={"Location": location})


async def hang_up(request: Request, send: Send) -> None:
    """Close the connection without a word."""
    raise ConnectionAbortedError


@dataclass(slots=True)
class LoopbackServer:
    """Listen on a free port of 127.0.0.1 and remember what came."""

    tls: ssl.SSLContext | None = None
    port: int = 0
    connections: int = 0
    most_at_once: int = 0
    requests: list[Request] = field(default_factory=list)
    _routes: dict[str, list[Action]] = field(default_factory=dict)
    _otherwise: Action = b""
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _running: int = 0

    @property
    def base(self) -> str:
        """Name the address without a slash at its end."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        """Name the address of a path."""
        return self.base + path

    def answers(self, path: str, *actions: Action) -> None:
        """Say what a path does, request by request."""
        self._routes[path] = list(actions)

    def answers_otherwise(self, action: Action) -> None:
        """Say what every other path does; it is not there when nothing is said."""
        self._otherwise = action

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        self.connections += 1
        try:
            while True:
                await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, an action hung up, or the test is over: all end the connection
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = _parse(await reader.readuntil(b"\r\n\r\n"))
        body = await reader.readexactly(int(request.headers.get("content-length", "0")))
        request = replace(request, body=body)
        self.requests.append(request)
        actions = self._routes.get(request.path, [self._otherwise or reply(status=404)])
        action = actions.pop(0) if len(actions) > 1 else actions[0]

        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        try:
            await (send(action) if isinstance(action, bytes) else action(request, send))
        finally:
            self._running -= 1


def _parse(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, _ = first.split(" ")
    fields = (line.partition(":") for line in lines)
    return Request(
        method=method, target=target, headers={name.lower(): value.strip() for name, _, value in fields}
    )


@dataclass(slots=True)
class Switchboard(httpcore.AsyncNetworkBackend):
    """Stand in for the network: dial what is listed at a loopback port, refuse the rest, remember all.

    `lines` maps (address, port) to a port of 127.0.0.1.
    """

    lines: Mapping[tuple[str, int], int] = field(default_factory=dict)
    dialled: list[tuple[str, int]] = field(default_factory=list)

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):  # noqa: ASYNC109 -- httpcore's interface
        """Dial."""
        self.dialled.append((host, port))
        if (host, port) not in self.lines:
            raise httpcore.ConnectError("nobody there")
        return await httpcore.AnyIOBackend().connect_tcp(
            "127.0.0.1", self.lines[host, port], timeout, local_address, socket_options
        )


def make_certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """Make a self-signed certificate for some names with the openssl command: (certificate, key)."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    alternatives = ",".join(f"DNS:{name}" for name in names)
    subject = ("-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={alternatives}", "-days", "2")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    files = ("-keyout", str(key), "-out", str(certificate))
    subprocess.run(["openssl", "req", "-x509", *curve, *subject, *files], check=True, capture_output=True)
    return certificate, key
