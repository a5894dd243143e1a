"""Post what was held back of a list in a channel, in one summary, and note that it was told."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import Outbox
from bot.mail.held_repository import Held, list_held, settle_held
from bot.mail.render_choices import render_held
from bot.mail.stored import MailingList
from bot.text.catalogue import Texts


async def tell_held(
    connection: AsyncConnection,
    outbox: Outbox,
    texts: Texts,
    mailing_list: MailingList,
    held: Held,
    *,
    key: str,
    now: datetime,
) -> int:
    """Put the summary on its way; return how many mails it tells of, 0 where there is nothing to tell.

    Args:
        connection: The transaction in which it stops being held back.
        outbox: Where posts wait.
        texts: In the guild's language.
        mailing_list: Whose mails they are.
        held: What is meant; the summary says since when.
        key: The post's; the same key is never posted twice.
        now: When it is due.
    """
    emails = await list_held(connection, held)
    if not emails:
        return 0
    outgoing = Outgoing(
        key=key,
        guild_id=held.guild_id,
        channel_id=held.channel_id,
        kind=Kind.DIGEST,
        post=render_held(texts, mailing_list, emails, since=held.since),
        due_at=now,
    )
    await outbox.enqueue(connection, outgoing, now=now)
    await settle_held(connection, held, key=key)
    return len(emails)
