"""A backup put back into service: Discord has more than the store knows of, and nothing comes twice."""

from datetime import timedelta
from pathlib import Path

from bot.delivery.outbox import Outbox
from bot.operations.backup import back_up
from bot.storage.database import Database
from bot.storage.restoration import restore
from bot.wiring.backup import lately_restored
from tests.integration.delivery.conftest import CHANNEL, START, Stage
from tests.integration.delivery.played_channels import PlayedChannels

MINUTE = timedelta(minutes=1)


async def opened(database, poster, now):
    stage = Stage(database=database, outbox=None, poster=poster, now=now)
    stage.outbox = Outbox(database, wake=stage.wake)
    stage.restoration = await lately_restored(database, now=now)
    return stage


async def test_restored_bot_posts_nothing_twice_and_loses_nothing(sqlite_url, tmp_path: Path):
    poster = PlayedChannels()
    async with Database(sqlite_url) as database:
        await database.migrate()
        stage = await opened(database, poster, START)
        await stage.enqueue("sent before the backup")
        await stage.enqueue("due after the backup", due=START + 10 * MINUTE)
        await stage.enqueue("due after the restoration", due=START + 90 * MINUTE)
        await stage.run()
        backup = back_up(sqlite_url, tmp_path / "copies", now=stage.now)
        await stage.later(minutes=20)
        await stage.enqueue("came after the backup")
        await stage.later(minutes=10)
    before = list(poster.posts[CHANNEL])
    assert before == ["sent before the backup", "due after the backup", "came after the backup"]

    restore(backup, sqlite_url, now=START + 40 * MINUTE)
    async with Database(sqlite_url) as database:
        await database.migrate()
        stage = await opened(database, poster, START + 50 * MINUTE)
        await stage.run()
        # The source is read anew from where the backup stood, and brings again what was posted since.
        await stage.enqueue("came after the backup")
        await stage.enqueue("came after the restoration")
        await stage.run()
        assert poster.posts[CHANNEL] == [*before, "came after the restoration"]
        await stage.later(minutes=45)
    assert poster.posts[CHANNEL] == [*before, "came after the restoration", "due after the restoration"]
