"""Tell the admins of sources that broke and mended: one notice each, however long it lasts.

Each kind of source says which of its sources are broken; what was told, the store knows. So a restart tells
nothing twice, and what mended while nobody looked is told as mended.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.notices import Notices
from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that needs a person.

    Attributes:
        subject: Names it for the program, and for good: "faq:7".
        what: What is broken and what to do, as safe Markdown.
    """

    guild_id: int
    subject: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One kind of source.

    Attributes:
        prefix: What its subjects begin with: "faq:".
        list_broken: Returns what is broken now, over all guilds that the bot is in.
        is_there: Tells whether a guild still has a source, by its subject.
    """

    prefix: str
    list_broken: Callable[[], Awaitable[Collection[Trouble]]]
    is_there: Callable[[int, str], Awaitable[bool]]


class Incidents:
    """Compare what is broken with what was told."""

    def __init__(self, *, database: Database, notices: Notices, watched: Collection[Watched]) -> None:
        self._database = database
        self._notices = notices
        self._watched = watched

    async def review(self, now: datetime) -> None:
        """Open and close incidents; nothing is written when nothing changed."""
        for each in self._watched:
            await self._review(each, now)

    async def _review(self, watched: Watched, now: datetime) -> None:
        async with self._database.reading() as connection:
            known = await self._notices.list_open(connection, watched.prefix)
        broken = {(trouble.guild_id, trouble.subject): trouble for trouble in await watched.list_broken()}
        mended = {(*key, await watched.is_there(*key)) for key in known - broken.keys()}
        opened = [trouble for key, trouble in broken.items() if key not in known]
        if not opened and not mended:
            return
        async with self._database.writing() as connection:
            for trouble in opened:
                await self._notices.open(connection, trouble.guild_id, trouble.subject, trouble.what, now=now)
            for guild_id, subject, is_there in mended:
                tell = self._notices.close if is_there else self._notices.forget
                await tell(connection, guild_id, subject, now=now)
