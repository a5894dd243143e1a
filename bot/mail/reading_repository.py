"""Read the mails of the lists that a guild follows: search, threads, what is new.

Every method names the guild: mail of a list that it does not follow is not there, nor is that of authors who
asked the guild not to show it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, Row, Select, Subquery, and_, case, delete, false, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.crosspost_repository import (
    find_other_lists,
    is_in_an_elder_list,
    is_told_by_an_elder_thread,
    own_words,
    within,
)
from bot.mail.email_repository import EmailRepository, is_wanted_somewhere
from bot.mail.email_rows import read_email
from bot.mail.limits import MOST_IN_OVERVIEW, MOST_IN_THREAD
from bot.mail.list_repository import follows
from bot.mail.stored import Counts, OptOut, StoredEmail, ThreadSummary
from bot.storage.schema import mail_body, mail_email, mail_follow, mail_opt_out
from bot.storage.text_search import select_matches
from bot.storage.upsert import insert_missing
from bot.text.search_terms import Term, fold_words

_EMAIL = mail_email.c


class ReadingRepository(EmailRepository):
    """What is read of mails."""

    async def search(
        self,
        guild_id: int,
        terms: Sequence[Term],
        *,
        author: str = "",
        lists: Collection[int] | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> tuple[StoredEmail, ...]:
        """Return mails that hold the terms, with their bodies: the best first, of equal ones the newest.

        Where only an author is given, the newest come first. What was sent to several of the lists is found
        once, in the eldest of them.

        Args:
            guild_id: Who asks.
            terms: What is looked for (see bot.text.search_terms); may be empty if an author is given.
            author: The beginnings of words of the author's name; "" for anybody.
            lists: Which lists; None for all that the guild follows.
            after: Only mails from then on.
            before: Only mails before then.
            limit: How many at most.
            offset: How many of the best to leave out: those of the pages before.
        """
        is_asked = any(not term.is_excluded for term in terms)
        if not is_asked and not fold_words(author):
            return ()
        async with self._database.reading() as connection:
            matches = select_matches(connection, terms, author).subquery()
            statement = (
                select_with_bodies()
                .join(matches, matches.c.id == _EMAIL.id)
                .where(is_visible(guild_id), *within(lists, after, before))
                .where(~is_in_an_elder_list(guild_id, lists, after, before))
                .order_by(*([matches.c.rank] if is_asked else []), _EMAIL.at.desc(), _EMAIL.id.desc())
                .limit(limit)
                .offset(offset)
            )
            return await read_emails(connection, statement)

    async def list_latest(
        self, guild_id: int, *, lists: Collection[int] | None = None, limit: int = 20, offset: int = 0
    ) -> tuple[ThreadSummary, ...]:
        """Return the threads with the newest mails, the newest first.

        Counted where the mails are: a thread may have ten thousand, of which two are read. One that went to
        several of the lists is there once, unless it went on in the others otherwise.
        """
        several = len(lists or ())
        last_at = func.max(_EMAIL.at).label("last_at")
        is_person = and_(_EMAIL.author_hash != "", ~_EMAIL.is_bot)  # see StoredEmail.person
        author = case((is_person, _EMAIL.author_hash), else_=_EMAIL.author_name)
        ranked: Select[Any] = (
            select(
                _EMAIL.list_id,
                _EMAIL.thread,
                last_at,
                func.count().label("mails"),
                func.count(author.distinct()).label("people"),
            )
            .where(is_visible(guild_id), *within(lists, None, None))
            .group_by(_EMAIL.list_id, _EMAIL.thread)
            .order_by(last_at.desc(), _EMAIL.thread.desc(), _EMAIL.list_id)
        )
        if several > 1 and lists is not None:
            # Of what would be shown, each may be there once more in every other list.
            newest = ranked.limit((offset + limit) * several).subquery()
            is_told = is_told_by_an_elder_thread(newest, guild_id, lists)
            ranked = select(newest).where(~is_told).order_by(*_newest_first(newest))
        chosen = ranked.limit(limit).offset(offset).subquery()
        ends = select(
            chosen, _end_of(chosen, guild_id, is_last=False), _end_of(chosen, guild_id, is_last=True)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(ends.order_by(*_newest_first(chosen)))).all()
            wanted = {number for row in rows for number in (row.first_id, row.last_id)}
            statement = select(mail_email).where(_EMAIL.id.in_(wanted))
            mails = {mail.id: mail for mail in await read_emails(connection, statement)}
            ends_in = [row.last_id for row in rows] if several > 1 else []
            others = await find_other_lists(connection, ends_in, guild_id, lists or ())
        return tuple(
            _summarise(mails[row.first_id], mails[row.last_id], row, others.get(row.last_id, ()))
            for row in rows
        )

    async def list_thread(self, guild_id: int, list_id: int, thread: int) -> tuple[StoredEmail, ...]:
        """Return the mails of a thread, the oldest first; of a very long one the newest.

        With the beginnings of their authors' own words: a thousand whole bodies may be 500 MB.
        """
        number = await self.find_thread(list_id, thread)
        is_in_thread = and_(_EMAIL.list_id == list_id, _EMAIL.thread == number)
        statement = (
            _select_with_beginnings()
            .where(is_in_thread, is_visible(guild_id))
            .order_by(_EMAIL.at.desc(), _EMAIL.id.desc())
            .limit(MOST_IN_THREAD)
        )
        async with self._database.reading() as connection:
            return (await read_emails(connection, statement))[::-1]

    async def find_email(self, guild_id: int, email_id: int) -> StoredEmail | None:
        """Return a mail with its body; None if the guild follows no list that has it."""
        statement = select_with_bodies().where(_EMAIL.id == email_id, is_visible(guild_id))
        async with self._database.reading() as connection:
            return next(iter(await read_emails(connection, statement)), None)

    async def list_stored(
        self, guild_id: int, list_id: int, *, after: datetime, before: datetime, limit: int
    ) -> tuple[StoredEmail, ...]:
        """Return the mails of a list that were stored in a window, with bodies, in the order of storing.

        What is told of a list goes by the time of storing, since dates are the senders' own.
        """
        in_window = and_(_EMAIL.list_id == list_id, _EMAIL.stored_at >= after, _EMAIL.stored_at < before)
        statement = (
            select_with_bodies()
            .where(in_window, is_visible(guild_id))
            .order_by(_EMAIL.stored_at, _EMAIL.at, _EMAIL.id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return await read_emails(connection, statement)

    async def list_sent(
        self, guild_id: int, list_id: int, *, since: datetime, until: datetime, limit: int
    ) -> tuple[int, ...]:
        """Return the numbers of the newest mails of a list that were sent in a span of time."""
        within = and_(_EMAIL.list_id == list_id, _EMAIL.at >= since, _EMAIL.at < until)
        statement = (
            select(_EMAIL.id)
            .where(within, is_visible(guild_id))
            .order_by(_EMAIL.at.desc(), _EMAIL.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def list_of_threads(
        self, guild_id: int, list_id: int, threads: Iterable[int]
    ) -> tuple[StoredEmail, ...]:
        """Return the mails of several threads, without bodies, the oldest first."""
        wanted = and_(_EMAIL.list_id == list_id, _EMAIL.thread.in_(tuple(threads)))
        statement = select(mail_email).where(wanted, is_visible(guild_id)).order_by(_EMAIL.at, _EMAIL.id)
        async with self._database.reading() as connection:
            return await read_emails(connection, statement)

    async def count_emails(self, list_id: int) -> Counts:
        """Return how much of a list is stored."""
        statement = select(
            func.count(),
            func.count(_EMAIL.thread.distinct()),
            func.count(_EMAIL.author_hash.distinct()),
            func.max(_EMAIL.at),
        ).where(_EMAIL.list_id == list_id)
        async with self._database.reading() as connection:
            mails, threads, people, last_at = (await connection.execute(statement)).one()
        return Counts(mails=mails, threads=threads, people=people, last_at=last_at)

    async def find_authors(self, guild_id: int, name: str, limit: int = 25) -> tuple[tuple[str, str], ...]:
        """Return the names that begin so and their hashes, of authors whose mails the guild sees."""
        begins = func.lower(_EMAIL.author_name).startswith(name.lower(), autoescape=True)
        statement = (
            select(_EMAIL.author_name, _EMAIL.author_hash)
            .where(begins, _EMAIL.author_hash != "", is_visible(guild_id))
            .distinct()
            .order_by(_EMAIL.author_name, _EMAIL.author_hash)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple((name, hashed) for name, hashed in await connection.execute(statement))

    async def find_namesakes(
        self, guild_id: int, author_hash: str, limit: int
    ) -> tuple[tuple[str, bool], ...]:
        """Return the names of those who write from an address, each with whether a machine wrote so."""
        statement = (
            select(_EMAIL.author_name, _EMAIL.is_bot)
            .where(_EMAIL.author_hash == author_hash, is_visible(guild_id))
            .distinct()
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple((name, is_bot) for name, is_bot in await connection.execute(statement))

    async def opt_out(self, connection: AsyncConnection, opt_out: OptOut) -> bool:
        """Stop showing an author's mails in a guild; return whether they were shown before."""
        row = {name: getattr(opt_out, name) for name in ("guild_id", "author_hash", "author_name", "since")}
        return await insert_missing(connection, mail_opt_out, row)

    async def remove_author(self, connection: AsyncConnection, guild_id: int, author_hash: str) -> int:
        """Remove an author's mails from the lists whose every follower opted them out; return how many.

        Their ids stay, for threads; that they do not come again, `save_batch` sees to.
        """
        lists = select(mail_follow.c.list_id).where(mail_follow.c.guild_id == guild_id)
        is_theirs = and_(_EMAIL.author_hash == author_hash, _EMAIL.list_id.in_(lists))
        unwanted = is_theirs & ~is_wanted_somewhere(_EMAIL.list_id, author_hash)
        return (await connection.execute(delete(mail_email).where(unwanted))).rowcount

    async def opt_in(self, connection: AsyncConnection, guild_id: int, author_hash: str) -> bool:
        """Show an author's mails again; return whether they were not shown."""
        is_it = and_(mail_opt_out.c.guild_id == guild_id, mail_opt_out.c.author_hash == author_hash)
        return (await connection.execute(delete(mail_opt_out).where(is_it))).rowcount > 0

    async def list_opt_outs(self, guild_id: int) -> tuple[OptOut, ...]:
        """Return the authors whose mails a guild does not show, by name."""
        statement = (
            select(mail_opt_out)
            .where(mail_opt_out.c.guild_id == guild_id)
            .order_by(mail_opt_out.c.author_name, mail_opt_out.c.author_hash)
        )
        async with self._database.reading() as connection:
            return tuple(OptOut(**row) for row in (await connection.execute(statement)).mappings())


