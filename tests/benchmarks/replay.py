"""Live through a year of a list's archive: every mail once in the ledger, in order, none posted twice.

    python -m tests.benchmarks.replay 2014 FOLDER_WITH_PIPERMAIL_MONTHS

The clock jumps from one due thing to the next; the process dies at random moments.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.mail.mbox import open_archive, split_mails
from bot.mail.mime.message import parse_email
from bot.mail.quotes.own_words import own_words
from bot.mail.stored import Arrival
from bot.storage.database import Database
from tests.benchmarks.replaying import Outcome, Replay


def main() -> None:
    """Replay what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("year", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=1_000_000, help="only so many mails")
    asked = parser.parse_args()
    arrivals = sorted(read_year(asked.folder, asked.year), key=lambda each: each.arrived_at or _NEVER)
    began = time.monotonic()
    outcome = asyncio.run(replay(arrivals[: asked.most], seed=asked.seed))
    print(outcome)
    print(f"{time.monotonic() - began:.0f} s")


_NEVER = datetime.max.replace(tzinfo=UTC)


async def replay(arrivals: Sequence[Arrival], *, seed: int, restarts: float = 0.05) -> Outcome:
    """Replay mails in a store of their own."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(f"sqlite:///{folder}/replay.sqlite3") as database:
            await database.migrate()
            return await Replay(database, seed=seed, restarts=restarts).run(arrivals)


def read_year(folder: Path, year: int) -> Iterator[Arrival]:
    """Yield the mails of a year that say when they were sent, from an archive's months."""
    for path in sorted(folder.glob(f"{year}-*")):
        with path.open("rb") as stream:
            for archived in split_mails(open_archive(stream)):
                email = parse_email(archived.content)
                if email.date is not None and email.date.year == year:
                    words = own_words(email.body, is_reply=email.is_reply)
                    yield Arrival(email=email, words=words, arrived_at=email.date)


if __name__ == "__main__":
    main()
