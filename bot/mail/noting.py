"""Tell members in private of mails that hold a word which they watch for.

That a word was found is noted in the transaction that stores the mail. Whether the member may see the list is
asked of Discord afterwards, and the note leaves by the outbox. A member gets a few notes an hour from a
guild; what is more waits and comes together in the last of them.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing, State
from bot.delivery.outbox import Outbox
from bot.mail.polling import News
from bot.mail.render_watch import Found, render_note, render_notes
from bot.mail.repository import MailRepository
from bot.mail.watch_repository import ONCE_IN, Note, WatchRepository
from bot.mail.watch_words import find_hits
from bot.storage.database import Database
from bot.text.catalogue import Texts

_NEWS: Final = timedelta(days=2)
"""A mail that was sent longer ago is no news, whenever it arrives."""

MOST_AN_HOUR: Final = 5
"""How many notes a member gets from a guild in an hour."""

_HOUR: Final = timedelta(hours=1)
_PEOPLE_AT_ONCE: Final = 100
_NOTES_AT_ONCE: Final = 500

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
        for notes in await self._watches.list_open(people=_PEOPLE_AT_ONCE, each=_NOTES_AT_ONCE):
            await self._tell(notes, now)
        await self._watches.forget_old(now)

    async def is_shut_out(self, guild_id: int, user_id: int) -> bool:
        """Tell whether the last note did not reach a member, whose direct messages are closed."""
        last = await self._outbox.find_last(guild_id, user_id, prefix=_prefix(guild_id, user_id))
        return last is not None and last.state is State.FAILED

    async def _tell(self, notes: Sequence[Note], now: datetime) -> None:
        """Tell one member in one guild what there is room for in this hour."""
        guild_id, user_id = notes[0].guild_id, notes[0].user_id
        told = await self._outbox.count_made(
            guild_id, user_id, prefix=_prefix(guild_id, user_id), since=now - _HOUR
        )
        if told >= MOST_AN_HOUR:
            return
        may_hear: list[Note] = []
        asked: dict[tuple[int, ...], bool | None] = {}
        for note in notes:
            channels = await self._channels(note)
            if channels is not None and channels not in asked:
                asked[channels] = await self._sees(guild_id, user_id, channels)
            sees = asked[channels] if channels is not None else False
            if sees:
                may_hear.append(note)
            elif sees is False or note.found_at <= now - ONCE_IN:
                await self._settle((note,), None, now)
        single, together = plan_notes(may_hear, room=MOST_AN_HOUR - told)
        for note in single:
            await self._settle((note,), await self._outgoing((note,), now), now)
        if together:
            await self._settle(together, await self._outgoing(together, now), now)

    async def _settle(self, notes: Sequence[Note], outgoing: Outgoing | None, now: datetime) -> None:
        async with self._database.writing() as connection:
            settled = [await self._watches.settle(connection, note, now=now) for note in notes]
            if any(settled) and outgoing is not None:
                await self._outbox.enqueue(connection, outgoing, now=now)

    async def _channels(self, note: Note) -> tuple[int, ...] | None:
        """Return of which channels the member must see one; none of them where being there is enough.

        Returns:
            None where nobody may hear of the list any more.
        """
        mailing_list = await self._mail.find_list(note.guild_id, note.list_id)
        if mailing_list is None:
            return None
        if not mailing_list.is_private:
            return ()
        follows = await self._mail.list_follows(note.guild_id)
        return tuple(each.channel_id for each in follows if each.list_id == note.list_id) or None

    async def _outgoing(self, notes: Sequence[Note], now: datetime) -> Outgoing | None:
        guild_id, user_id = notes[0].guild_id, notes[0].user_id
        found: list[Found] = []
        for note in notes:
            mailing_list = await self._mail.find_list(guild_id, note.list_id)
            email = await self._mail.find_email(guild_id, note.email_id)
            if mailing_list is not None and email is not None:
                found.append(Found(mailing_list=mailing_list, email=email, word=note.word))
        if not found:
            return None
        texts = self._texts.to(guild_id)
        first = notes[0]
        return Outgoing(
            key=f"{_prefix(guild_id, user_id)}{first.email_id}:{first.found_at:%Y%m%dT%H%M%S%f}",
            guild_id=guild_id,
            channel_id=user_id,
            is_direct=True,
            kind=Kind.NOTE,
            post=render_note(texts, found[0]) if len(notes) == 1 else render_notes(texts, found),
            due_at=now,
            cutoff_at=now + ONCE_IN,
        )


def plan_notes(notes: Sequence[Note], *, room: int) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """Return which threads a member hears of by themselves, and which together in one more note.

    Args:
        notes: What there is to tell, the oldest first.
        room: How many notes the member may still get in this hour; one at least.
    """
    if len(notes) <= room:
        return tuple(notes), ()
    return tuple(notes[: room - 1]), tuple(notes[room - 1 :])


def _prefix(guild_id: int, user_id: int) -> str:
    return f"watch:{guild_id}:{user_id}:"
