"""Let each database statement and each request of a delivery fail once, one run for each of them."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from bot.app import App, build
from bot.chat.client import use_api
from bot.delivery.models import Kind, Outgoing, Removal
from bot.delivery.post import Post, Topic
from bot.storage.schema import outbox
from config.community import Community
from config.settings import load_settings
from tests.crash.loopback_channels import Fault
from tests.crash.loopback_discord import LoopbackDiscord
from tests.crash.loopback_payloads import CHANNEL, GUILD, MORE_CHANNELS

# `make crash` lets every call fail; the tests take some of them.
IS_WHOLE = bool(os.environ.get("WHOLE_CAMPAIGN"))  # noqa: TID251 (a setting of the tests, not of the bot)
FIRST, SECOND = int(CHANNEL), int(MORE_CHANNELS[0])
HOW = {
    "cut before": Fault,
    "cut after": lambda: Fault(is_done=True),
    "503": lambda: Fault(status=503),
    "502 after": lambda: Fault(status=502, is_done=True),
    "429": lambda: Fault(status=429, retry_after=0.01),
}


class MovedClock:
    """The real clock, moved on by what the test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead  # noqa: TID251 (snowflakes carry the real time)


@contextmanager
def failing_statement(number: int) -> Iterator[Callable[[], bool]]:
    """Let the n-th database statement or commit fail; say afterwards whether it came to that."""
    count = 0

    def fail(*_arguments: object) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise OperationalError("injected", None, sqlite3.OperationalError("disk I/O error"))

    event.listen(Engine, "before_cursor_execute", fail)
    event.listen(Engine, "commit", fail)
    try:
        yield lambda: count >= number
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
        event.remove(Engine, "commit", fail)


@contextmanager
def failing_request(server: LoopbackDiscord, number: int, how: str) -> Iterator[Callable[[], bool]]:
    """Let the n-th request about a channel fail; say afterwards whether it came to that."""
    count = 0

    def fault(_method: str, path: str) -> Fault | None:
        nonlocal count
        if not path.startswith("/channels/"):
            return None
        count += 1
        return HOW[how]() if count == number else None

    server.channels.fault = fault
    yield lambda: count >= number
    server.channels.fault = lambda _method, _path: None


async def enqueue(app: App) -> None:
    """Put a bit of everything into the outbox."""
    now = app.clock()
    topic = Topic(key="t", name="A thread")
    posts = (
        ("1", FIRST, Post(title="1")),
        ("2", FIRST, Post(title="2")),
        ("t1", SECOND, Post(title="t1", topic=topic)),
        ("t2", SECOND, Post(title="t2", topic=topic)),
        ("edit", FIRST, Post(title="1 edited", edits="1")),
        ("gone", SECOND, Post(title="gone")),
        ("3", FIRST, Post(title="3", replies_to="2")),
    )
    box = app.delivery.outbox
    async with app.database.writing() as connection:
        for key, channel, post in posts:
            outgoing = Outgoing(
                key=key, guild_id=int(GUILD), channel_id=channel, kind=Kind.MAIL, post=post, due_at=now
            )
            await box.enqueue(connection, outgoing, now=now)
        removal = Removal(
            key="away", guild_id=int(GUILD), channel_id=SECOND, kind=Kind.MAIL, target="gone", due_at=now
        )
        await box.enqueue_removal(connection, removal, now=now)


async def has_open(app: App) -> bool:
    """Tell whether anything is still to be done; the question may be the one that fails."""
    wanted = select(outbox.c.id).where(outbox.c.ended_at.is_(None)).limit(1)
    try:
        async with app.database.reading() as connection:
            return (await connection.execute(wanted)).first() is not None
    except OperationalError:
        return True


async def deliver(app: App, clock: MovedClock) -> None:
    """Do all there is, as time goes on."""
    for _ in range(12):
        app.delivery.dispatcher.wake()
        await app.delivery.dispatcher.until_idle()
        if not await has_open(app):
            return
        clock.ahead += timedelta(minutes=1)
    pytest.fail("it does not come to an end")


async def run_once(directory: Path, server: LoopbackDiscord, failing: Callable[[], object]) -> bool:
    """Deliver with one failure; return whether it came to that failure."""
    clock = MovedClock()
    settings = load_settings({"DATA_DIR": str(directory)}, env_file=directory / "no.env")
    async with build(settings, Community(), clock=clock) as app:
        await enqueue(app)
        async with app.client:
            await app.client.login(server.token)
            with failing() as came:
                async with app.delivery.dispatcher:
                    await deliver(app, clock)
                return came()


def check(server: LoopbackDiscord, directory: Path) -> None:
    """Nothing is lost, doubled or out of order, and the store is sound."""
    channels = server.channels
    assert channels.titles(FIRST) == ["1 edited", "2", "3"]
    assert channels.titles(SECOND) == ["t1"]
    (thread,) = channels.threads
    assert channels.titles(thread) == ["t2"]
    with sqlite3.connect(directory / "rapporteur.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        states = dict(connection.execute("SELECT key, state FROM outbox").fetchall())
    assert set(states.values()) == {"sent"}


async def every(directory: Path, failing: Callable[[LoopbackDiscord, int], object], *, step: int) -> int:
    """Let one call after the other fail, until there is no such call; return how many there were, or more."""
    for number in range(1, 500, 1 if IS_WHOLE else step):
        folder = directory / str(number)
        async with LoopbackDiscord() as server:
            use_api(server.api_url)
            has_failed = await run_once(folder, server, lambda: failing(server, number))  # noqa: B023
            check(server, folder)
        if not has_failed:
            return number
    pytest.fail("there is no end of calls")


@pytest.fixture(autouse=True)
def keep_api_address() -> Iterator[None]:
    before = discord.http.Route.BASE
    yield
    use_api(before)


@pytest.mark.timeout(240)
async def test_any_statement_may_fail(tmp_path: Path) -> None:
    assert await every(tmp_path, lambda _server, number: failing_statement(number), step=13) > 60


@pytest.mark.timeout(120)
@pytest.mark.parametrize("how", HOW)
async def test_any_request_may_fail(tmp_path: Path, how: str) -> None:
    assert await every(tmp_path, lambda server, number: failing_request(server, number, how), step=3) > 8
