"""Speak with whoever sets the bot up: lines out, a secret in; a test gives its own."""

import contextlib
import getpass
import signal
import sys
from collections.abc import Iterator
from typing import Protocol


class Terminal(Protocol):
    """What the set-up needs of a terminal."""

    def say(self, line: str) -> None:
        """Print a line, as it is."""

    def ask_secret(self, question: str) -> str:
        """Ask for what nobody else may see.

        Raises:
            EOFError: There is nobody to answer.
        """


class RealTerminal:
    """The terminal that the command was started in."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 (what runs for months does without, see bot/__main__.py)

        self._console = Console(highlight=False, soft_wrap=True, markup=False)

    def say(self, line: str) -> None:
        """Print a line, as it is."""
        self._console.print(line)

    def ask_secret(self, question: str) -> str:
        """Ask without showing what is typed; from a pipe, take a line."""
        if sys.stdin.isatty():
            try:
                with _interruptible():
                    return getpass.getpass(f"{question}: ")
            except (EOFError, KeyboardInterrupt):
                self.say("")  # what comes next stands in a line of its own
                raise
        self.say(f"{question}:")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end a question at once: asyncio would only note it, and wait for the answer."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
