"""Keep which card of a date is the newest in a channel, and what it is drawn from.

The feed may drop a date while its card still stands; the card is drawn anew from what is kept here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.calendars import Card, MeetingDate, Stage, token_of
from bot.meetings.models import OccurrenceKey
from bot.meetings.rekeying import Pair
from bot.meetings.rekeying_repository import rekey_rows
from bot.meetings.stored import from_json, to_json
from bot.storage.schema import guild, meeting_card
from bot.storage.upsert import insert_or_update


class CardsRepository:
    """The cards of all guilds."""

    async def save_card(self, connection: AsyncConnection, card: Card) -> None:
        """Save a card in place of the one before it."""
        occurrence = card.date.occurrence
        row = {
            "guild_id": card.guild_id,
            "calendar_id": card.date.calendar_id,
            "uid": occurrence.key.uid,
            "original": occurrence.key.original,
            "channel_id": card.channel_id,
            "token": card.date.token,
            "key": card.key,
            "rule": card.rule,
            "stage": card.stage,
            "edits": card.edits,
            "looks": card.looks,
            "starts_at": occurrence.starts_at,
            "ends_at": occurrence.ends_at,
            "next_at": card.next_at,
            "content": {"date": to_json(card.date), "shift": card.shift},
        }
        await insert_or_update(connection, meeting_card, row)

    async def find_card(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        key: OccurrenceKey,
        channel_id: int,
    ) -> Card | None:
        """Return the card of a date in a channel."""
        names = {**_names(guild_id, calendar_id, key), "of_channel_id": channel_id}
        return next(iter(map(_card, await connection.execute(_one(), names))), None)

    async def list_cards(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, *, since: datetime
    ) -> tuple[Card, ...]:
        """Return the cards of a calendar whose meetings end after a moment."""
        wanted = _select().where(_is_of(guild_id, calendar_id), meeting_card.c.ends_at >= since)
        return await self._read(connection, wanted)

    async def list_cards_of_date(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, token: str
    ) -> tuple[Card, ...]:
        """Return the cards of a date by what a button names it, in every channel."""
        wanted = _select().where(_is_of(guild_id, calendar_id), meeting_card.c.token == token)
        return await self._read(connection, wanted)

    async def has_double(self, connection: AsyncConnection, card: Card, *, key: OccurrenceKey) -> bool:
        """Tell whether another date that looks the same has a card in the channel."""
        names = _names(card.guild_id, card.date.calendar_id, key)
        looks = {"of_channel_id": card.channel_id, "of_looks": card.looks}
        return (await connection.execute(_double(), {**names, **looks})).first() is not None

    async def list_due(self, connection: AsyncConnection, now: datetime, limit: int) -> tuple[Card, ...]:
        """Return the cards that are to be drawn anew by now, over all guilds that the bot is in."""
        wanted = _select().where(meeting_card.c.next_at <= now, _is_in_guild())
        return await self._read(connection, wanted.order_by(meeting_card.c.next_at).limit(limit))

    async def find_next_due(self, connection: AsyncConnection) -> datetime | None:
        """Return when the next card of any guild is to be drawn anew."""
        next_at = meeting_card.c.next_at
        wanted = select(next_at).where(next_at.is_not(None), _is_in_guild()).order_by(next_at).limit(1)
        found: datetime | None = (await connection.execute(wanted)).scalar_one_or_none()
        return found

    async def rekey(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, pairs: Sequence[Pair]
    ) -> None:
        """Give what belongs to dates to the same dates under their new keys, unless those have their own."""
        await rekey_rows(
            connection,
            meeting_card,
            guild_id,
            calendar_id,
            pairs,
            also=lambda new: {"token": token_of(new)},
        )

    async def purge(self, connection: AsyncConnection, before: datetime) -> None:
        """Forget the cards of meetings that were over before a moment."""
        await connection.execute(
            delete(meeting_card).where(meeting_card.c.ends_at < before, meeting_card.c.next_at.is_(None))
        )

    async def _read(self, connection: AsyncConnection, wanted: Select[tuple[Any, ...]]) -> tuple[Card, ...]:
        return tuple(map(_card, await connection.execute(wanted)))


def _select() -> Select[tuple[Any, ...]]:
    columns = meeting_card.c
    return select(
        columns.guild_id,
        columns.channel_id,
        columns.key,
        columns.rule,
        columns.stage,
        columns.edits,
        columns.looks,
        columns.next_at,
        columns.content,
    )


def _names(guild_id: int, calendar_id: int, key: OccurrenceKey) -> dict[str, object]:
    owner = {"of_guild_id": guild_id, "of_calendar_id": calendar_id}
    return {**owner, "of_uid": key.uid, "of_original": key.original}


# Made once, for they are run for every card that is posted.
@cache
def _one() -> Select[tuple[Any, ...]]:
    return _select().where(_equal("guild_id", "calendar_id", "uid", "original", "channel_id"))


@cache
def _double() -> Select[tuple[Any, ...]]:
    """Select what looks the same in the channel, but for the date itself."""
    is_like_it = and_(_equal("guild_id", "channel_id", "looks"), meeting_card.c.stage != Stage.CANCELLED)
    is_itself = _equal("calendar_id", "uid", "original")
    wanted: Select[tuple[Any, ...]] = select(meeting_card.c.uid).where(is_like_it, ~is_itself)
    return wanted.limit(1)


def _equal(*names: str) -> ColumnElement[bool]:
    return and_(*(meeting_card.c[name] == bindparam(f"of_{name}") for name in names))


def _is_of(guild_id: int, calendar_id: int) -> ColumnElement[bool]:
    return and_(meeting_card.c.guild_id == guild_id, meeting_card.c.calendar_id == calendar_id)


def _is_in_guild() -> ColumnElement[bool]:
    is_it = guild.c.guild_id == meeting_card.c.guild_id
    return ~select(guild.c.guild_id).where(is_it, guild.c.left_at.is_not(None)).exists()


def _card(row: Row[Any]) -> Card:
    values = dict(row._mapping)
    content: Mapping[str, Any] = values.pop("content")
    return Card(
        **values | {"stage": Stage(values["stage"])},
        date=from_json(content["date"], MeetingDate),
        shift=content["shift"],
    )
