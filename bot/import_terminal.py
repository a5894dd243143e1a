"""Import mbox files from the command line, with a progress bar."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot.allocation import give_back
from bot.mail import importing
from bot.mail.email_rows import AUTHORS_SECRET, hash_authors_with
from bot.mail.importing import READERS_NICENESS, Importer
from bot.mail.intake import MailReader
from bot.mail.repository import MailRepository
from bot.storage.database import Database
from bot.storage.keys import get_or_create_secret
from bot.workers import Workers

_KEPT_BYTES = 36 << 20
"""What a process that reads mail may hold: 30 MB, and what pieces leave behind (2 ms to give it back)."""
_PACKED = frozenset({".gz", ".bz2", ".xz", ".zip"})


async def import_mboxes(
    database_url: str,
    files: Sequence[Path],
    *,
    guild_id: int,
    list_name: str,
    keep: timedelta,
    clock: Callable[[], datetime],
) -> list[importing.Progress]:
    """Import files into a guild's list, one after the other; return how each went.

    Raises:
        UserError: A file cannot be read, or is no mbox; then nothing of the others is read either.
        SettingsError: The store cannot be used, or the bot is running on it.
    """
    for file in files:
        importing.check_file(file)
    done: list[importing.Progress] = []
    # One process: it reads as fast as this one stores (measured), and a second one would hold 36 MB more.
    workers = Workers(kept_bytes=_KEPT_BYTES, niceness=READERS_NICENESS)
    async with Database(database_url, is_repeatable=True) as database, workers:
        await database.migrate()
        secret = await get_or_create_secret(database, AUTHORS_SECRET)
        repository = MailRepository(database, hash_authors_with(secret))
        importer = Importer(
            database=database,
            repository=repository,
            reader=MailReader(workers=workers, repository=repository),
            clock=clock,
            keep=keep,
        )
        mailing_list = await importer.find_or_make_list(guild_id, list_name)
        with _bar() as bar:
            for file in files:
                task = bar.add_task(file.name, total=_size(file), mails=0, new=0)
                done.append(await importer.import_file(mailing_list, file, tell=_teller(bar, task)))
                bar.update(task, total=done[-1].done or None, completed=done[-1].done)
    return done


def _bar() -> Progress:
    """Make the bar; it is drawn beside the output, so that the output can be used."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[mails]} mails, {task.fields[new]} new"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _teller(bar: Progress, task: TaskID) -> Callable[[importing.Progress], None]:
    def tell(progress: importing.Progress) -> None:
        bar.update(task, completed=progress.done, mails=progress.mails, new=progress.new)
        give_back()

    return tell


def _size(file: Path) -> float | None:
    """Return how much there is to read; what a packed file holds is not known before."""
    try:
        return None if file.suffix in _PACKED else float(file.stat().st_size)
    except OSError:
        return None
