"""Read lists on: each source once for the whole process, politely, its cursor stored with what was read.

A batch's mails, the cursor behind them and what is made of the news are one transaction: a crash anywhere
loses nothing and doubles nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Self

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SourceError
from bot.mail.addresses import mask_addresses
from bot.mail.email_repository import KEEP_BODIES
from bot.mail.intake import SET_ASIDE, Intake, MailReader
from bot.mail.list_repository import MOST_PROBLEMS
from bot.mail.models import Place, RawMail
from bot.mail.repository import MailRepository
from bot.mail.sources.contract import Access, Batch, Source
from bot.mail.sources.registry import KINDS
from bot.mail.stored import Follow, MailingList, MailSource, SavedBatch, as_wished
from bot.storage.database import Database
from bot.text.moves import Move, current_address, plan_move
from bot.version import VERSION

logger = logging.getLogger(__name__)

INTERVAL: Final = timedelta(minutes=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
_LONGEST_ASKED: Final = timedelta(days=1)
_DUE_AT_ONCE: Final = 50
_READS_AT_ONCE: Final = 4
_BATCHES_PER_TURN: Final = 10
_TURNS_SECONDS: Final = 10.0  # what waits longer is taken up by the next tick
_EXPIRY_ROUNDS: Final = 50
_UNFOLLOWED_STAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a batch brought, told in the transaction that stores it.

    Attributes:
        is_old: It was there before the list was followed: for the search, never to be posted.
        pause: How long the list had not been read before.
        follows: Who follows the list, the oldest first.
    """

    mailing_list: MailingList
    saved: SavedBatch
    is_old: bool
    now: datetime
    pause: timedelta = timedelta()
    follows: tuple[Follow, ...] = ()

    def seen_by(self, guild_id: int) -> Self:
        """Return the same with the list as a guild calls it, and as private as that guild said."""
        made = [each for each in self.follows if each.guild_id == guild_id]
        (mailing_list,) = as_wished((self.mailing_list,), made)
        return replace(self, mailing_list=mailing_list)


Listener = Callable[[AsyncConnection, News], Awaitable[None]]
"""Makes something of news (a post, say), in the transaction that stores them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How far a source was read.

    Attributes:
        new: How many mails were stored.
        until: When the newest of them was sent.
        is_complete: Nothing more waits.
        error: Why it went no further; "" if it did.
    """

    source: MailSource
    new: int = 0
    until: datetime | None = None
    is_complete: bool = False
    error: str = ""


