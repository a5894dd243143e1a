"""Adapt the FAQ's buttons, menus and forms."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import discord

from bot.chat.conversation import Conversation
from bot.chat.guilds import Guilds
from bot.chat.permissions import Level
from bot.chat.router import Handler, Press
from bot.delivery.post import Action, Button, Post, Row, Words
from bot.errors import UserError
from bot.faq.editing import FaqEditor
from bot.faq.models import AliasState
from bot.faq.pages import FaqPages
from bot.faq.phrasings import Phrasings
from bot.faq.render import render_topic, topic_key
from bot.faq.render_editing import (
    entry_form,
    render_aliases,
    render_gaps,
    render_refreshed,
    render_same_as,
)
from bot.faq.service import FaqService
from bot.text.catalogue import Texts
from bot.text.markdown import escape
from cogs._answering import Answering


class FaqButtons:
    """What happens when a member presses something on a FAQ card."""

    def __init__(
        self,
        *,
        answering: Answering,
        service: FaqService,
        pages: FaqPages,
        editor: FaqEditor,
        phrasings: Phrasings,
        conversation: Conversation,
        guilds: Guilds,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._answering = answering
        self._service = service
        self._pages = pages
        self._editor = editor
        self._phrasings = phrasings
        self._conversation = conversation
        self._guilds = guilds
        self._texts = texts
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "faq.pick": self._pick,
            "faq.none": self._none,
            "faq.helpful": self._helpful,
            "faq.not_it": self._not_it,
            "faq.bin": self._bin,
            "faq.open": self._open,
            "faq.turn": self._turn,
            "faq.create": self._create,
            "faq.save": self._save,
            "faq.restore": self._restore,
            "faq.gap_draft": self._gap_draft,
            "faq.gap_answer": self._gap_answer,
            "faq.gap_which": self._gap_which,
            "faq.gap_same": self._gap_same,
            "faq.gap_dismiss": self._gap_dismiss,
            "faq.gaps_turn": self._gaps_turn,
            "faq.alias_confirm": self._alias_confirm,
            "faq.alias_revoke": self._alias_revoke,
            "faq.aliases_turn": self._aliases_turn,
            "faq.take": self._take,
        }

    async def _pick(self, interaction: discord.Interaction, press: Press) -> None:
        entry_id, key = press.args
        guild_id = self._conversation.asker(interaction).guild_id
        entry = await self._service.get_entry(guild_id, entry_id)
        await asyncio.gather(
            self._learn(interaction, key, entry_id),
            self._answering.show(interaction, entry, query_key=key, is_private=True),
        )

    async def _none(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        await self._give_up(interaction, guild_id, press.args[0])

    async def _helpful(self, interaction: discord.Interaction, press: Press) -> None:
        entry_id, key = press.args
        guild_id = self._conversation.asker(interaction).guild_id
        await self._service.get_entry(guild_id, entry_id)
        if await self._guilds.level(interaction) >= Level.EDITOR:
            await asyncio.gather(
                self._learn(interaction, key, entry_id), self._say(interaction, self._texts("faq.thanks"))
            )
        else:
            await self._say(interaction, self._texts("faq.thanks"))
        await self._service.rate(guild_id, entry_id, is_helpful=True, now=self._clock())

    async def _not_it(self, interaction: discord.Interaction, press: Press) -> None:
        entry_id, key = press.args
        guild_id = self._conversation.asker(interaction).guild_id
        others = await self._service.others(guild_id, question_key=key, than=entry_id)
        if others:
            await self._answering.suggest(interaction, key, others, is_more=True)
        else:
            await self._give_up(interaction, guild_id, key)
        await self._service.rate(guild_id, entry_id, is_helpful=False, now=self._clock())

    async def _bin(self, interaction: discord.Interaction, press: Press) -> None:
        asker_id, entry_id = press.args
        if str(interaction.user.id) != asker_id and not interaction.permissions.manage_messages:
            raise UserError(self._texts("faq.bin_not_yours"))
        await interaction.response.defer()
        await interaction.delete_original_response()
        if interaction.channel_id is not None:
            removed = interaction.message.id if interaction.message else None
            self._service.recent.withdraw(interaction.channel_id, entry_id, message_id=removed)

    async def _open(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        entry = await self._service.get_entry(guild_id, next(iter(press.values), ""))
        await self._answering.show(interaction, entry, query_key="", is_private=True)

    async def _turn(self, interaction: discord.Interaction, press: Press) -> None:
        first, key = press.args
        faq = await self._service.faq(self._conversation.asker(interaction).guild_id)
        topic = next((name for name in faq.topics() if topic_key(name) == key), "")
        entries = tuple(entry for entry in faq.entries.values() if not topic or entry.section == topic)
        if not entries:
            raise UserError(self._texts("faq.empty_text"))
        start = min(int(first), len(entries) - 1)
        post = render_topic(self._texts, entries, topic=topic, topics=faq.topics(), start=start)
        await self._conversation.update(interaction, post)

    async def _create(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        draft = self._editor.parse_draft(**press.fields)
        entry = await self._editor.add(guild_id, draft, now=self._clock())
        await self._say(interaction, self._texts("faq.saved_new", question=escape(entry.question)))

    async def _save(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        draft = self._editor.parse_draft(**press.fields)
        entry = await self._editor.change(guild_id, press.args[0], draft, now=self._clock())
        await self._say(interaction, self._texts("faq.saved_change", question=escape(entry.question)))

    async def _restore(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        found = await self._editor.restore(guild_id, press.args[0])
        text = self._texts("faq.restored" if found else "faq.no_such_entry")
        await self._conversation.update(interaction, Post(blocks=(Words(markdown=text),)))

    async def _gap_draft(self, interaction: discord.Interaction, press: Press) -> None:
        gap = await self._editor.find_gap(self._conversation.asker(interaction).guild_id, press.args[0])
        action = Action(kind="faq.gap_answer", args=(gap.key,))
        await self._conversation.ask(
            interaction,
            entry_form(
                self._texts,
                action,
                question=gap.phrasing,
                aliases=[question.phrasing for question in gap.questions[1:]],
            ),
        )

    async def _gap_answer(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        gap = await self._editor.find_gap(guild_id, press.args[0])
        draft = self._editor.parse_draft(**press.fields)
        entry = await self._editor.add(guild_id, draft, now=self._clock())
        await self._editor.settle(guild_id, gap, entry.id, now=self._clock())
        await self._say(interaction, self._texts("faq.saved_new", question=escape(entry.question)))

    async def _gap_which(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        gap = await self._editor.find_gap(guild_id, press.args[0])
        entries = await self._service.ranked(guild_id, gap.phrasing)
        if not entries:
            raise UserError(self._texts("faq.empty_text"))
        await self._conversation.reply(
            interaction, render_same_as(self._texts, gap, entries), is_private=True
        )

    async def _gap_same(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        gap = await self._editor.find_gap(guild_id, press.args[0])
        picked = next(iter(press.values), "")
        entry = await self._editor.settle(guild_id, gap, picked, now=self._clock())
        text = self._texts("faq.gap_settled", question=escape(entry.question))
        await self._conversation.update(interaction, Post(blocks=(Words(markdown=text),)))

    async def _gap_dismiss(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        await self._editor.dismiss(guild_id, await self._editor.find_gap(guild_id, press.args[0]))
        await self._conversation.update(
            interaction, render_gaps(self._texts, await self._editor.list_gaps(guild_id))
        )

    async def _gaps_turn(self, interaction: discord.Interaction, press: Press) -> None:
        gaps = await self._editor.list_gaps(self._conversation.asker(interaction).guild_id)
        start = min(int(press.args[0]), max(0, len(gaps) - 1))
        await self._conversation.update(interaction, render_gaps(self._texts, gaps, start=start))

    async def _alias_confirm(self, interaction: discord.Interaction, press: Press) -> None:
        await self._judge(interaction, press, AliasState.ACTIVE)

    async def _alias_revoke(self, interaction: discord.Interaction, press: Press) -> None:
        await self._judge(interaction, press, AliasState.REVOKED)

    async def _aliases_turn(self, interaction: discord.Interaction, press: Press) -> None:
        await self._conversation.update(interaction, await self._aliases(interaction, int(press.args[0])))

    async def _take(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        page = await self._pages.get_page(guild_id, int(press.args[0]))
        await self._conversation.defer(interaction)
        loaded = await self._pages.refresh(page, now=self._clock(), is_accepted=True)
        post = render_refreshed(
            self._texts,
            loaded.page,
            count=len(loaded.entries),
            is_changed=loaded.is_changed,
            is_held=loaded.is_held,
        )
        await self._conversation.reply(interaction, post, is_private=True)

    async def _judge(self, interaction: discord.Interaction, press: Press, state: AliasState) -> None:
        key, entry_id = press.args
        guild_id = self._conversation.asker(interaction).guild_id
        await self._phrasings.judge(guild_id, key=key, entry_id=entry_id, state=state, now=self._clock())
        await self._conversation.update(interaction, await self._aliases(interaction, 0))

    async def _aliases(self, interaction: discord.Interaction, start: int) -> Post:
        guild_id = self._conversation.asker(interaction).guild_id
        faq = await self._service.faq(guild_id)
        questions = {entry.id: entry.question for entry in faq.entries.values()}
        aliases = await self._phrasings.list_aliases(guild_id)
        declared = await self._phrasings.list_declared(guild_id)
        start = min(start, max(0, len(aliases) - 1))
        return render_aliases(self._texts, aliases, questions, declared=declared, start=start)

    async def _learn(self, interaction: discord.Interaction, key: str, entry_id: str) -> None:
        asker = self._conversation.asker(interaction)
        await self._service.learn(
            asker.guild_id,
            key=key,
            entry_id=entry_id,
            user_id=asker.user_id,
            is_editor=await self._guilds.level(interaction) >= Level.EDITOR,
            now=self._clock(),
        )

    async def _give_up(self, interaction: discord.Interaction, guild_id: int, key: str) -> None:
        """Say that the FAQ has no answer, and note the question where its words are still known."""
        phrasing = self._service.phrasing(guild_id, key)
        is_noted = self._service.is_searchable(phrasing)
        await asyncio.gather(
            self._service.record_unanswered(guild_id, key, now=self._clock()),
            self._answering.silence(interaction, phrasing, is_noted=is_noted),
        )

    async def _say(self, interaction: discord.Interaction, text: str) -> None:
        await self._conversation.reply(interaction, Post(blocks=(Words(markdown=text),)), is_private=True)


def removed_post(texts: Texts, entry_id: str, question: str, *, is_on_page: bool) -> Post:
    """Say that an entry is gone, or only hidden, with a way back where there is one."""
    if not is_on_page:
        return Post(blocks=(Words(markdown=texts("faq.removed", question=escape(question))),))
    undo = Button(label=texts("faq.undo"), action=Action(kind="faq.restore", args=(entry_id,)))
    text = texts("faq.hidden", question=escape(question))
    return Post(blocks=(Words(markdown=text), Row(buttons=(undo,))))
