"""Read what a digest is made of, in small pieces: the loop must not stand still over two thousand mails."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, and_, func, select

from bot.mail.digest.models import Material
from bot.mail.dispositions import Fate, Way
from bot.mail.filters import Choices
from bot.mail.list_repository import ListRepository
from bot.mail.reading_repository import is_visible, read_emails, select_with_bodies
from bot.mail.stored import StoredEmail
from bot.storage.database import Database
from bot.storage.schema import mail_disposition, mail_email

_PIECE: Final = 200
_EMAIL = mail_email.c
Value = TypeVar("Value")


class MaterialRepository:
    """The mails of digests, as a guild may see them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lists = ListRepository(database)

    async def read(self, guild_id: int, list_id: int, email_ids: Sequence[int]) -> Material:
        """Return what a digest of some mails is made of, without bodies; not what is hidden or gone."""
        chosen = frozenset(email_ids)
        threads = await self._emails_of(guild_id, list_id, await self._threads_of(email_ids))
        mails = [mail for mail in threads if mail.id in chosen]
        hashes = sorted({mail.author_hash for mail in mails if mail.author_hash})
        first = min((mail.id for mail in mails), default=0)
        return Material(
            mails=tuple(mails),
            threads=tuple(threads),
            regulars=await self._regulars(list_id, hashes, before=first),
            also_on=await self._also_on(guild_id, list_id, [mail.key for mail in mails if mail.message_id]),
        )

    async def bodies(self, guild_id: int, email_ids: Sequence[int]) -> Mapping[int, StoredEmail]:
        """Return mails with their bodies, by number."""
        found: dict[int, StoredEmail] = {}
        for some in _pieces(email_ids):
            statement = select_with_bodies().where(_EMAIL.id.in_(some), is_visible(guild_id))
            async with self._database.reading() as connection:
                found.update((mail.id, mail) for mail in await read_emails(connection, statement))
            await asyncio.sleep(0)
        return found

    async def activity(
        self, list_id: int, starts: Sequence[datetime], until: datetime
    ) -> tuple[tuple[int, int], ...]:
        """Return how many mails were sent in spans of time, and in how many threads.

        Args:
            list_id: Which list.
            starts: When each span begins; it ends where the next begins, the last at `until`.
            until: The end.
        """
        counted = []
        for start, end in zip(starts, (*starts[1:], until), strict=True):
            within = and_(_EMAIL.list_id == list_id, _EMAIL.at >= start, _EMAIL.at < end)
            statement = select(func.count(), func.count(_EMAIL.thread.distinct())).where(within)
            async with self._database.reading() as connection:
                mails, threads = (await connection.execute(statement)).one()
            counted.append((mails, threads))
        return tuple(counted)

    async def told_on(self, place: Choices, material: Material) -> Mapping[str, str]:
        """Return in which other list's digest a channel was told of mails already, by their keys."""
        lists = await self._lists.list_lists(place.guild_id)
        names = {each.id: each.name for each in lists if each.id != place.list_id}
        found: dict[str, str] = {}
        for some in _pieces([mail.key for mail in material.mails if mail.message_id] if names else ()):
            told = (
                select(_EMAIL.key, _EMAIL.list_id)
                .join(mail_disposition, mail_disposition.c.email_id == _EMAIL.id)
                .where(
                    _EMAIL.key.in_(some),
                    _EMAIL.list_id.in_(names),
                    mail_disposition.c.channel_id == place.channel_id,
                    mail_disposition.c.guild_id == place.guild_id,
                    mail_disposition.c.way == Way.DIGEST,
                    mail_disposition.c.fate == Fate.POSTED,
                )
                .order_by(_EMAIL.list_id)
            )
            async with self._database.reading() as connection:
                rows = (await connection.execute(told)).all()
            found.update((key, names[other]) for key, other in rows)
        return found

    async def _threads_of(self, email_ids: Sequence[int]) -> Sequence[int]:
        found: set[int] = set()
        for some in _pieces(email_ids):
            statement = select(_EMAIL.thread).where(_EMAIL.id.in_(some)).distinct()
            async with self._database.reading() as connection:
                found.update((await connection.execute(statement)).scalars())
        return sorted(found)

    async def _emails_of(self, guild_id: int, list_id: int, threads: Sequence[int]) -> Sequence[StoredEmail]:
        found: list[StoredEmail] = []
        for some in _pieces(threads):
            are_they = and_(_EMAIL.list_id == list_id, _EMAIL.thread.in_(some), is_visible(guild_id))
            async for piece in self._piecewise(are_they):
                found += piece
        return found

    async def _piecewise(self, condition: ColumnElement[bool]) -> AsyncIterator[Sequence[StoredEmail]]:
        last = 0
        while True:
            statement = (
                select(mail_email).where(condition, _EMAIL.id > last).order_by(_EMAIL.id).limit(_PIECE)
            )
            async with self._database.reading() as connection:
                piece = await read_emails(connection, statement)
            yield piece
            await asyncio.sleep(0)
            if len(piece) < _PIECE:
                return
            last = piece[-1].id

    async def _regulars(self, list_id: int, hashes: Sequence[str], *, before: int) -> frozenset[str]:
        """Return who wrote to the list before."""
        found: set[str] = set()
        for some in _pieces(hashes):
            wrote = and_(_EMAIL.list_id == list_id, _EMAIL.author_hash.in_(some), _EMAIL.id < before)
            statement = select(_EMAIL.author_hash).where(wrote).distinct()
            async with self._database.reading() as connection:
                found.update((await connection.execute(statement)).scalars())
        return frozenset(found)

    async def _also_on(
        self, guild_id: int, list_id: int, keys: Sequence[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the names of the other lists that mails went to, as far as nobody's privacy keeps them."""
        lists = await self._lists.list_lists(guild_id)
        names = {each.id: each.name for each in lists if not each.is_private and each.id != list_id}
        found: dict[str, tuple[str, ...]] = {}
        for some in _pieces(keys):
            are_they = and_(_EMAIL.key.in_(some), _EMAIL.list_id.in_(names), is_visible(guild_id))
            statement = select(_EMAIL.key, _EMAIL.list_id).where(are_they)
            async with self._database.reading() as connection:
                rows = (await connection.execute(statement)).all()
            for key, other in rows:
                found[key] = tuple(sorted((*found.get(key, ()), names[other])))
        return found


def _pieces(values: Collection[Value]) -> Iterable[Sequence[Value]]:
    listed = tuple(values)
    return (listed[start : start + _PIECE] for start in range(0, len(listed), _PIECE))