def select_with_bodies() -> Select[Any]:
    """Select mails with their bodies, as far as these are kept."""
    bodies = (column for column in mail_body.c if column.name not in {"email_id", "expires_at"})
    return select(mail_email, *bodies).outerjoin(mail_body, mail_body.c.email_id == _EMAIL.id)


def _select_with_beginnings() -> Select[Any]:
    own = func.substr(own_words(mail_body), 1, MOST_IN_OVERVIEW).label("own")
    nothing = [func.substr(mail_body.c[name], 1, 0).label(name) for name in ("text", "in_context")]
    columns = (mail_body.c.is_all_quoted, mail_body.c.patch, *nothing, own, false().label("is_whole"))
    return select(mail_email, *columns).outerjoin(mail_body, mail_body.c.email_id == _EMAIL.id)


def is_visible(guild_id: int) -> ColumnElement[bool]:
    """Return the condition that a guild sees a mail: it follows its list, and its author did not opt out."""
    return and_(follows(guild_id, _EMAIL.list_id), _EMAIL.author_hash.not_in(_hidden(guild_id)))


def _hidden(guild_id: int) -> Select[tuple[str]]:
    """Select the authors that a guild does not show."""
    return select(mail_opt_out.c.author_hash).where(mail_opt_out.c.guild_id == guild_id)


