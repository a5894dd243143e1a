"""The process's main task: signals end it, and clean-up that hangs does not keep it."""

import asyncio
import signal
import subprocess
import sys
import textwrap

import pytest

from tests.crash.bot_process import ROOT

PROGRAM = """
import asyncio, time
from bot.lifetime import run_until_stopped

async def main():
    try:
        print("running", flush=True)
        await asyncio.Event().wait()
    finally:
        {cleanup}
        print("clean", flush=True)

run_until_stopped(main(), grace_seconds=0.5)
print("left", flush=True)
"""


async def run(cleanup: str, *signals: signal.Signals) -> tuple[int, str]:
    """Run the program, send it signals, and return its exit code and output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent(PROGRAM.format(cleanup=cleanup)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    output = await process.stdout.readline()
    for number in signals:
        process.send_signal(number)
    rest, _ = await process.communicate()
    return process.returncode, (output + rest).decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_ends_the_task_after_its_cleanup(number: signal.Signals) -> None:
    assert await run("await asyncio.sleep(0)", number) == (0, "running\nclean\nleft\n")


async def test_further_signals_do_not_disturb_the_cleanup() -> None:
    found = await run("await asyncio.sleep(0.2)", signal.SIGTERM, signal.SIGINT, signal.SIGTERM)
    assert found == (0, "running\nclean\nleft\n")


@pytest.mark.parametrize(
    "cleanup",
    [
        "await asyncio.sleep(3600)",
        "time.sleep(3600)",
        "await asyncio.to_thread(time.sleep, 3600)",
    ],
)
async def test_cleanup_that_hangs_is_left_after_the_grace(cleanup: str) -> None:
    assert await run(cleanup, signal.SIGTERM) == (0, "running\n")


async def test_thread_that_hangs_after_the_cleanup_is_left_too() -> None:
    found = await run("asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)", signal.SIGTERM)
    assert found == (0, "running\nclean\n")


def test_error_of_the_task_is_raised() -> None:
    from bot.lifetime import run_until_stopped

    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_until_stopped(broken())
