"""Keep the mails of lists: each once per list, in threads, findable by their words while bodies are kept.

A batch is stored in one transaction with the cursor behind it (see ListRepository.save_fetch). Which guild
sees what is settled at reading: by its follows, and by the authors who asked it not to show their mails.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.email_rows import (
    BODY_COLUMNS,
    EMAIL_COLUMNS,
    HashAuthor,
    body_row,
    email_row,
    make_stored,
    read_email,
)
from bot.mail.models import Email
from bot.mail.stored import Arrival, SavedBatch, StoredEmail
from bot.mail.threads import (
    TOPIC_WINDOW,
    Attached,
    Envelope,
    Merge,
    Sighting,
    asked_topics_of,
    attach,
    envelope_of,
    ids_of,
    topics_of,
)
from bot.storage.bulk import insert_rows, take_numbers
from bot.storage.database import Database
from bot.storage.schema import (
    mail_body,
    mail_email,
    mail_follow,
    mail_id,
    mail_list,
    mail_merge,
    mail_opt_out,
)
from bot.storage.text_search import Searchable, index_texts

KEEP_BODIES = timedelta(days=90)
BODIES_PER_ROUND = 2_000
_NAMES_PER_QUERY = 5_000  # far below what either driver takes in one statement
_MOST_SIGHTINGS = 5_000

T = TypeVar("T")


class EmailRepository:
    """What is written of mails.

    Args:
        database: The store.
        hash_author: How addresses are told apart without being kept.
    """

    def __init__(self, database: Database, hash_author: HashAuthor) -> None:
        self._database = database
        self._hash_author = hash_author

    async def save_batch(
        self,
        connection: AsyncConnection,
        list_id: int,
        arrivals: Sequence[Arrival],
        *,
        now: datetime,
        keep: timedelta = KEEP_BODIES,
    ) -> SavedBatch:
        """Store mails and attach them to threads; those that are known change nothing.

        A mail whose author wants it in no archive (X-No-Archive), or opted out wherever the list is followed,
        only leaves its id, which threads need.

        Args:
            connection: The transaction; it holds the list until it ends.
            list_id: The list that they came over.
            arrivals: In any order.
            now: The present.
            keep: How long the bodies are kept.
        """
        by_key = {arrival.email.key: arrival for arrival in reversed(arrivals)}
        batch = [
            envelope_of(each.email, arrived_at=each.arrived_at or now) for each in reversed(by_key.values())
        ]
        next_thread = await _hold_list(connection, list_id)
        if not batch or next_thread is None:
            return SavedBatch()
        known = await _find_threads(connection, list_id, ids_of(batch))
        attached = attach(
            batch,
            known=known,
            next_thread=next_thread,
            sightings=await _find_sightings(connection, list_id, batch),
        )
        # Every stored mail's own id is a known one, so a batch of nothing but news asks for none.
        stored = await _find_ids(connection, list_id, by_key.keys() & known.keys())
        threads = {**known, **attached.threads}
        elders = {merge.younger: merge.elder for merge in attached.merges}
        unwanted = await _find_unwanted(connection, list_id)
        kept = [
            (envelope, arrival, author_hash)
            for envelope in batch
            if envelope.key not in stored
            and not (arrival := by_key[envelope.key]).email.is_no_archive
            and (author_hash := self._hash_author_of(arrival.email)) not in unwanted
        ]
        numbers = await take_numbers(connection, mail_email, len(kept))
        emails = tuple(
            make_stored(
                arrival,
                email_id=number,
                list_id=list_id,
                thread=elders.get(threads[envelope.key], threads[envelope.key]),
                at=envelope.at,
                author_hash=author_hash,
                is_orphan=envelope.key in attached.orphans,
                now=now,
            )
            for number, (envelope, arrival, author_hash) in zip(numbers, kept, strict=True)
        )
        await _save_threads(connection, list_id, attached, next_thread, now)
        await _insert(connection, emails, keep)
        return SavedBatch(emails=emails, merges=attached.merges)

    def _hash_author_of(self, email: Email) -> str:
        return self._hash_author(email.author_address) if email.author_address else ""

    async def find_texts(self, list_id: int, keys: Iterable[str]) -> dict[str, str]:
        """Return the whole texts of stored mails by their keys, as far as kept: what replies quote."""
        texts: dict[str, str] = {}
        async with self._database.reading() as connection:
            for some in _in_pieces(tuple(keys)):
                statement = (
                    select(mail_email.c.key, mail_body.c.text)
                    .join(mail_body, mail_body.c.email_id == mail_email.c.id)
                    .where(_has_key(list_id, some))
                )
                texts.update((key, text) for key, text in await connection.execute(statement))
        return texts

    async def find_new_keys(self, list_id: int, keys: Iterable[str]) -> frozenset[str]:
        """Return those of some keys that are not stored, so that known mails need not be looked at again."""
        wanted = tuple(keys)
        async with self._database.reading() as connection:
            return frozenset(wanted) - (await _find_ids(connection, list_id, wanted)).keys()

    async def find_thread(self, list_id: int, thread: int) -> int:
        """Return the number that a thread has by now: its own, or that of the elder one it became part of."""
        is_it = and_(mail_merge.c.list_id == list_id, mail_merge.c.younger == thread)
        async with self._database.reading() as connection:
            elder = (await connection.execute(select(mail_merge.c.elder).where(is_it))).scalar_one_or_none()
        return thread if elder is None else int(elder)

    async def expire_bodies(self, connection: AsyncConnection, now: datetime) -> int:
        """Drop bodies whose time is over, a bounded number at a time; return how many, 0 when none is left.

        The mails stay, without their words; what was found by them is found no longer.
        """
        over = (
            select(mail_body.c.email_id)
            .where(mail_body.c.expires_at <= now)
            .order_by(mail_body.c.expires_at)
            .limit(BODIES_PER_ROUND)
        )
        return (await connection.execute(delete(mail_body).where(mail_body.c.email_id.in_(over)))).rowcount


async def move_emails(connection: AsyncConnection, source: int, target: int, *, now: datetime) -> None:
    """Move to another list what it does not have yet, attached to its threads; the rest stays behind.

    Args:
        connection: The transaction.
        source: The list that the mails are taken from; the caller holds both.
        target: The list that they are for.
        now: The present.
    """
    known = select(mail_email.c.key).where(mail_email.c.list_id == target)
    is_new = and_(mail_email.c.list_id == source, mail_email.c.key.not_in(known))
    rows = (await connection.execute(select(mail_email).where(is_new).order_by(mail_email.c.at))).mappings()
    emails = [read_email({**row, "text": None}) for row in rows]
    for some in _in_pieces(emails):
        batch = [_envelope(email) for email in some]
        next_thread = await _hold_list(connection, target)
        if next_thread is None:
            return
        threads = await _find_threads(connection, target, ids_of(batch))
        sightings = await _find_sightings(connection, target, batch)
        attached = attach(batch, known=threads, next_thread=next_thread, sightings=sightings)
        elders = {merge.younger: merge.elder for merge in attached.merges}
        threads.update(attached.threads)
        moved = [
            {
                "moved": email.id,
                "joins": elders.get(threads[email.key], threads[email.key]),
                "lost": email.key in attached.orphans,
            }
            for email in some
        ]
        is_it = mail_email.c.id == bindparam("moved")
        values = {"list_id": target, "thread": bindparam("joins"), "is_orphan": bindparam("lost")}
        await connection.execute(update(mail_email).where(is_it).values(values), moved)
        await _save_threads(connection, target, attached, next_thread, now)


def _envelope(email: StoredEmail) -> Envelope:
    return Envelope(
        key=email.key,
        in_reply_to=email.in_reply_to,
        references=email.references,
        topic_key=email.topic_key,
        is_reply=email.is_reply and not email.is_forward,
        at=email.at,
    )


async def _hold_list(connection: AsyncConnection, list_id: int) -> int | None:
    """Return the number of the list's next thread; until the transaction ends nobody else adds to it."""
    statement = select(mail_list.c.next_thread).where(mail_list.c.id == list_id).with_for_update()
    return (await connection.execute(statement)).scalar_one_or_none()


