"""Keep what channels choose of the lists: rules, the pause, pings, muted threads.

A channel that never chose anything has no row: its choices are the plain ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.filters import Choices, Field, Mode, Ping, Rule
from bot.storage.database import Database
from bot.storage.schema import mail_choice, mail_follow, mail_merge, mail_mute
from bot.storage.upsert import insert_missing, insert_or_update

MOST_MUTED: Final = 500
"""Threads that a channel may have muted; the one that was muted longest ago gives way."""

_KEY: Final = ("guild_id", "list_id", "channel_id")
_PLAIN: Final[Mapping[str, object]] = {
    "mode": Mode.ONLY_MATCHES,
    "rules": [],
    "paused_at": None,
    "ping": Ping.NEVER,
    "role_id": None,
    "is_declared": False,
}


class ChoicesRepository:
    """The choices of channels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_for(self, connection: AsyncConnection, list_id: int) -> tuple[Choices, ...]:
        """Return what each channel that follows a list chose of it, in the caller's transaction."""
        return await _read(connection, mail_follow.c.list_id == list_id)

    async def list_guild(self, guild_id: int, list_id: int) -> tuple[Choices, ...]:
        """Return what each channel of a guild that follows a list chose of it."""
        async with self._database.reading() as connection:
            here = and_(mail_follow.c.guild_id == guild_id, mail_follow.c.list_id == list_id)
            return await _read(connection, here)

    async def find(
        self, connection: AsyncConnection, guild_id: int, list_id: int, channel_id: int
    ) -> Choices | None:
        """Return what a channel chose; None if it does not follow the list."""
        found = await _read(connection, _is_follow(guild_id, list_id, channel_id))
        return found[0] if found else None

    async def save(self, connection: AsyncConnection, choices: Choices) -> None:
        """Store what a channel chose, its muted threads apart."""
        values = {
            **_key(choices),
            "mode": choices.mode,
            "rules": [_rule_row(rule) for rule in choices.rules],
            "paused_at": choices.paused_at,
            "ping": choices.ping,
            "role_id": choices.role_id,
            "is_declared": choices.is_declared,
        }
        await insert_or_update(connection, mail_choice, values)

    async def mute(
        self, connection: AsyncConnection, choices: Choices, thread: int, *, now: datetime
    ) -> bool:
        """Show no more mails of a thread in a channel; return False if none were shown already."""
        if thread in choices.muted:
            return False
        row = {**_key(choices), "thread": thread, "muted_at": now}
        is_new = await insert_missing(connection, mail_mute, row)
        newest = (
            select(mail_mute.c.thread)
            .where(_is_mute(choices))
            .order_by(mail_mute.c.muted_at.desc(), mail_mute.c.thread.desc())
            .offset(MOST_MUTED)
            .limit(MOST_MUTED)
        )
        old = tuple((await connection.execute(newest)).scalars())
        if old:
            await connection.execute(delete(mail_mute).where(_is_mute(choices), mail_mute.c.thread.in_(old)))
        return is_new

    async def unmute(self, connection: AsyncConnection, choices: Choices, thread: int) -> bool:
        """Show a thread again, under whatever number it was muted; return False if it was not muted."""
        younger = select(mail_merge.c.younger).where(
            mail_merge.c.list_id == choices.list_id, mail_merge.c.elder == thread
        )
        is_it = (mail_mute.c.thread == thread) | mail_mute.c.thread.in_(younger)
        return (await connection.execute(delete(mail_mute).where(_is_mute(choices), is_it))).rowcount > 0


async def _read(connection: AsyncConnection, which: ColumnElement[bool]) -> tuple[Choices, ...]:
    same = and_(*(mail_choice.c[name] == mail_follow.c[name] for name in _KEY))
    chosen = [mail_choice.c[name] for name in _PLAIN]
    statement = (
        select(*(mail_follow.c[name] for name in _KEY), *chosen)
        .select_from(mail_follow.outerjoin(mail_choice, same))
        .where(which)
        .order_by(mail_follow.c.followed_at, *(mail_follow.c[name] for name in _KEY))
    )
    rows = (await connection.execute(statement)).mappings().all()
    muted = await _read_muted(connection, which)
    return tuple(_choices({**row}, muted.get(tuple(row[name] for name in _KEY), ())) for row in rows)


async def _read_muted(
    connection: AsyncConnection, which: ColumnElement[bool]
) -> Mapping[tuple[int, ...], Sequence[int]]:
    """Return the muted threads of each channel, by the numbers that they have by now."""
    same = and_(*(mail_mute.c[name] == mail_follow.c[name] for name in _KEY))
    merged = and_(mail_merge.c.list_id == mail_mute.c.list_id, mail_merge.c.younger == mail_mute.c.thread)
    statement = (
        select(*(mail_mute.c[name] for name in _KEY), func.coalesce(mail_merge.c.elder, mail_mute.c.thread))
        .select_from(mail_mute.join(mail_follow, same).outerjoin(mail_merge, merged))
        .where(which)
    )
    muted: dict[tuple[int, ...], list[int]] = {}
    for *key, thread in await connection.execute(statement):
        muted.setdefault(tuple(key), []).append(thread)
    return muted


def _choices(values: dict[str, Any], muted: Sequence[int]) -> Choices:
    if values["mode"] is None:
        values.update(_PLAIN)
    return Choices(
        **{
            **values,
            "mode": Mode(values["mode"]),
            "ping": Ping(values["ping"]),
            "rules": tuple(_rule(each) for each in values["rules"]),
            "muted": frozenset(muted),
        }
    )


def _rule_row(rule: Rule) -> list[object]:
    return [getattr(rule, field.name) for field in fields(Rule)]


def _rule(row: Sequence[Any]) -> Rule:
    names = [field.name for field in fields(Rule)]
    values = dict(zip(names, row, strict=False))  # an older version knew fewer of them
    return Rule(**{**values, "field": Field(values["field"])})


def _key(choices: Choices) -> dict[str, int]:
    return {name: getattr(choices, name) for name in _KEY}


def _is_follow(guild_id: int, list_id: int, channel_id: int) -> ColumnElement[bool]:
    key = (guild_id, list_id, channel_id)
    return and_(*(mail_follow.c[name] == value for name, value in zip(_KEY, key, strict=True)))


def _is_mute(choices: Choices) -> ColumnElement[bool]:
    return and_(*(mail_mute.c[name] == value for name, value in _key(choices).items()))
