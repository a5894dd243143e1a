"""Show what the FAQ has for a question, in the three bands, wherever it was asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import discord

from bot.chat.conversation import SEND_ERRORS, Asker, Conversation
from bot.chat.guilds import Guilds
from bot.delivery.post import Post, Words
from bot.faq.models import Band, Entry
from bot.faq.recent import Shown
from bot.faq.render import Asked, render_answer, render_silence, render_suggestions
from bot.faq.service import FaqService, Outcome
from bot.text.catalogue import Texts
from bot.text.languages import speaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answer interactions and messages from the FAQ."""

    service: FaqService
    conversation: Conversation
    guilds: Guilds
    texts: Texts
    clock: Callable[[], datetime]

    async def answer(
        self, interaction: discord.Interaction, question: str, *, is_private: bool, to: int | None
    ) -> None:
        """Answer a command: publicly when sure, privately otherwise."""
        asker = self.conversation.asker(interaction)
        outcome = await self.service.ask(asker.guild_id, question)
        if outcome.band is not Band.ANSWER:
            await self._unsure(interaction, asker, outcome)
            return
        entry = outcome.suggestions[0]
        await self.show(interaction, entry, query_key=outcome.query_key, is_private=is_private, to=to)

    async def show(
        self,
        interaction: discord.Interaction,
        entry: Entry,
        *,
        query_key: str,
        is_private: bool,
        to: int | None = None,
    ) -> None:
        """Show an entry; a second time within a minute in the same channel it is for the asker alone."""
        asker = self.conversation.asker(interaction)
        recent = self.service.recent
        earlier: Shown | None = None
        if not is_private:
            earlier = recent.claim(asker.channel_id, entry.id, now=self.clock())
        is_public = not is_private and earlier is None
        texts = self.texts.to(asker.guild_id) if is_public else self.texts
        post = await self._card(asker, entry, query_key=query_key, to=to, earlier=earlier, texts=texts)
        try:
            message_id = await self.conversation.reply(interaction, post, is_private=not is_public)
        except SEND_ERRORS:
            if is_public:
                recent.withdraw(asker.channel_id, entry.id)
            raise
        if is_public:
            recent.sent(asker.channel_id, entry.id, message_id=message_id)
        await self.service.count_shown(asker.guild_id, entry.id, now=self.clock())

    async def suggest(
        self, interaction: discord.Interaction, outcome_key: str, entries: tuple[Entry, ...], *, is_more: bool
    ) -> None:
        """Offer entries privately."""
        asker = self.conversation.asker(interaction)
        place = await self.guilds.help_place(interaction.guild, asker.guild_id)
        asked = Asked(user_id=asker.user_id, query_key=outcome_key)
        post = render_suggestions(self.texts, entries, asked, help_place=place, is_second_try=is_more)
        await self.conversation.reply(interaction, post, is_private=True)

    async def silence(self, interaction: discord.Interaction, phrasing: str, *, is_noted: bool) -> None:
        """Say privately that the FAQ has no answer, and where to ask a person."""
        asker = self.conversation.asker(interaction)
        post = await self._silence(interaction.guild, asker.guild_id, phrasing, is_noted=is_noted)
        await self.conversation.reply(interaction, post, is_private=True)

    async def post_for_channel(self, guild: discord.Guild, *, user_id: int, outcome: Outcome) -> Post:
        """Draw the card for a question that was asked in a channel, by message."""
        with speaking(self.texts.to(guild.id).language):  # all see it
            return await self._post_for_channel(guild, user_id, outcome)

    async def _post_for_channel(self, guild: discord.Guild, user_id: int, outcome: Outcome) -> Post:
        asked = Asked(user_id=user_id, query_key=outcome.query_key)
        if outcome.band is Band.ANSWER:
            entry = outcome.suggestions[0]
            faq = await self.service.faq(guild.id)
            is_changed = faq.is_changed_here(entry)
            return render_answer(self.texts, entry, faq.page_of(entry), asked, is_changed_here=is_changed)
        if outcome.band is Band.SUGGEST:
            place = await self.guilds.help_place(guild, guild.id)
            return render_suggestions(self.texts, outcome.suggestions, asked, help_place=place)
        is_noted = self.service.is_searchable(outcome.phrasing)
        return await self._silence(guild, guild.id, outcome.phrasing, is_noted=is_noted)

    async def answer_message(
        self, interaction: discord.Interaction, message: discord.Message, question: str
    ) -> None:
        """Answer somebody's message: as a reply to it when sure, else privately to who asked for it."""
        asker = self.conversation.asker(interaction)
        outcome = await self.service.ask(asker.guild_id, question)
        if outcome.band is not Band.ANSWER:
            await self._unsure(interaction, asker, outcome)
            return
        entry = outcome.suggestions[0]
        earlier = self.service.recent.claim(asker.channel_id, entry.id, now=self.clock())
        texts = self.texts.to(asker.guild_id) if earlier is None else self.texts
        post = await self._card(
            asker, entry, query_key=outcome.query_key, to=None, earlier=earlier, texts=texts
        )
        if earlier is not None:
            await self.conversation.reply(interaction, post, is_private=True)
        elif _may_reply(interaction):
            await self._reply_to(interaction, asker, message, post, entry)
        else:
            await self._reply_here(interaction, asker, message, post, entry)
        await self.service.count_shown(asker.guild_id, entry.id, now=self.clock())

    async def _reply_to(
        self,
        interaction: discord.Interaction,
        asker: Asker,
        message: discord.Message,
        post: Post,
        entry: Entry,
    ) -> None:
        try:
            await self.conversation.defer(interaction)
            sent = await self.conversation.respond_in_channel(message, post, guild_id=asker.guild_id)
        except SEND_ERRORS:
            self.service.recent.withdraw(asker.channel_id, entry.id)
            raise
        self.service.recent.sent(asker.channel_id, entry.id, message_id=sent.id)
        done = Words(markdown=self.texts("faq.replied", url=sent.jump_url))
        await self.conversation.reply(interaction, Post(blocks=(done,)), is_private=True)

    async def _reply_here(
        self,
        interaction: discord.Interaction,
        asker: Asker,
        message: discord.Message,
        post: Post,
        entry: Entry,
    ) -> None:
        """Answer by the interaction, which needs no permission in the channel, and name the message."""
        named = replace(post, lead=self.texts.to(asker.guild_id)("faq.in_reply_to", url=message.jump_url))
        try:
            message_id = await self.conversation.reply(interaction, named, is_private=False)
        except SEND_ERRORS:
            self.service.recent.withdraw(asker.channel_id, entry.id)
            raise
        self.service.recent.sent(asker.channel_id, entry.id, message_id=message_id)

    async def _unsure(self, interaction: discord.Interaction, asker: Asker, outcome: Outcome) -> None:
        if outcome.band is Band.SUGGEST and outcome.suggestions:
            await self.suggest(interaction, outcome.query_key, outcome.suggestions, is_more=False)
            return
        is_noted = self.service.is_searchable(outcome.phrasing)
        # Side by side: an editor who looks at the gaps next shall find the question there.
        await asyncio.gather(
            self.service.record_unanswered(asker.guild_id, outcome.query_key, now=self.clock()),
            self.silence(interaction, outcome.phrasing, is_noted=is_noted),
        )

    async def _silence(
        self, guild: discord.Guild | None, guild_id: int, phrasing: str, *, is_noted: bool
    ) -> Post:
        faq = await self.service.faq(guild_id)
        place = await self.guilds.help_place(guild, guild_id)
        return render_silence(
            self.texts, phrasing, help_place=place, is_noted=is_noted, has_faq=bool(faq.entries)
        )

    async def _card(
        self,
        asker: Asker,
        entry: Entry,
        *,
        query_key: str,
        to: int | None,
        earlier: Shown | None,
        texts: Texts,
    ) -> Post:
        note = ""
        if earlier is not None:
            note = texts("faq.just_answered")
            if earlier.message_id is not None:
                url = message_url(asker.guild_id, asker.channel_id, earlier.message_id)
                note = texts("faq.just_answered_at", url=url)
        faq = await self.service.faq(asker.guild_id)
        return render_answer(
            texts,
            entry,
            faq.page_of(entry),
            Asked(user_id=asker.user_id, query_key=query_key),
            to_user_id=to if earlier is None else None,
            note=note,
            is_changed_here=faq.is_changed_here(entry),
        )


def message_url(guild_id: int, channel_id: int, message_id: int) -> str:
    """Return where Discord's clients jump to a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def _may_reply(interaction: discord.Interaction) -> bool:
    """Tell whether the bot may post a reply here itself; Discord says so with each interaction."""
    rights = interaction.app_permissions
    is_thread = isinstance(interaction.channel, discord.Thread)
    may_send = rights.send_messages_in_threads if is_thread else rights.send_messages
    return rights.view_channel and may_send and rights.read_message_history
