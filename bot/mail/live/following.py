"""Make channels live, and follow single threads: what managers and members ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.models import Kind, Outgoing
from bot.delivery.post import Post
from bot.errors import UserError
from bot.mail.live.models import Audience
from bot.mail.live.render import render_start, render_welcome
from bot.mail.live.service import LiveParts, new_thread
from bot.mail.repository import MailRepository
from bot.mail.stored import Follow, MailingList, StoredEmail
from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedThread:
    """What following a thread led to.

    Attributes:
        is_new: Nothing stood for it in the channel before.
        discord_thread: The Discord thread's id, where it is started already.
    """

    is_new: bool
    discord_thread: int | None = None


class LiveFollowing:
    """Switch live mode on and off, and follow threads."""

    def __init__(self, *, database: Database, mail: MailRepository, parts: LiveParts) -> None:
        self._database = database
        self._mail = mail
        self._parts = parts

    async def list_live(self, guild_id: int) -> tuple[Audience, ...]:
        """Return the channels of a guild in which every mail of a list is posted."""
        return tuple(audience for audience, _ in await self._parts.repository.list_live(guild_id))

    async def switch_on(
        self, audience: Audience, mailing_list: MailingList, *, is_open: bool, now: datetime
    ) -> bool:
        """Have every mail posted in a channel, which follows the list from now on if it did not yet.

        Returns:
            Whether it was not so before.

        Raises:
            UserError: The list is private and everybody sees the channel.
        """
        texts = self._parts.texts
        if mailing_list.is_private and is_open:
            raise UserError(texts("list.private_channel", channel=f"<#{audience.channel_id}>"))
        was_live = await self._parts.repository.find_live(audience)
        if was_live is None:
            follow = Follow(
                guild_id=audience.guild_id,
                list_id=audience.list_id,
                channel_id=audience.channel_id,
                followed_at=now,
            )
            async with self._database.writing() as connection:
                await self._mail.follow(connection, follow)
                await self._parts.repository.switch_on(connection, audience, now=now)
        return was_live is None

    async def switch_off(self, audience: Audience) -> None:
        """Post no more mails in a channel; what is there stays.

        Raises:
            UserError: It is not live, or community.toml says that it is.
        """
        is_declared = await self._parts.repository.find_live(audience)
        if is_declared is None:
            raise UserError(self._parts.texts("live.is_off"))
        if is_declared:
            raise UserError(self._parts.texts("list.is_declared"))
        async with self._database.writing() as connection:
            await self._parts.repository.switch_off(connection, audience)

    async def declare(
        self, guild_id: int, wanted: Sequence[Audience], *, is_whole: bool, now: datetime
    ) -> None:
        """Bring a guild's declared live channels in line with community.toml; those made in chat stay.

        Args:
            guild_id: Whose.
            wanted: What is declared.
            is_whole: Nothing else is; while one list cannot be looked up, none is switched off.
            now: The present.
        """
        live = await self._parts.repository.list_live(guild_id)
        async with self._database.writing() as connection:
            for audience, is_declared in live:
                if is_whole and is_declared and audience not in wanted:
                    await self._parts.repository.switch_off(connection, audience)
            for audience in wanted:
                await self._parts.repository.switch_on(connection, audience, now=now, is_declared=True)

    async def follow_thread(
        self,
        audience: Audience,
        mailing_list: MailingList,
        emails: Sequence[StoredEmail],
        *,
        user_id: int,
        now: datetime,
    ) -> FollowedThread:
        """Have the later mails of one thread posted in a Discord thread, and add a member to it.

        One line is posted in the channel, from which the Discord thread is started. Whoever asks again for
        what is there already is only added.

        Args:
            audience: The channel; nothing is asked of its own way.
            mailing_list: The list.
            emails: The thread's mails, the oldest first, as the member may see them.
            user_id: Who is added.
            now: The present.

        Raises:
            UserError: The list is private and everybody sees the channel.
        """
        if mailing_list.is_private and await self._parts.is_open(audience.guild_id, audience.channel_id):
            channel = f"<#{audience.channel_id}>"
            raise UserError(self._parts.texts("list.private_channel", channel=channel))
        first, texts = emails[0], self._parts.texts.to(audience.guild_id)
        repository = self._parts.repository
        async with self._database.writing() as connection:
            thread = await repository.find_thread(connection, audience, first.thread)
            is_new = thread is None
            thread = thread or new_thread(audience, first.thread, is_followed=True)
            await repository.open_thread(
                connection, new_thread(audience, first.thread, is_followed=True), now=now
            )
            key = f"live-thread:{audience.channel_id}:{thread.topic}"
            if is_new:
                start = render_start(texts, first, mailing_list, topic=thread.topic, mails=len(emails))
                await self._parts.outbox.enqueue(
                    connection, _outgoing(audience, f"{key}:{now:%Y%m%dT%H%M%S%f}", start, now), now=now
                )
            welcome = render_welcome(texts, first, mailing_list, topic=thread.topic, user_id=user_id)
            await self._parts.outbox.enqueue(
                connection, _outgoing(audience, f"{key}:{user_id}:{now:%Y%m%dT%H}", welcome, now), now=now
            )
            return FollowedThread(
                is_new=is_new,
                discord_thread=await repository.find_discord_thread(connection, thread),
            )


def _outgoing(audience: Audience, key: str, post: Post, now: datetime) -> Outgoing:
    return Outgoing(
        key=key,
        guild_id=audience.guild_id,
        channel_id=audience.channel_id,
        kind=Kind.MAIL,
        post=post,
        due_at=now,
    )