async def read_emails(connection: AsyncConnection, statement: Select[Any]) -> tuple[StoredEmail, ...]:
    """Return the mails that a statement selects."""
    rows: Iterable[Mapping[str, Any]] = (await connection.execute(statement)).mappings()
    return tuple(read_email(row) for row in rows)


def _newest_first(threads: Subquery) -> tuple[ColumnElement[Any], ...]:
    return threads.c.last_at.desc(), threads.c.thread.desc(), threads.c.list_id


def _end_of(chosen: Subquery, guild_id: int, *, is_last: bool) -> Label[int]:
    """Select the number of the first or the last mail of chosen threads, as far as a guild sees them."""
    mail = mail_email.alias()
    order = (mail.c.at.desc(), mail.c.id.desc()) if is_last else (mail.c.at, mail.c.id)
    is_in_thread = and_(mail.c.list_id == chosen.c.list_id, mail.c.thread == chosen.c.thread)
    is_shown = mail.c.author_hash.not_in(_hidden(guild_id))
    found = select(mail.c.id).where(is_in_thread, is_shown).order_by(*order).limit(1)
    return found.scalar_subquery().label("last_id" if is_last else "first_id")


def _summarise(
    first: StoredEmail, last: StoredEmail, row: Row[Any], other_lists: tuple[int, ...]
) -> ThreadSummary:
    return ThreadSummary(
        list_id=first.list_id,
        thread=first.thread,
        topic=first.topic,
        mails=row.mails,
        people=row.people,
        first_at=first.at,
        last_at=last.at,
        last_author=last.author_name,
        permalink=first.topic_link or first.permalink,
        other_lists=other_lists,
    )
