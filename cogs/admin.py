"""Adapt what spans the features: help, and the greeting of a new guild."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.client import Client
from bot.chat.conversation import SEND_ERRORS, Conversation
from bot.chat.guilds import Guilds
from bot.chat.permissions import Level, PermissionTable
from bot.chat.translating import menu_key
from bot.delivery.post import Post, Words
from bot.storage.database import Database
from bot.storage.guilds import GuildRepository
from bot.text import limits
from bot.text.catalogue import Texts

logger = logging.getLogger(__name__)

_PAGE = limits.MESSAGE_TEXT - 200
_GROUPS = {Level.MEMBER: "help.member", Level.EDITOR: "help.editor", Level.MANAGER: "help.manager"}


class Admin(commands.Cog):
    """`/help`, and joining and leaving guilds."""

    def __init__(
        self,
        *,
        client: Client,
        conversation: Conversation,
        guilds: Guilds,
        permissions: PermissionTable,
        database: Database,
        repository: GuildRepository,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._conversation = conversation
        self._guilds = guilds
        self._permissions = permissions
        self._database = database
        self._repository = repository
        self._texts = texts
        self._clock = clock
        self._known: set[int] = set()

    async def cog_unload(self) -> None:
        """Excuse the bot to those who still wait: it is stopping, and the connection is about to close."""
        await self._conversation.excuse()

    @app_commands.command(name="help", description="-")
    async def help(self, interaction: discord.Interaction) -> None:
        """Show what the asker may do."""
        level = await self._guilds.level(interaction)
        groups = [
            (self._texts(title), lines)
            for group, title in _GROUPS.items()
            if group <= level and (lines := self._lines(group))
        ]
        first, *rest = _pages(self._texts("help.title"), groups)
        await self._conversation.reply(interaction, first, is_private=True)
        for post in rest:
            await self._conversation.follow_up(interaction, post)

    @commands.Cog.listener()
    async def on_shard_connect(self, _shard_id: int) -> None:
        """Note which guilds the session begins with: the bot is in them already."""
        self._known.update(guild.id for guild in self._client.guilds)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Take a guild that the session did not begin with as joined.

        discord.py takes it so only where Discord leaves `unavailable` out; false there means the same.
        """
        if guild.id not in self._known:
            await self.on_guild_join(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Greet a guild once in its life, where its system messages go."""
        self._known.add(guild.id)
        now = self._clock()
        await self._guilds.take_locales({guild.id: guild.preferred_locale.value})
        channel = guild.system_channel
        may_greet = channel is not None and channel.permissions_for(guild.me).send_messages
        async with self._database.writing() as connection:
            await self._repository.record_join(connection, guild.id, now)
            is_first = may_greet and await self._repository.claim_greeting(connection, guild.id, now)
        if channel is None or not is_first:
            return
        texts = self._texts.to(guild.id)
        post = Post(title=texts("greeting.title"), blocks=(Words(markdown=texts("greeting.text")),))
        try:
            await self._conversation.post(channel, post, guild_id=guild.id)
        except SEND_ERRORS as error:
            logger.warning("greeting not sent: %s", type(error).__name__, extra={"guild_id": guild.id})

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note which guilds the bot is in: it may have been removed or invited while it was off."""
        present = [guild.id for guild in self._client.guilds]
        async with self._database.writing() as connection:
            await self._repository.record_present(
                connection, present, now=self._clock(), is_ours=self._client.is_ours
            )
        await self._guilds.take_locales(
            {guild.id: guild.preferred_locale.value for guild in self._client.guilds}
        )

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that the guild was left."""
        self._known.discard(guild.id)
        async with self._database.writing() as connection:
            await self._repository.record_leave(connection, guild.id, self._clock())

    def _lines(self, group: Level) -> list[str]:
        """List the commands that need exactly this level."""
        lines = []
        for command in self._client.tree.walk_commands():
            is_leaf = isinstance(command, app_commands.Command)
            if is_leaf and self._permissions.required(command.qualified_name) is group:
                what = self._texts(f"command.{command.qualified_name}")
                lines.append(f"`/{command.qualified_name}` {what}")
        menus = self._client.tree.get_commands(type=discord.AppCommandType.message)
        lines += [
            self._texts("help.menu", name=self._texts(menu_key(menu.name)))
            for menu in menus
            if self._permissions.required(menu.name) is group
        ]
        return sorted(lines)


def _pages(title: str, groups: Sequence[tuple[str, Sequence[str]]]) -> tuple[Post, ...]:
    """Spread the lines over as few posts as hold them, each group under its heading."""
    pages: list[list[Words]] = [[]]
    room = _PAGE
    for heading, lines in groups:
        shown: list[str] = []
        for line in lines:
            if shown and limits.length("\n".join((*shown, line))) + limits.length(heading) + 5 > room:
                pages[-1].append(Words(markdown=f"**{heading}**\n" + "\n".join(shown)))
                pages.append([])
                shown, room = [], _PAGE
            shown.append(line)
        words = Words(markdown=f"**{heading}**\n" + "\n".join(shown))
        if limits.length(words.markdown) > room:
            pages.append([])
            room = _PAGE
        pages[-1].append(words)
        room -= limits.length(words.markdown)
    return tuple(Post(title=title, blocks=tuple(page)) for page in pages if page)
