"""Start the command line: python -m bot run | try | ask | check | backup and the rest; --help lists them.

A gigabyte of mail is imported on the small machine on which the bot runs as well: that command is started
without what only the others need, which is 40 MB.
"""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["import-mbox"]:
        from bot.import_command import cli
    else:
        from bot.command_line import cli
    cli()
