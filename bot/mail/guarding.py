"""Watch the channels in which private lists are told: nothing is posted while everybody sees one.

The admins hear of it once, with what to do. When the channel is closed again, or the list no longer private,
what live mode held back meanwhile comes as one summary; digests have waited by themselves.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.delivery.models import Kind
from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.mail.dispositions import Fate
from bot.mail.held_repository import Held, find_oldest_held, list_told_places
from bot.mail.repository import MailRepository
from bot.mail.showing import shown_line
from bot.mail.stored import MailingList
from bot.mail.telling_held import tell_held
from bot.storage.database import Database
from bot.text.catalogue import Texts

_KEPT: Final = timedelta(days=90)
_NAME_LENGTH: Final = 100
_TOLD: Final = (Kind.MAIL, Kind.DIGEST)
_LOOKED_EVERY: Final = timedelta(minutes=5)
_PREFIX: Final = "private list:"

IsOpen = Callable[[int, int], Awaitable[bool | None]]
"""Tells whether everybody in a guild sees a channel; None: that cannot be found out now."""


class Guarding:
    """Tell of private lists' channels that everybody sees, and of what was held back for it."""

    def __init__(
        self,
        *,
        database: Database,
        mail: MailRepository,
        outbox: Outbox,
        notices: Notices,
        is_open: IsOpen,
        texts: Texts,
    ) -> None:
        self._database = database
        self._mail = mail
        self._outbox = outbox
        self._notices = notices
        self._is_open = is_open
        self._texts = texts
        self._closed_at: dict[tuple[int, str], datetime] = {}

    async def look(self, now: datetime) -> None:
        """Look at every channel in which something of a list is posted unasked."""
        async with self._database.reading() as connection:
            places = await list_told_places(connection)
            known = await self._notices.list_open(connection, _PREFIX)
        gone = set(known)
        for place in places:
            guild_id, subject = place["guild_id"], _subject(place)
            gone.discard((guild_id, subject))
            await self._look_at(place, now, is_known=(guild_id, subject) in known)
        for guild_id, subject in sorted(gone):
            async with self._database.writing() as connection:
                await self._notices.forget(connection, guild_id, subject, now=now)

    async def _look_at(self, place: Mapping[str, int], now: datetime, *, is_known: bool) -> None:
        mailing_list = await self._mail.find_list(place["guild_id"], place["list_id"])
        if mailing_list is None:
            return
        held = Held(**place, fate=Fate.HELD, since=now - _KEPT)
        async with self._database.reading() as connection:
            since = await find_oldest_held(connection, held)
        if since is None and not is_known and self._was_looked_at(place, now):
            return
        is_open = mailing_list.is_private and await self._is_open(held.guild_id, held.channel_id)
        if is_open and not is_known:
            await self._tell(held, mailing_list, now)
        elif is_open is False:
            if since is not None or is_known:
                await self._release(held, mailing_list, since, now)
            self._closed_at[held.guild_id, _subject(place)] = now

    def _was_looked_at(self, place: Mapping[str, int], now: datetime) -> bool:
        """Tell whether a channel was closed a moment ago: a process without a gateway has to ask Discord."""
        looked_at = self._closed_at.get((place["guild_id"], _subject(place)))
        return looked_at is not None and now - looked_at < _LOOKED_EVERY

    async def _tell(self, held: Held, mailing_list: MailingList, now: datetime) -> None:
        text = self._texts.to(held.guild_id)(
            "list.closed_off",
            name=shown_line(mailing_list.name, _NAME_LENGTH),
            channel=f"<#{held.channel_id}>",
        )
        subject = _subject({"list_id": held.list_id, "channel_id": held.channel_id})
        async with self._database.writing() as connection:
            await self._notices.open(
                connection, held.guild_id, subject, text, now=now, about_channel_id=held.channel_id
            )

    async def _release(
        self, held: Held, mailing_list: MailingList, since: datetime | None, now: datetime
    ) -> None:
        """Post what was held back, in one summary, and what was on its way when the channel was opened."""
        subject = _subject({"list_id": held.list_id, "channel_id": held.channel_id})
        async with self._database.writing() as connection:
            if await self._notices.close(connection, held.guild_id, subject, now=now):
                await self._outbox.retry_channel(
                    connection, held.guild_id, held.channel_id, kinds=_TOLD, now=now
                )
            if since is None:
                return
            key = f"closed-off:{held.guild_id}:{held.list_id}:{held.channel_id}:{now:%Y%m%dT%H%M%S%f}"
            texts, told = self._texts.to(held.guild_id), replace(held, since=since)
            await tell_held(connection, self._outbox, texts, mailing_list, told, key=key, now=now)


def _subject(place: Mapping[str, int]) -> str:
    return f"{_PREFIX}{place['list_id']}:{place['channel_id']}"
