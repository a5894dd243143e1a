"""Keep the words that members watch for, and which threads they were told of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.watch_words import Hit, Watch
from bot.storage.database import Database
from bot.storage.schema import guild, mail_follow, mail_opt_out, mail_watch, mail_watch_note
from bot.storage.upsert import insert_missing, insert_or_update

ONCE_IN: Final = timedelta(days=1)
"""A member hears of a thread once in this time."""

_KEPT: Final = timedelta(days=2)
_NOTE = mail_watch_note.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A thread that a member is to hear of, if they may see its list."""

    guild_id: int
    user_id: int
    list_id: int
    thread: int
    email_id: int
    word: str
    found_at: datetime


class WatchRepository:
    """The watched words, and the notes about them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_words(self, guild_id: int, user_id: int) -> tuple[Watch, ...]:
        """Return a member's words, in the order of the alphabet."""
        async with self._database.reading() as connection:
            statement = select(mail_watch).where(_is_theirs(guild_id, user_id))
            rows = (await connection.execute(statement.order_by(mail_watch.c.word))).mappings()
            return tuple(Watch(**row) for row in rows)

    async def add_words(
        self,
        guild_id: int,
        user_id: int,
        words: Mapping[str, str],
        *,
        most: int,
        now: datetime,
    ) -> bool:
        """Watch for more words, by their stems; return False, and change nothing, if there were too many."""
        async with self._database.writing() as connection:
            kept = select(mail_watch.c.stem).where(_is_theirs(guild_id, user_id))
            known = set((await connection.execute(kept)).scalars())
            if len(known | words.keys()) > most:
                return False
            for stem, word in words.items():
                row = {"guild_id": guild_id, "user_id": user_id, "stem": stem, "word": word, "added_at": now}
                await insert_missing(connection, mail_watch, row)
        return True

    async def remove_words(self, guild_id: int, user_id: int, stems: Sequence[str] | None = None) -> int:
        """Watch no longer for some words, or for any; return how many there were."""
        theirs = _is_theirs(guild_id, user_id)
        if stems is not None:
            theirs = and_(theirs, mail_watch.c.stem.in_(tuple(stems)))
        async with self._database.writing() as connection:
            return (await connection.execute(delete(mail_watch).where(theirs))).rowcount

    async def list_watches(self, connection: AsyncConnection, list_id: int) -> tuple[Watch, ...]:
        """Return the words that are watched for where a list is followed, in guilds in which the bot is."""
        left = select(guild.c.guild_id).where(guild.c.left_at.is_not(None))
        followers = select(mail_follow.c.guild_id).where(
            mail_follow.c.list_id == list_id, mail_follow.c.channel_id != 0
        )
        statement = select(mail_watch).where(
            mail_watch.c.guild_id.in_(followers), mail_watch.c.guild_id.not_in(left)
        )
        rows = (await connection.execute(statement)).mappings()
        return tuple(Watch(**row) for row in rows)

    async def list_hidden(
        self, connection: AsyncConnection, guilds: Sequence[int]
    ) -> frozenset[tuple[int, str]]:
        """Return the authors who asked a guild not to show their mails."""
        hidden = select(mail_opt_out.c.guild_id, mail_opt_out.c.author_hash).where(
            mail_opt_out.c.guild_id.in_(tuple(guilds))
        )
        return frozenset((guild_id, author) for guild_id, author in await connection.execute(hidden))

    async def note(self, connection: AsyncConnection, hit: Hit, *, now: datetime) -> bool:
        """Note that a member is to hear of a thread; False if they do already, or did within a day."""
        row = {
            "guild_id": hit.watch.guild_id,
            "user_id": hit.watch.user_id,
            "list_id": hit.email.list_id,
            "thread": hit.email.thread,
            "email_id": hit.email.id,
            "word": hit.watch.word,
            "found_at": now,
            "settled_at": None,
        }
        is_over = and_(_NOTE.settled_at.is_not(None), _NOTE.found_at <= now - ONCE_IN)
        return await insert_or_update(connection, mail_watch_note, row, where=is_over)

    async def list_open(self, *, people: int, each: int) -> tuple[tuple[Note, ...], ...]:
        """Return the notes that nobody has settled, by person and guild: who waits longest first.

        Args:
            people: Of how many at most.
            each: How many of each person's at most, the oldest first.
        """
        who = (_NOTE.guild_id, _NOTE.user_id)
        waiting = select(*who).where(_NOTE.settled_at.is_(None)).group_by(*who)
        columns = [_NOTE[name] for name in Note.__slots__]
        found: list[tuple[Note, ...]] = []
        async with self._database.reading() as connection:
            longest = waiting.order_by(func.min(_NOTE.found_at), *who).limit(people)
            for guild_id, user_id in (await connection.execute(longest)).all():
                statement = select(*columns).where(
                    _NOTE.guild_id == guild_id, _NOTE.user_id == user_id, _NOTE.settled_at.is_(None)
                )
                statement = statement.order_by(_NOTE.found_at, _NOTE.email_id).limit(each)
                rows = (await connection.execute(statement)).mappings()
                found.append(tuple(Note(**row) for row in rows))
        return tuple(found)

    async def settle(self, connection: AsyncConnection, note: Note, *, now: datetime) -> bool:
        """Note that a note was sent, or will not be; return False if it was settled before."""
        is_it = and_(
            *(_NOTE[name] == getattr(note, name) for name in ("guild_id", "user_id", "list_id", "thread")),
            _NOTE.settled_at.is_(None),
        )
        statement = update(mail_watch_note).where(is_it).values(settled_at=now)
        return (await connection.execute(statement)).rowcount > 0

    async def forget_old(self, now: datetime) -> None:
        """Drop the notes that prevent nothing any more."""
        old = and_(_NOTE.settled_at.is_not(None), _NOTE.found_at < now - _KEPT)
        async with self._database.writing() as connection:
            await connection.execute(delete(mail_watch_note).where(old))


def _is_theirs(guild_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(mail_watch.c.guild_id == guild_id, mail_watch.c.user_id == user_id)
