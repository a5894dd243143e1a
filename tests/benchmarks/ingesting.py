"""Pass once over the mails of archives: into a fresh store, and through another program."""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.allocation import collect_seldom
from bot.mail.email_rows import hash_authors_with
from bot.mail.importing import READERS_NICENESS
from bot.mail.intake import MailReader
from bot.mail.mbox import open_archive, split_mails
from bot.mail.models import Place, RawMail
from bot.mail.reading_ahead import Batch, in_batches, read_ahead
from bot.mail.repository import MailRepository
from bot.storage.database import Database
from bot.workers import Workers
from tests.benchmarks.notmuch import Notmuch

NOW = datetime(2025, 1, 1, tzinfo=UTC)
PLACE = Place(kind="mbox", address="benchmark", name="benchmark")
WARMING = ("bot.mail.reading:read_batch", "bot.mail.stripping:strip_batch")
PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass over the mails took."""

    mails: int
    stored: int
    set_aside: int
    seconds: float
    cpu_seconds: float
    megabytes: float

    def __str__(self) -> str:
        """Say it on one line."""
        what = f"{self.mails} mails, {self.stored} stored, {self.set_aside} set aside"
        pace = f"{self.mails / self.seconds:,.0f} a second"
        cost = (
            f"{self.seconds:.1f} s, {self.cpu_seconds:.1f} CPU s, at most {self.megabytes:.0f} MB a process"
        )
        return f"{what}: {pace} ({cost})"


def main(description: str, arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.ingest",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("archives", nargs="+", type=Path, metavar="MBOX")
    parser.add_argument("--twice", action="store_true", help="a second pass, which stores none")
    parser.add_argument("--beside", choices=["notmuch"], help="index the same mails with another program")
    parser.add_argument("--processes", type=int, default=2, help="how many parse and strip (2)")
    given = parser.parse_args(arguments)
    collect_seldom()  # as an import does
    with tempfile.TemporaryDirectory() as folder:
        given.archives = [unpack(archive, Path(folder)) for archive in given.archives]
        for number, done in enumerate(asyncio.run(ingest(given, Path(folder))), 1):
            print(f"pass {number}: {done}")
        if given.beside:
            print(f"notmuch: {run_notmuch(given.archives, Path(folder) / 'notmuch')}")


async def ingest(given: argparse.Namespace, folder: Path) -> list[Pass]:
    """Pass once or twice over the archives."""
    passes = []
    async with Database(f"sqlite:///{folder / 'store.sqlite3'}", is_repeatable=True) as database:
        await database.migrate()
        repository = MailRepository(database, hash_authors_with(b"benchmark"))
        async with database.writing() as connection:
            source = await repository.add_source(connection, PLACE, cursor={}, now=NOW)
        for _ in range(1 + given.twice):
            mails = (mail for archive in given.archives for mail in read_archive(archive))
            passes.append(await ingest_once(mails, database, repository, source.list_id, given.processes))
    return passes


async def ingest_once(
    mails: Iterable[RawMail], database: Database, repository: MailRepository, list_id: int, processes: int
) -> Pass:
    """Read mails into a list; those that it has already are parsed and passed over."""
    count = stored = set_aside = 0
    cpu_start = cpu_seconds()
    async with Workers(processes=processes, niceness=READERS_NICENESS) as workers:
        await asyncio.gather(*(workers.run(job, []) for job in WARMING * processes))
        start = time.perf_counter()
        reader = MailReader(workers=workers, repository=repository, pieces_at_once=processes)
        batches = (Batch(mails=tuple(some), end=0) for some in in_batches(mails, lambda mail: len(mail.data)))
        async for batch, intake in read_ahead(reader, list_id, batches, list_name=PLACE.name):
            async with database.writing() as connection:
                saved = await repository.save_batch(connection, list_id, intake.arrivals, now=NOW)
            count += len(batch.mails)
            stored += len(saved.emails)
            set_aside += len(intake.problems)
        seconds = time.perf_counter() - start
    return Pass(
        mails=count,
        stored=stored,
        set_aside=set_aside,
        seconds=seconds,
        cpu_seconds=cpu_seconds() - cpu_start,
        megabytes=max(resource.getrusage(who).ru_maxrss / 1024 for who in PROCESSES),
    )


def cpu_seconds() -> float:
    """Return what this process used, and those it started that have ended."""
    used = (resource.getrusage(who) for who in PROCESSES)
    return sum(each.ru_utime + each.ru_stime for each in used)


def unpack(path: Path, folder: Path) -> Path:
    """Return an archive that is not packed: the path itself, or what it is unpacked to."""
    with path.open("rb") as stream:
        archive = open_archive(stream)
        if archive is stream:
            return path
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as unpacked:
            while some := archive.read(1 << 20):
                unpacked.write(some)
    return Path(unpacked.name)


def read_archive(path: Path) -> Iterator[RawMail]:
    """Yield an archive's mails."""
    with path.open("rb") as stream:
        for mail in split_mails(open_archive(stream)):
            yield RawMail(data=mail.content)


def run_notmuch(archives: Sequence[Path], folder: Path) -> Pass:
    """Index the same mails with notmuch; they lie in a Maildir that is made before the clock starts."""
    notmuch = Notmuch(folder)
    count = notmuch.put(mail.data for archive in archives for mail in read_archive(archive))
    start, cpu_start = time.perf_counter(), cpu_seconds()
    notmuch.index()
    seconds = time.perf_counter() - start
    return Pass(
        mails=count,
        stored=notmuch.count(),
        set_aside=0,
        seconds=seconds,
        cpu_seconds=cpu_seconds() - cpu_start,
        megabytes=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    )
