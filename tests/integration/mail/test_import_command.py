"""What the command import-mbox holds besides mail: nothing that a small machine would miss."""

import subprocess
import sys

import pytest
import typer

from bot.import_command import MOST_NAME, describe, read_name

LOADED = """
import sys, bot.import_command, bot.import_terminal
print(*sorted({name.split('.')[0] for name in sys.modules}))
"""


def test_import_is_started_without_what_only_the_bot_needs() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)

    loaded = done.stdout.split()
    assert {"bot", "sqlalchemy"} <= set(loaded)
    assert not {"aiohttp", "apscheduler", "discord", "httpx", "icalendar", "imap_tools", "PIL"} & set(loaded)


@pytest.mark.parametrize(
    ("mails", "new", "aside", "is_read", "told"),
    [
        (1, 1, 0, True, "1 mail read, 1 new"),
        (2, 0, 1, True, "2 mails read, 0 new, 1 set aside"),
        (0, 0, 0, True, "all of it was read before"),
        (0, 0, 0, False, "it is empty"),
    ],
    ids=["one", "several", "again", "empty"],
)
def test_what_an_import_came_to_is_told_in_words(mails, new, aside, is_read, told) -> None:
    assert describe(mails, new, aside, is_read=is_read) == told


def test_a_list_needs_a_name_that_can_be_shown() -> None:
    assert read_name("  Dev   team ") == "Dev team"
    for name in ("", "  ", "x" * (MOST_NAME + 1)):
        with pytest.raises(typer.BadParameter):
            read_name(name)
