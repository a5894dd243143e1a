"""Adapt `/settings`: one private panel, where each change acts at once and redraws it."""

from collections.abc import Callable, Mapping
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.guilds import Guilds
from bot.chat.places import look_at
from bot.chat.router import Handler, Press
from bot.delivery.post import Post
from bot.errors import UserError
from bot.operations.settings_panel import SEARCH_AGAIN, Panel, render_settings, zone_form, zone_line
from bot.storage.guilds import Setting
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.languages import LANGUAGES, NAMES
from bot.text.markdown import escape, inert
from bot.text.zones import Zones, is_offset
from cogs._picks import read_channel, read_role

Choices = list[app_commands.Choice[str]]

_CHANNELS = (Setting.ADMIN_CHANNEL, Setting.HELP_CHANNEL, Setting.STATUS_CHANNEL)


class SettingsPanel(commands.Cog):
    """`/settings` and what its panel asks for."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        guilds: Guilds,
        zones: Zones,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._conversation = conversation
        self._guilds = guilds
        self._zones = zones
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="settings", description="-")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.choices(language=[app_commands.Choice(name=NAMES[each], value=each) for each in LANGUAGES])
    async def settings(
        self, interaction: discord.Interaction, zone: str | None = None, language: str | None = None
    ) -> None:
        """Show the panel; with a zone or a language, set it first."""
        if language in LANGUAGES:
            guild_id = self._conversation.asker(interaction).guild_id
            await self._guilds.change(guild_id, Setting.LANGUAGE, language)
        candidates = await self._take_zone(interaction, zone) if zone else ()
        post = await self._draw(interaction, zones=candidates)
        await self._conversation.reply(interaction, post, is_private=True)

    @settings.autocomplete("zone")
    async def _complete_zone(self, _interaction: discord.Interaction, typed: str) -> Choices:
        now = self._clock()
        found = self._zones.search(typed, limit=limits.AUTOCOMPLETE_CHOICES)
        return [app_commands.Choice(name=zone_line(zone, now), value=zone) for zone in found]

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "settings.admin_channel": self._admin_channel,
            "settings.help_channel": self._help_channel,
            "settings.status_channel": self._status_channel,
            "settings.editors_role": self._editors_role,
            "settings.zone_ask": self._zone_ask,
            "settings.zone_typed": self._zone_typed,
            "settings.zone_pick": self._zone_pick,
        }

    async def _admin_channel(self, interaction: discord.Interaction, press: Press) -> None:
        await self._set_channel(interaction, press, Setting.ADMIN_CHANNEL)

    async def _help_channel(self, interaction: discord.Interaction, press: Press) -> None:
        await self._set_channel(interaction, press, Setting.HELP_CHANNEL)

    async def _status_channel(self, interaction: discord.Interaction, press: Press) -> None:
        await self._set_channel(interaction, press, Setting.STATUS_CHANNEL)

    async def _set_channel(self, interaction: discord.Interaction, press: Press, setting: Setting) -> None:
        picked = read_channel(self._texts, interaction.guild, press.values)
        await self._change(interaction, setting, picked)

    async def _editors_role(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_role(self._texts, interaction.guild, press.values, everyone="faq.editors_everyone")
        await self._change(interaction, Setting.EDITORS_ROLE, picked)

    async def _zone_ask(self, interaction: discord.Interaction, _press: Press) -> None:
        await self._conversation.ask(interaction, zone_form(self._texts))

    async def _zone_typed(self, interaction: discord.Interaction, press: Press) -> None:
        candidates = await self._take_zone(interaction, press.fields.get("zone", ""))
        await self._conversation.update(interaction, await self._draw(interaction, zones=candidates))

    async def _zone_pick(self, interaction: discord.Interaction, press: Press) -> None:
        picked = next(iter(press.values), "")
        if picked == SEARCH_AGAIN:
            await self._zone_ask(interaction, press)
            return
        await self._zone_typed(interaction, Press(args=(), fields={"zone": picked}))

    async def _take_zone(self, interaction: discord.Interaction, words: str) -> tuple[str, ...]:
        """Set the zone that the words name; where they may name several, return those.

        Raises:
            UserError: They name none.
        """
        zone = self._zones.find(words)
        if zone is not None:
            await self._guilds.change(self._conversation.asker(interaction).guild_id, Setting.ZONE, zone)
            return ()
        if is_offset(words):
            raise UserError(self._texts("settings.zone_is_offset"))
        candidates = self._zones.search(words, limit=limits.SELECT_OPTIONS - 1)
        if not candidates:
            shown = escape(limits.cut_line(inert(words), 60))
            raise UserError(self._texts("settings.zone_unknown", words=shown))
        return candidates

    async def _change(
        self, interaction: discord.Interaction, setting: Setting, value: int | str | None
    ) -> None:
        await self._guilds.change(self._conversation.asker(interaction).guild_id, setting, value)
        await self._conversation.update(interaction, await self._draw(interaction))

    async def _draw(self, interaction: discord.Interaction, *, zones: tuple[str, ...] = ()) -> Post:
        guild = interaction.guild
        settings = await self._guilds.settings(self._conversation.asker(interaction).guild_id)
        channels = {setting: getattr(settings, setting.value) for setting in _CHANNELS}
        role_id = settings.editor_role_id
        panel = Panel(
            settings=settings,
            places={setting: look_at(guild, channel) for setting, channel in channels.items() if channel},
            has_role=role_id is None or (guild is not None and guild.get_role(role_id) is not None),
            zones=zones,
            now=self._clock(),
        )
        return render_settings(self._texts, panel)
