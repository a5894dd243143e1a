"""Keep what is other for single series than for the rest of their calendars."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.meetings.calendars import SeriesSettings
from bot.meetings.rekeying import Pair
from bot.meetings.stored import from_json, to_json
from bot.storage.schema import meeting_calendar, meeting_series
from bot.storage.upsert import insert_or_update


class SeriesRepository:
    """The settings of the series of all guilds, by their uid."""

    async def list_settings(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int
    ) -> Mapping[str, SeriesSettings]:
        """Return what is other for single series of a calendar, by their uid."""
        wanted = select(meeting_series.c.uid, meeting_series.c.settings).where(
            meeting_series.c.guild_id == guild_id, meeting_series.c.calendar_id == calendar_id
        )
        return {
            uid: from_json(settings, SeriesSettings) for uid, settings in await connection.execute(wanted)
        }

    async def save_settings(
        self,
        connection: AsyncConnection,
        guild_id: int,
        calendar_id: int,
        uid: str,
        settings: SeriesSettings,
    ) -> bool:
        """Save what is other for a series, if anything is; return False when there is no such calendar."""
        columns = meeting_calendar.c
        owner = select(columns.id).where(columns.guild_id == guild_id, columns.id == calendar_id)
        if (await connection.execute(owner)).one_or_none() is None:
            return False
        if settings == SeriesSettings():
            await connection.execute(delete(meeting_series).where(_is_series(guild_id, calendar_id, uid)))
            return True
        row = {"guild_id": guild_id, "calendar_id": calendar_id, "uid": uid, "settings": to_json(settings)}
        return await insert_or_update(connection, meeting_series, row)

    async def find_settings(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, uid: str
    ) -> SeriesSettings | None:
        """Return what is other for one series; None where nothing is."""
        wanted = select(meeting_series.c.settings).where(_is_series(guild_id, calendar_id, uid))
        found = (await connection.execute(wanted)).scalar_one_or_none()
        return from_json(found, SeriesSettings) if found is not None else None

    async def rekey(
        self, connection: AsyncConnection, guild_id: int, calendar_id: int, pairs: Sequence[Pair]
    ) -> None:
        """Give what is other for series to the same series under new uids, unless those have their own."""
        known = await self.list_settings(connection, guild_id, calendar_id)
        for old, new in sorted({(old.uid, new.uid) for old, new in pairs if old.uid != new.uid}):
            if old in known and new not in known:
                await self.save_settings(connection, guild_id, calendar_id, new, known[old])


def _is_series(guild_id: int, calendar_id: int, uid: str) -> ColumnElement[bool]:
    columns = meeting_series.c
    return and_(columns.guild_id == guild_id, columns.calendar_id == calendar_id, columns.uid == uid)
