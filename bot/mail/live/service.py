"""Post the mails of a list as they come, in the transaction that stores them."""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Fold, Kind, Outgoing
from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.mail.dispositions import TWICE, Disposition, Fate, Way
from bot.mail.dispositions_repository import Dispositions
from bot.mail.live.models import Audience, Decision, LiveThread, Ruling
from bot.mail.live.plan import DAY, FLOOD, OUTAGE, Circumstances, plan_live
from bot.mail.live.render import Standing, fold_line, render_folded, render_mail, render_merge
from bot.mail.live.repository import LiveRepository
from bot.mail.live.sharing_repository import find_shared, find_told, list_others
from bot.mail.polling import News
from bot.mail.showing import shown_line
from bot.mail.stored import StoredEmail
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

_LINES_READ: Final = 300
_NAME_LENGTH: Final = 100
_PLAIN: Final = Ruling()

Rule = Callable[[StoredEmail], Ruling]
Rules = Callable[[AsyncConnection, int], Awaitable[Mapping[tuple[int, int], Rule]]]
"""Returns what each channel (of a guild) that follows a list chose of it."""


async def no_rules(_connection: AsyncConnection, _list_id: int) -> Mapping[tuple[int, int], Rule]:
    """Return that no channel chose anything."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveParts:
    """What live mode posts by.

    Attributes:
        rules: What channels chose of a list.
        is_open: Tells whether everybody in a guild sees a channel.
    """

    repository: LiveRepository
    ledger: Dispositions
    outbox: Outbox
    notices: Notices
    texts: Texts
    is_open: Callable[[int, int], Awaitable[bool]]
    rules: Rules = no_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """What is heard at a time, and the transaction in which; `others` are a channel's other lists."""

    connection: AsyncConnection
    news: News
    is_catching_up: bool = False
    others: tuple[int, ...] = ()


