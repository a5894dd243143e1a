"""Join two lists that are one, and part them again: sources, mails and threads, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.email_repository import move_emails
from bot.mail.list_repository import ListRepository, add_list
from bot.mail.models import Place
from bot.mail.stored import MailSource
from bot.mail.twins import Join, Side
from bot.storage.schema import (
    mail_aside,
    mail_choice,
    mail_digest,
    mail_disposition,
    mail_email,
    mail_follow,
    mail_list,
    mail_live,
    mail_live_thread,
    mail_mute,
    mail_source,
)

_MOST_PAIRS = 1_000
_CHOSEN = (mail_live, mail_digest, mail_choice, mail_mute, mail_live_thread)


class JoiningRepository(ListRepository):
    """Lists that are read in several places."""

    async def list_pairs(self, list_id: int | None = None) -> tuple[tuple[int, int], ...]:
        """Return lists that a channel follows both of and that may be the same one, the elder first.

        Args:
            list_id: Only pairs with this list; None for all.
        """
        one, other = mail_follow.alias(), mail_follow.alias()
        elder, younger = mail_list.alias(), mail_list.alias()
        is_same_channel = and_(
            one.c.guild_id == other.c.guild_id,
            one.c.channel_id == other.c.channel_id,
            one.c.list_id < other.c.list_id,
        )
        may_be_same = or_(
            and_(
                elder.c.identifier != "", func.lower(elder.c.identifier) == func.lower(younger.c.identifier)
            ),
            func.lower(elder.c.name) == func.lower(younger.c.name),
            func.lower(elder.c.identifier).startswith(func.lower(younger.c.name) + "."),
            func.lower(younger.c.identifier).startswith(func.lower(elder.c.name) + "."),
        )
        statement = (
            select(elder.c.id, younger.c.id)
            .select_from(one)
            .join(other, is_same_channel)
            .join(elder, elder.c.id == one.c.list_id)
            .join(younger, younger.c.id == other.c.list_id)
            .where(may_be_same)
            .distinct()
            .order_by(elder.c.id, younger.c.id)
            .limit(_MOST_PAIRS)
        )
        if list_id is not None:
            statement = statement.where(or_(elder.c.id == list_id, younger.c.id == list_id))
        async with self._database.reading() as connection:
            return tuple((first, second) for first, second in await connection.execute(statement))

    async def find_side(self, list_id: int) -> Side | None:
        """Return a list as `plan_join` looks at it; None if there is none."""
        mailing_list = await self.get_list(list_id)
        if mailing_list is None:
            return None
        is_set_up = or_(*(exists().where(table.c.list_id == list_id) for table in _CHOSEN))
        mails = select(func.count()).select_from(mail_email).where(mail_email.c.list_id == list_id)
        async with self._database.reading() as connection:
            chosen, number = (await connection.execute(select(is_set_up, mails.scalar_subquery()))).one()
        return Side(
            mailing_list=mailing_list,
            follows=await self.list_followers(list_id),
            sources=await self.list_sources(list_id),
            mails=number,
            is_set_up=bool(chosen),
        )

    async def count_common(self, one: int, other: int) -> int:
        """Return how many Message-IDs two lists have in common."""
        mine, theirs = mail_email.alias(), mail_email.alias()
        is_common = and_(mine.c.list_id == one, theirs.c.list_id == other, mine.c.key == theirs.c.key)
        statement = select(func.count()).select_from(mine).join(theirs, is_common)
        async with self._database.reading() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def join(self, connection: AsyncConnection, join: Join, *, now: datetime) -> bool:
        """Make a list part of another one; return whether it was still there, and followed likewise."""
        both = (join.keeper, join.goner)
        held = select(mail_list).where(mail_list.c.id.in_(both)).order_by(mail_list.c.id).with_for_update()
        lists = {row["id"]: row for row in (await connection.execute(held)).mappings()}
        if len(lists) < len(both) or not await _are_followed_likewise(connection, join):
            return False
        await move_emails(connection, join.goner, join.keeper, now=now)
        for table in (mail_source, mail_aside, mail_disposition):
            moved = update(table).where(table.c.list_id == join.goner).values(list_id=join.keeper)
            await connection.execute(moved)
        goner = lists[join.goner]
        facts: dict[str, object] = {
            name: case((mail_list.c[name] == "", goner[name]), else_=mail_list.c[name])
            for name in ("identifier", "address", "archive_url")
        }
        facts["is_private"] = lists[join.keeper]["is_private"] or goner["is_private"]
        await connection.execute(update(mail_list).where(mail_list.c.id == join.keeper).values(facts))
        await _close_likewise(connection, join)
        await connection.execute(delete(mail_list).where(mail_list.c.id == join.goner))
        return True

    async def part(
        self,
        connection: AsyncConnection,
        source: MailSource,
        place: Place,
        *,
        cursor: Mapping[str, Any],
        now: datetime,
    ) -> MailSource:
        """Give one source of a joined list a list of its own, which is read from the start."""
        list_id = await add_list(connection, place, now)
        values = {
            "list_id": list_id,
            "cursor": dict(cursor),
            "is_complete": False,
            "next_check_at": now,
            "succeeded_at": None,
        }
        await connection.execute(update(mail_source).where(mail_source.c.id == source.id).values(values))
        return replace(
            source, list_id=list_id, cursor=cursor, is_complete=False, next_check_at=now, succeeded_at=None
        )


async def _are_followed_likewise(connection: AsyncConnection, join: Join) -> bool:
    """Look once more, inside the transaction: a guild may have followed one of them meanwhile."""
    follow = mail_follow.c
    statement = select(follow.list_id, follow.guild_id, follow.channel_id).where(
        follow.list_id.in_((join.keeper, join.goner))
    )
    where: dict[int, set[tuple[int, int]]] = {join.keeper: set(), join.goner: set()}
    for list_id, guild_id, channel_id in await connection.execute(statement):
        where[list_id].add((guild_id, channel_id))
    return where[join.keeper] == where[join.goner]


async def _close_likewise(connection: AsyncConnection, join: Join) -> None:
    """Keep private what the guild said is private, in either list."""
    follow = mail_follow.c
    said = select(follow.channel_id).where(follow.list_id == join.goner, follow.is_private)
    channels = tuple((await connection.execute(said)).scalars())
    if channels:
        is_it = and_(follow.list_id == join.keeper, follow.channel_id.in_(channels))
        await connection.execute(update(mail_follow).where(is_it).values(is_private=True))
