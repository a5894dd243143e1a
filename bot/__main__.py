"""Start the command line: python -m bot run | try | ask | check | backup and the rest; --help lists them.

A gigabyte of mail is imported on the small machine on which the bot runs as well: that command is started
without what only the others need, which is 45 MB. And what runs for months is started without what libraries
bring to colour a terminal, which is 4 MB.
"""

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def _hidden(*packages: str) -> Iterator[None]:
    """Have libraries take packages for not installed: an import fails where sys.modules says None."""
    sys.modules.update(dict.fromkeys(packages))  # type: ignore[arg-type]  # the import system's reference has it
    try:
        yield
    finally:
        for package in packages:
            del sys.modules[package]  # whoever needs it later, to tell of wrong usage, finds it


if __name__ == "__main__":
    command = sys.argv[1:2]
    if command == ["import-mbox"]:
        with _hidden("pygments"):
            from bot.import_command import cli
    elif command == ["run"]:
        with _hidden("rich", "pygments"):
            from bot.command_line import cli
    else:
        from bot.command_line import cli
    cli()
