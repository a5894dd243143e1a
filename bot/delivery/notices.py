"""Tell a guild's admins of what broke and what mended: one notice each, however often it fails in between."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, Outgoing
from bot.delivery.outbox import KEPT, Outbox, find_row
from bot.delivery.post import Accent, Post, Words
from bot.storage.schema import guild, incident
from bot.storage.upsert import insert_missing
from bot.text.catalogue import Texts

# What a notice of trouble begins with; said again when it is over, it would look like more of it.
_WARNING = "⚠️ "


class Notices:
    """Open and close incidents; the notices leave by the outbox, in the caller's transaction.

    Args:
        declared: The admin channels that community.toml names, by guild; they win over what is set in chat.
    """

    def __init__(
        self, outbox: Outbox, texts: Texts, *, declared: Mapping[int, int] = MappingProxyType({})
    ) -> None:
        self._outbox = outbox
        self._texts = texts
        self._declared = declared

    async def open(
        self,
        connection: AsyncConnection,
        guild_id: int,
        subject: str,
        what: str,
        *,
        now: datetime,
        about_channel_id: int | None = None,
    ) -> bool:
        """Note that something is broken; tell the admins unless they know.

        Args:
            connection: The caller's transaction.
            guild_id: Whose admins.
            subject: What is broken, as one name for the program: "lane:123".
            what: What is broken and what to do, for people.
            now: The present.
            about_channel_id: The channel it is about; a notice is not sent into a channel that is broken.

        Returns:
            Whether it was not known.
        """
        row = {"guild_id": guild_id, "subject": subject, "what": what, "opened_at": now}
        if not await insert_missing(connection, incident, row):
            return False
        notice = _notice(_key(guild_id, subject, now, "opened"), guild_id, what, Accent.PROBLEM, now)
        await self._send(connection, notice, now=now, not_in=about_channel_id)
        return True

    async def close(self, connection: AsyncConnection, guild_id: int, subject: str, *, now: datetime) -> bool:
        """Note that something works again; tell the admins if they were told that it did not."""
        closing = (
            update(incident)
            .where(
                incident.c.guild_id == guild_id,
                incident.c.subject == subject,
                incident.c.closed_at.is_(None),
            )
            .values(closed_at=now)
            .returning(incident.c.what, incident.c.opened_at)
        )
        closed = (await connection.execute(closing)).one_or_none()
        if closed is None:
            return False
        if await self._were_told(connection, guild_id, subject, closed.opened_at, now):
            text = self._texts.to(guild_id)(
                "delivery.mended", what=closed.what.removeprefix(_WARNING).partition("\n")[0]
            )
            key = _key(guild_id, subject, closed.opened_at, "closed")
            await self._send(connection, _notice(key, guild_id, text, Accent.ANSWER, now), now=now)
        return True

    async def forget(
        self, connection: AsyncConnection, guild_id: int, subject: str, *, now: datetime
    ) -> None:
        """Note that what was broken is no longer there; nobody needs to hear of that."""
        await connection.execute(
            update(incident)
            .where(
                incident.c.guild_id == guild_id,
                incident.c.subject == subject,
                incident.c.closed_at.is_(None),
            )
            .values(closed_at=now)
        )

    async def list_open(self, connection: AsyncConnection, prefix: str) -> frozenset[tuple[int, str]]:
        """Return what is known to be broken: guilds with subjects that begin so."""
        wanted = select(incident.c.guild_id, incident.c.subject).where(
            incident.c.closed_at.is_(None), incident.c.subject.startswith(prefix, autoescape=True)
        )
        return frozenset((guild_id, subject) for guild_id, subject in await connection.execute(wanted))

    async def tell(
        self, connection: AsyncConnection, guild_id: int, key: str, what: str, *, now: datetime
    ) -> None:
        """Tell the admins something once, by its key."""
        await self._send(connection, _notice(f"notice:{key}", guild_id, what, Accent.PROBLEM, now), now=now)

    async def _were_told(
        self, connection: AsyncConnection, guild_id: int, subject: str, opened_at: datetime, now: datetime
    ) -> bool:
        """Tell whether the admins heard of an incident; a notice that never left need not leave any more."""
        key = _key(guild_id, subject, opened_at, "opened")
        if await self._outbox.withdraw(
            connection, key, reason=self._texts.to(guild_id)("delivery.mended_before"), now=now
        ):
            return False
        # The outbox forgets after thirty days what it has sent; what lasts for so long was told.
        return now - opened_at > KEPT or await find_row(connection, key) is not None

    async def _send(
        self, connection: AsyncConnection, notice: Outgoing, *, now: datetime, not_in: int | None = None
    ) -> None:
        channel_id = self._declared.get(notice.guild_id)
        if channel_id is None:
            wanted = select(guild.c.admin_channel_id).where(guild.c.guild_id == notice.guild_id)
            channel_id = (await connection.execute(wanted)).scalar_one_or_none()
        if channel_id is not None and channel_id != not_in:  # /status shows it all the same
            await self._outbox.enqueue(connection, replace(notice, channel_id=channel_id), now=now)


def _key(guild_id: int, subject: str, opened_at: datetime, what: str) -> str:
    """Name a notice by its moment: the numbers of incidents repeat after a backup is restored."""
    return f"incident:{guild_id}:{subject}:{opened_at:%Y%m%dT%H%M%S%f}:{what}"


def _notice(key: str, guild_id: int, text: str, accent: Accent, now: datetime) -> Outgoing:
    """Return a notice whose channel is not known yet."""
    post = Post(blocks=(Words(markdown=text),), accent=accent)
    return Outgoing(key=key, guild_id=guild_id, channel_id=0, kind=Kind.NOTICE, post=post, due_at=now)
