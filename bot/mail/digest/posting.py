"""Post digests when they are due: one for each window, from what was noted as it came.

The end of the window, the issue with its mails and the post in the outbox are one transaction: a crash
anywhere loses nothing and doubles nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post
from bot.mail.choices_repository import ChoicesRepository
from bot.mail.digest.accounting import account
from bot.mail.digest.drafting import Draft, Drafting
from bot.mail.digest.models import Window
from bot.mail.digest.planning import EDITED_FOR, find_next, plan_digest
from bot.mail.digest.render import render_digest, render_quiet
from bot.mail.digest.repository import DigestRepository
from bot.mail.digest.wishes import Issue, KeptDigest, Waiting
from bot.mail.dispositions_repository import Dispositions
from bot.mail.filters import Choices
from bot.mail.polling import News
from bot.mail.repository import MailRepository
from bot.mail.stored import MailingList
from bot.storage.database import Database
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

_PIECE: Final = 200

PATIENCE: Final = timedelta(minutes=30)
"""So long a digest waits for a list whose reading is overdue, as after an outage."""


class Posting:
    """Post what is due, and let late mail join what was just posted.

    Args:
        is_open: Tells whether everybody in a guild sees a channel.
    """

    def __init__(
        self,
        *,
        database: Database,
        repository: DigestRepository,
        mail: MailRepository,
        drafting: Drafting,
        outbox: Outbox,
        dispositions: Dispositions,
        choices: ChoicesRepository,
        texts: Texts,
        is_open: Callable[[int, int], Awaitable[bool]],
    ) -> None:
        self._database = database
        self._repository = repository
        self._mail = mail
        self._drafting = drafting
        self._outbox = outbox
        self._dispositions = dispositions
        self._choices = choices
        self._texts = texts
        self._is_open = is_open
        self._waiting_since: dict[int, datetime] = {}

    async def hear(self, connection: AsyncConnection, news: News) -> None:
        """Note new mail of a list; what was there before the list was followed is no news."""
        if news.saved.emails and not news.is_old:
            numbers = [email.id for email in news.saved.emails]
            await self._repository.note(connection, news.mailing_list.id, numbers)

    async def post_due(self, now: datetime) -> None:
        """Post every digest that is due; one that cannot be made does not hold up the others."""
        outcomes: list[object] = []
        for kept in await self._repository.list_wishes():
            outcomes += await asyncio.gather(self._post_if_due(kept, now), return_exceptions=True)
        for issue in await self._repository.list_fresh(now - EDITED_FOR):
            outcomes += await asyncio.gather(self._add_late(issue, now), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def find_next(self, now: datetime) -> datetime | None:
        """Return when the next digest of any guild is due."""
        moments = []
        for kept in await self._repository.list_wishes():
            zone = await self._drafting.zone(kept)
            moment = find_next(kept.wish.schedule, zone, told_until=max(kept.told_until, now))
            moments += [moment] if moment is not None else []
        return min(moments, default=None)

    async def _post_if_due(self, kept: KeptDigest, now: datetime) -> None:
        schedule = kept.wish.schedule
        waiting = await self._repository.count_waiting(kept.id) if schedule.threads else Waiting()
        window = plan_digest(
            schedule,
            await self._drafting.zone(kept),
            told_until=kept.told_until,
            now=now,
            new_threads=waiting.threads,
        )
        if window is None:
            self._waiting_since.pop(kept.id, None)
        elif not await self._must_wait(kept, now):
            mailing_list = await self._mail.find_list(kept.wish.guild_id, kept.wish.list_id)
            if mailing_list is not None and await self._may_show(kept, mailing_list):
                await self._post(kept, mailing_list, window, now)

    async def _must_wait(self, kept: KeptDigest, now: datetime) -> bool:
        """Tell whether the list has yet to be read: after an outage, its news come in these very seconds."""
        since = self._waiting_since.setdefault(kept.id, now)
        if now - since > PATIENCE:
            return False
        sources = await self._mail.list_sources(kept.wish.list_id)
        return any(
            each.next_check_at is not None and each.next_check_at <= now and not each.failures
            for each in sources
        )

    async def _may_show(self, kept: KeptDigest, mailing_list: MailingList) -> bool:
        wish = kept.wish
        if not mailing_list.is_private or not await self._is_open(wish.guild_id, wish.channel_id):
            return True
        logger.warning(
            "the digest of a private list waits: everybody sees its channel",
            extra={"guild_id": wish.guild_id, "channel_id": wish.channel_id},
        )
        return False

    async def _post(self, kept: KeptDigest, mailing_list: MailingList, window: Window, now: datetime) -> None:
        wish = kept.wish
        choices = await self._choices_of(kept)
        if choices.paused_at is not None:
            return
        numbers = await self._repository.list_waiting(kept.id)
        draft = await self._drafting.draft(choices, numbers, window)
        key = f"digest:{kept.id}:{int(window.until.timestamp())}"
        frame = await self._drafting.frame(kept, mailing_list, window) if draft.digest.news else None
        texts = self._texts.to(wish.guild_id)
        async with self._database.writing() as connection:
            if not await self._repository.move_on(connection, kept, until=window.until):
                return
            if frame is not None:
                issue = await self._repository.add_issue(connection, kept, window, key=key, now=now)
                await self._settle(connection, kept, draft, numbers, issue=issue, now=now)
                post = render_digest(texts, draft.digest, replace(frame, issue=issue.id))
                await self._outbox.enqueue(connection, _outgoing(kept, key, post, now), now=now)
            else:
                await self._settle(connection, kept, draft, numbers, issue=None, now=now)
                if wish.says_quiet:
                    post = render_quiet(texts, mailing_list, window.since)
                    await self._outbox.enqueue(connection, _outgoing(kept, key, post, now), now=now)
        self._waiting_since.pop(kept.id, None)

    async def _settle(
        self,
        connection: AsyncConnection,
        kept: KeptDigest,
        draft: Draft,
        numbers: Sequence[int],
        *,
        issue: Issue | None,
        now: datetime,
    ) -> None:
        """Note what became of mails that waited: those that are told, and those that are left out."""
        key = issue.key if issue is not None else ""
        for start in range(0, len(numbers), _PIECE):
            some = numbers[start : start + _PIECE]
            await self._dispositions.record(connection, account(kept, draft, some, key=key, now=now))
        shown = frozenset(draft.shown)
        if issue is not None:
            told = [number for number in numbers if number in shown]
            await self._repository.tell(connection, kept.id, issue.id, told)
        left_out = [number for number in numbers if number not in shown]
        await self._repository.drop_waiting(connection, kept.id, left_out)

    async def _choices_of(self, kept: KeptDigest) -> Choices:
        """Return what the digest's channel chose of the list; one that does not follow it chose nothing."""
        place = (kept.wish.guild_id, kept.wish.list_id, kept.wish.channel_id)
        async with self._database.reading() as connection:
            found = await self._choices.find(connection, *place)
        return found or Choices(guild_id=place[0], list_id=place[1], channel_id=place[2])

    async def _add_late(self, issue: Issue, now: datetime) -> None:
        """Let mail that came since join a digest, which is edited where it stands; nobody is pinged."""
        kept = await self._repository.find(issue.digest_id)
        if kept is None or kept.told_until != issue.window.until:
            return
        mailing_list = await self._mail.find_list(kept.wish.guild_id, kept.wish.list_id)
        if mailing_list is None or not await self._may_show(kept, mailing_list):
            return
        choices = await self._choices_of(kept)
        if choices.paused_at is None:
            await self._join(kept, mailing_list, issue, choices, now)

    async def _join(
        self,
        kept: KeptDigest,
        mailing_list: MailingList,
        issue: Issue,
        choices: Choices,
        now: datetime,
    ) -> None:
        late = await self._repository.list_waiting(kept.id)
        told = await self._repository.list_told(issue.id)
        window = Window(since=issue.window.since, until=now, rounds=issue.window.rounds)
        wish = kept.wish
        draft = await self._drafting.draft(choices, (*told, *late), window)
        is_more = bool(set(late) & set(draft.shown))
        frame = await self._drafting.frame(kept, mailing_list, window) if is_more else None
        async with self._database.writing() as connection:
            await self._settle(connection, kept, draft, late, issue=issue, now=now)
            if frame is None:
                return
            is_ours = await self._repository.widen(connection, issue, until=now)
            if not is_ours or not await self._repository.move_on(connection, kept, until=now):
                raise RuntimeError("a digest was told by another process while late mail joined it")
            texts = self._texts.to(wish.guild_id)
            post = render_digest(texts, draft.digest, replace(frame, issue=issue.id))
            key = f"{issue.key}:edit:{issue.edits + 1}"
            edit = _outgoing(kept, key, replace(post, edits=issue.key), now)
            await self._outbox.enqueue(connection, edit, now=now)


def _outgoing(kept: KeptDigest, key: str, post: Post, now: datetime) -> Outgoing:
    return Outgoing(
        key=key,
        guild_id=kept.wish.guild_id,
        channel_id=kept.wish.channel_id,
        kind=Kind.DIGEST,
        post=post,
        due_at=now,
    )
