"""Keep the digests: where they are wanted, which mails wait to be told, and in which issue each was told.

A mail is noted in the transaction that stores it, and told in the one that enqueues its digest: whatever
happens in between, each is told once in every channel.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.digest.models import Window
from bot.mail.digest.wishes import DigestWish, Issue, KeptDigest, Waiting
from bot.storage.database import Database
from bot.storage.schema import (
    guild,
    mail_digest,
    mail_digest_email,
    mail_digest_issue,
    mail_email,
    mail_follow,
)
from bot.storage.upsert import insert_missing
from bot.text.cadence import Schedule, parse_when, write_when

KEPT: Final = timedelta(days=90)
"""How long it is known which mails an issue told of: as long as bodies are kept."""

_PIECE: Final = 500
_NOTED = mail_digest_email.c
_WAITS = _NOTED.issue_id.is_(None)


class DigestRepository:
    """The digests, their issues, and their mails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, connection: AsyncConnection, wish: DigestWish, *, now: datetime) -> bool:
        """Keep a wish; return whether it is a new one. Of one that was there, what is told stays as it is."""
        values = {
            "rule": write_when(wish.schedule),
            "zone": wish.zone,
            "says_quiet": wish.says_quiet,
            "has_chart": wish.has_chart,
            "is_declared": wish.is_declared,
        }
        place = {"guild_id": wish.guild_id, "list_id": wish.list_id, "channel_id": wish.channel_id}
        row = {**place, **values, "created_at": now, "told_until": now}
        if await insert_missing(connection, mail_digest, row):
            return True
        is_it = _is_place(wish.guild_id, wish.list_id, wish.channel_id)
        old = (await connection.execute(select(mail_digest.c.rule).where(is_it))).scalar_one()
        if old != values["rule"]:
            # Under a new rule, what lies behind counts as told: no window of the old one comes due at once.
            values["told_until"] = now
        await connection.execute(update(mail_digest).where(is_it).values(values))
        return False

    async def remove(self, connection: AsyncConnection, guild_id: int, list_id: int, channel_id: int) -> bool:
        """Forget a wish with all that was told; return whether there was one."""
        is_it = _is_place(guild_id, list_id, channel_id)
        return (await connection.execute(delete(mail_digest).where(is_it))).rowcount > 0

    async def list_wishes(self, guild_id: int | None = None) -> tuple[KeptDigest, ...]:
        """Return the digests of lists that are followed, of a guild or of all in which the bot is."""
        followed = select(mail_follow.c.list_id).where(
            mail_follow.c.guild_id == mail_digest.c.guild_id, mail_follow.c.list_id == mail_digest.c.list_id
        )
        left = select(guild.c.guild_id).where(
            guild.c.guild_id == mail_digest.c.guild_id, guild.c.left_at.is_not(None)
        )
        statement = select(mail_digest).where(followed.exists(), ~left.exists()).order_by(mail_digest.c.id)
        if guild_id is not None:
            statement = statement.where(mail_digest.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            return tuple(map(_read_wish, (await connection.execute(statement)).mappings()))

    async def find(self, digest_id: int) -> KeptDigest | None:
        """Return a digest by its number."""
        async with self._database.reading() as connection:
            statement = select(mail_digest).where(mail_digest.c.id == digest_id)
            row = (await connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _read_wish(row)

    async def note(self, connection: AsyncConnection, list_id: int, email_ids: Sequence[int]) -> None:
        """Let new mails of a list wait in each digest that is wanted of it."""
        statement = select(mail_digest.c.id, mail_digest.c.guild_id).where(mail_digest.c.list_id == list_id)
        digests = (await connection.execute(statement)).all()
        rows = [
            {"digest_id": digest_id, "guild_id": guild_id, "email_id": email_id, "issue_id": None}
            for digest_id, guild_id in digests
            for email_id in email_ids
        ]
        for start in range(0, len(rows), _PIECE):
            await connection.execute(insert(mail_digest_email), rows[start : start + _PIECE])

    async def count_waiting(self, digest_id: int) -> Waiting:
        """Return how much waits, without naming it."""
        statement = (
            select(func.count(), func.count(mail_email.c.thread.distinct()))
            .select_from(mail_digest_email.join(mail_email, mail_email.c.id == _NOTED.email_id))
            .where(_NOTED.digest_id == digest_id, _WAITS)
        )
        async with self._database.reading() as connection:
            mails, threads = (await connection.execute(statement)).one()
        return Waiting(mails=mails, threads=threads)

    async def list_waiting(self, digest_id: int) -> tuple[int, ...]:
        """Return the numbers of the mails that wait."""
        async with self._database.reading() as connection:
            return await _numbers(connection, and_(_NOTED.digest_id == digest_id, _WAITS))

    async def list_awaiting(self, guild_id: int, email_id: int) -> tuple[KeptDigest, ...]:
        """Return the digests of a guild in which a mail waits to be told."""
        waits = select(_NOTED.digest_id).where(
            _NOTED.email_id == email_id, _NOTED.digest_id == mail_digest.c.id, _WAITS
        )
        of_guild = and_(mail_digest.c.guild_id == guild_id, waits.exists())
        async with self._database.reading() as connection:
            found = await connection.execute(select(mail_digest).where(of_guild).order_by(mail_digest.c.id))
            return tuple(map(_read_wish, found.mappings()))

    async def list_told(self, issue_id: int) -> tuple[int, ...]:
        """Return the numbers of the mails that an issue told of."""
        async with self._database.reading() as connection:
            return await _numbers(connection, _NOTED.issue_id == issue_id)

    async def move_on(self, connection: AsyncConnection, digest: KeptDigest, *, until: datetime) -> bool:
        """Note that a window was told; return False if another process told it meanwhile."""
        is_it = and_(mail_digest.c.id == digest.id, mail_digest.c.told_until == digest.told_until)
        moved = await connection.execute(update(mail_digest).where(is_it).values(told_until=until))
        return moved.rowcount > 0

    async def add_issue(
        self, connection: AsyncConnection, digest: KeptDigest, window: Window, *, key: str, now: datetime
    ) -> Issue:
        """Keep an issue; its mails are then told by `tell`."""
        row = {
            "guild_id": digest.wish.guild_id,
            "digest_id": digest.id,
            "since": window.since,
            "until": window.until,
            "rounds": window.rounds,
            "key": key,
            "edits": 0,
            "posted_at": now,
        }
        made = await connection.execute(insert(mail_digest_issue).values(row))
        number = made.inserted_primary_key
        if number is None:
            raise RuntimeError("an issue that was just stored has no number")
        return Issue(id=number[0], digest_id=digest.id, window=window, key=key, posted_at=now)

    async def tell(
        self, connection: AsyncConnection, digest_id: int, issue_id: int, email_ids: Collection[int]
    ) -> None:
        """Note in which issue mails are told."""
        for some in _pieces(tuple(email_ids)):
            are_they = and_(_NOTED.digest_id == digest_id, _NOTED.email_id.in_(some), _WAITS)
            await connection.execute(update(mail_digest_email).where(are_they).values(issue_id=issue_id))

    async def drop_waiting(
        self, connection: AsyncConnection, digest_id: int, email_ids: Collection[int]
    ) -> None:
        """Let mails wait no longer that are not to be told here."""
        for some in _pieces(tuple(email_ids)):
            are_they = and_(_NOTED.digest_id == digest_id, _NOTED.email_id.in_(some), _WAITS)
            await connection.execute(delete(mail_digest_email).where(are_they))

    async def widen(self, connection: AsyncConnection, issue: Issue, *, until: datetime) -> bool:
        """Note that late mail joined an issue; return False if another process did so meanwhile."""
        is_it = and_(mail_digest_issue.c.id == issue.id, mail_digest_issue.c.edits == issue.edits)
        values = {"edits": issue.edits + 1, "until": until}
        return (await connection.execute(update(mail_digest_issue).where(is_it).values(values))).rowcount > 0

    async def find_issue(self, guild_id: int, issue_id: int) -> Issue | None:
        """Return an issue of a guild's digests."""
        is_it = and_(mail_digest_issue.c.id == issue_id, mail_digest_issue.c.guild_id == guild_id)
        statement = select(mail_digest_issue).where(is_it)
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _read_issue(row)

    async def list_fresh(self, since: datetime) -> tuple[Issue, ...]:
        """Return the issues posted since then whose digests have mails that wait."""
        waits = select(_NOTED.email_id).where(_NOTED.digest_id == mail_digest_issue.c.digest_id, _WAITS)
        statement = (
            select(mail_digest_issue)
            .where(mail_digest_issue.c.posted_at >= since, waits.exists())
            .order_by(mail_digest_issue.c.id)
        )
        async with self._database.reading() as connection:
            return tuple(map(_read_issue, (await connection.execute(statement)).mappings()))

    async def purge(self, now: datetime) -> None:
        """Forget which mails were told long ago, and issues with them."""
        old = mail_digest_issue.c.posted_at < now - KEPT
        async with self._database.writing() as connection:
            await connection.execute(delete(mail_digest_issue).where(old))


def _is_place(guild_id: int, list_id: int, channel_id: int) -> ColumnElement[bool]:
    columns = mail_digest.c
    return and_(columns.guild_id == guild_id, columns.list_id == list_id, columns.channel_id == channel_id)


async def _numbers(connection: AsyncConnection, condition: ColumnElement[bool]) -> tuple[int, ...]:
    statement = select(_NOTED.email_id).where(condition).order_by(_NOTED.email_id)
    return tuple((await connection.execute(statement)).scalars())


def _pieces(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _PIECE] for start in range(0, len(numbers), _PIECE))


def _read_wish(row: RowMapping) -> KeptDigest:
    names = ("guild_id", "list_id", "channel_id", "zone", "says_quiet", "has_chart", "is_declared")
    wish = DigestWish(schedule=parse_when(row["rule"]) or Schedule(), **{name: row[name] for name in names})
    return KeptDigest(id=row["id"], wish=wish, told_until=row["told_until"])


def _read_issue(row: RowMapping) -> Issue:
    window = Window(since=row["since"], until=row["until"], rounds=row["rounds"])
    names = ("id", "digest_id", "key", "edits", "posted_at")
    return Issue(window=window, **{name: row[name] for name in names})