class Polling:
    """Read the sources whose time has come.

    Args:
        listeners: Told of every batch, in its transaction.
        keep: How long bodies are kept.
        observe: Told of each fetch its kind, how many seconds it took, and whether it was good.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: MailRepository,
        reader: MailReader,
        access: Access,
        listeners: Sequence[Listener] = (),
        keep: timedelta = KEEP_BODIES,
        observe: Callable[[str, float, bool], None] = lambda _kind, _seconds, _is_good: None,
    ) -> None:
        self._database = database
        self._repository = repository
        self._reader = reader
        self._access = access
        self._listeners = list(listeners)
        self._keep = keep
        self._observe = observe
        self._kinds = MappingProxyType({kind.name: kind for kind in KINDS})
        self._open: dict[int, Source] = {}
        self._locks: dict[int, asyncio.Lock] = {}

    def tell(self, listener: Listener) -> None:
        """Tell somebody else of every batch, too, in its transaction."""
        self._listeners.append(listener)

    async def take_in(self, list_id: int, mails: Sequence[RawMail], *, is_old: bool = False) -> int:
        """Store mails that came otherwise than from a source, and tell of them; return how many are new."""
        mailing_list = await self._repository.get_list(list_id)
        if mailing_list is None:
            return 0
        intake = await self._reader.read(list_id, mails, list_name=mailing_list.name)
        now = self._access.clock()
        async with self._database.writing() as connection:
            saved = await self._repository.save_batch(
                connection, list_id, intake.arrivals, now=now, keep=self._keep
            )
            await self._repository.keep_aside(connection, list_id, intake.aside, version=VERSION, now=now)
            await self._repository.save_facts(connection, list_id, **_facts(intake))
            await self._spread(
                connection, News(mailing_list=mailing_list, saved=saved, is_old=is_old, now=now)
            )
        return len(saved.emails)

    async def _spread(self, connection: AsyncConnection, news: News) -> None:
        if not (news.saved.emails or news.saved.merges):
            return
        news = replace(news, follows=await self._repository.list_followers(news.mailing_list.id))
        for listener in self._listeners:
            await listener(connection, news)

    async def poll_due(self, now: datetime) -> None:
        """Read on every source that is due; one that fails, or has very much, does not hold up the rest.

        Who has more after a turn gets another one, while there is time and after all others had theirs.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + _TURNS_SECONDS
        while await self._take_turns(now) and loop.time() < ends_at:
            now = max(now, self._access.clock())

    async def _take_turns(self, now: datetime) -> bool:
        """Give every source that is due a turn; return whether one has more."""
        due = await self._repository.list_due_sources(now, _DUE_AT_ONCE)
        turns = asyncio.Semaphore(_READS_AT_ONCE)

        async def take(source: MailSource) -> bool:
            async with turns:
                if self._lock(source.id).locked():  # it is being read for somebody who waits
                    return False
                turn = await self.read_on(source)
                return not (turn.is_complete or turn.error)

        # Not a TaskGroup: what nobody foresaw of one source must not end the others' reading half way.
        outcomes = await asyncio.gather(*map(take, due), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return any(outcomes)

    async def read_on(self, source: MailSource, *, most_batches: int = _BATCHES_PER_TURN) -> Turn:
        """Read a source on from where it stands, until nothing more waits or its turn is over."""
        async with self._lock(source.id):
            current = await self._repository.find_source(source.kind, source.address)
            list_id = source.list_id if current is None else current.list_id  # it may have been joined
            mailing_list = await self._repository.get_list(list_id)
            if current is None or mailing_list is None:
                return Turn(source=source, is_complete=True)
            turn = Turn(source=current)
            for _ in range(most_batches):
                turn = await self._step(turn, mailing_list)
                if turn.is_complete or turn.error:
                    break
            if turn.is_complete or turn.error:
                await self._close(source.id)
            return turn

    async def expire(self, now: datetime) -> None:
        """Drop what is no longer kept: old bodies, and lists that nobody follows any more."""
        for _ in range(_EXPIRY_ROUNDS):
            async with self._database.writing() as connection:
                if not await self._repository.expire_bodies(connection, now):
                    break
        async with self._database.writing() as connection:
            await self._repository.remove_unfollowed(connection, now - _UNFOLLOWED_STAY)

    async def close(self) -> None:
        """Let go of connections."""
        for source_id in tuple(self._open):
            await self._close(source_id)

    async def _step(self, turn: Turn, mailing_list: MailingList) -> Turn:
        """Fetch a batch and store it."""
        source = turn.source
        loop = asyncio.get_running_loop()
        began, is_good = loop.time(), False
        try:
            batch = await self._source(source).fetch(source.cursor)
            is_good = True
        except SourceError as error:
            return await self._fail(turn, error)
        finally:
            self._observe(source.kind, loop.time() - began, is_good)
        try:
            intake = await self._reader.read(source.list_id, batch.mails, list_name=mailing_list.name)
        except SourceError as error:
            return await self._fail(turn, error)
        try:
            return await self._save(turn, mailing_list, batch, intake)
        except _OvertakenError:  # another process is reading it, and what it stores is stored
            return replace(turn, is_complete=True)

    async def _save(self, turn: Turn, mailing_list: MailingList, batch: Batch, intake: Intake) -> Turn:
        source = turn.source
        now = self._access.clock()
        aside = [problem for problem in source.problems if problem.where == SET_ASIDE]
        problems = (*batch.problems, *intake.problems, *aside)[:MOST_PROBLEMS]
        read = replace(
            source,
            cursor=batch.cursor,
            is_complete=source.is_complete or batch.is_complete,
            checked_at=now,
            succeeded_at=now,
            next_check_at=now + INTERVAL if batch.is_complete else now,
            failures=0,
            error="",
            problems=problems,
            move=_move(source, batch, now),
        )
        async with self._database.writing() as connection:
            saved = await self._repository.save_batch(
                connection, source.list_id, intake.arrivals, now=now, keep=self._keep
            )
            is_moved = await self._repository.save_fetch(
                connection,
                source.id,
                before=source.cursor,
                cursor=batch.cursor,
                is_complete=read.is_complete,
                problems=problems,
                now=now,
                next_check_at=read.next_check_at or now,
                move=read.move,
                list_id=source.list_id,
            )
            if not is_moved:
                raise _OvertakenError
            await self._repository.keep_aside(
                connection, source.list_id, intake.aside, version=VERSION, now=now
            )
            await self._repository.save_facts(connection, source.list_id, **_facts(intake))
            news = News(
                mailing_list=mailing_list,
                saved=saved,
                is_old=not source.is_complete,
                now=now,
                pause=now - (source.succeeded_at or now),
            )
            await self._spread(connection, news)
        times = [each.at for each in saved.emails]
        until = max((each for each in (turn.until, *times) if each is not None), default=None)
        return replace(
            turn,
            source=read,
            new=turn.new + len(saved.emails),
            until=until,
            is_complete=batch.is_complete,
        )

    async def _fail(self, turn: Turn, error: SourceError) -> Turn:
        """Note that a source cannot be read; the cursor stays, so nothing is lost."""
        now, source = self._access.clock(), turn.source
        if not source.failures:
            said = mask_addresses(str(error))
            logger.warning("list source %s cannot be read: %s", source.id, said, extra={"source": source.id})
        async with self._database.writing() as connection:
            await self._repository.save_failure(
                connection, source.id, error=str(error), now=now, next_check_at=now + _pause(source, error)
            )
        return replace(turn, error=str(error))

    def open(self, source: MailSource) -> Source:
        """Make what reads a source, for whoever watches it and closes it."""
        place = Place(kind=source.kind, address=current_address(source.address, source.move), name="")
        return self._kinds[source.kind].open(place, self._access)

    def _source(self, source: MailSource) -> Source:
        if source.id not in self._open:
            self._open[source.id] = self.open(source)
        return self._open[source.id]

    async def _close(self, source_id: int) -> None:
        opened = self._open.pop(source_id, None)
        if opened is not None:
            await opened.close()

    def _lock(self, source_id: int) -> asyncio.Lock:
        return self._locks.setdefault(source_id, asyncio.Lock())


class _OvertakenError(Exception):
    """Another process has read on."""


def _move(source: MailSource, batch: Batch, now: datetime) -> Move | None:
    if batch.moved_to is None:
        return source.move
    return plan_move(source.address, source.move, batch.moved_to, now)


def _pause(source: MailSource, error: SourceError) -> timedelta:
    """Return how long a source that fails is left alone: ever longer, and as long as its server asks."""
    doublings: int = min(source.failures, 5)
    pause = min(INTERVAL * (1 << doublings), LONGEST_PAUSE)
    if error.retry_after_seconds:
        pause = max(pause, min(timedelta(seconds=error.retry_after_seconds), _LONGEST_ASKED))
    return pause


def _facts(intake: Intake) -> Mapping[str, str]:
    """Return what a batch tells of its list, where all of its mails agree: a mailbox may hold several."""
    emails = [arrival.email for arrival in intake.arrivals]

    def agreed(values: Sequence[str]) -> str:
        told = {value for value in values if value}
        return told.pop() if len(told) == 1 else ""

    return {
        "identifier": agreed([email.list_id for email in emails]),
        "address": agreed([email.list_post for email in emails]),
        "archive_url": agreed([email.list_archive for email in emails]),
    }
