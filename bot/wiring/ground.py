"""Lay the ground that every feature stands on: texts, the store, the way out to the web, worker processes."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.http.fetcher import Fetcher
from bot.http.guard import Guard
from bot.operations.backup import back_up_before_upgrade
from bot.operations.metrics import Metrics
from bot.storage.bells import Bells
from bot.storage.database import Database
from bot.storage.leases import Leases
from bot.storage.places import database_url
from bot.text.catalogue import Texts, load_texts
from bot.text.languages import GuildLanguages
from bot.workers import Workers
from config.community import Community, Guild
from config.community_file import CommunityFile
from config.logins import missing_secrets
from config.settings import Settings

Clock = Callable[[], datetime]
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the features share."""

    settings: Settings
    community_file: CommunityFile
    clock: Clock
    texts: Texts
    languages: GuildLanguages
    metrics: Metrics
    database: Database
    leases: Leases
    bells: Bells
    fetcher: Fetcher
    workers: Workers

    @property
    def community(self) -> Community:
        """What community.toml declares now."""
        return self.community_file.current


class Declared(Mapping[Key, Value]):
    """What is declared, as a mapping that is always the present one, for those who are built only once."""

    def __init__(self, ground: Ground, read: Callable[[Guild], Mapping[Key, Value]]) -> None:
        self._ground = ground
        self._read = read

    def __getitem__(self, key: Key) -> Value:
        return self._now()[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[Key, Value]:
        return {
            key: value for guild in self._ground.community.guilds for key, value in self._read(guild).items()
        }


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
        bells = await stack.enter_async_context(Bells(database))
        fetcher = await stack.enter_async_context(
            Fetcher(guard=Guard(settings.allow_private_nets), clock=clock)
        )
        workers = await stack.enter_async_context(Workers())
        languages = GuildLanguages()
        yield Ground(
            settings=settings,
            community_file=CommunityFile(
                community,
                config_dir=settings.config_dir,
                check=lambda read: missing_secrets(read, settings),
            ),
            clock=clock,
            texts=load_texts(language_of=languages.of),
            languages=languages,
            metrics=Metrics(),
            database=database,
            leases=leases,
            bells=bells,
            fetcher=fetcher,
            workers=workers,
        )
