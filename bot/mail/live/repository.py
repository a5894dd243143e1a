"""Keep which channels are live, which Discord threads stand for mail threads, and what they got lately."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    and_,
    delete,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.dispositions import Fate, Way
from bot.mail.live.models import Audience, Folded, Lately, LiveThread
from bot.mail.live.plan import DAY, LATE, usual_day
from bot.mail.live.sharing_repository import lead_on
from bot.storage.database import Database
from bot.storage.schema import (
    guild,
    mail_disposition,
    mail_email,
    mail_follow,
    mail_live,
    mail_live_thread,
    mail_opt_out,
    topic_thread,
)
from bot.storage.upsert import insert_missing, insert_or_update

USUAL_OF: Final = 30
"""Over how many days the usual day is found."""
_CATCHING_UP: Final = timedelta(minutes=10)
_A_DAY: Final = 24 * 60 * 60 * 1_000_000
_THREAD: Final = tuple(field.name for field in fields(LiveThread))


class LiveRepository:
    """Live channels and their threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def switch_on(
        self, connection: AsyncConnection, audience: Audience, *, now: datetime, is_declared: bool = False
    ) -> None:
        """Have every mail posted in a channel that follows the list; who declares it again, keeps it."""
        key = {name: getattr(audience, name) for name in ("guild_id", "list_id", "channel_id")}
        values = {**key, "since": now, "is_declared": is_declared}
        await insert_or_update(connection, mail_live, values, update={"is_declared": is_declared})

    async def switch_off(self, connection: AsyncConnection, audience: Audience) -> bool:
        """Post no more mails in a channel; return whether it was live."""
        return (await connection.execute(delete(mail_live).where(_is_live(audience)))).rowcount > 0

    async def find_live(self, audience: Audience) -> bool | None:
        """Tell whether community.toml made a channel live; None if it is not live."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(mail_live.c.is_declared).where(_is_live(audience)))
            return found.scalar_one_or_none()

    async def list_live(self, guild_id: int) -> tuple[tuple[Audience, bool], ...]:
        """Return a guild's live channels, and of each whether community.toml declares it."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(mail_live).where(mail_live.c.guild_id == guild_id))
            return tuple((_audience(row), row["is_declared"]) for row in rows.mappings())

    async def list_audiences(self, connection: AsyncConnection, list_id: int) -> tuple[Audience, ...]:
        """Return the live channels of a list, in guilds in which the bot is, the oldest first."""
        statement = (
            select(mail_live)
            .where(mail_live.c.list_id == list_id, ~_has_left(mail_live.c.guild_id))
            .order_by(mail_live.c.since, mail_live.c.channel_id)
        )
        return tuple(_audience(row) for row in (await connection.execute(statement)).mappings())

    async def list_followed(self, connection: AsyncConnection, list_id: int) -> tuple[LiveThread, ...]:
        """Return the threads that are followed one by one, of guilds that still follow the list."""
        follows = and_(
            mail_follow.c.guild_id == mail_live_thread.c.guild_id,
            mail_follow.c.list_id == mail_live_thread.c.list_id,
        )
        statement = _threads().where(
            mail_live_thread.c.list_id == list_id,
            mail_live_thread.c.is_followed,
            select(mail_follow.c.list_id).where(follows).exists(),
            ~_has_left(mail_live_thread.c.guild_id),
        )
        return tuple(LiveThread(**row) for row in (await connection.execute(statement)).mappings())

    async def find_thread(
        self, connection: AsyncConnection, audience: Audience, thread: int
    ) -> LiveThread | None:
        """Return what stands for a mail thread in a channel; None if nothing was posted of it."""
        statement = _threads().where(_is_thread(audience.channel_id, audience.list_id, thread))
        row = (await connection.execute(statement)).mappings().one_or_none()
        return None if row is None else LiveThread(**row)

    async def open_thread(self, connection: AsyncConnection, thread: LiveThread, *, now: datetime) -> bool:
        """Note that something stands for a mail thread from now on; return whether nothing did before."""
        row = {name: getattr(thread, name) for name in _THREAD}
        is_new = await insert_missing(connection, mail_live_thread, {**row, "since": now})
        if thread.is_followed and not is_new:
            is_it = _is_thread(thread.channel_id, thread.list_id, thread.thread)
            await connection.execute(update(mail_live_thread).where(is_it).values(is_followed=True))
        return is_new

    async def merge(
        self, connection: AsyncConnection, list_id: int, *, younger: int, elder: int
    ) -> tuple[tuple[LiveThread, LiveThread], ...]:
        """Let what stands for a thread stand for the elder one that it became part of.

        Returns:
            The younger and the elder in each channel that has something for both: the elder's stays.
        """
        both: list[tuple[LiveThread, LiveThread]] = []
        is_younger = and_(mail_live_thread.c.list_id == list_id, mail_live_thread.c.thread == younger)
        rows = (await connection.execute(_threads().where(is_younger))).mappings().all()
        for row in rows:
            mine = LiveThread(**row)
            is_mine = _is_thread(mine.channel_id, list_id, younger)
            audience = Audience(guild_id=mine.guild_id, list_id=list_id, channel_id=mine.channel_id)
            theirs = await self.find_thread(connection, audience, elder)
            if theirs is None:
                await connection.execute(update(mail_live_thread).where(is_mine).values(thread=elder))
                continue
            await connection.execute(delete(mail_live_thread).where(is_mine))
            if mine.is_followed and not theirs.is_followed:
                is_theirs = _is_thread(mine.channel_id, list_id, elder)
                await connection.execute(update(mail_live_thread).where(is_theirs).values(is_followed=True))
            if mine.topic != theirs.topic:  # else both went into one thread of another list already
                await lead_on(connection, mine, theirs)
                both.append((mine, theirs))
        return tuple(both)

    async def find_discord_thread(self, connection: AsyncConnection, thread: LiveThread) -> int | None:
        """Return the id of the Discord thread, once it is started."""
        wanted = select(topic_thread.c.thread_id).where(
            topic_thread.c.channel_id == thread.channel_id, topic_thread.c.topic == thread.topic
        )
        return (await connection.execute(wanted)).scalar_one_or_none()

    async def find_topic(self, connection: AsyncConnection, thread: LiveThread) -> str:
        """Return the topic of a mail thread's first mail; "" if it is gone."""
        email = mail_email.c
        is_in_it = and_(email.list_id == thread.list_id, email.thread == thread.thread)
        wanted = select(email.topic).where(is_in_it).order_by(email.at, email.id).limit(1)
        return (await connection.execute(wanted)).scalar_one_or_none() or ""

    async def list_hidden(self, connection: AsyncConnection, guild_id: int) -> frozenset[str]:
        """Return the authors whose mails a guild does not show."""
        hidden = select(mail_opt_out.c.author_hash).where(mail_opt_out.c.guild_id == guild_id)
        return frozenset((await connection.execute(hidden)).scalars())

    async def read_lately(
        self, connection: AsyncConnection, audience: Audience, *, now: datetime, is_catching_up: bool
    ) -> Lately:
        """Return what a channel got of a list in the last day.

        Args:
            connection: The transaction.
            audience: The channel.
            now: The present.
            is_catching_up: The list is read for the first time after an outage.
        """
        told = mail_disposition.c
        wanted = and_(
            told.channel_id == audience.channel_id,
            told.list_id == audience.list_id,
            told.way == audience.way,
            told.at > now - DAY,
            told.fate.in_((Fate.POSTED, Fate.FOLDED)),
        )
        rows = (
            await connection.execute(select(told.at, told.fate, told.reason).where(wanted).order_by(told.at))
        ).all()
        late = [row.at for row in rows if row.reason == LATE and row.fate == Fate.POSTED]
        return Lately(
            posted=tuple(row.at for row in rows if row.fate == Fate.POSTED),
            usual=await _find_usual(connection, audience.list_id, now),
            late=sum(at > now - _CATCHING_UP for at in late) if is_catching_up else 0,
        )

    async def is_catching_up(self, connection: AsyncConnection, list_id: int, *, now: datetime) -> bool:
        """Tell whether what had piled up of a list came a moment ago, so that there may be more."""
        told = mail_disposition.c
        is_late = and_(told.list_id == list_id, told.reason == LATE, told.at > now - _CATCHING_UP)
        # The mails of the last moments only: the ledger is found by them.
        newest = and_(mail_email.c.list_id == list_id, mail_email.c.stored_at > now - _CATCHING_UP)
        statement = (
            select(told.email_id)
            .join(mail_email, mail_email.c.id == told.email_id)
            .where(newest, is_late)
            .limit(1)
        )
        return (await connection.execute(statement)).first() is not None

    async def find_summary(
        self, connection: AsyncConnection, audience: Audience, reason: str, *, since: datetime
    ) -> str:
        """Return the key of the summary that mails are folded into by now; "" if there is none yet."""
        told = mail_disposition.c
        wanted = and_(
            told.channel_id == audience.channel_id,
            told.list_id == audience.list_id,
            told.way == audience.way,
            told.at > since,
            told.fate == Fate.FOLDED,
            told.reason == reason,
        )
        statement = select(told.outbox_key).where(wanted).order_by(told.at.desc()).limit(1)
        return (await connection.execute(statement)).scalar_one_or_none() or ""

    async def list_folded(
        self, connection: AsyncConnection, audience: Audience, key: str, *, limit: int
    ) -> tuple[int, tuple[Folded, ...]]:
        """Return how many mails a summary stands for, and the first of them."""
        told, email = mail_disposition.c, mail_email.c
        is_in_it = and_(
            told.channel_id == audience.channel_id,
            told.list_id == audience.list_id,
            told.way == audience.way,
            told.outbox_key == key,
        )
        number = (await connection.execute(select(func.count()).where(is_in_it))).scalar_one()
        statement = (
            select(email.thread, email.topic, email.author_name, email.permalink)
            .join(mail_disposition, told.email_id == email.id)
            .where(is_in_it)
            .order_by(told.at, email.at, email.id)
            .limit(limit)
        )
        rows = (await connection.execute(statement)).mappings()
        return number, tuple(Folded(**row) for row in rows)


