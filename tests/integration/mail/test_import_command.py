"""What the command import-mbox holds besides mail: nothing that a small machine would miss."""

import subprocess
import sys

LOADED = """
import sys, bot.import_command, bot.import_terminal
print(*sorted({name.split('.')[0] for name in sys.modules}))
"""


def test_import_is_started_without_what_only_the_bot_needs() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)

    loaded = done.stdout.split()
    assert {"bot", "sqlalchemy"} <= set(loaded)
    assert not {"aiohttp", "apscheduler", "discord", "httpx", "icalendar", "imap_tools", "PIL"} & set(loaded)
