"""Read what a pause held back in a channel, and note which post tells of it."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.dispositions import Fate
from bot.mail.email_rows import read_email
from bot.mail.filters import Choices
from bot.mail.stored import StoredEmail
from bot.storage.schema import mail_disposition, mail_email, mail_opt_out

_MOST: Final = 2_000


async def list_held(
    connection: AsyncConnection, choices: Choices, *, since: datetime
) -> tuple[StoredEmail, ...]:
    """Return the mails that were held back and that no post told of, without bodies, the oldest first."""
    hidden = select(mail_opt_out.c.author_hash).where(mail_opt_out.c.guild_id == choices.guild_id)
    told = mail_disposition.c
    statement = (
        select(mail_email)
        .join(mail_disposition, told.email_id == mail_email.c.id)
        .where(_is_held(choices, since), mail_email.c.author_hash.not_in(hidden))
        .order_by(mail_email.c.at, mail_email.c.id)
        .limit(_MOST)
    )
    rows = (await connection.execute(statement)).mappings()
    return tuple({email.id: email for email in (read_email({**row}) for row in rows)}.values())


async def settle_held(connection: AsyncConnection, choices: Choices, *, since: datetime, key: str) -> None:
    """Note the post that tells of what was held back."""
    statement = update(mail_disposition).where(_is_held(choices, since)).values(outbox_key=key)
    await connection.execute(statement)


def _is_held(choices: Choices, since: datetime) -> ColumnElement[bool]:
    told = mail_disposition.c
    return and_(
        told.guild_id == choices.guild_id,
        told.list_id == choices.list_id,
        told.channel_id == choices.channel_id,
        told.fate == Fate.PAUSED,
        told.outbox_key == "",
        told.at >= since,
    )
