"""Draft digests: read what they are made of, compose, quote, draw; nothing is kept or posted here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.delivery.post import Attachment
from bot.mail.digest.composing import compose, quote, wanted_bodies
from bot.mail.digest.material_repository import MaterialRepository
from bot.mail.digest.models import Digest, Material, Window
from bot.mail.digest.planning import find_next
from bot.mail.digest.render import Frame
from bot.mail.digest.wishes import KeptDigest
from bot.mail.filters import Choices, Judge, Outcome, Verdict
from bot.mail.stored import MailingList, StoredEmail
from bot.pictures.sheets import Picture

WEEKS_SHOWN: Final = 12
CHART: Final = "activity.png"
_WEEK: Final = timedelta(weeks=1)

ZoneOf = Callable[[int], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCount:
    """How many mails, in how many threads, a week brought."""

    since: datetime
    mails: int
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A digest, the numbers of the mails that it tells of, and why others that came are left out.

    Attributes:
        folded: Those of `shown` that it only names, for the channel was told of them under another list.
    """

    digest: Digest
    shown: tuple[int, ...]
    hidden: Mapping[int, Verdict]
    folded: frozenset[int] = frozenset()


Draw = Callable[[str, Sequence[WeekCount]], Picture]
"""Draws how lively a list of some name was."""


class Drafting:
    """Draft digests.

    Args:
        zone_of: Returns a guild's own zone.
        draw: Draws the chart; called in a thread.
    """

    def __init__(self, *, material: MaterialRepository, zone_of: ZoneOf, draw: Draw) -> None:
        self._material = material
        self._zone_of = zone_of
        self._draw = draw

    async def zone(self, kept: KeptDigest) -> ZoneInfo:
        """Return whose clock decides about a digest."""
        return ZoneInfo(kept.wish.zone or await self._zone_of(kept.wish.guild_id))

    async def compose(self, guild_id: int, list_id: int, email_ids: Sequence[int], window: Window) -> Digest:
        """Compose a digest of some mails, with excerpts."""
        material = await self._material.read(guild_id, list_id, email_ids)
        return await self._compose(guild_id, material, window)

    async def draft(self, choices: Choices, email_ids: Sequence[int], window: Window) -> Draft:
        """Compose a digest of those of some mails that a channel wants."""
        guild_id = choices.guild_id
        material = await self._material.read(guild_id, choices.list_id, email_ids)
        told_on = await self._material.told_on(choices, material)
        verdicts = await asyncio.to_thread(_judge, choices, material)
        wanted = replace(
            material,
            mails=tuple(mail for mail in material.mails if verdicts[mail.id].is_posted),
            told_on=told_on,
            highlights=frozenset(
                number for number, verdict in verdicts.items() if verdict.outcome is Outcome.HIGHLIGHTED
            ),
        )
        digest = await self._compose(guild_id, wanted, window)
        folded = {news.thread for news in digest.news if news.told_on}
        return Draft(
            digest=digest,
            folded=frozenset(mail.id for mail in wanted.mails if mail.thread in folded),
            shown=tuple(mail.id for mail in wanted.mails),
            hidden={number: verdict for number, verdict in verdicts.items() if not verdict.is_posted},
        )

    async def _compose(self, guild_id: int, material: Material, window: Window) -> Digest:
        """Compose and quote in a thread: over two thousand mails it takes some 50 ms."""
        digest = await asyncio.to_thread(compose, material, window)
        bodies = await self._material.bodies(guild_id, wanted_bodies(digest, material))
        return await asyncio.to_thread(quote, digest, bodies)

    async def bodies(self, guild_id: int, email_ids: Sequence[int]) -> Mapping[int, StoredEmail]:
        """Return mails with their bodies, by number."""
        return await self._material.bodies(guild_id, email_ids)

    async def frame(self, kept: KeptDigest, mailing_list: MailingList, window: Window) -> Frame:
        """Return what stands around the news; with the chart, where it is a weekly one that has one."""
        wish = kept.wish
        is_weekly = wish.schedule.is_weekly
        has_chart = is_weekly and wish.has_chart
        return Frame(
            mailing_list=mailing_list,
            next_at=find_next(wish.schedule, await self.zone(kept), told_until=window.until),
            is_weekly=is_weekly,
            chart=await self._chart(mailing_list, window.until) if has_chart else None,
        )

    async def _chart(self, mailing_list: MailingList, until: datetime) -> Attachment | None:
        """Return the last weeks as a picture; none where there is nothing to compare."""
        starts = [until - _WEEK * number for number in range(WEEKS_SHOWN, 0, -1)]
        counted = await self._material.activity(mailing_list.id, starts, until)
        weeks = [
            WeekCount(since=start, mails=mails, threads=threads)
            for start, (mails, threads) in zip(starts, counted, strict=True)
        ]
        while weeks and not weeks[0].mails:
            weeks.pop(0)
        if len(weeks) < 2:
            return None
        picture = await asyncio.to_thread(self._draw, mailing_list.name, weeks)
        return Attachment(name=CHART, content=picture.png, description=picture.alt)


def _judge(choices: Choices, material: Material) -> Mapping[int, Verdict]:
    judge = Judge(choices)
    return {mail.id: judge.judge(mail) for mail in material.mails}
