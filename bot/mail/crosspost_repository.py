"""Know what went to several lists: shown once, in the eldest of them.

Ids are soon forged, so only a mail that says the same is the same.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Subquery, and_, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.list_repository import follows
from bot.storage.schema import mail_body, mail_email


def within(
    lists: Collection[int] | None,
    after: datetime | None,
    before: datetime | None,
    email: FromClause = mail_email,
) -> list[ColumnElement[bool]]:
    """Return the conditions that a mail is of some lists, and of a span of time."""
    conditions: list[ColumnElement[bool]] = []
    if lists is not None:
        conditions.append(email.c.list_id.in_(tuple(lists)))
    if after is not None:
        conditions.append(email.c.at >= after)
    if before is not None:
        conditions.append(email.c.at < before)
    return conditions


def is_in_an_elder_list(
    guild_id: int, lists: Collection[int] | None, after: datetime | None, before: datetime | None
) -> ColumnElement[bool]:
    """Return the condition that what a mail says is found in another list already."""
    twin, body = mail_email.alias(), mail_body.alias()
    is_same = _is_same(twin, body, mail_email, mail_body)
    return (
        select(twin.c.id)
        .join(body, body.c.email_id == twin.c.id)
        .where(is_same, twin.c.list_id < mail_email.c.list_id)
        .where(follows(guild_id, twin.c.list_id), *within(lists, after, before, twin))
        .exists()
    )


def is_told_by_an_elder_thread(
    threads: Subquery, guild_id: int, lists: Collection[int]
) -> ColumnElement[bool]:
    """Return the condition that a thread ends with a mail that another list has as well.

    Args:
        threads: With `list_id`, `thread` and `last_at`.
        guild_id: Who asks.
        lists: Which lists are shown.
    """
    last, said, twin, body = mail_email.alias(), mail_body.alias(), mail_email.alias(), mail_body.alias()
    is_last = and_(
        last.c.list_id == threads.c.list_id,
        last.c.thread == threads.c.thread,
        last.c.at == threads.c.last_at,
    )
    return (
        select(last.c.id)
        .join(said, said.c.email_id == last.c.id)
        .join(twin, and_(twin.c.key == last.c.key, twin.c.list_id < last.c.list_id))
        .join(body, body.c.email_id == twin.c.id)
        .where(is_last, _is_same(twin, body, last, said))
        .where(follows(guild_id, twin.c.list_id), twin.c.list_id.in_(tuple(lists)))
        .exists()
    )


async def find_other_lists(
    connection: AsyncConnection, emails: Sequence[int], guild_id: int, lists: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """Return in which other lists mails are as well, by their numbers."""
    if not emails:
        return {}
    mail, said, twin, body = mail_email.alias(), mail_body.alias(), mail_email.alias(), mail_body.alias()
    statement = (
        select(mail.c.id, twin.c.list_id)
        .join(said, said.c.email_id == mail.c.id)
        .join(twin, and_(twin.c.key == mail.c.key, twin.c.list_id != mail.c.list_id))
        .join(body, body.c.email_id == twin.c.id)
        .where(mail.c.id.in_(tuple(emails)), _is_same(twin, body, mail, said))
        .where(follows(guild_id, twin.c.list_id), twin.c.list_id.in_(tuple(lists)))
        .order_by(twin.c.list_id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for number, list_id in (await connection.execute(statement)).all():
        found[number] = (*found.get(number, ()), list_id)
    return found


def _is_same(
    twin: FromClause, twin_body: FromClause, mail: FromClause, body: FromClause
) -> ColumnElement[bool]:
    return and_(
        twin.c.key == mail.c.key,
        twin.c.author_hash == mail.c.author_hash,
        twin.c.topic == mail.c.topic,
        own_words(twin_body) == own_words(body),
    )


def own_words(body: FromClause) -> ColumnElement[str]:
    """Select the own words of a body, which is stored once where they are the whole of it."""
    return case((body.c.is_whole, body.c.text), else_=body.c.own)
