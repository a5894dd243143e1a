"""Adapt the commands that follow and leave mailing lists, and those for authors who want out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import SEND_ERRORS, Conversation
from bot.chat.places import is_open, look_at, see
from bot.delivery.post import Post, Words
from bot.errors import UserError
from bot.mail.following import Followed, Following, Wish
from bot.mail.polling import Turn
from bot.mail.render_lists import (
    MOST_LISTED,
    ListStatus,
    list_name,
    render_followed,
    render_progress,
    render_status,
)
from bot.mail.service import MailService
from bot.mail.stored import Counts
from bot.mail.views import FollowedList
from bot.text.catalogue import Texts
from cogs.mail_lists import complete_list, manager

logger = logging.getLogger(__name__)

Choices = list[app_commands.Choice[str]]

# Discord lets an answer be changed for 15 minutes; whatever is left then comes by itself.
_CATCH_UP_SECONDS = 12 * 60.0
_EDIT_SECONDS = 5.0
_FIRST_EDIT_SECONDS = 1.0
_REFUSED = frozenset({401, 404})  # the answer's token has run out, or the answer was deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingServices:
    """What the commands call.

    Attributes:
        status: Returns how the lists fare.
        counts: Returns how much of a list is stored.
        release: Lets the guild's next heavy command begin, while this one only reads on.
    """

    following: Following
    service: MailService
    status: Callable[[tuple[FollowedList, ...]], Awaitable[tuple[ListStatus, ...]]]
    counts: Callable[[int], Awaitable[Counts]]
    release: Callable[[], None]


class ListFollowing(commands.Cog):
    """The `/list` commands by which managers follow lists, leave them and see how they fare."""

    def __init__(
        self,
        *,
        services: FollowingServices,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._service = services.service
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="follow", description="-")
    async def follow(
        self,
        interaction: discord.Interaction,
        url: app_commands.Range[str, 1, 2000],
        channel: discord.TextChannel | discord.ForumChannel | None = None,
        name: app_commands.Range[str, 1, 80] | None = None,
        private: bool = False,
    ) -> None:
        """Follow a list, and read in what was there, telling how far it is."""
        asker = self._conversation.asker(interaction)
        channel_id = asker.channel_id if channel is None else channel.id
        place = look_at(interaction.guild, channel_id)
        if not place.is_there:
            raise UserError(self._texts("list.no_channel"))
        await self._conversation.defer(interaction)
        following = self._services.following
        wish = Wish(
            guild_id=asker.guild_id,
            channel_id=channel_id,
            place=await following.look_up(asker.guild_id, url),
            name=name or "",
            is_private=private,
            is_public_channel=is_open(interaction.guild, channel_id),
        )
        followed = await following.follow(wish, now=self._clock())
        if not followed.is_new:
            raise UserError(self._texts("list.already", channel=f"<#{channel_id}>"))
        if following.has_room(asker.guild_id):
            self._services.release()
        progress = _Progress(self._conversation, interaction, self._texts, followed)
        turn = await following.catch_up(followed, wish, seconds=_CATCH_UP_SECONDS, tell=progress.tell)
        kept = await following.join(followed, asker.guild_id, now=self._clock())
        counts = await self._services.counts(kept.mailing_list.id)
        missing = ", ".join(self._texts(f"permission.{right}") for right in place.missing)
        post = render_followed(
            self._texts,
            kept,
            turn,
            counts,
            channel=f"<#{channel_id}>",
            missing=missing,
            is_joined=kept.mailing_list.id != followed.mailing_list.id,
        )
        if not progress.is_cut_off:
            await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="status", description="-")
    async def status(self, interaction: discord.Interaction) -> None:
        """Show how the lists fare."""
        await self._conversation.defer(interaction)  # much is counted
        # Private ones whose channel is seen by all now, too: who manages them has to hear of that.
        lists = await self._service.choose(manager(interaction.guild_id or 0), None)
        statuses = await self._services.status(lists[:MOST_LISTED])
        opened = frozenset(
            each.channel_id
            for followed in lists
            for each in followed.follows
            if (sight := see(interaction.guild, each.channel_id)) is not None and sight.is_open
        )
        post = render_status(
            self._texts, statuses, self._clock(), open_channels=opened, unread=len(lists) - len(statuses)
        )
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="unfollow", description="-")
    @app_commands.rename(mailing_list="list")
    async def unfollow(
        self,
        interaction: discord.Interaction,
        mailing_list: str | None = None,
        channel: discord.TextChannel | discord.ForumChannel | None = None,
    ) -> None:
        """Leave a list."""
        guild_id = self._conversation.asker(interaction).guild_id
        left = await self._service.choose_one(manager(guild_id), mailing_list)
        channel_id = channel.id if channel else None
        await self._services.following.unfollow(guild_id, left.mailing_list.id, channel_id)
        text = self._texts("list.unfollowed", name=list_name(left))
        await self._conversation.reply(interaction, Post(blocks=(Words(markdown=text),)), is_private=True)

    @unfollow.autocomplete("mailing_list")
    async def _complete_followed(self, interaction: discord.Interaction, typed: str) -> Choices:
        return await complete_list(self._service, manager(interaction.guild_id or 0), typed)


class _Progress:
    """Tell how far a list was read, not oftener than every few seconds.

    Attributes:
        is_cut_off: The answer can be changed no more.
    """

    def __init__(
        self,
        conversation: Conversation,
        interaction: discord.Interaction,
        texts: Texts,
        followed: Followed,
    ) -> None:
        self._conversation = conversation
        self._interaction = interaction
        self._texts = texts
        self._followed = followed
        # Soon, for where the bot is stopped meanwhile, this is what stays to be read.
        self._told_at = asyncio.get_running_loop().time() - _EDIT_SECONDS + _FIRST_EDIT_SECONDS
        self.is_cut_off = False

    async def tell(self, turn: Turn) -> None:
        """Change the answer, if it is time."""
        now = asyncio.get_running_loop().time()
        if self.is_cut_off or now - self._told_at < _EDIT_SECONDS or turn.is_complete or turn.error:
            return
        self._told_at = now
        try:
            post = render_progress(self._texts, self._followed, turn)
            await self._conversation.reply(self._interaction, post, is_private=True)
        except SEND_ERRORS as error:  # the reading matters more than the telling
            self.is_cut_off = isinstance(error, discord.HTTPException) and error.status in _REFUSED
            logger.info("progress cannot be told: %s", error)
