"""Keep what was typed until it is confirmed, and what a guild usually wants of its calendars."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.calendars import CalendarSettings
from bot.meetings.request import Request, from_row, to_row
from bot.meetings.stored import from_json, to_json
from bot.storage.schema import meeting_default, meeting_draft
from bot.storage.upsert import insert_or_update

DRAFTS_KEPT = timedelta(days=1)
_USUAL = CalendarSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a guild usually wants: how new calendars are set, and where meetings made in chat are announced.

    Attributes:
        channel_id: None: in the channel in which a meeting is made.
    """

    channel_id: int | None = None
    settings: CalendarSettings = _USUAL


class DraftsRepository:
    """Drafts of meetings, and the guilds' usual wishes."""

    async def save_draft(
        self, connection: AsyncConnection, guild_id: int, token: str, request: Request, *, now: datetime
    ) -> None:
        """Keep a request for a day; older ones are forgotten on the way."""
        await connection.execute(delete(meeting_draft).where(meeting_draft.c.made_at < now - DRAFTS_KEPT))
        row = {"guild_id": guild_id, "token": token, "request": to_row(request), "made_at": now}
        await insert_or_update(connection, meeting_draft, row)

    async def find_draft(self, connection: AsyncConnection, guild_id: int, token: str) -> Request | None:
        """Return a request of this guild; None when it was discarded, or is too old."""
        wanted = select(meeting_draft.c.request).where(_is_draft(guild_id, token))
        found = (await connection.execute(wanted)).scalar_one_or_none()
        return from_row(found) if found is not None else None

    async def remove_draft(self, connection: AsyncConnection, guild_id: int, token: str) -> bool:
        """Forget a request; return whether it was there."""
        gone = await connection.execute(delete(meeting_draft).where(_is_draft(guild_id, token)))
        return gone.rowcount > 0

    async def get_defaults(self, connection: AsyncConnection, guild_id: int) -> Defaults:
        """Return what a guild usually wants."""
        columns = meeting_default.c
        wanted = select(columns.channel_id, columns.settings).where(columns.guild_id == guild_id)
        found = (await connection.execute(wanted)).one_or_none()
        if found is None:
            return Defaults()
        return Defaults(channel_id=found.channel_id, settings=from_json(found.settings, CalendarSettings))

    async def save_defaults(self, connection: AsyncConnection, guild_id: int, defaults: Defaults) -> None:
        """Save what a guild usually wants."""
        row = {
            "guild_id": guild_id,
            "channel_id": defaults.channel_id,
            "settings": to_json(defaults.settings),
        }
        await insert_or_update(connection, meeting_default, row)


def _is_draft(guild_id: int, token: str) -> ColumnElement[bool]:
    return and_(meeting_draft.c.guild_id == guild_id, meeting_draft.c.token == token)
