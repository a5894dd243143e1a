import sqlite3

from tests.crash import campaign
from tests.crash.loopback_discord import LoopbackDiscord


async def test_a_stop_amid_many_posts_leaves_nothing_in_doubt(discord: LoopbackDiscord, tmp_path):
    store = tmp_path / "data" / "rapporteur.sqlite3"
    await campaign.enqueue_posts(f"sqlite:///{store}", 300)
    async with campaign.start(tmp_path, discord) as bot:
        await discord.until(lambda: len(posted(discord)) >= 20)
        assert await bot.stop() == 0
    with sqlite3.connect(store) as connection:
        states = dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
    assert states == {"sent": len(posted(discord)), "queued": 300 - len(posted(discord))}


def posted(discord: LoopbackDiscord) -> list[str]:
    return [title for channel in campaign.CHANNELS for title in discord.channels.titles(channel)]