def is_wanted_somewhere(
    list_id: ColumnElement[int], author_hash: ColumnElement[str] | str
) -> ColumnElement[bool]:
    """Return the condition that a guild follows a list and shows an author's mails."""
    follow, opt_out = mail_follow.alias(), mail_opt_out.alias()
    hides = (
        select(opt_out.c.guild_id)
        .where(opt_out.c.guild_id == follow.c.guild_id, opt_out.c.author_hash == author_hash)
        .exists()
    )
    return select(follow.c.list_id).where(follow.c.list_id == list_id, ~hides).exists()


async def _find_unwanted(connection: AsyncConnection, list_id: int) -> frozenset[str]:
    """Return the authors who opted out in every guild that follows a list."""
    follows_it = select(mail_follow.c.guild_id).where(mail_follow.c.list_id == list_id)
    statement = (
        select(mail_opt_out.c.author_hash)
        .where(
            mail_opt_out.c.guild_id.in_(follows_it),
            ~is_wanted_somewhere(literal(list_id), mail_opt_out.c.author_hash),
        )
        .distinct()
    )
    return frozenset((await connection.execute(statement)).scalars())


def _has_key(list_id: int, keys: Sequence[str]) -> ColumnElement[bool]:
    return and_(mail_email.c.list_id == list_id, mail_email.c.key.in_(keys))


