"""Tell members in private of mails that hold a word which they watch for.

That a word was found is noted in the transaction that stores the mail. Whether the member may see the list is
asked of Discord afterwards, and the note leaves by the outbox.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.mail.polling import News
from bot.mail.render_watch import render_note
from bot.mail.repository import MailRepository
from bot.mail.watch_repository import ONCE_IN, Note, WatchRepository
from bot.mail.watch_words import find_hits
from bot.storage.database import Database
from bot.text.catalogue import Texts

_NEWS: Final = timedelta(days=2)
"""A mail that was sent longer ago is no news, whenever it arrives."""

_AT_ONCE: Final = 20

Sees = Callable[[int, int, tuple[int, ...]], Awaitable[bool | None]]
"""Tells whether a member of a guild sees one of some channels, or with none, is there at all; None: later."""


class Noting:
    """Hear what lists bring, and tell those who watch for its words."""

    def __init__(
        self,
        *,
        database: Database,
        watches: WatchRepository,
        mail: MailRepository,
        outbox: Outbox,
        sees: Sees,
        texts: Texts,
    ) -> None:
        self._database = database
        self._watches = watches
        self._mail = mail
        self._outbox = outbox
        self._sees = sees
        self._texts = texts

    async def hear(self, connection: AsyncConnection, news: News) -> None:
        """Note whom the mails of a batch concern, in its transaction."""
        since = news.now - _NEWS
        if news.is_old:  # what is sent while a list is read for the first time is news as well
            since = max(since, news.mailing_list.created_at)
        fresh = [email for email in news.saved.emails if email.at >= since]
        if not fresh:
            return
        watches = await self._watches.list_watches(connection, news.mailing_list.id)
        hits = find_hits(watches, fresh)
        guilds = sorted({hit.watch.guild_id for hit in hits})
        hidden = await self._watches.list_hidden(connection, guilds) if guilds else frozenset()
        for hit in hits:
            if (hit.watch.guild_id, hit.email.author_hash) not in hidden:
                await self._watches.note(connection, hit, now=news.now)

    async def send_due(self, now: datetime) -> None:
        """Send the notes to those who may see the list."""
        for note in await self._watches.list_open(_AT_ONCE):
            await self._settle(note, now)
        await self._watches.forget_old(now)

    async def _settle(self, note: Note, now: datetime) -> None:
        sees = await self._may_hear(note)
        if sees is None and note.found_at > now - ONCE_IN:
            return  # Discord does not say; asked again at the next round
        outgoing = await self._outgoing(note, now) if sees else None
        async with self._database.writing() as connection:
            if await self._watches.settle(connection, note, now=now) and outgoing is not None:
                await self._outbox.enqueue(connection, outgoing, now=now)

    async def _may_hear(self, note: Note) -> bool | None:
        mailing_list = await self._mail.find_list(note.guild_id, note.list_id)
        if mailing_list is None:
            return False
        if not mailing_list.is_private:
            return await self._sees(note.guild_id, note.user_id, ())
        follows = await self._mail.list_follows(note.guild_id)
        channels = tuple(each.channel_id for each in follows if each.list_id == note.list_id)
        return await self._sees(note.guild_id, note.user_id, channels) if channels else False

    async def _outgoing(self, note: Note, now: datetime) -> Outgoing | None:
        mailing_list = await self._mail.find_list(note.guild_id, note.list_id)
        email = await self._mail.find_email(note.guild_id, note.email_id)
        if mailing_list is None or email is None:
            return None
        texts = self._texts.to(note.guild_id)
        found = f"{note.guild_id}:{note.user_id}:{note.email_id}:{note.found_at:%Y%m%dT%H%M%S%f}"
        return Outgoing(
            key=f"watch:{found}",
            guild_id=note.guild_id,
            channel_id=note.user_id,
            is_direct=True,
            kind=Kind.NOTE,
            post=render_note(texts, mailing_list, email, word=note.word),
            due_at=now,
            cutoff_at=now + ONCE_IN,
        )
