"""A well-behaved web site on a free port of 127.0.0.1, for tests and benchmarks that play a whole service.

For misbehaviour there is tests/loopback_http.py.
"""

from types import TracebackType
from typing import Self

from aiohttp import web


class LoopbackSite:
    """Serves the routes that a subclass adds, while it is entered."""

    def __init__(self) -> None:
        self.port = 0
        self._runner: web.AppRunner | None = None

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Say what is answered where."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        app = web.Application()
        self.add_routes(app.router)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