class LiveMode:
    """Hear what lists bring, and post it."""

    def __init__(self, parts: LiveParts) -> None:
        self._parts = parts
        self._repository = parts.repository

    async def hear(self, connection: AsyncConnection, news: News) -> None:
        """Decide about each mail in each channel that listens, and enqueue what is to be posted."""
        await self._merge(_Batch(connection=connection, news=news))
        if not news.saved.emails:
            return
        list_id = news.mailing_list.id
        audiences = await self._repository.list_audiences(connection, list_id)
        followed = await self._repository.list_followed(connection, list_id)
        if not audiences and not followed:
            return
        is_catching_up = news.pause >= OUTAGE or await self._repository.is_catching_up(
            connection, list_id, now=news.now
        )
        batch = _Batch(connection=connection, news=news, is_catching_up=is_catching_up)
        rules = await self._parts.rules(connection, list_id)
        for audience in audiences:
            rule = rules.get((audience.guild_id, audience.channel_id), _any)
            await self._tell(batch, audience, news.saved.emails, rule)
        live = {each.channel_id for each in audiences}
        for audience, emails in _by_channel(followed, news.saved.emails, live):
            await self._tell(batch, audience, emails, _any)

    async def _tell(
        self, batch: _Batch, audience: Audience, emails: Sequence[StoredEmail], rule: Rule
    ) -> None:
        others = await list_others(batch.connection, audience)
        batch = replace(batch, news=batch.news.seen_by(audience.guild_id), others=others)
        connection, news = batch.connection, batch.news
        twice = await find_told(connection, audience, others, emails)
        circumstances = Circumstances(
            is_old=news.is_old,
            since=audience.since,
            is_closed_off=news.mailing_list.is_private and await self._is_open(audience),
            is_catching_up=batch.is_catching_up,
            hidden=await self._repository.list_hidden(connection, audience.guild_id),
        )
        lately = await self._repository.read_lately(
            connection, audience, now=news.now, is_catching_up=batch.is_catching_up
        )
        wanted = [email for email in emails if email.id not in twice]
        decisions = plan_live(wanted, circumstances, lately, rule=rule, now=news.now)
        summaries = await self._summaries(batch, audience, decisions)
        told = [
            _disposition(audience, _twice(email), twice[email.id], news)
            for email in emails
            if email.id in twice
        ]
        for decision in decisions:
            key = summaries[decision.reason] if decision.fate is Fate.FOLDED else ""
            if decision.fate is Fate.POSTED:
                key = mail_key(audience, decision.email)
                if not await self._post(batch, audience, decision, key):
                    decision = _twice(decision.email)  # noqa: PLW2901 (another process was faster with it)
            told.append(_disposition(audience, decision, key, news))
        await self._parts.ledger.record(connection, told)
        for reason, key in summaries.items():
            await self._summarise(batch, audience, reason, key)

    async def _post(self, batch: _Batch, audience: Audience, decision: Decision, key: str) -> bool:
        """Enqueue a mail; return whether it is new in the channel."""
        email, texts, now = decision.email, self._parts.texts.to(audience.guild_id), batch.news.now
        known = await self._repository.find_thread(batch.connection, audience, email.thread)
        thread, is_first = known, False
        if thread is None:
            shared = await find_shared(batch.connection, audience, batch.others, email)
            thread, is_first = new_thread(audience, email.thread, topic=shared), shared is None
        standing = Standing(
            topic=thread.topic,
            is_first=is_first,
            is_guest=not thread.topic.startswith(_topics_of(email.list_id)),
            is_marked=decision.is_marked,
            pings=decision.pings,
        )
        outgoing = Outgoing(
            key=key,
            guild_id=audience.guild_id,
            channel_id=audience.channel_id,
            kind=Kind.MAIL,
            post=render_mail(texts, email, batch.news.mailing_list, standing),
            due_at=now,
            fold=Fold(group=f"list:{email.list_id}", line=fold_line(texts, email)),
        )
        is_new = await self._parts.outbox.enqueue(batch.connection, outgoing, now=now)
        if is_new and known is None:
            await self._repository.open_thread(batch.connection, thread, now=now)
        return is_new

    async def _summaries(
        self, batch: _Batch, audience: Audience, decisions: Sequence[Decision]
    ) -> dict[str, str]:
        """Return the key of the summary for each reason why mails are folded: the present or a new one."""
        keys: dict[str, str] = {}
        for reason in dict.fromkeys(each.reason for each in decisions if each.fate is Fate.FOLDED):
            since = batch.news.now - DAY
            known = await self._repository.find_summary(batch.connection, audience, reason, since=since)
            keys[reason] = known or summary_key(audience, reason, batch.news)
        return keys

    async def _summarise(self, batch: _Batch, audience: Audience, reason: str, key: str) -> None:
        """Post the summary, or redraw it; tell the admins of a flood, once."""
        texts, now = self._parts.texts.to(audience.guild_id), batch.news.now
        number, lines = await self._repository.list_folded(batch.connection, audience, key, limit=_LINES_READ)
        post = render_folded(texts, batch.news.mailing_list, number, lines, reason)
        first = Outgoing(
            key=key,
            guild_id=audience.guild_id,
            channel_id=audience.channel_id,
            kind=Kind.MAIL,
            post=post,
            due_at=now,
        )
        outbox = self._parts.outbox
        if await outbox.enqueue(batch.connection, first, now=now):
            if reason == FLOOD:
                await self._tell_admins(batch, audience, key)
            return
        redrawn = replace(first, key=f"{key}:{number}", post=replace(post, edits=key))
        await outbox.enqueue(batch.connection, redrawn, now=now)

    async def _tell_admins(self, batch: _Batch, audience: Audience, key: str) -> None:
        text = self._parts.texts.to(audience.guild_id)(
            "live.flood_notice",
            name=shown_line(batch.news.mailing_list.name, _NAME_LENGTH),
            channel=f"<#{audience.channel_id}>",
        )
        await self._parts.notices.tell(batch.connection, audience.guild_id, key, text, now=batch.news.now)
        logger.warning(
            "list %s floods a channel", audience.list_id, extra={"channel_id": audience.channel_id}
        )

    async def _merge(self, batch: _Batch) -> None:
        """Lead on from threads that turned out to be part of an elder one, once."""
        list_id = batch.news.mailing_list.id
        for merge in sorted(batch.news.saved.merges, key=lambda each: each.younger):
            both = await self._repository.merge(
                batch.connection, list_id, younger=merge.younger, elder=merge.elder
            )
            for younger, elder in both:
                await self._cross_link(batch, younger, elder)

    async def _cross_link(self, batch: _Batch, younger: LiveThread, elder: LiveThread) -> None:
        """Say in the younger's Discord thread where it goes on; once is enough."""
        now = batch.news.now
        post = render_merge(
            self._parts.texts.to(younger.guild_id),
            batch.news.seen_by(younger.guild_id).mailing_list,
            topic=younger.topic,
            name=await self._repository.find_topic(batch.connection, elder),
            elder_thread=await self._repository.find_discord_thread(batch.connection, elder),
        )
        outgoing = Outgoing(
            key=f"live-merge:{younger.channel_id}:{younger.topic}",
            guild_id=younger.guild_id,
            channel_id=younger.channel_id,
            kind=Kind.MAIL,
            post=post,
            due_at=now,
            cutoff_at=now + timedelta(days=1),
        )
        await self._parts.outbox.enqueue(batch.connection, outgoing, now=now)

    async def _is_open(self, audience: Audience) -> bool:
        return await self._parts.is_open(audience.guild_id, audience.channel_id)


