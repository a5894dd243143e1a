"""Start `python -m bot` for real: its own process, a clean environment, an empty directory."""

import asyncio
import signal
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]


class BotProcess:
    """A running bot; the context kills what is left of it.

    Attributes:
        output: What it wrote to standard error so far.
        printed: What it wrote to standard output.
    """

    def __init__(self, directory: Path, *arguments: str, **variables: str) -> None:
        self._directory = directory
        self._arguments = arguments or ("run",)
        # Not this process's environment: nothing set here by chance may reach the bot.
        self._environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **variables}
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._news = asyncio.Condition()
        self.output = ""
        self.printed = ""
        self.started_at = 0.0

    async def __aenter__(self) -> Self:
        self.started_at = time.perf_counter()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *self._arguments,
            cwd=self._directory,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._readers = [asyncio.create_task(self._read_errors()), asyncio.create_task(self._read_printed())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await self.wait()

    async def wait(self) -> int:
        """Wait for the end; return the exit code."""
        code = await self._process.wait()
        await asyncio.gather(*self._readers)
        return code

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code; ten seconds are what the bot promises."""
        self._process.send_signal(number)
        async with asyncio.timeout(10):
            return await self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal that does not end it."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()

    async def until_output(self, text: str) -> None:
        """Wait until it has written a text to standard error."""
        async with self._news:
            await self._news.wait_for(lambda: text in self.output)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def _read_errors(self) -> None:
        async for line in self._process.stderr:
            async with self._news:
                self.output += line.decode()
                self._news.notify_all()

    async def _read_printed(self) -> None:
        self.printed = (await self._process.stdout.read()).decode()


async def run_to_end(directory: Path, *arguments: str, **variables: str) -> tuple[int, BotProcess]:
    """Start the bot and wait until it ends by itself."""
    async with BotProcess(directory, *arguments, **variables) as bot:
        return await bot.wait(), bot
