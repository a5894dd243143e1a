import asyncio
import signal
import sys
import textwrap

import pytest

from bot.errors import SettingsError
from bot.storage.claims import Claim, Share
from bot.storage.database import Database
from tests.clocks import NOON
from tests.integration.conftest import NEEDS_SERVER
from tests.integration.storage.rows import ROOT, break_connections_of_claims


class Lost:
    """Counts how often a claim was lost."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1


def claim(database, name="gateway", on_loss=lambda: None):
    return Claim(database, name, problem="another one runs", on_loss=on_loss)


async def is_free(url, name="gateway"):
    async with Database(url) as database:
        try:
            async with claim(database, name):
                return True
        except SettingsError:
            return False


@pytest.fixture
async def shared(postgresql_url):
    async with Database(postgresql_url) as opened:
        await opened.migrate()
        yield opened


async def test_sqlite_needs_none_the_files_lock_is_enough(sqlite_url):
    lost = Lost()
    async with Database(sqlite_url) as database, claim(database, on_loss=lost) as held:
        await held.keep(NOON)
    assert lost.times == 0


@NEEDS_SERVER
async def test_second_process_is_refused_in_one_line(shared, postgresql_url):
    async with claim(shared):
        async with Database(postgresql_url) as database:
            with pytest.raises(SettingsError) as caught:
                async with claim(database):
                    pass
        assert caught.value.problems == ("another one runs",)
        assert await is_free(postgresql_url, "another name")
    assert await is_free(postgresql_url)


@NEEDS_SERVER
async def test_claim_that_was_refused_keeps_no_lock_and_no_connection(shared, postgresql_url):
    async with claim(shared), Database(postgresql_url) as database:
        for _ in range(20):  # more than a pool holds
            with pytest.raises(SettingsError):
                async with claim(database):
                    pass
    assert await is_free(postgresql_url)


@NEEDS_SERVER
async def test_claim_outlives_a_broken_connection(shared, postgresql_url):
    lost = Lost()
    async with claim(shared, on_loss=lost) as held:
        await held.keep(NOON)
        await break_connections_of_claims(shared)
        await held.keep(NOON)
        await held.keep(NOON)
        assert not await is_free(postgresql_url)
    assert lost.times == 0


@NEEDS_SERVER
async def test_claim_that_another_took_meanwhile_is_lost(shared, postgresql_url):
    lost = Lost()
    async with claim(shared, on_loss=lost) as held:
        await break_connections_of_claims(shared)
        await asyncio.sleep(0.1)
        async with Database(postgresql_url) as database, claim(database):
            await held.keep(NOON)
            assert lost.times == 1


HOLDER = textwrap.dedent("""
    import asyncio, sys
    from bot.storage.claims import Claim, Share
    from bot.storage.database import Database

    async def main(url):
        async with Database(url) as database, Claim(database, "gateway", problem="x", on_loss=print):
            print("held", flush=True)
            await asyncio.sleep(60)

    asyncio.run(main(sys.argv[1]))
""")


@NEEDS_SERVER
async def test_killed_processs_name_is_free_at_once(shared, postgresql_url):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, postgresql_url, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert await process.stdout.readline() == b"held\n"
    assert not await is_free(postgresql_url)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async with asyncio.timeout(10):
        while not await is_free(postgresql_url):  # noqa: ASYNC110 (no event tells of a dead connection)
            await asyncio.sleep(0.02)


@NEEDS_SERVER
@pytest.mark.parametrize(
    ("first", "second", "is_taken"),
    [
        (Share(parts=(0, 1), total=4), Share(parts=(2, 3), total=4), True),
        (Share(parts=(0, 1), total=4), Share(parts=(1, 2), total=4), False),
        (Share(parts=(0,), total=4), Share(parts=(1,), total=2), False),
        (Share(parts=(0,), total=4), None, False),
        (None, Share(parts=(0,), total=4), False),
    ],
)
async def test_parts_are_held_beside_each_other_and_never_twice(
    shared, postgresql_url, first, second, is_taken
):
    def part(database, share):
        return Claim(database, "gateway", problem="taken", on_loss=lambda: None, share=share)

    async with part(shared, first), Database(postgresql_url) as database:
        if is_taken:
            async with part(database, second):
                pass
        else:
            with pytest.raises(SettingsError):
                await part(database, second).__aenter__()
    async with Database(postgresql_url) as database, part(database, second):
        pass
