"""Read again what an older version of the program had to set aside; what can be read now is stored as old."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.errors import SourceError
from bot.mail.aside_repository import KeptAside
from bot.mail.intake import MailReader
from bot.mail.models import RawMail
from bot.mail.repository import MailRepository
from bot.storage.database import Database

logger = logging.getLogger(__name__)

_AT_ONCE: Final = 20


class Retrying:
    """Try the mails that were set aside, once with each version of the program.

    Args:
        version: The program's.
        keep: How long bodies are kept.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: MailRepository,
        reader: MailReader,
        version: str,
        keep: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._repository = repository
        self._reader = reader
        self._version = version
        self._keep = keep
        self._clock = clock

    async def retry(self, _now: datetime) -> None:
        """Try some of them; the rest next time."""
        for kept in await self._repository.list_aside(version=self._version, limit=_AT_ONCE):
            try:
                await self._try(kept)
            except SourceError as error:  # the worker processes cannot be used for now
                logger.info("mails that were set aside wait: %s", error)
                return

    async def _try(self, kept: KeptAside) -> None:
        mailing_list = await self._repository.get_list(kept.list_id)
        name = mailing_list.name if mailing_list else ""
        intake = await self._reader.read(kept.list_id, [RawMail(data=kept.content)], list_name=name)
        async with self._database.writing() as connection:
            if intake.aside:
                await self._repository.leave_aside(
                    connection, kept.id, reason=intake.aside[0].reason, version=self._version
                )
                return
            await self._repository.save_batch(
                connection, kept.list_id, intake.arrivals, now=self._clock(), keep=self._keep
            )
            await self._repository.remove_aside(connection, kept.id)
        logger.info("mail %s of list %s, set aside before, was read", kept.id, kept.list_id)
