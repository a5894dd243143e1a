"""Show beforehand what would be posted now, and change nothing by it."""

from dataclasses import replace
from datetime import datetime

from bot.delivery.post import Post
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.digest.arranging import Arranging
from bot.mail.digest.drafting import Drafting
from bot.mail.digest.models import Window
from bot.mail.digest.render import render_digest
from bot.mail.digest.repository import DigestRepository
from bot.mail.digest.wishes import KeptDigest
from bot.mail.filters import Choices
from bot.mail.stored import MailingList
from bot.storage.database import Database
from bot.text.catalogue import Texts


class Previewing:
    """What a list's next digest would be."""

    def __init__(
        self,
        *,
        database: Database,
        repository: DigestRepository,
        arranging: Arranging,
        drafting: Drafting,
        choices: ChoicesRepository,
        texts: Texts,
    ) -> None:
        self._database = database
        self._repository = repository
        self._arranging = arranging
        self._drafting = drafting
        self._choices = choices
        self._texts = texts

    async def preview(self, guild_id: int, mailing_list: MailingList, *, now: datetime) -> Post:
        """Return the digest of what waits, as it would be posted now; else that of the last seven days."""
        for kept in await self._repository.list_wishes(guild_id):
            if kept.wish.list_id == mailing_list.id:
                post = await self._next(kept, mailing_list, now)
                if post is not None:
                    return post
        return await self._arranging.preview(guild_id, mailing_list, now=now)

    async def _next(self, kept: KeptDigest, mailing_list: MailingList, now: datetime) -> Post | None:
        numbers = await self._repository.list_waiting(kept.id)
        if not numbers:
            return None
        window = Window(since=kept.told_until, until=now)
        draft = await self._drafting.draft(await self._choices_of(kept), numbers, window)
        if not draft.digest.news:
            return None
        frame = await self._drafting.frame(kept, mailing_list, window)
        return render_digest(self._texts.to(kept.wish.guild_id), draft.digest, frame)

    async def _choices_of(self, kept: KeptDigest) -> Choices:
        """Return what the channel chose; during a pause, what will be posted after it."""
        wish = kept.wish
        async with self._database.reading() as connection:
            found = await self._choices.find(connection, wish.guild_id, wish.list_id, wish.channel_id)
        plain = Choices(guild_id=wish.guild_id, list_id=wish.list_id, channel_id=wish.channel_id)
        return replace(found or plain, paused_at=None)
