"""Measure what a digest over very many mails costs: the whole time, and how long the loop stands still.

python -m tests.benchmarks.digests                   2,000 mails in 400 threads, five times
python -m tests.benchmarks.digests --mails 500       fewer

The store is fresh and temporary. The first round also warms what is compiled and cached.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.delivery.outbox import Outbox
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.digest.drafting import Drafting
from bot.mail.digest.material_repository import MaterialRepository
from bot.mail.digest.posting import Posting
from bot.mail.digest.repository import DigestRepository
from bot.mail.digest.wishes import DigestWish
from bot.mail.dispositions_repository import Dispositions
from bot.mail.email_rows import hash_authors_with
from bot.mail.mime.message import parse_email
from bot.mail.models import Place
from bot.mail.polling import News
from bot.mail.quotes.own_words import own_words
from bot.mail.repository import MailRepository
from bot.mail.stored import Arrival, Follow
from bot.pictures.sheets import Picture
from bot.storage.database import Database
from bot.text.cadence import Schedule
from bot.text.catalogue import load_texts

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GUILD, CHANNEL = 1, 2
PLACE = Place(kind="mbox", address="benchmark", name="benchmark")
PER_THREAD = 5
ROUNDS = 5
WORDS = (
    "The pilots ask for a longer window at low tide, since the deeper ships cannot leave before noon. "
    "Could the harbour office publish the depth of each berth with the tide tables? "
)


@dataclass(frozen=True, slots=True)
class Batch:
    """The mails of a round."""

    list_id: int
    now: datetime
    number: int
    mails: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.digests", description=__doc__)
    parser.add_argument("--mails", type=int, default=2_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for number, (whole, cpu, lag) in enumerate(asyncio.run(measure(Path(folder), given.mails)), 1):
            print(
                f"round {number}: {given.mails} mails in {whole * 1000:.0f} ms ({cpu * 1000:.0f} of CPU), "
                f"the loop stood still for {lag * 1000:.0f} ms at most"
            )


async def measure(folder: Path, mails: int) -> list[tuple[float, float, float]]:
    """Return for each round how many seconds the digest took, of CPU time, and the longest standstill."""
    async with Database(f"sqlite:///{folder / 'store.sqlite3'}") as database:
        await database.migrate()
        mail = MailRepository(database, hash_authors_with(b"benchmark"))
        async with database.writing() as connection:
            source = await mail.add_source(connection, PLACE, cursor={}, now=NOW, is_polled=False)
            follow = Follow(guild_id=GUILD, list_id=source.list_id, channel_id=CHANNEL, followed_at=NOW)
            await mail.follow(connection, follow)
        posting = make_posting(database, mail)
        repository = DigestRepository(database)
        wish = DigestWish(guild_id=GUILD, list_id=source.list_id, channel_id=CHANNEL, schedule=Schedule())
        async with database.writing() as connection:
            await repository.save(connection, wish, now=NOW)
        found = []
        for number in range(ROUNDS):
            day = NOW + timedelta(days=number)
            batch = Batch(source.list_id, day + timedelta(hours=1), number, mails)
            await arrive(database, mail, posting, batch)
            found.append(await timed(posting, day + timedelta(days=1)))
        return found


def make_posting(database: Database, mail: MailRepository) -> Posting:
    """Build what posts digests."""

    async def zone_of(_guild_id: int) -> str:
        return "UTC"

    async def is_open(_guild_id: int, _channel_id: int) -> bool:
        return False

    drafting = Drafting(
        material=MaterialRepository(database),
        zone_of=zone_of,
        draw=lambda _name, _weeks: Picture(png=b"", alt=""),
    )
    return Posting(
        database=database,
        repository=DigestRepository(database),
        mail=mail,
        drafting=drafting,
        outbox=Outbox(database, wake=lambda: None),
        dispositions=Dispositions(database),
        choices=ChoicesRepository(database),
        texts=load_texts(),
        is_open=is_open,
    )


async def arrive(database: Database, mail: MailRepository, posting: Posting, batch: Batch) -> None:
    """Store a round's mails, and let them be heard of."""
    now, list_id = batch.now, batch.list_id
    arrivals = [arrival(f"{batch.number}.{index}", index, now) for index in range(batch.mails)]
    mailing_list = await mail.get_list(list_id)
    assert mailing_list is not None
    async with database.writing() as connection:
        saved = await mail.save_batch(connection, list_id, arrivals, now=now)
        await posting.hear(connection, News(mailing_list=mailing_list, saved=saved, is_old=False, now=now))


def arrival(name: str, index: int, now: datetime) -> Arrival:
    """Return a mail: each fifth begins a thread, the others answer it."""
    opening = name.partition(".")[0] + f".{index - index % PER_THREAD}"
    answers = "" if index % PER_THREAD == 0 else f"In-Reply-To: <{opening}@x>\nReferences: <{opening}@x>\n"
    date = (now + timedelta(seconds=index)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    raw = (
        f"From: Author {index % 97} <author{index % 97}@example.org>\nDate: {date}\n"
        f"Subject: {'Re: ' if answers else ''}Depth at berth {index // PER_THREAD}\n"
        f"Message-ID: <{name}@x>\n{answers}\n{WORDS * (1 + index % 4)}\n"
    )
    email = parse_email(raw.encode())
    return Arrival(email=email, words=own_words(email.body), arrived_at=now)


async def timed(posting: Posting, due: datetime) -> tuple[float, float, float]:
    """Return how long what is due took, in all and of CPU time, and the loop's longest standstill."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        before = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest = max(longest, now - before - 0.001)
            before = now

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    longest = 0.0
    start, cpu = time.perf_counter(), time.process_time()
    await posting.post_due(due)
    whole, cpu = time.perf_counter() - start, time.process_time() - cpu
    watching.cancel()
    return whole, cpu, longest


if __name__ == "__main__":
    main()
