"""The bot of the soak: the real one in a process of its own, whose clock goes where its standard input says.

Each line read is the moment to go to; for each, one line of JSON is printed when all that was due is done. It
is a package's main module, as the bot is: another would be imported anew by each process that reads pages.
"""

import asyncio
import ctypes
import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from bot.allocation import spare_collector
from bot.app import App, build
from bot.chat.client import use_api
from bot.trial.travel import MovableClock
from config.community import load_community
from config.credentials import check_token
from config.logging import setup_logging
from config.settings import load_settings

_PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


async def main(start: datetime) -> None:
    """Run the bot until the input ends."""
    settings = load_settings()
    setup_logging(settings)
    use_api(settings.discord_api_url)
    began = monotonic()
    clock = MovableClock(lambda: start + timedelta(seconds=monotonic() - began))
    async with build(settings, load_community(settings.config_dir), clock=clock) as app:
        spare_collector()
        async with app.scheduler, app.client, app.delivery.dispatcher, asyncio.TaskGroup() as group:
            connection = group.create_task(app.client.stay_connected(check_token(settings.discord_token)))
            await app.client.wait_until_ready()
            await _travel(app, clock)
            connection.cancel()


async def _travel(app: App, clock: MovableClock) -> None:
    async def settle() -> None:
        await app.scheduler.run_due()
        await app.delivery.dispatcher.until_idle()

    while line := await asyncio.to_thread(sys.stdin.readline):
        target = datetime.fromisoformat(line.strip())
        while (now := clock()) < target:
            due = await app.next_due(now)
            clock.move_to(target if due is None or due <= now else min(due, target))
            await settle()
        print(json.dumps(_measure()), flush=True)


def _measure() -> dict[str, float]:
    resident = Path("/proc/self/statm").read_text().split()[1]
    return {
        "rss_kb": int(resident) * _PAGE_KB,
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()) - 1,
        "tasks": len(asyncio.all_tasks()),
        "blocks": sys.getallocatedblocks(),
        **_read_heap(),
    }


class _Heap(ctypes.Structure):
    """What glibc's mallinfo2 tells of all heaps."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks"),
            *("uordblks", "fordblks", "keepcost"),
        )
    ]


def _read_heap() -> dict[str, float]:
    """Return what the C library's heap has in use, and what it holds for later; 0 where it does not tell."""
    read = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if read is None:
        return {"heap_kb": 0.0, "free_kb": 0.0}
    read.restype = _Heap
    heap = read()
    return {"heap_kb": (heap.uordblks + heap.hblkhd) / 1024, "free_kb": heap.fordblks / 1024}


if __name__ == "__main__":
    asyncio.run(main(datetime.fromisoformat(sys.argv[1])))
