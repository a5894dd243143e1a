"""The command import-mbox, by itself: without Discord, calendars and pages (see bot/__main__.py)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.allocation import collect_seldom, hold_little
from bot.clock import utc_now
from bot.starting import NAME, settings_errors, start_up, user_errors
from bot.storage.places import database_url
from config.logging import secrets_of
from config.tables import SNOWFLAKES

MOST_NAME = 80
"""As `/list follow name:` has it."""
MOST_DAYS = 36_500

cli = typer.Typer(name=NAME, add_completion=False, pretty_exceptions_enable=False)


def read_name(text: str) -> str:
    """Return a list's name as it is kept.

    Raises:
        typer.BadParameter: There is none, or it is too long to be shown.
    """
    name = " ".join(text.split())
    if not 0 < len(name) <= MOST_NAME:
        raise typer.BadParameter(f"a name has 1 to {MOST_NAME} characters")
    return name


@cli.callback()
def main() -> None:
    """Rapporteur: the working-group secretary for Discord."""


@cli.command("import-mbox")
def import_mbox(
    files: Annotated[list[Path], typer.Argument(help="mbox files, plain or packed.", show_default=False)],
    name: Annotated[
        str,
        typer.Option("--list", help="The list's name; it is made if there is none.", callback=read_name),
    ],
    guild: Annotated[
        int, typer.Option(help="The id of the server that the list is for.", min=1, max=SNOWFLAKES[-1])
    ],
    keep: Annotated[
        int, typer.Option(help="How many days the mails' texts are kept.", min=1, max=MOST_DAYS)
    ] = 90,
) -> None:
    """Read old mail into a list, for the search; go on where an import that was broken off ended."""
    from bot.import_terminal import import_mboxes  # noqa: PLC0415 (what runs for months does without)

    hold_little()
    collect_seldom()
    settings = start_up()
    with settings_errors(secrets_of(settings)), user_errors():
        work = import_mboxes(
            database_url(settings),
            files,
            guild_id=guild,
            list_name=name,
            keep=timedelta(days=keep),
            clock=utc_now,
        )
        for done in asyncio.run(work):
            print(f"{done.file}: {describe(done.mails, done.new, done.aside, is_read=done.done > 0)}")


def describe(mails: int, new: int, aside: int, *, is_read: bool) -> str:
    """Return what an import came to, in words.

    Args:
        mails: How many were read this time.
        new: How many of them the list did not have.
        aside: How many could not be read.
        is_read: The file holds something.
    """
    if not mails:
        return "all of it was read before" if is_read else "it is empty"
    set_aside = f", {aside} set aside" if aside else ""
    return f"{mails} {'mail' if mails == 1 else 'mails'} read, {new} new{set_aside}"
