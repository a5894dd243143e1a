"""Adapt the commands that follow, refresh and drop FAQ pages."""

from collections.abc import Callable
from datetime import datetime

import discord
from discord import app_commands

from bot.chat.conversation import SEND_ERRORS, Conversation
from bot.delivery.post import Post, Words
from bot.errors import SourceError, UserError
from bot.faq.models import Marker, Page, PageKind
from bot.faq.pages import FaqPages, NewPage
from bot.faq.reader import MAX_PAGE_BYTES
from bot.faq.render_editing import page_label, page_name, render_loaded, render_pages, render_refreshed
from bot.faq.service import FaqService
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from config.sections.faq import FORMATS, LANGUAGES

Choices = list[app_commands.Choice[str]]


class FaqSource(app_commands.Group):
    """The `/faq source` commands."""

    def __init__(
        self,
        *,
        pages: FaqPages,
        service: FaqService,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(name="source", description="-")
        self._pages = pages
        self._service = service
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="add", description="-")
    @app_commands.choices(
        format=[app_commands.Choice(name=name, value=name) for name in FORMATS],
        questions=[app_commands.Choice(name=marker.value, value=marker.value) for marker in Marker],
    )
    async def add(
        self,
        interaction: discord.Interaction,
        url: str | None = None,
        upload: discord.Attachment | None = None,
        format: str = "auto",  # noqa: A002 (the option's name)
        questions: str = "auto",
        language: str = "english",
    ) -> None:
        """Follow a page, by address or uploaded file."""
        guild_id = self._conversation.asker(interaction).guild_id
        if (url is None) == (upload is None):
            raise UserError(self._texts("faq.source_one_of"))
        if language.casefold().strip() not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise UserError(
                self._texts("faq.no_such_language", language=escape(inert(language)), known=known)
            )
        await self._conversation.defer(interaction)
        kind, location = (PageKind.URL, url) if url else (PageKind.UPLOAD, upload.filename if upload else "")
        new = NewPage(
            kind=kind,
            location=(location or "").strip(),
            content=await self._read_upload(upload) if upload else None,
            format=format,
            questions=Marker(questions),
            language=language.casefold().strip(),
        )
        try:
            loaded = await self._pages.add(guild_id, new, now=self._clock())
        except SourceError as error:
            reason = escape(limits.cut_line(inert(self._texts.noted(str(error))), 800))
            raise UserError(self._texts("faq.source_refused", reason=reason)) from error
        post = render_loaded(self._texts, loaded.page, loaded.entries, is_new=True)
        await self._conversation.reply(interaction, post, is_private=True)

    @add.autocomplete("language")
    async def _complete_language(self, _interaction: discord.Interaction, typed: str) -> Choices:
        fitting = [name for name in LANGUAGES if name.startswith(typed.casefold().strip())]
        return [app_commands.Choice(name=name, value=name) for name in fitting[: limits.AUTOCOMPLETE_CHOICES]]

    @app_commands.command(name="list", description="-")
    async def list(self, interaction: discord.Interaction) -> None:
        """List the pages and how each fares."""
        guild_id = self._conversation.asker(interaction).guild_id
        faq = await self._service.faq(guild_id)
        counts: dict[int, int] = {}
        for entry in faq.entries.values():
            counts[entry.page_id] = counts.get(entry.page_id, 0) + 1
        post = render_pages(self._texts, await self._pages.list_pages(guild_id), counts)
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="refresh", description="-")
    async def refresh(self, interaction: discord.Interaction, page: str | None = None) -> None:
        """Look at one page again, or at all."""
        guild_id = self._conversation.asker(interaction).guild_id
        pages = await self._pages.list_pages(guild_id)
        if page is not None:
            pages = (await self._pages.get_page(guild_id, _number(page)),)
        if not pages:
            raise UserError(self._texts("faq.sources_none"))
        await self._conversation.defer(interaction)
        posts = [await self._refreshed(wanted) for wanted in pages[:10]]
        await self._conversation.reply(interaction, posts[0], is_private=True)
        for post in posts[1:]:
            await self._conversation.follow_up(interaction, post)

    @app_commands.command(name="remove", description="-")
    async def remove(self, interaction: discord.Interaction, page: str) -> None:
        """Stop following a page."""
        guild_id = self._conversation.asker(interaction).guild_id
        found = await self._pages.get_page(guild_id, _number(page))
        if found.is_declared:
            raise UserError(self._texts("faq.source_is_declared"))
        await self._pages.remove(found)
        text = self._texts("faq.source_removed", title=page_name(self._texts, found))
        await self._conversation.reply(interaction, Post(blocks=(Words(markdown=text),)), is_private=True)

    @refresh.autocomplete("page")
    @remove.autocomplete("page")
    async def _complete_page(self, interaction: discord.Interaction, typed: str) -> Choices:
        pages = (await self._service.faq(interaction.guild_id or 0)).pages.values()
        named = [(limits.cut_line(page_label(page), 100), page) for page in pages]
        return [
            app_commands.Choice(name=name, value=str(page.id))
            for name, page in named
            if typed.casefold() in name.casefold()
        ][: limits.AUTOCOMPLETE_CHOICES]

    async def _refreshed(self, page: Page) -> Post:
        loaded = await self._pages.refresh(page, now=self._clock())
        return render_refreshed(
            self._texts,
            loaded.page,
            count=len(loaded.entries),
            is_changed=loaded.is_changed,
            is_held=loaded.is_held,
        )

    async def _read_upload(self, upload: discord.Attachment) -> bytes:
        if upload.size > MAX_PAGE_BYTES:
            raise UserError(self._texts("faq.upload_too_large", limit=MAX_PAGE_BYTES // 1_000_000))
        try:
            return await upload.read()
        except SEND_ERRORS as error:
            raise UserError(self._texts("faq.upload_lost")) from error


def _number(page: str) -> int:
    """Read a page's id from an option; what is no number is no page."""
    return int(page) if page.isascii() and page.isdigit() and len(page) < 19 else 0
