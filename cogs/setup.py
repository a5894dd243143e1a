"""Adapt `/setup`: one private panel for who and where, sources with a preview, and what the bot lacks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Asker, Conversation
from bot.chat.guilds import Guilds
from bot.chat.options import is_id
from bot.chat.places import look_at
from bot.chat.router import Handler, Press
from bot.delivery.post import Post, Words
from bot.errors import SourceError, UserError
from bot.operations.setup_panel import (
    CALENDAR,
    FAQ,
    LIST,
    Need,
    SetupPanel,
    render_setup,
    render_source_preview,
    source_form,
    zone_form,
)
from bot.operations.source_previews import Previews, SourcePreview
from bot.storage.guilds import Setting
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from bot.text.zones import Zones
from cogs._picks import read_channel, read_role

_LOOK_SECONDS = 25.0
_SEVERAL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupServices:
    """What the panel calls.

    Attributes:
        preview: Looks at an address of a kind, keeping nothing.
        follow: Follows what was previewed; returns what to show.
        needs: Says what the bot needs in a guild, seen from a channel, and lacks.
        followed: Counts pages, calendars and lists, by kind.
    """

    preview: Callable[[str, str, Asker, int], Awaitable[SourcePreview]]
    follow: Callable[[SourcePreview, discord.Guild | None], Awaitable[Post]]
    needs: Callable[[discord.Guild | None, Asker], Awaitable[tuple[Need, ...]]]
    followed: Callable[[int], Awaitable[dict[str, int]]]


class SetupCommands(commands.Cog):
    """`/setup` and what its panel asks for."""

    def __init__(
        self,
        *,
        services: SetupServices,
        previews: Previews,
        conversation: Conversation,
        guilds: Guilds,
        zones: Zones,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._previews = previews
        self._conversation = conversation
        self._guilds = guilds
        self._zones = zones
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="setup", description="-")
    @app_commands.default_permissions(manage_guild=True)
    async def setup(self, interaction: discord.Interaction) -> None:
        """Show the panel."""
        await self._conversation.reply(interaction, await self._draw(interaction), is_private=True)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "setup.admin_channel": self._admin_channel,
            "setup.editors_role": self._editors_role,
            "setup.zone": self._zone,
            "setup.zone_typed": self._zone_typed,
            "setup.add": self._add,
            "setup.typed": self._typed,
            "setup.confirm": self._confirm,
            "setup.discard": self._discard,
            "setup.again": self._again,
        }

    async def _admin_channel(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_channel(self._texts, interaction.guild, press.values)
        await self._change(interaction, Setting.ADMIN_CHANNEL, picked)

    async def _editors_role(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_role(self._texts, interaction.guild, press.values, everyone="faq.editors_everyone")
        await self._change(interaction, Setting.EDITORS_ROLE, picked)

    async def _zone(self, interaction: discord.Interaction, _press: Press) -> None:
        await self._conversation.ask(interaction, zone_form(self._texts))

    async def _zone_typed(self, interaction: discord.Interaction, press: Press) -> None:
        words = press.fields.get("zone", "")
        zone = self._zones.find(words)
        if zone is None:
            near = self._zones.search(words, limit=_SEVERAL)
            if near:
                raise UserError(
                    self._texts("setup.zone_several", zones=", ".join(f"`{each}`" for each in near))
                )
            shown = escape(limits.cut_line(inert(words), 60))
            raise UserError(self._texts("settings.zone_unknown", words=shown))
        await self._change(interaction, Setting.ZONE, zone)

    async def _add(self, interaction: discord.Interaction, press: Press) -> None:
        asker = self._conversation.asker(interaction)
        form = source_form(self._texts, _kind(press), channel_id=asker.channel_id)
        await self._conversation.ask(interaction, form)

    async def _typed(self, interaction: discord.Interaction, press: Press) -> None:
        asker, kind = self._conversation.asker(interaction), _kind(press)
        typed = press.fields.get("channel") or str(asker.channel_id)
        channel_id = int(typed) if is_id(typed) else 0
        place = look_at(interaction.guild, channel_id)
        if kind != FAQ and not place.is_there:
            raise UserError(self._texts("settings.channel_unknown"))
        await self._conversation.defer(interaction)
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                preview = await self._services.preview(kind, press.fields.get("url", ""), asker, channel_id)
        except TimeoutError:
            raise UserError(self._texts("setup.slow")) from None
        except SourceError as error:
            reason = escape(limits.cut_line(inert(self._texts.noted(str(error))), 800))
            raise UserError(self._texts("setup.refused", reason=reason)) from error
        rights = ", ".join(f"**{self._texts(f'permission.{right}')}**" for right in place.missing)
        trouble = self._texts("settings.rights_missing", rights=rights) if rights and kind != FAQ else ""
        post = render_source_preview(
            self._texts,
            name=preview.name,
            found=preview.found,
            samples=preview.samples,
            trouble=trouble,
            token=self._previews.keep(preview),
        )
        await self._conversation.reply(interaction, post, is_private=True)

    async def _confirm(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        preview = self._previews.take(press.args[0], guild_id=guild_id)
        if preview is None:
            raise UserError(self._texts("setup.forgotten"))
        await self._conversation.defer(interaction)
        try:
            post = await self._services.follow(preview, interaction.guild)
        except SourceError as error:
            reason = escape(limits.cut_line(inert(self._texts.noted(str(error))), 800))
            raise UserError(self._texts("setup.refused", reason=reason)) from error
        await self._conversation.reply(interaction, post, is_private=True)

    async def _discard(self, interaction: discord.Interaction, press: Press) -> None:
        self._previews.take(press.args[0], guild_id=self._conversation.asker(interaction).guild_id)
        words = Words(markdown=self._texts("setup.left"))
        await self._conversation.update(interaction, Post(blocks=(words,)))

    async def _again(self, interaction: discord.Interaction, _press: Press) -> None:
        await self._conversation.update(interaction, await self._draw(interaction))

    async def _change(
        self, interaction: discord.Interaction, setting: Setting, value: int | str | None
    ) -> None:
        await self._guilds.change(self._conversation.asker(interaction).guild_id, setting, value)
        await self._conversation.update(interaction, await self._draw(interaction))

    async def _draw(self, interaction: discord.Interaction) -> Post:
        asker, guild = self._conversation.asker(interaction), interaction.guild
        settings = await self._guilds.settings(asker.guild_id)
        channel, role = settings.admin_channel_id, settings.editor_role_id
        panel = SetupPanel(
            settings=settings,
            followed=await self._services.followed(asker.guild_id),
            needs=await self._services.needs(guild, asker),
            channel_id=channel if channel and look_at(guild, channel).is_there else None,
            role_id=role if role and guild is not None and guild.get_role(role) else None,
            now=self._clock(),
        )
        return render_setup(self._texts, panel)


def _kind(press: Press) -> str:
    """Return what kind of source is meant."""
    kind = press.args[0] if press.args else FAQ
    return kind if kind in (FAQ, CALENDAR, LIST) else FAQ
