"""Serve /healthz and /metrics: two pages to read, for the machines that watch this one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.errors import SettingsError
from bot.operations.vital_signs import Monitor, VitalSigns
from bot.version import VERSION
from bot.web.brief import Doorkeeper
from bot.web.exposition import CONTENT_TYPE, Numbers, write_metrics

logger = logging.getLogger(__name__)

_CLIENT_SECONDS = 10.0
_CLIENTS_AT_ONCE = 50
_MAX_HEADERS = 8_190
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class HealthServer:
    """Serve while the context is open.

    Args:
        host: The address to listen on.
        port: Its port; 0 takes any free one.
        monitor: Takes the vital signs.
        numbers: Gathers what /metrics tells.
        client_seconds: How long a connection may last.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        monitor: Monitor,
        numbers: Callable[[], Awaitable[Numbers]],
        client_seconds: float = _CLIENT_SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._monitor = monitor
        self._numbers = numbers
        self._client_seconds = client_seconds
        self._web: web.Server | None = None
        self._socket: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            SettingsError: The address cannot be used.
        """
        self._web = web.Server(self._answer, access_log=None, max_field_size=_MAX_HEADERS)
        door = Doorkeeper(self._web, seconds=self._client_seconds, at_once=_CLIENTS_AT_ONCE)
        try:
            loop = asyncio.get_running_loop()
            self._socket = await loop.create_server(door, self._host, self._port)
        except OSError as error:
            why = (error.strerror or "no such address").rpartition(": ")[2]
            problem = f"HEALTH_PORT: {self._host} port {self._port} cannot be used ({why})"
            raise SettingsError([f"{problem}; set another, or leave it out."]) from None
        logger.info("health at http://%s:%s/healthz", self._host, self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; who is still served is cut off."""
        if self._socket is not None:
            self._socket.close()
        if self._web is not None:
            await self._web.shutdown(timeout=1.0)

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        sockets = self._socket.sockets if self._socket is not None else ()
        return int(sockets[0].getsockname()[1]) if sockets else self._port

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={**_HEADERS, "Allow": "GET, HEAD"})
        match request.path:
            case "/healthz":
                return await self._health()
            case "/metrics":
                page = write_metrics(await self._numbers())
                return web.Response(body=page, headers={**_HEADERS, "Content-Type": CONTENT_TYPE})
            case _:
                return web.Response(status=404, headers=_HEADERS)

    async def _health(self) -> web.Response:
        signs = await self._monitor.take()
        status = 503 if signs.problems else 200
        return web.json_response(_document(signs), status=status, headers=_HEADERS)


def _document(signs: VitalSigns) -> dict[str, object]:
    gateway = {None: "unused", True: "connected", False: "disconnected"}[signs.is_connected]
    oldest = signs.oldest_due.total_seconds() if signs.oldest_due is not None else None
    return {
        "status": "failing" if signs.problems else "ok",
        "problems": list(signs.problems),
        "version": VERSION,
        "uptime_seconds": round(signs.uptime.total_seconds()),
        "gateway": gateway,
        "database": _store(signs),
        "oldest_due_seconds": oldest,
        "loop_lag_seconds": round(signs.loop_lag_seconds, 4),
    }


def _store(signs: VitalSigns) -> str:
    if not signs.is_store_well:
        return "failing"
    return "full" if signs.is_store_full else "ok"