def new_thread(
    audience: Audience, thread: int, *, is_followed: bool = False, topic: str | None = None
) -> LiveThread:
    """Return what is to stand for a mail thread in a channel: a topic of its own, or another list's."""
    return LiveThread(
        guild_id=audience.guild_id,
        list_id=audience.list_id,
        channel_id=audience.channel_id,
        thread=thread,
        topic=topic or f"{_topics_of(audience.list_id)}{thread}",
        is_followed=is_followed,
    )


def mail_key(audience: Audience, email: StoredEmail) -> str:
    """Return the outbox's key of a mail in a channel; of its own id, for row numbers come again.

    It is one for all lists that a mail comes by, so that two processes cannot post it twice either.
    """
    whose = "" if email.message_id else f"{audience.list_id}"
    name = hashlib.sha256(f"{whose}\n{email.key}\n{email.topic_key}".encode()).hexdigest()[:24]
    return f"live:{audience.channel_id}:{name}"


def summary_key(audience: Audience, reason: str, news: News) -> str:
    """Return the outbox's key of a summary that begins with these news."""
    return f"live-{reason}:{audience.channel_id}:{audience.list_id}:{news.now:%Y%m%dT%H%M%S%f}"


def _topics_of(list_id: int) -> str:
    return f"mail:{list_id}:"


def _twice(email: StoredEmail) -> Decision:
    return Decision(email=email, fate=Fate.FOLDED, reason=TWICE)


def _any(_email: StoredEmail) -> Ruling:
    return _PLAIN


def _disposition(audience: Audience, decision: Decision, key: str, news: News) -> Disposition:
    return Disposition(
        email_id=decision.email.id,
        list_id=audience.list_id,
        guild_id=audience.guild_id,
        channel_id=audience.channel_id,
        way=audience.way,
        fate=decision.fate,
        reason=decision.reason,
        outbox_key=key,
        at=news.now,
    )


def _by_channel(
    followed: Sequence[LiveThread], emails: Sequence[StoredEmail], live: frozenset[int] | set[int]
) -> Iterator[tuple[Audience, list[StoredEmail]]]:
    """Yield the mails of followed threads for each channel that does not get them all."""
    threads: dict[Audience, set[int]] = {}
    for each in followed:
        if each.channel_id not in live:
            audience = Audience(
                guild_id=each.guild_id, list_id=each.list_id, channel_id=each.channel_id, way=Way.THREAD
            )
            threads.setdefault(audience, set()).add(each.thread)
    for audience, numbers in threads.items():
        if mails := [email for email in emails if email.thread in numbers]:
            yield audience, mails
