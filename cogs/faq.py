"""Adapt the FAQ's commands: check the input, call a service, show the result."""

from collections.abc import Callable
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.guilds import Guilds
from bot.delivery.post import Action, Attachment, Post, Words
from bot.errors import UserError
from bot.faq.editing import FaqEditor
from bot.faq.models import Why
from bot.faq.phrasings import Phrasings
from bot.faq.render import render_topic
from bot.faq.render_editing import (
    check_report,
    entry_form,
    render_aliases,
    render_check,
    render_gaps,
)
from bot.faq.service import Completion, FaqService
from bot.storage.guilds import Setting
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from cogs._answering import Answering
from cogs.faq_buttons import removed_post

_MARKS = {Why.EXACT: "✅", Why.KEYWORD: "🔑", Why.ANSWER: "📄", None: "📌"}

Choices = list[app_commands.Choice[str]]


class Faq(commands.GroupCog, group_name="faq", group_description="-"):
    """The `/faq` commands."""

    def __init__(
        self,
        *,
        answering: Answering,
        service: FaqService,
        editor: FaqEditor,
        phrasings: Phrasings,
        conversation: Conversation,
        guilds: Guilds,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._answering = answering
        self._service = service
        self._editor = editor
        self._phrasings = phrasings
        self._conversation = conversation
        self._guilds = guilds
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="ask", description="-")
    async def ask(
        self,
        interaction: discord.Interaction,
        question: app_commands.Range[str, 1, 300],
        private: bool = False,
        to: discord.Member | None = None,
    ) -> None:
        """Answer a question from the group's own page."""
        await self._answering.answer(
            interaction, question, is_private=private, to=to.id if to is not None else None
        )

    @ask.autocomplete("question")
    async def _complete_question(self, interaction: discord.Interaction, typed: str) -> Choices:
        return await self._complete(interaction, typed)

    @app_commands.command(name="browse", description="-")
    async def browse(self, interaction: discord.Interaction, topic: str | None = None) -> None:
        """List what the FAQ answers."""
        guild_id = self._conversation.asker(interaction).guild_id
        faq = await self._service.faq(guild_id)
        wanted = next((name for name in faq.topics() if name.casefold() == (topic or "").casefold()), "")
        if topic and not wanted:
            raise UserError(self._texts("faq.no_such_topic", topic=escape(inert(topic))[:100]))
        entries = tuple(entry for entry in faq.entries.values() if not wanted or entry.section == wanted)
        if not entries:
            raise UserError(self._texts("faq.empty_text"))
        post = render_topic(self._texts, entries, topic=wanted, topics=faq.topics(), start=0)
        await self._conversation.reply(interaction, post, is_private=True)

    @browse.autocomplete("topic")
    async def _complete_topic(self, interaction: discord.Interaction, typed: str) -> Choices:
        topics = (await self._service.faq(interaction.guild_id or 0)).topics()
        fitting = [name for name in topics if typed.casefold() in name.casefold() and len(name) <= 100]
        return [app_commands.Choice(name=name, value=name) for name in fitting[: limits.AUTOCOMPLETE_CHOICES]]

    @app_commands.command(name="add", description="-")
    async def add(self, interaction: discord.Interaction) -> None:
        """Open the form for a new entry."""
        await self._conversation.ask(interaction, entry_form(self._texts, Action(kind="faq.create")))

    @app_commands.command(name="edit", description="-")
    async def edit(self, interaction: discord.Interaction, entry: str) -> None:
        """Open the form for an entry, prefilled."""
        found = await self._editor.get_editable(self._conversation.asker(interaction).guild_id, entry)
        form = entry_form(
            self._texts,
            Action(kind="faq.save", args=(found.id,)),
            question=found.question,
            answer=found.answer,
            aliases=found.aliases,
        )
        await self._conversation.ask(interaction, form)

    @app_commands.command(name="remove", description="-")
    async def remove(self, interaction: discord.Interaction, entry: str) -> None:
        """Remove an entry, or hide one that still stands on a page."""
        guild_id = self._conversation.asker(interaction).guild_id
        found = await self._service.get_entry(guild_id, entry)
        is_on_page = await self._editor.remove(guild_id, found.id, now=self._clock())
        post = removed_post(self._texts, found.id, found.question, is_on_page=is_on_page)
        await self._conversation.reply(interaction, post, is_private=True)

    @edit.autocomplete("entry")
    @remove.autocomplete("entry")
    async def _complete_entry(self, interaction: discord.Interaction, typed: str) -> Choices:
        return await self._complete(interaction, typed)

    @app_commands.command(name="check", description="-")
    async def check(self, interaction: discord.Interaction) -> None:
        """Show the pages' problems, and the entries as parsed."""
        guild_id = self._conversation.asker(interaction).guild_id
        faq = await self._service.faq(guild_id)
        pages, entries = tuple(faq.pages.values()), tuple(faq.entries.values())
        post = render_check(
            self._texts, pages, check_report(self._texts, pages, entries), questions=len(entries)
        )
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="gaps", description="-")
    async def gaps(self, interaction: discord.Interaction) -> None:
        """List what was asked and not answered."""
        found = await self._editor.list_gaps(self._conversation.asker(interaction).guild_id)
        await self._conversation.reply(interaction, render_gaps(self._texts, found), is_private=True)

    @app_commands.command(name="aliases", description="-")
    async def aliases(self, interaction: discord.Interaction) -> None:
        """List the phrasings learned from use."""
        guild_id = self._conversation.asker(interaction).guild_id
        faq = await self._service.faq(guild_id)
        questions = {entry.id: entry.question for entry in faq.entries.values()}
        declared = await self._phrasings.list_declared(guild_id)
        aliases = await self._phrasings.list_aliases(guild_id)
        post = render_aliases(self._texts, aliases, questions, declared=declared)
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="export", description="-")
    @app_commands.choices(
        format=[
            app_commands.Choice(name="DokuWiki", value="dokuwiki"),
            app_commands.Choice(name="Markdown", value="markdown"),
        ]
    )
    async def export(self, interaction: discord.Interaction, format: str = "dokuwiki") -> None:  # noqa: A002 (the option's name)
        """Give what was made in chat as text for the page."""
        guild_id = self._conversation.asker(interaction).guild_id
        exported = await self._editor.export(guild_id, as_dokuwiki=format == "dokuwiki")
        if not exported.count and not exported.hidden:
            raise UserError(self._texts("faq.export_nothing"))
        lines = [self._texts.count("faq.export_text", exported.count)]
        if exported.hidden:
            hidden = "\n".join(f"- {escape(inert(question))}" for question in exported.hidden[:20])
            lines.append(f"{self._texts('faq.export_hidden')}\n{hidden}")
        files = (
            Attachment(name=f"faq.{exported.extension}", content=exported.text.encode("utf-8", "replace")),
        )
        post = Post(
            title=self._texts("faq.export_title"),
            blocks=(Words(markdown="\n\n".join(lines)[: limits.CONTENT]),),
            attachments=files if exported.count else (),
        )
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="editors", description="-")
    async def editors(self, interaction: discord.Interaction, role: discord.Role | None = None) -> None:
        """Name the role whose members may edit the FAQ."""
        guild_id = self._conversation.asker(interaction).guild_id
        if role is not None and role.is_default():
            raise UserError(self._texts("faq.editors_everyone"))
        await self._guilds.change(guild_id, Setting.EDITORS_ROLE, role.id if role else None)
        text = (
            self._texts("faq.editors_set", role=role.mention) if role else self._texts("faq.editors_cleared")
        )
        await self._conversation.reply(interaction, Post(blocks=(Words(markdown=text),)), is_private=True)

    @app_commands.command(name="helpers", description="-")
    async def helpers(
        self,
        interaction: discord.Interaction,
        channel: discord.TextChannel | discord.ForumChannel | None = None,
    ) -> None:
        """Name the channel where people answer what the FAQ does not."""
        guild_id = self._conversation.asker(interaction).guild_id
        await self._guilds.change(guild_id, Setting.HELP_CHANNEL, channel.id if channel else None)
        text = (
            self._texts("faq.helpers_set", channel=channel.mention)
            if channel
            else self._texts("faq.helpers_cleared")
        )
        await self._conversation.reply(interaction, Post(blocks=(Words(markdown=text),)), is_private=True)

    def attach(self, group: app_commands.Group) -> None:
        """Put a group of subcommands below `/faq`."""
        if self.app_command is None:
            raise TypeError("a group cog has a command")
        self.app_command.add_command(group)

    def context_menus(self) -> tuple[app_commands.ContextMenu, ...]:
        """Return the message menus, for the command tree."""
        return (
            app_commands.ContextMenu(name="Answer from the FAQ", callback=self._answer_message),
            app_commands.ContextMenu(name="Add to the FAQ", callback=self._add_message),
        )

    async def _answer_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        question = inert(message.content)[:300]
        if not question:
            raise UserError(self._texts("faq.message_empty"))
        await self._answering.answer_message(interaction, message, question)

    async def _add_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        form = entry_form(self._texts, Action(kind="faq.create"), answer=message.content)
        await self._conversation.ask(interaction, form)

    async def _complete(self, interaction: discord.Interaction, typed: str) -> Choices:
        guild_id = interaction.guild_id or 0
        found = await self._service.complete(guild_id, typed, limit=limits.AUTOCOMPLETE_CHOICES)
        return [_choice(completion) for completion in found]


def _choice(completion: Completion) -> app_commands.Choice[str]:
    mark = _MARKS[completion.why]
    name = limits.cut_line(f"{mark} {inert(completion.entry.question)}", limits.CHOICE_NAME)
    return app_commands.Choice(name=name, value=completion.entry.id)
