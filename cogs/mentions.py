"""Answer members who mention the bot with a question, where the operator listens to mentions."""

import logging
import re

import discord
from discord.ext import commands

from bot.chat.client import Client
from bot.chat.conversation import SEND_ERRORS, Conversation
from bot.chat.limiter import Limiter
from bot.delivery.post import Post, Words
from bot.errors import UserError
from bot.faq.models import Band
from bot.faq.recent import Shown
from bot.faq.service import FaqService, Outcome
from bot.text.markdown import inert
from cogs._answering import Answering, message_url

logger = logging.getLogger(__name__)

_MENTION = re.compile(r"<@[!&]?\d{1,20}>")


class Mentions(commands.Cog):
    """Listen to messages that mention the bot; their text needs no privileged intent."""

    def __init__(
        self,
        *,
        answering: Answering,
        service: FaqService,
        conversation: Conversation,
        client: Client,
        limiter: Limiter,
    ) -> None:
        self._limiter = limiter
        self._answering = answering
        self._service = service
        self._conversation = conversation
        self._client = client

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Reply to a question put to the bot; a bare mention, a reply's ping and other bots are let be."""
        me = self._client.user
        if message.author.bot or message.guild is None or me is None:
            return
        if f"<@{me.id}>" not in message.content and f"<@!{me.id}>" not in message.content:
            return
        question = inert(_MENTION.sub(" ", message.content[:2000]))[:300].strip()
        if not question:
            return
        try:
            # Who asks too often is not answered at all: a refusal would be read by everybody.
            await self._limiter.admit("faq ask", guild_id=message.guild.id, user_id=message.author.id)
            outcome = await self._service.ask(message.guild.id, question)
        except UserError:
            return
        await self._answer(message, message.guild, outcome)

    async def _answer(self, message: discord.Message, guild: discord.Guild, outcome: Outcome) -> None:
        now = self._answering.clock()
        entry = outcome.suggestions[0] if outcome.band is Band.ANSWER else None
        recent = self._service.recent
        earlier = recent.claim(message.channel.id, entry.id, now=now) if entry else None
        if earlier is not None:
            await self._point_at(message, guild, earlier)
            return
        post = await self._answering.post_for_channel(guild, user_id=message.author.id, outcome=outcome)
        if outcome.band is Band.SILENT:
            await self._service.record_unanswered(guild.id, outcome.query_key, now=now)
        try:
            sent = await self._conversation.respond_in_channel(message, post, guild_id=guild.id)
        except SEND_ERRORS as error:
            if entry:
                recent.withdraw(message.channel.id, entry.id)
            _warn(guild, error)
            return
        if entry:
            recent.sent(message.channel.id, entry.id, message_id=sent.id)
            await self._service.count_shown(guild.id, entry.id, now=now)

    async def _point_at(self, message: discord.Message, guild: discord.Guild, earlier: Shown) -> None:
        """Lead to the answer of a moment ago; the channel does not need to read it twice."""
        if earlier.message_id is None:
            return
        url = message_url(guild.id, message.channel.id, earlier.message_id)
        words = Words(markdown=self._answering.texts("faq.answered_above", url=url))
        try:
            await self._conversation.respond_in_channel(message, Post(blocks=(words,)), guild_id=guild.id)
        except SEND_ERRORS as error:
            _warn(guild, error)


def _warn(guild: discord.Guild, error: Exception) -> None:
    code = error.status if isinstance(error, discord.HTTPException) else type(error).__name__
    logger.warning("mention not answered: %s", code, extra={"guild_id": guild.id})
