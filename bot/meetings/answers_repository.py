"""Keep who comes to which date, and who wants to be reminded of which series; no longer than needed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.calendars import Answer
from bot.meetings.models import OccurrenceKey
from bot.meetings.rekeying import Pair
from bot.meetings.rekeying_repository import rekey_rows
from bot.storage.schema import meeting_answer, meeting_subscriber
from bot.storage.upsert import insert_missing, insert_or_update

Roster = tuple[tuple[int, Answer], ...]
"""Members with what they answered, the first first."""

# Made once, for they are run for every card that is posted.
_ANSWERS = (
    select(meeting_answer.c.user_id, meeting_answer.c.answer)
    .where(
        *(
            meeting_answer.c[name] == bindparam(f"of_{name}")
            for name in ("guild_id", "calendar_id", "uid", "original")
        )
    )
    .order_by(meeting_answer.c.answered_at, meeting_answer.c.user_id)
)
_SUBSCRIBERS = (
    select(meeting_subscriber.c.user_id)
    .where(
        *(
            meeting_subscriber.c[name] == bindparam(f"of_{name}")
            for name in ("guild_id", "calendar_id", "uid")
        )
    )
    .order_by(meeting_subscriber.c.since, meeting_subscriber.c.user_id)
)


class AnswersRepository:
    """The answers and wishes of members."""

    async def save_answer(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        key: OccurrenceKey,
        *,
        user_id: int,
        answer: Answer,
        now: datetime,
        forget_at: datetime,
    ) -> None:
        """Save what a member answered, in place of an earlier answer.

        Args:
            connection: The transaction.
            guild_id: Whose member; the caller has found the calendar there.
            calendar_id: Whose date.
            key: Which date.
            user_id: Who.
            answer: Whether they come.
            now: The present.
            forget_at: When the meeting is over, and it is nobody's business any more.
        """
        row = {
            **_names(guild_id, calendar_id, key),
            "user_id": user_id,
            "answer": answer,
            "answered_at": now,
            "forget_at": forget_at,
        }
        await insert_or_update(connection, meeting_answer, row)

    async def withdraw_answer(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, key: OccurrenceKey, user_id: int
    ) -> bool:
        """Take a member's answer back; return whether there was one."""
        is_it = and_(_is(meeting_answer, guild_id, calendar_id, key), meeting_answer.c.user_id == user_id)
        return (await connection.execute(delete(meeting_answer).where(is_it))).rowcount > 0

    async def list_answers(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, key: OccurrenceKey
    ) -> Roster:
        """Return who answered what for a date, in the order in which they did."""
        names = {f"of_{name}": value for name, value in _names(guild_id, calendar_id, key).items()}
        found = await connection.execute(_ANSWERS, names)
        return tuple((user_id, Answer(answer)) for user_id, answer in found)

    async def keep_until(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        key: OccurrenceKey,
        forget_at: datetime,
    ) -> None:
        """Keep the answers for a date that was moved until another moment."""
        await connection.execute(
            update(meeting_answer)
            .where(_is(meeting_answer, guild_id, calendar_id, key))
            .values(forget_at=forget_at)
        )

    async def rekey(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, pairs: Sequence[Pair]
    ) -> None:
        """Give what belongs to dates to the same dates under their new keys, unless those have their own."""
        await rekey_rows(connection, meeting_answer, guild_id, calendar_id, pairs)
        columns = meeting_subscriber.c
        here = and_(columns.guild_id == guild_id, columns.calendar_id == calendar_id)
        for old, new in sorted({(old.uid, new.uid) for old, new in pairs if old.uid != new.uid}):
            known = select(columns.user_id).where(here, columns.uid == new)
            await connection.execute(
                update(meeting_subscriber)
                .where(here, columns.uid == old, columns.user_id.not_in(known))
                .values(uid=new)
            )

    async def purge_answers(self, connection: AsyncConnection, now: datetime) -> None:
        """Forget the answers for dates that are over."""
        await connection.execute(delete(meeting_answer).where(meeting_answer.c.forget_at <= now))

    async def subscribe(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        uid: str,
        *,
        user_id: int,
        now: datetime,
    ) -> bool:
        """Note that a member wants to be reminded of a series; return False if that was known."""
        row = {"guild_id": guild_id, "calendar_id": calendar_id, "uid": uid, "user_id": user_id, "since": now}
        return await insert_missing(connection, meeting_subscriber, row)

    async def unsubscribe(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, uid: str, *, user_id: int
    ) -> bool:
        """Note that a member wants that no more; return whether they did."""
        columns = meeting_subscriber.c
        is_it = and_(
            columns.guild_id == guild_id,
            columns.calendar_id == calendar_id,
            columns.uid == uid,
            columns.user_id == user_id,
        )
        return (await connection.execute(delete(meeting_subscriber).where(is_it))).rowcount > 0

    async def list_subscribers(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, uid: str
    ) -> tuple[int, ...]:
        """Return who wants to be reminded of a series."""
        names = {"of_guild_id": guild_id, "of_calendar_id": calendar_id, "of_uid": uid}
        return tuple((await connection.execute(_SUBSCRIBERS, names)).scalars())

    async def forget_member(self, connection: AsyncConnection, guild_id: int, user_id: int) -> None:
        """Forget all that a member of a guild answered or wished for."""
        tables: Iterable[Table] = (meeting_answer, meeting_subscriber)
        for table in tables:
            await connection.execute(
                delete(table).where(table.c.guild_id == guild_id, table.c.user_id == user_id)
            )


def _names(guild_id: int, calendar_id: int, key: OccurrenceKey) -> dict[str, object]:
    return {"guild_id": guild_id, "calendar_id": calendar_id, "uid": key.uid, "original": key.original}


def _is(table: Table, guild_id: int, calendar_id: int, key: OccurrenceKey) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _names(guild_id, calendar_id, key).items()))