def _in_pieces(names: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(names), _NAMES_PER_QUERY):
        yield names[start : start + _NAMES_PER_QUERY]


async def _find_ids(connection: AsyncConnection, list_id: int, keys: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _in_pieces(tuple(keys)):
        statement = select(mail_email.c.key, mail_email.c.id).where(_has_key(list_id, some))
        found.update((key, number) for key, number in await connection.execute(statement))
    return found


async def _find_threads(connection: AsyncConnection, list_id: int, ids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _in_pieces(tuple(ids)):
        is_it = and_(mail_id.c.list_id == list_id, mail_id.c.id.in_(some))
        statement = select(mail_id.c.id, mail_id.c.thread).where(is_it)
        found.update((name, thread) for name, thread in await connection.execute(statement))
    return found


async def _find_sightings(
    connection: AsyncConnection, list_id: int, batch: Sequence[Envelope]
) -> dict[str, list[Sighting]]:
    """Return the stored mails that `attach` wants to see: until 90 days before the batch and behind it."""
    topics = tuple(topics_of(batch))
    asked = tuple(asked_topics_of(batch))
    first = min(each.at for each in batch) - TOPIC_WINDOW
    last = max(each.at for each in batch) + TOPIC_WINDOW
    email = mail_email.c
    sightings: dict[str, list[Sighting]] = {}
    for some in _in_pieces(topics):
        is_near = and_(
            email.list_id == list_id,
            email.topic_key.in_(some),
            email.topic_key != "",
            email.at.between(first, last),
            or_(email.is_orphan, email.topic_key.in_(asked)) if asked else email.is_orphan,
        )
        statement = (
            select(email.topic_key, email.key, email.thread, email.at, email.is_orphan)
            .where(is_near)
            .order_by(email.at.desc())
            .limit(_MOST_SIGHTINGS)
        )
        for topic, key, thread, at, is_orphan in await connection.execute(statement):
            sighting = Sighting(key=key, thread=thread, at=at, is_orphan=is_orphan)
            sightings.setdefault(topic, []).append(sighting)
    return sightings


async def _save_threads(
    connection: AsyncConnection, list_id: int, attached: Attached, next_thread: int, now: datetime
) -> None:
    rows = [(list_id, name, thread) for name, thread in attached.threads.items()]
    await insert_rows(connection, mail_id, ("list_id", "id", "thread"), rows)
    for merge in attached.merges:
        await _merge(connection, list_id, merge, now)
    for some in _in_pieces(tuple(attached.adopted)):
        await connection.execute(update(mail_email).where(_has_key(list_id, some)).values(is_orphan=False))
    if attached.next_thread != next_thread:
        statement = update(mail_list).where(mail_list.c.id == list_id)
        await connection.execute(statement.values(next_thread=attached.next_thread))


async def _merge(connection: AsyncConnection, list_id: int, merge: Merge, now: datetime) -> None:
    """Make a thread part of an elder one; every way to it leads on in one step."""
    for rows in (mail_email, mail_id):
        was_younger = and_(rows.c.list_id == list_id, rows.c.thread == merge.younger)
        await connection.execute(update(rows).where(was_younger).values(thread=merge.elder))
    led_to_younger = and_(mail_merge.c.list_id == list_id, mail_merge.c.elder == merge.younger)
    await connection.execute(update(mail_merge).where(led_to_younger).values(elder=merge.elder))
    row = {"list_id": list_id, "younger": merge.younger, "elder": merge.elder, "merged_at": now}
    await connection.execute(insert(mail_merge).values(row))


async def _insert(connection: AsyncConnection, emails: Sequence[StoredEmail], keep: timedelta) -> None:
    """Insert mails, bodies and words."""
    await insert_rows(connection, mail_email, EMAIL_COLUMNS, [email_row(email) for email in emails])
    await insert_rows(connection, mail_body, BODY_COLUMNS, [body_row(email, keep) for email in emails])
    await index_texts(connection, map(_searchable, emails))


def _searchable(email: StoredEmail) -> Searchable:
    words = email.body.own if email.body is not None else ""
    return Searchable(id=email.id, subject=email.topic, author=email.author_name, words=words)
