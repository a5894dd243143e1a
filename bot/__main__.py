"""Start the command line: python -m bot run | try | ask | check | backup and the rest; --help lists them.

A gigabyte of mail is imported on the small machine on which the bot runs as well: that command is started
without what only the others need, which is 40 MB. And what runs for months is started without what libraries
bring to colour a terminal, which is 5 MB.
"""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["import-mbox"]:
        from bot.import_command import cli
    else:
        if sys.argv[1:2] == ["run"]:
            sys.modules["rich"] = None  # type: ignore[assignment]  # "import rich" fails then, and they do without
        from bot.command_line import cli

        if sys.argv[1:2] == ["run"]:
            del sys.modules["rich"]  # wrong usage is told with it
    cli()
