"""Drive headless Chromium by its DevTools protocol: open a page, wait until it is ready, photograph it."""

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

_PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.1


class Tab:
    """One open page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self._call("Page.navigate", url=url)

    async def until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                answer = await self._call("Runtime.evaluate", expression=f"Boolean({condition})")
                if answer["result"].get("value"):
                    return
                await asyncio.sleep(_PAUSE_SECONDS)

    async def photograph(self) -> bytes:
        """Return the page as it looks now, a PNG."""
        return base64.b64decode((await self._call("Page.captureScreenshot", format="png"))["data"])

    async def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            answer = await self._socket.receive_json(timeout=_PATIENCE_SECONDS)
            if answer.get("id") == number:
                return dict(answer.get("result", {}))


@asynccontextmanager
async def browse(chromium: str, *, width: int, height: int) -> AsyncIterator[Tab]:
    """Start Chromium with one empty tab of a size, and end it afterwards."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--remote-debugging-port=0", f"--user-data-dir={profile}",
            f"--window-size={width},{height}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = await _port(Path(profile) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                address = await _tab_address(session, f"http://127.0.0.1:{port}/json/list")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    yield Tab(socket)
        finally:
            process.kill()
            await process.wait()


async def _port(file: Path) -> int:
    """Return the port that Chromium writes into a file when it listens."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not (lines := await asyncio.to_thread(_lines, file)):  # noqa: ASYNC110 (a file tells nobody)
            await asyncio.sleep(_PAUSE_SECONDS)
    return int(lines[0])


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="ascii").split() if file.exists() else []


async def _tab_address(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        tabs = await answer.json()
    return next(str(tab["webSocketDebuggerUrl"]) for tab in tabs if tab["type"] == "page")
