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
from bot.text.catalogue import Texts
from bot.text.zones import Zones
from cogs._meeting_checks import (
    channel_trouble,
    events_trouble,
    giving_trouble,
    has_role,
    read_zones,
)
from cogs._picks import read_channel, read_role


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
        guild_id = self._conversation.asker(interaction).guild_id
        defaults = await self._wishes.get(guild_id)
        settings = defaults.settings
        channel_id = defaults.channel_id
        panel = WishesPanel(
            defaults=defaults,
            declared=self._wishes.declared(guild_id),
            channel_trouble=channel_trouble(self._texts, guild, channel_id) if channel_id else "",
            role_trouble=giving_trouble(self._texts, guild, settings.remind_role),
            events_trouble=events_trouble(self._texts, guild, settings),
            has_channel=channel_id is None or look_at(guild, channel_id).is_there,
            has_role=has_role(guild, settings.remind_role),
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
        picked = read_channel(self._texts, interaction.guild, press.values)
        await self._change(interaction, lambda defaults: replace(defaults, channel_id=picked))

    async def _set_role(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_role(self._texts, interaction.guild, press.values)
        await self._set(interaction, lambda settings: replace(settings, remind_role=picked))

    async def _ask_times(self, interaction: discord.Interaction, _press: Press) -> None:
        defaults = await self._wishes.get(self._conversation.asker(interaction).guild_id)
        await self._conversation.ask(interaction, wishes_form(self._texts, defaults))

    async def _set_times(self, interaction: discord.Interaction, press: Press) -> None:
        leads = parse_leads(press.fields.get("leads", ""))
        if leads is None:
            raise UserError(self._texts("meetings.leads_unknown"))
        zones = read_zones(self._texts, self._zones, press.fields.get("zones", ""))
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
