"""The terminal that setup asks at, as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ASK = """
import asyncio, fcntl, termios
from bot.setup.terminal import RealTerminal

async def ask():
    RealTerminal().ask_secret("Token")

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
try:
    asyncio.run(ask())
except KeyboardInterrupt:
    print("left", flush=True)
"""
ROOT = Path(__file__).parents[3]


def test_one_ctrl_c_leaves_the_question() -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", ASK]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            assert has_come(ours, "Token: ")
            os.write(ours, b"\x03")
            assert has_come(ours, "left")
        finally:
            process.kill()
            os.close(ours)


def has_come(terminal: int, text: str) -> bool:
    """Return whether the text comes before the end."""
    seen = ""
    while text not in seen:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux says the end so
            return False
        if not more:
            return False
        seen += more.decode()
    return True
