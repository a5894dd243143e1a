"""Notice mails that are missing, have their archive read anew, and give up with a reason."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.gap_repository import GapRepository
from bot.mail.gaps import WAITS, KeptGap, find_gaps, missing_in, number_of
from bot.mail.polling import News
from bot.storage.database import Database

_AT_ONCE: Final = 20
_OVERLAP: Final = timedelta(days=1)
_KEPT: Final = timedelta(days=30)


class Mending:
    """Close the gaps of lists."""

    def __init__(self, *, database: Database, repository: GapRepository) -> None:
        self._database = database
        self._repository = repository

    async def hear(self, connection: AsyncConnection, news: News) -> None:
        """Note the gaps that a batch leaves open or opens, in its transaction."""
        if news.is_old or not any(number_of(email.permalink) for email in news.saved.emails):
            return
        list_id = news.mailing_list.id
        newest = await self._repository.list_newest(connection, list_id)
        # What was missing before the list was followed is the archive's own affair.
        since = news.mailing_list.created_at
        new = {number_of(permalink) for permalink, at in newest if at >= since}
        for gap in find_gaps(permalink for permalink, _ in newest):
            if (gap.series, gap.last + 1) in new:
                await self._repository.add(connection, list_id, gap, now=news.now)

    async def look(self, now: datetime) -> None:
        """Look at the gaps whose time has come."""
        for kept in await self._repository.list_due(now, _AT_ONCE):
            async with self._database.writing() as connection:
                await self._mend(connection, kept, now)
        await self._repository.forget(now - _KEPT)

    async def _mend(self, connection: AsyncConnection, kept: KeptGap, now: datetime) -> None:
        newest = await self._repository.list_newest(connection, kept.list_id)
        missing = missing_in(kept.gap, (permalink for permalink, _ in newest))
        if not missing or kept.tries >= len(WAITS):
            await self._repository.settle(connection, kept, is_found=not missing, now=now)
            return
        since = _sent_before(kept, newest) or now
        await self._repository.rewind(connection, kept.list_id, since=since - _OVERLAP, now=now)
        await self._repository.wait(connection, kept, until=now + WAITS[kept.tries])


def _sent_before(kept: KeptGap, newest: tuple[tuple[str, datetime], ...]) -> datetime | None:
    """Return when the mail below a gap was sent."""
    gap = kept.gap
    for permalink, at in newest:
        if number_of(permalink) == (gap.series, gap.first - 1):
            return at
    return min((at for _, at in newest), default=None)
