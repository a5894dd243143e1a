"""Adapt what members ask of lists for themselves: words to watch for, and how to answer a mail."""

from collections.abc import Callable, Mapping
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.router import Handler, Press
from bot.errors import UserError
from bot.mail.noting import Noting
from bot.mail.render import read_thread_value, thread_label, thread_value
from bot.mail.render_watch import render_words
from bot.mail.replying import render_reply
from bot.mail.repository import MailRepository
from bot.mail.service import MailService
from bot.mail.watch_repository import WatchRepository
from bot.mail.watch_words import MOST_WORDS, read_words
from bot.text import limits
from bot.text.catalogue import Texts
from cogs.mail_lists import viewer

_Text = app_commands.Range[str, 1, 300]


class ListWatching(commands.Cog):
    """The `/list` commands by which members are told of words, and how to answer."""

    def __init__(
        self,
        *,
        service: MailService,
        mail: MailRepository,
        watches: WatchRepository,
        noting: Noting,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._mail = mail
        self._watches = watches
        self._noting = noting
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="watch", description="-")
    async def watch(self, interaction: discord.Interaction, words: _Text | None = None) -> None:
        """Watch for words, or show which are watched for."""
        asker = self._conversation.asker(interaction)
        if words is not None:
            await self._add(asker.guild_id, asker.user_id, words)
        watches = await self._watches.list_words(asker.guild_id, asker.user_id)
        is_shut_out = await self._noting.is_shut_out(asker.guild_id, asker.user_id)
        post = render_words(self._texts, watches, is_shut_out=is_shut_out)
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="reply", description="-")
    async def reply(self, interaction: discord.Interaction, thread: _Text) -> None:
        """Tell how to answer a thread."""
        place = read_thread_value(thread)
        if place is None:
            raise UserError(self._texts("choice.pick_thread"))
        await self._say_how(interaction, *place)

    async def _how(self, interaction: discord.Interaction, press: Press) -> None:
        list_id, thread = map(int, press.args)
        await self._say_how(interaction, list_id, thread)

    async def _say_how(self, interaction: discord.Interaction, list_id: int, thread: int) -> None:
        asking = viewer(interaction)
        email = (await self._service.thread(asking, list_id, thread))[-1]
        mailing_list = await self._mail.find_list(asking.guild_id, email.list_id)
        if mailing_list is None:
            raise UserError(self._texts("list.no_such"))
        kinds = frozenset(each.kind for each in await self._mail.list_sources(email.list_id))
        post = render_reply(self._texts, mailing_list, email, kinds=kinds)
        await self._conversation.reply(interaction, post, is_private=True)

    @reply.autocomplete("thread")
    async def _complete_thread(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        threads = await self._service.find_threads(viewer(interaction), (), typed)
        return [
            app_commands.Choice(name=thread_label(each), value=thread_value(each.list_id, each.thread))
            for each in threads[: limits.AUTOCOMPLETE_CHOICES]
        ]

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "reply.how": self._how,
            "watch.remove": self._remove,
            "watch.clear": self._clear,
        }

    async def _add(self, guild_id: int, user_id: int, words: str) -> None:
        found = read_words(words)
        if not found:
            raise UserError(self._texts("watch.no_words"))
        is_room = await self._watches.add_words(guild_id, user_id, found, most=MOST_WORDS, now=self._clock())
        if not is_room:
            raise UserError(self._texts("watch.too_many", most=MOST_WORDS))

    async def _remove(self, interaction: discord.Interaction, press: Press) -> None:
        asker = self._conversation.asker(interaction)
        await self._watches.remove_words(asker.guild_id, asker.user_id, press.values)
        left = await self._watches.list_words(asker.guild_id, asker.user_id)
        await self._conversation.update(interaction, render_words(self._texts, left))

    async def _clear(self, interaction: discord.Interaction, _press: Press) -> None:
        asker = self._conversation.asker(interaction)
        await self._watches.remove_words(asker.guild_id, asker.user_id)
        await self._conversation.update(interaction, render_words(self._texts, ()))
