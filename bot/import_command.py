"""The command import-mbox, by itself: without Discord, calendars and pages (see bot/__main__.py)."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.allocation import hold_little
from bot.clock import utc_now
from bot.starting import NAME, settings_errors, start_up, user_errors
from bot.storage.places import database_url
from config.logging import secrets_of

cli = typer.Typer(name=NAME, add_completion=False, pretty_exceptions_enable=False)


@cli.callback()
def main() -> None:
    """Rapporteur: the working-group secretary for Discord."""


@cli.command("import-mbox")
def import_mbox(
    files: Annotated[list[Path], typer.Argument(help="mbox files, plain or packed.", show_default=False)],
    name: Annotated[str, typer.Option("--list", help="The list's name; it is made if there is none.")],
    guild: Annotated[int, typer.Option(help="The id of the server that the list is for.", min=1)],
    keep: Annotated[int, typer.Option(help="How many days the mails' texts are kept.", min=1)] = 90,
) -> None:
    """Read old mail into a list, for the search; go on where an import that was broken off ended."""
    from bot.import_terminal import import_mboxes  # noqa: PLC0415 (what runs for months does without)

    hold_little()
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
            aside = f", {done.aside} set aside" if done.aside else ""
            print(f"{done.file}: {done.mails} mails read, {done.new} new{aside}")
