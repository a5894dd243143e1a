"""Find what a channel was told of under another list: mails that went to both, and where they stand."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.dispositions import Fate, Way
from bot.mail.live.models import Audience, LiveThread
from bot.mail.stored import StoredEmail
from bot.storage.schema import mail_disposition, mail_email, mail_follow, mail_id, mail_live_thread

_MOST_ASKED = 500


async def list_others(connection: AsyncConnection, audience: Audience) -> tuple[int, ...]:
    """Return the other lists that a channel follows; for most there is none, and nothing more to ask."""
    follow = mail_follow.c
    wanted = and_(
        follow.guild_id == audience.guild_id,
        follow.channel_id == audience.channel_id,
        follow.list_id != audience.list_id,
    )
    return tuple((await connection.execute(select(follow.list_id).where(wanted))).scalars())


async def find_told(
    connection: AsyncConnection, audience: Audience, others: Sequence[int], emails: Sequence[StoredEmail]
) -> Mapping[int, str]:
    """Return by which posts a channel was told of mails under other lists, by the mails' numbers.

    It is the same mail by its Message-ID and its topic: some programs give every mail one Message-ID.
    """
    told, mine, theirs = mail_disposition.c, mail_email.alias(), mail_email.alias()
    asked = [email.id for email in emails if email.message_id] if others else []
    found: dict[int, str] = {}
    for start in range(0, len(asked), _MOST_ASKED):
        is_same = and_(
            theirs.c.key == mine.c.key,
            theirs.c.topic_key == mine.c.topic_key,
            theirs.c.list_id.in_(tuple(others)),
        )
        is_told = and_(
            told.email_id == theirs.c.id,
            told.channel_id == audience.channel_id,
            told.guild_id == audience.guild_id,
            told.way.in_((Way.LIVE, Way.THREAD)),
            told.fate.in_((Fate.POSTED, Fate.FOLDED)),
        )
        statement = (
            select(mine.c.id, told.outbox_key)
            .join(theirs, is_same)
            .join(mail_disposition, is_told)
            .where(mine.c.id.in_(asked[start : start + _MOST_ASKED]))
        )
        found.update((number, key) for number, key in await connection.execute(statement))
    return found


async def find_shared(
    connection: AsyncConnection, audience: Audience, others: Sequence[int], email: StoredEmail
) -> str | None:
    """Return the topic under which a channel has a mail's conversation from another list; None if it has not.

    A conversation is the same where both lists know one of the ids that the mail bears or refers to.
    """
    ids = {name for name in (email.message_id, email.in_reply_to, *email.references) if name}
    if not others or not ids:
        return None
    is_known = and_(
        mail_id.c.list_id == mail_live_thread.c.list_id, mail_id.c.thread == mail_live_thread.c.thread
    )
    wanted = and_(
        mail_id.c.list_id.in_(tuple(others)),
        mail_id.c.id.in_(tuple(ids)),
        mail_live_thread.c.channel_id == audience.channel_id,
        mail_live_thread.c.guild_id == audience.guild_id,
    )
    statement = (
        select(mail_live_thread.c.topic)
        .join(mail_id, is_known)
        .where(wanted)
        .order_by(mail_live_thread.c.since, mail_live_thread.c.list_id, mail_live_thread.c.thread)
        .limit(1)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def lead_on(connection: AsyncConnection, younger: LiveThread, elder: LiveThread) -> None:
    """Let other lists' mails that stood in one thread of a channel stand in another from now on."""
    is_there = and_(
        mail_live_thread.c.channel_id == younger.channel_id, mail_live_thread.c.topic == younger.topic
    )
    await connection.execute(update(mail_live_thread).where(is_there).values(topic=elder.topic))
