"""Read what was held back in a channel, by a pause or because everybody saw it; note what tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.mail.dispositions import Fate
from bot.mail.email_rows import read_email
from bot.mail.stored import StoredEmail
from bot.storage.schema import (
    guild,
    mail_digest,
    mail_disposition,
    mail_email,
    mail_live,
    mail_live_thread,
    mail_opt_out,
)

_MOST: Final = 2_000
_PLACE: Final = ("guild_id", "list_id", "channel_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held back of a list in a channel.

    Attributes:
        fate: Why: Fate.PAUSED or Fate.HELD.
        since: No earlier decision is meant.
    """

    guild_id: int
    list_id: int
    channel_id: int
    fate: Fate
    since: datetime


async def list_held(connection: AsyncConnection, held: Held) -> tuple[StoredEmail, ...]:
    """Return the mails that were held back and that no post told of, without bodies, the oldest first."""
    hidden = select(mail_opt_out.c.author_hash).where(mail_opt_out.c.guild_id == held.guild_id)
    told = mail_disposition.c
    statement = (
        select(mail_email)
        .join(mail_disposition, told.email_id == mail_email.c.id)
        .where(_is_held(held), mail_email.c.author_hash.not_in(hidden))
        .order_by(mail_email.c.at, mail_email.c.id)
        .limit(_MOST)
    )
    rows = (await connection.execute(statement)).mappings()
    return tuple({email.id: email for email in (read_email({**row}) for row in rows)}.values())


async def find_oldest_held(connection: AsyncConnection, held: Held) -> datetime | None:
    """Return when the first of the mails was held back; None where there is none."""
    statement = select(func.min(mail_disposition.c.at)).where(_is_held(held))
    found: datetime | None = (await connection.execute(statement)).scalar_one()
    return found


async def settle_held(connection: AsyncConnection, held: Held, *, key: str) -> None:
    """Note the post that tells of what was held back."""
    statement = update(mail_disposition).where(_is_held(held)).values(outbox_key=key)
    await connection.execute(statement)


async def list_told_places(connection: AsyncConnection) -> tuple[Mapping[str, int], ...]:
    """Return where something of a list is posted unasked, in guilds in which the bot is."""
    left = select(guild.c.guild_id).where(guild.c.left_at.is_not(None))
    found = union(
        *(
            select(*(table.c[name] for name in _PLACE)).where(table.c.guild_id.not_in(left))
            for table in (mail_live, mail_digest)
        ),
        select(*(mail_live_thread.c[name] for name in _PLACE)).where(
            mail_live_thread.c.is_followed, mail_live_thread.c.guild_id.not_in(left)
        ),
    )
    rows = (await connection.execute(found)).mappings()
    return tuple(sorted(({**row} for row in rows), key=lambda row: tuple(row.values())))


def _is_held(held: Held) -> ColumnElement[bool]:
    told = mail_disposition.c
    return and_(
        told.guild_id == held.guild_id,
        told.list_id == held.list_id,
        told.channel_id == held.channel_id,
        told.fate == held.fate,
        told.outbox_key == "",
        told.at >= held.since,
    )
