"""Adapt the panel of `/meeting settings`: each change acts at once and redraws it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import discord

from bot.chat.conversation import Conversation
from bot.chat.places import look_at
from bot.chat.router import Handler, Press
from bot.delivery.post import Post
from bot.errors import UserError
from bot.meetings.calendars import CalendarSettings
from bot.meetings.drafts_repository import Defaults
from bot.meetings.leads import parse_leads
from bot.meetings.render_wishes import WishesPanel, render_wishes, wishes_form
from bot.meetings.wishes import Wishes
from bot.operations.settings_panel import name_rights
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from bot.text.zones import Zones

_MAX_ZONES = 10


class MeetingSettings:
    """The panel, and what it asks for."""

    def __init__(
        self,
        *,
        wishes: Wishes,
        conversation: Conversation,
        zones: Zones,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._wishes = wishes
        self._conversation = conversation
        self._zones = zones
        self._texts = texts
        self._clock = clock

    async def draw(self, interaction: discord.Interaction) -> Post:
        """Draw the panel."""
        guild = interaction.guild
        defaults = await self._wishes.get(self._conversation.asker(interaction).guild_id)
        settings = defaults.settings
        place = look_at(guild, defaults.channel_id) if defaults.channel_id else None
        channel_trouble = ""
        if place is not None and not place.is_there:
            channel_trouble = self._texts("settings.channel_gone")
        elif place is not None and place.missing:
            rights = name_rights(self._texts, place.missing)
            channel_trouble = self._texts("settings.rights_missing", rights=rights)
        may_not = settings.has_events and guild and not guild.me.guild_permissions.create_events
        panel = WishesPanel(
            defaults=defaults,
            channel_trouble=channel_trouble,
            role_trouble=_role_trouble(self._texts, guild, settings.remind_role),
            events_trouble=self._texts("meetings.may_not_create_events") if may_not else "",
            has_channel=place is None or place.is_there,
            has_role=guild is not None and guild.get_role(settings.remind_role or 0) is not None,
        )
        return render_wishes(self._texts, panel)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "meeting.set_channel": self._set_channel,
            "meeting.set_role": self._set_role,
            "meeting.set_times": self._ask_times,
            "meeting.set_typed": self._set_times,
            "meeting.set_weekly": self._toggle_weekly,
            "meeting.set_events": self._toggle_events,
        }

    async def _set_channel(self, interaction: discord.Interaction, press: Press) -> None:
        picked = next((int(value) for value in press.values), None)
        if picked is not None and not look_at(interaction.guild, picked).is_there:
            raise UserError(self._texts("settings.channel_unknown"))
        await self._change(interaction, lambda defaults: replace(defaults, channel_id=picked))

    async def _set_role(self, interaction: discord.Interaction, press: Press) -> None:
        picked = next((int(value) for value in press.values), None)
        role = interaction.guild.get_role(picked) if interaction.guild and picked is not None else None
        if picked is not None and (role is None or role.is_default()):
            raise UserError(self._texts("settings.role_unknown"))
        await self._set(interaction, lambda settings: replace(settings, remind_role=picked))

    async def _ask_times(self, interaction: discord.Interaction, _press: Press) -> None:
        defaults = await self._wishes.get(self._conversation.asker(interaction).guild_id)
        await self._conversation.ask(interaction, wishes_form(self._texts, defaults))

    async def _set_times(self, interaction: discord.Interaction, press: Press) -> None:
        leads = parse_leads(press.fields.get("leads", ""))
        if leads is None:
            raise UserError(self._texts("meetings.leads_unknown"))
        zones = self._read_zones(press.fields.get("zones", ""))
        await self._set(interaction, lambda settings: replace(settings, leads=leads, zones=zones))

    async def _toggle_weekly(self, interaction: discord.Interaction, _press: Press) -> None:
        await self._set(
            interaction, lambda settings: replace(settings, has_weekly_post=not settings.has_weekly_post)
        )

    async def _toggle_events(self, interaction: discord.Interaction, _press: Press) -> None:
        await self._set(interaction, lambda settings: replace(settings, has_events=not settings.has_events))

    async def _set(
        self,
        interaction: discord.Interaction,
        change: Callable[[CalendarSettings], CalendarSettings],
    ) -> None:
        await self._change(
            interaction, lambda defaults: replace(defaults, settings=change(defaults.settings))
        )

    async def _change(self, interaction: discord.Interaction, change: Callable[[Defaults], Defaults]) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        wanted = change(await self._wishes.get(guild_id))
        await self._wishes.change(guild_id, wanted, now=self._clock())
        await self._conversation.update(interaction, await self.draw(interaction))

    def _read_zones(self, typed: str) -> tuple[str, ...]:
        """Read the members' zones.

        Raises:
            UserError: One is none, or there are too many.
        """
        zones = []
        for words in filter(None, (part.strip() for part in typed.replace("\n", ",").split(","))):
            zone = self._zones.find(words)
            if zone is None:
                shown = escape(limits.cut_line(inert(words), 60))
                raise UserError(self._texts("settings.zone_unknown", words=shown))
            zones.append(zone)
        if len(zones) > _MAX_ZONES:
            raise UserError(self._texts("meetings.too_many_zones", limit=_MAX_ZONES))
        return tuple(dict.fromkeys(zones))


def _role_trouble(texts: Texts, guild: discord.Guild | None, role_id: int | None) -> str:
    """Say what keeps the bot from giving the role; empty: nothing."""
    if role_id is None or guild is None:
        return ""
    role = guild.get_role(role_id)
    if role is None:
        return texts("settings.role_gone")
    if not guild.me.guild_permissions.manage_roles or role >= guild.me.top_role:
        return texts("meeting.role_forbidden", role=role.mention)
    return ""
