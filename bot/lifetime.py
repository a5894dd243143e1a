"""Run the process's one main task until it ends or a signal asks it to, and never longer than allowed."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Coroutine

logger = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Service managers are told 10 s; what has not stopped by then is stuck.
_GRACE_SECONDS = 9.0


def run_until_stopped(
    main: Coroutine[object, object, None], *, grace_seconds: float = _GRACE_SECONDS
) -> None:
    """Run a coroutine; SIGTERM and SIGINT cancel it, and its clean-up has so many seconds."""
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner() as runner:
        runner.run(_supervise(main, grace_seconds))


async def _supervise(main: Coroutine[object, object, None], grace_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked: list[str] = []

    def stop(number: signal.Signals) -> None:
        if not asked and task is not None:
            logger.info("%s: stopping", number.name)
            _guard(grace_seconds)
            task.cancel()
        asked.append(number.name)

    for number in _SIGNALS:
        # Windows has no such handlers; there Ctrl-C raises KeyboardInterrupt in the loop.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop, number)
    try:
        await main
    except asyncio.CancelledError:
        if not asked:
            raise


def _guard(seconds: float) -> None:
    """End the process when clean-up hangs, be it in a thread; outlives the loop on purpose."""
    timer = threading.Timer(seconds, _give_up, (seconds,))
    timer.daemon = True
    timer.start()


def _give_up(seconds: float) -> None:
    logger.error("clean-up did not end within %g s; leaving it", seconds)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
