"""Join lists that turned out to be one, so that no mail is posted or found twice in a channel."""

import logging
from datetime import datetime

from bot.mail.repository import MailRepository
from bot.mail.twins import plan_join
from bot.storage.database import Database

logger = logging.getLogger(__name__)


class Joining:
    """Look for lists that are read in two places, and join them."""

    def __init__(self, *, database: Database, repository: MailRepository) -> None:
        self._database = database
        self._repository = repository

    async def join_all(self, now: datetime) -> None:
        """Join whatever can be joined."""
        for one, other in await self._repository.list_pairs():
            await self._join(one, other, now=now)

    async def join(self, list_id: int, *, now: datetime) -> int:
        """Join a list with those that are the same; return the number of the list that it is by now."""
        for pair in await self._repository.list_pairs(list_id):
            if list_id in pair:
                list_id = await self._join(*pair, now=now) or list_id
        return list_id

    async def _join(self, one: int, other: int, *, now: datetime) -> int | None:
        """Join two lists; return which one is left, None where both are."""
        elder, younger = await self._repository.find_side(one), await self._repository.find_side(other)
        if elder is None or younger is None:
            return None
        plan = plan_join(elder, younger, common=await self._repository.count_common(one, other))
        if plan is None:
            return None
        async with self._database.writing() as connection:
            is_joined = await self._repository.join(connection, plan, now=now)
        if is_joined:
            logger.info("list %s is the same as list %s: joined", plan.goner, plan.keeper)
        return plan.keeper if is_joined else None
