"""Lay the ground that every feature stands on: texts, the store, the way out to the web, worker processes."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.operations.backup import back_up_before_upgrade
from bot.operations.metrics import Metrics
from bot.storage.database import Database
from bot.storage.leases import Leases
from bot.text.catalogue import Texts, load_texts
from bot.workers import Workers
from config.community import Community
from config.settings import Settings

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the features share."""

    settings: Settings
    community: Community
    clock: Clock
    texts: Texts
    metrics: Metrics
    database: Database
    leases: Leases
    fetcher: Fetcher
    workers: Workers


@asynccontextmanager
async def lay_ground(settings: Settings, community: Community, *, clock: Clock) -> AsyncIterator[Ground]:
    """Open the store, brought up to date, and what else is shared; close it afterwards.

    Raises:
        SettingsError: The store cannot be used.
    """
    async with AsyncExitStack() as stack:
        url = database_url(settings)

        async def before_upgrade() -> None:
            await back_up_before_upgrade(url, now=clock())

        database = await stack.enter_async_context(Database(url, before_upgrade=before_upgrade))
        await database.migrate()
        leases = await stack.enter_async_context(Leases(database))
        fetcher = await stack.enter_async_context(
            Fetcher(guard=Guard(settings.allow_private_nets), clock=clock)
        )
        workers = await stack.enter_async_context(Workers())
        yield Ground(
            settings=settings,
            community=community,
            clock=clock,
            texts=load_texts(),
            metrics=Metrics(),
            database=database,
            leases=leases,
            fetcher=fetcher,
            workers=workers,
        )


def database_url(settings: Settings) -> str:
    """Return the store's address: PostgreSQL's if one is set, otherwise the file in DATA_DIR."""
    url = settings.database_url.get_secret_value()
    return url or f"sqlite:///{Path(settings.data_dir).absolute() / 'rapporteur.sqlite3'}"