async def _find_usual(connection: AsyncConnection, list_id: int, now: datetime) -> int:
    """Return how many mails a usual day of a list has, today aside."""
    # SQLite and PostgreSQL both divide whole numbers to whole numbers.
    day = type_coerce(mail_email.c.at, BigInteger).op("/")(_A_DAY)
    within = and_(
        mail_email.c.list_id == list_id,
        mail_email.c.at > now - (USUAL_OF + 1) * DAY,
        mail_email.c.at <= now - DAY,
    )
    counted = select(func.count()).where(within).group_by(day)
    return usual_day(tuple((await connection.execute(counted)).scalars()), days=USUAL_OF)


def _threads() -> Select[Any]:
    return select(*(mail_live_thread.c[name] for name in _THREAD))


def _is_thread(channel_id: int, list_id: int, thread: int) -> ColumnElement[bool]:
    row = mail_live_thread.c
    return and_(row.channel_id == channel_id, row.list_id == list_id, row.thread == thread)


def _is_live(audience: Audience) -> ColumnElement[bool]:
    row = mail_live.c
    return and_(
        row.guild_id == audience.guild_id,
        row.list_id == audience.list_id,
        row.channel_id == audience.channel_id,
    )


def _has_left(guild_id: ColumnElement[int]) -> ColumnElement[bool]:
    return select(guild.c.guild_id).where(guild.c.guild_id == guild_id, guild.c.left_at.is_not(None)).exists()


def _audience(row: RowMapping) -> Audience:
    names = ("guild_id", "list_id", "channel_id", "since")
    return Audience(way=Way.LIVE, **{name: row[name] for name in names})
