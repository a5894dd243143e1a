"""A thread of five thousand mails costs as much as one of 500, or ten times that: never the square."""

import gc
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mail.digest.drafting import Drafting
from bot.mail.digest.material_repository import MaterialRepository
from bot.mail.digest.models import Window
from bot.mail.reading_repository import MOST_IN_THREAD
from bot.mail.render import order_mails, render_thread
from bot.text.catalogue import load_texts
from bot.text.search_terms import parse_terms
from tests.integration.mail.arrivals import GUILD, NOW, arrival, key, later
from tests.integration.mail.live_world import World

SHORT, LONG, BATCH = 500, 5_000, 200
TEXTS = load_texts()
LEAST_SECONDS = 0.01
"""What is quicker is not compared: the machine's other work is more than that."""
BOUNDED, LINEAR = 4, 25
"""How many times as long it may take where ten times the mails are to make no difference, or ten times."""


@pytest.fixture
def database_url(sqlite_url):
    """Measure on one engine."""
    return sqlite_url


class Thread:
    """One conversation that grows; each mail refers to the twenty before it."""

    def __init__(self, world):
        self.world = world
        self.base = arrival("m", "Words of a mail about zebras.")
        self.size = 0

    def write(self, count):
        for number in range(self.size, self.size + count):
            references = tuple(key(f"m{each}") for each in range(max(0, number - 20), number))
            at = NOW + timedelta(seconds=number)
            email = replace(
                self.base.email,
                key=key(f"m{number}"),
                references=references,
                in_reply_to=references[-1] if references else "",
                date=at,
                is_reply=number > 0,
            )
            yield replace(self.base, email=email, arrived_at=at)
        self.size += count

    async def grow(self, count):
        world = self.world
        async with world.database.writing() as connection:
            await world.mail.save_batch(connection, world.list_id, list(self.write(count)), now=world.now)

    async def grow_to(self, size):
        while self.size < size:
            await self.grow(min(1_000, size - self.size))


async def seconds_of(act):
    """Return the processor's time that something takes at best: what else the machine does is none of it."""
    best = 60.0
    for _ in range(2):
        gc.collect()
        start = time.process_time()
        await act()
        best = min(best, time.process_time() - start)
    return max(best, LEAST_SECONDS)


@pytest.fixture
async def thread(database, mail, list_id):
    world = World(database, mail, list_id)
    await world.live()
    return Thread(world)


async def test_the_longest_thread_takes_bounded_time(thread):
    world = thread.world
    mail, list_id = world.mail, world.list_id
    drafting = Drafting(material=MaterialRepository(world.database), zone_of=None, draw=None)
    window = Window(since=NOW, until=later(days=1))

    async def view():
        emails = await mail.list_thread(GUILD, list_id, 1)
        return render_thread(TEXTS, emails, page=1)

    async def digest():
        await drafting.compose(GUILD, list_id, range(1, thread.size), window)

    acts = {
        "store": (lambda: thread.grow(BATCH), BOUNDED),
        "post live": (lambda: world.bring(*thread.write(5)), BOUNDED),
        "latest": (lambda: mail.list_latest(GUILD), BOUNDED),
        "view": (view, BOUNDED),
        "search": (lambda: mail.search(GUILD, parse_terms("zebras")), LINEAR),
        "digest": (digest, LINEAR),
    }
    await thread.grow_to(SHORT)
    short = {name: await seconds_of(act) for name, (act, _) in acts.items()}
    await thread.grow_to(LONG)
    long = {name: await seconds_of(act) for name, (act, _) in acts.items()}

    (summary,) = await mail.list_latest(GUILD)
    assert (summary.mails, summary.people) == (thread.size, 1)
    assert len(await mail.list_thread(GUILD, list_id, 1)) == MOST_IN_THREAD
    factors = {name: round(long[name] / short[name], 1) for name in acts}
    assert [name for name, (_, most) in acts.items() if factors[name] > most] == [], factors


async def test_a_long_chain_is_ordered_in_linear_time(thread):
    def mails(count):
        thread.size = 0
        return [
            replace(
                one, key=each.email.key, references=each.email.references, in_reply_to=each.email.in_reply_to
            )
            for each in thread.write(count)
        ]

    (one,) = await thread.world.bring(*thread.write(1))
    short, long = mails(SHORT), mails(LONG)
    for emails in (short, long):
        assert [depth for _, depth in order_mails(emails)] == list(range(len(emails)))

    async def order(emails):
        order_mails(emails)

    factor = await seconds_of(lambda: order(long)) / await seconds_of(lambda: order(short))
    assert factor < LINEAR
