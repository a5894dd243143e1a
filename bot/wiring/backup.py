"""Wire the nightly backup, and what a restored one means for what is posted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.delivery.plan import Restoration
from bot.operations.backup import Backups
from bot.storage.database import Database
from bot.storage.places import database_url
from bot.storage.restoration import CATCHING_UP, find_restoration, forget_restoration
from bot.storage.sqlite import BACKUPS, SqliteFile
from bot.wiring.feature import RecurringJob
from bot.wiring.ground import Ground

BACKUP_JOB = "backup"

_TICK = timedelta(hours=1)
_FORGOTTEN_AFTER = timedelta(days=30)


def backup_jobs(ground: Ground, *, wake_at: Callable[[datetime], None]) -> tuple[RecurringJob, ...]:
    """Return the nightly backup; PostgreSQL is backed up by its own tools."""
    if ground.database.is_shared:
        return ()
    # The night of the community, where all of this bot's have the same.
    zones = {guild.settings.zone for guild in ground.community.guilds if guild.settings.zone}
    store = SqliteFile(database_url(ground.settings)).path
    backups = Backups(
        store=store,
        folder=store.with_name(BACKUPS),
        zone=ZoneInfo(zones.pop()) if len(zones) == 1 else UTC,
        wake_at=wake_at,
    )
    return (RecurringJob(name=BACKUP_JOB, interval=_TICK, run=backups.nightly),)


async def lately_restored(database: Database, *, now: datetime) -> Restoration | None:
    """Return what the dispatcher has to know of a backup that was restored."""
    restored = await find_restoration(database)
    if restored is None:
        return None
    if now - restored.restored_at > _FORGOTTEN_AFTER:
        await forget_restoration(database)
        return None
    return Restoration(backup_at=restored.backup_at, restored_at=restored.restored_at + CATCHING_UP)
