"""A list, a live channel and what is to be posted there, for the tests of live mode."""

from dataclasses import replace

from sqlalchemy import select

from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.delivery.post_json import from_json
from bot.mail.dispositions import Way
from bot.mail.dispositions_repository import Dispositions
from bot.mail.guarding import Guarding
from bot.mail.live.following import LiveFollowing
from bot.mail.live.models import Audience
from bot.mail.live.repository import LiveRepository
from bot.mail.live.service import LiveMode, LiveParts
from bot.mail.polling import News
from bot.storage.schema import outbox
from bot.text.catalogue import load_texts
from tests.integration.mail.arrivals import CHANNEL, GUILD, NOW

ADMINS = 900


class World:
    """A list, a live channel, and what is to be posted."""

    def __init__(self, database, mail, list_id):
        self.database, self.mail, self.list_id = database, mail, list_id
        self.now = NOW
        self.open_channels: set[int] = set()
        self.unknown_channels: set[int] = set()
        self.chosen = {}
        self.outbox = Outbox(database, wake=lambda: None)
        texts = load_texts("en")
        self.ledger = Dispositions(database)
        self.repository = LiveRepository(database)
        self.parts = LiveParts(
            repository=self.repository,
            ledger=self.ledger,
            outbox=self.outbox,
            notices=Notices(self.outbox, texts, declared={GUILD: ADMINS}),
            texts=texts,
            is_open=self.is_open,
            rules=self.rules,
        )
        self.mode = LiveMode(self.parts)
        self.guarding = Guarding(
            database=database,
            mail=mail,
            outbox=self.outbox,
            notices=self.parts.notices,
            is_open=self.can_be_seen,
            texts=texts,
        )
        self.following = LiveFollowing(database=database, mail=mail, parts=self.parts)
        self.audience = Audience(guild_id=GUILD, list_id=list_id, channel_id=CHANNEL)

    async def is_open(self, _guild_id, channel_id):
        return channel_id in self.open_channels

    async def can_be_seen(self, _guild_id, channel_id):
        return None if channel_id in self.unknown_channels else channel_id in self.open_channels

    async def rules(self, _connection, _list_id):
        return self.chosen

    async def list(self):
        return await self.mail.get_list(self.list_id)

    async def live(self, channel_id=CHANNEL):
        audience = replace(self.audience, channel_id=channel_id)
        return await self.following.switch_on(audience, await self.list(), is_open=False, now=self.now)

    async def bring(self, *arrivals, **news):
        """Store mails and tell live mode of them, in one transaction."""
        async with self.database.writing() as connection:
            saved = await self.mail.save_batch(connection, self.list_id, arrivals, now=self.now)
            follows = await self.mail.list_followers(self.list_id)
            told = {"is_old": False, "now": self.now, "follows": follows} | news
            await self.mode.hear(connection, News(mailing_list=await self.list(), saved=saved, **told))
        return saved.emails

    async def rows(self, channel_id=CHANNEL):
        statement = (
            select(outbox).where(outbox.c.channel_id == channel_id).order_by(outbox.c.due_at, outbox.c.id)
        )
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).mappings().all()

    async def posts(self, channel_id=CHANNEL):
        return [from_json(row["post"]) for row in await self.rows(channel_id)]

    async def fates(self, channel_id=CHANNEL, way=Way.LIVE):
        return await self.ledger.count_fates(self.list_id, channel_id, way)


def words(post):
    return "\n".join(block.markdown for block in post.blocks if hasattr(block, "markdown"))
