"""Adapt the commands that read mailing lists: search, the newest threads, a thread, which lists there are."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.guilds import Guilds
from bot.chat.places import sees_closed
from bot.chat.router import Handler, Press
from bot.delivery.post import Post
from bot.errors import UserError
from bot.mail.days import parse_day
from bot.mail.queries_repository import Queries
from bot.mail.render import (
    read_thread_value,
    render_found,
    render_latest,
    render_thread,
    thread_label,
    thread_value,
)
from bot.mail.render_lists import render_lists
from bot.mail.service import MailService
from bot.mail.showing import label_lists
from bot.mail.views import FollowedList, Found, Query, Viewer
from bot.text import limits
from bot.text.catalogue import Texts

Choices = list[app_commands.Choice[str]]
Words = app_commands.Range[str, 1, 300]


class ListReading(commands.Cog):
    """The `/list` commands that everybody may use."""

    def __init__(
        self,
        *,
        service: MailService,
        queries: Queries,
        conversation: Conversation,
        guilds: Guilds,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._conversation = conversation
        self._guilds = guilds
        self._texts = texts
        self._clock = clock
        self._queries = queries

    @app_commands.command(name="search", description="-")
    @app_commands.rename(mailing_list="list", author="from")
    async def search(
        self,
        interaction: discord.Interaction,
        words: Words,
        mailing_list: str | None = None,
        author: app_commands.Range[str, 1, 100] | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> None:
        """Find mails by their words."""
        asking = viewer(interaction)
        lists = await self._service.choose(asking, mailing_list)
        query = Query(
            words=words,
            author=author or "",
            after=await self._day(asking.guild_id, after),
            before=await self._day(asking.guild_id, before),
            lists=_numbers(lists) if mailing_list else (),
        )
        if not any(not term.is_excluded for term in query.terms):
            raise UserError(self._texts("list.no_words"))
        if query.after and query.before and query.after >= query.before:
            raise UserError(self._texts("list.days_reversed", after=after or "", before=before or ""))
        await self._conversation.reply(interaction, await self._found(asking, query), is_private=True)

    @app_commands.command(name="latest", description="-")
    @app_commands.rename(mailing_list="list")
    async def latest(self, interaction: discord.Interaction, mailing_list: str | None = None) -> None:
        """Show the threads with the newest mails."""
        lists = await self._service.choose(viewer(interaction), mailing_list)
        meant = str(lists[0].mailing_list.id) if mailing_list else ""
        post = await self._latest(viewer(interaction), meant, 0)
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="thread", description="-")
    @app_commands.rename(mailing_list="list")
    async def thread(
        self, interaction: discord.Interaction, thread: Words, mailing_list: str | None = None
    ) -> None:
        """Read a thread, page by page."""
        asking = viewer(interaction)
        lists = _numbers(await self._service.choose(asking, mailing_list))
        place = read_thread_value(thread)
        if place is None:
            found = await self._service.search(asking, Query(words=thread, lists=lists))
            place = next(((each.list_id, each.thread) for each in found.emails), None)
        if place is None:
            raise UserError(self._texts("list.no_such_thread"))
        await self._conversation.reply(interaction, await self._thread(asking, *place, 0), is_private=True)

    @app_commands.command(name="list", description="-")
    async def list_lists(self, interaction: discord.Interaction) -> None:
        """Show which lists are followed."""
        lists = await self._service.choose(viewer(interaction), None)
        await self._conversation.reply(interaction, render_lists(self._texts, lists), is_private=True)

    @search.autocomplete("mailing_list")
    @latest.autocomplete("mailing_list")
    @thread.autocomplete("mailing_list")
    async def _complete_list(self, interaction: discord.Interaction, typed: str) -> Choices:
        return await complete_list(self._service, viewer(interaction), typed)

    @thread.autocomplete("thread")
    async def _complete_thread(self, interaction: discord.Interaction, typed: str) -> Choices:
        asking = viewer(interaction)
        named = getattr(interaction.namespace, "list", None)
        lists = [each for each in await self._service.list_lists(asking) if not named or _is_it(each, named)]
        threads = await self._service.find_threads(asking, _numbers(tuple(lists)), typed) if lists else ()
        return [
            app_commands.Choice(name=thread_label(each), value=thread_value(each.list_id, each.thread))
            for each in threads[: limits.AUTOCOMPLETE_CHOICES]
        ]

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "list.open": self._open,
            "list.turn_found": self._turn_found,
            "list.turn_latest": self._turn_latest,
            "list.turn_thread": self._turn_thread,
        }

    async def _open(self, interaction: discord.Interaction, press: Press) -> None:
        place = read_thread_value(next(iter(press.values), ""))
        if place is None:
            raise UserError(self._texts("list.no_such_thread"))
        post = await self._thread(viewer(interaction), *place, 0)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _turn_found(self, interaction: discord.Interaction, press: Press) -> None:
        asking = viewer(interaction)
        query = await self._queries.find(asking.guild_id, press.args[0])
        if query is None:
            raise UserError(self._texts("error.stale_button"))
        found = await self._found(asking, replace(query, offset=int(press.args[1])))
        await self._conversation.update(interaction, found)

    async def _turn_latest(self, interaction: discord.Interaction, press: Press) -> None:
        post = await self._latest(viewer(interaction), press.args[0], int(press.args[1]))
        await self._conversation.update(interaction, post)

    async def _turn_thread(self, interaction: discord.Interaction, press: Press) -> None:
        list_id, thread, page = map(int, press.args)
        await self._conversation.update(
            interaction, await self._thread(viewer(interaction), list_id, thread, page)
        )

    async def _found(self, asking: Viewer, query: Query) -> Post:
        found: Found = await self._service.search(asking, query)
        has_pages = found.has_more or query.offset
        token = await self._queries.remember(asking.guild_id, query, self._clock()) if has_pages else ""
        return render_found(self._texts, found, await self._names(asking, query.lists), token=token)

    async def _latest(self, asking: Viewer, meant: str, offset: int) -> Post:
        lists = (int(meant),) if meant else ()
        latest = await self._service.latest(asking, lists, offset=offset)
        return render_latest(self._texts, latest, await self._names(asking, lists), meant)

    async def _thread(self, asking: Viewer, list_id: int, thread: int, page: int) -> Post:
        emails = await self._service.thread(asking, list_id, thread)
        # A third of a second for a thousand mails: the pages before are drawn to find where it begins.
        return await asyncio.to_thread(render_thread, self._texts, emails, page=page)

    async def _names(self, asking: Viewer, lists: tuple[int, ...]) -> Mapping[int, str]:
        """Name the lists where there are several to tell apart."""
        seen = await self._service.list_lists(asking)
        if len(lists) == 1 or len(seen) == 1:
            return {}
        return {each.mailing_list.id: each.mailing_list.name for each in seen}

    async def _day(self, guild_id: int, text: str | None) -> datetime | None:
        if text is None:
            return None
        zone = (await self._guilds.settings(guild_id)).zone
        day = parse_day(text, ZoneInfo(zone) if zone else UTC, now=self._clock())
        if day is None:
            raise UserError(self._texts("list.no_day"))
        return day


def viewer(interaction: discord.Interaction) -> Viewer:
    """Return who asks."""
    return Viewer(guild_id=interaction.guild_id or 0, sees_closed=partial(sees_closed, interaction))


def manager(guild_id: int) -> Viewer:
    """Return somebody who manages the guild, and may leave whatever it follows."""
    return Viewer(guild_id=guild_id, sees_closed=lambda _channel_id: True)


async def complete_list(service: MailService, asking: Viewer, typed: str) -> Choices:
    """Offer the lists that whoever types may see."""
    lists = await service.list_lists(asking)
    labels = zip(lists, label_lists([each.mailing_list for each in lists]), strict=True)
    return [
        app_commands.Choice(name=label, value=str(each.mailing_list.id))
        for each, label in labels
        if label and typed.casefold() in label.casefold()
    ][: limits.AUTOCOMPLETE_CHOICES]


def _numbers(lists: tuple[FollowedList, ...]) -> tuple[int, ...]:
    return tuple(each.mailing_list.id for each in lists)


def _is_it(each: FollowedList, named: str) -> bool:
    return named in (str(each.mailing_list.id), each.mailing_list.name)
