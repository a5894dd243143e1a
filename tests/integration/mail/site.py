"""A web site whose files change under the reader: validators, packing and disturbances as on real servers."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.loopback_http import LoopbackServer, Request, Send, reply

Handler = Callable[[Request], bytes]


@dataclass(slots=True)
class Site:
    """Serve files by path, answer 304 where nothing changed, and fail when told to.

    Attributes:
        files: Content by path.
        handlers: What is computed, by path.
        failure: The status of every answer for now; 0 for none.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    handlers: dict[str, Handler] = field(default_factory=dict)
    failure: int = 0
    has_validators: bool = True
    server: LoopbackServer = field(default_factory=LoopbackServer)
    statuses: list[int] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.server.answers_otherwise(self._answer)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.__aexit__(kind, error, trace)

    def url(self, path: str) -> str:
        return self.server.url(path)

    @property
    def asked(self) -> list[str]:
        """Name what was asked for so far."""
        return [request.target for request in self.server.requests]

    async def _answer(self, request: Request, send: Send) -> None:
        answer = self._choose(request)
        self.statuses.append(int(answer.split(b" ", 2)[1]))
        await send(answer)

    def _choose(self, request: Request) -> bytes:
        if self.failure:
            return reply(b"words of the server", status=self.failure)
        if request.path in self.handlers:
            return self.handlers[request.path](request)
        if request.path not in self.files:
            return reply(status=404)
        return self.serve(request, self.files[request.path])

    def serve(self, request: Request, content: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """Answer with a file, or with 304."""
        etag = f'"{hashlib.sha1(content).hexdigest()[:16]}"'
        if not self.has_validators:
            return reply(content, headers=headers)
        if request.headers.get("if-none-match") == etag:
            return reply(status=304, headers={"ETag": etag})
        return reply(content, headers={"ETag": etag, **(headers or {})})
