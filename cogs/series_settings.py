"""Adapt the panel of one meeting's settings: each change acts at once and redraws it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import discord

from bot.chat.conversation import Conversation
from bot.chat.places import look_at
from bot.chat.router import Handler, Press
from bot.delivery.post import Post
from bot.errors import UserError
from bot.meetings.calendars import SeriesSettings, settings_of
from bot.meetings.leads import parse_leads
from bot.meetings.render_series import (
    MUTE,
    PASSCODE,
    RESET,
    SKIP,
    SeriesPanel,
    pinged_leads,
    render_announced,
    render_series,
    series_form,
)
from bot.meetings.series_wishes import SeriesWishes
from bot.meetings.targets import Target, Targets
from bot.text.catalogue import Texts
from cogs._meeting_checks import channel_trouble, has_role, ping_trouble
from cogs._picks import read_channel, read_role

Change = Callable[[SeriesSettings], SeriesSettings]


class SeriesPanels:
    """The panels of single meetings, and what they ask for."""

    def __init__(
        self,
        *,
        targets: Targets,
        wishes: SeriesWishes,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._targets = targets
        self._wishes = wishes
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    async def draw(self, interaction: discord.Interaction, target: Target) -> Post:
        """Draw the panel of a date's series."""
        panel = self._panel(interaction, target, await self._wishes.get(target))
        return render_series(self._texts, panel)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "single.channel": self._set_channel,
            "single.role": self._set_role,
            "single.times": self._ask_times,
            "single.typed": self._set_times,
            "single.toggle": self._toggle,
            "single.announce": self._announce,
        }

    async def _set_channel(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_channel(self._texts, interaction.guild, press.values)
        await self._change(interaction, press, lambda own: replace(own, channel_id=picked))

    async def _set_role(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_role(self._texts, interaction.guild, press.values)
        target = await self._target(interaction, press)

        def change(own: SeriesSettings) -> SeriesSettings:
            leads = pinged_leads(settings_of(target.calendar.settings, own)) if picked else ()
            return replace(own, pings=tuple((lead, picked) for lead in leads if picked))

        await self._change(interaction, press, change)

    async def _ask_times(self, interaction: discord.Interaction, press: Press) -> None:
        target = await self._target(interaction, press)
        panel = SeriesPanel(target=target, own=await self._wishes.get(target))
        await self._conversation.ask(interaction, series_form(self._texts, panel))

    async def _set_times(self, interaction: discord.Interaction, press: Press) -> None:
        leads, pinged = (parse_leads(press.fields.get(name, "")) for name in ("leads", "pings"))
        if leads is None or pinged is None:
            raise UserError(self._texts("meetings.leads_unknown"))
        if not set(pinged) <= set(leads):
            raise UserError(self._texts("meetings.pings_unknown"))
        target = await self._target(interaction, press)
        before = SeriesPanel(target=target, own=await self._wishes.get(target))
        role_id = before.role_id
        if pinged and role_id is None:
            raise UserError(self._texts("meetings.pings_without_role"))
        pings = tuple((lead, role_id) for lead in pinged if role_id is not None)
        usual = before.settings

        def change(own: SeriesSettings) -> SeriesSettings:
            # What was left as it was goes on following the calendar.
            new_leads = own.leads if leads == usual.leads else leads
            return replace(own, leads=new_leads, pings=own.pings if pings == usual.pings else pings)

        await self._change(interaction, press, change)

    async def _toggle(self, interaction: discord.Interaction, press: Press) -> None:
        target, what = await self._target(interaction, press), press.args[2]
        usual, original = target.calendar.settings, target.date.key.original
        declared = self._wishes.declared(target.calendar, target.date.key.uid)

        def change(own: SeriesSettings) -> SeriesSettings:
            shows = not settings_of(usual, own).shows_passcode
            others = tuple(each for each in own.skipped if each != original)
            return {
                PASSCODE: replace(own, shows_passcode=None if shows == usual.shows_passcode else shows),
                MUTE: replace(own, is_muted=not own.is_muted),
                SKIP: replace(own, skipped=others if original in own.skipped else (*others, original)),
                RESET: replace(SeriesSettings(skipped=own.skipped), **declared),
            }[what]

        await self._change(interaction, press, change)

    async def _announce(self, interaction: discord.Interaction, press: Press) -> None:
        target = await self._target(interaction, press)
        await self._wishes.announce(target, is_wanted=True, now=self._clock())
        await self._conversation.update(interaction, render_announced(self._texts, target))

    async def _change(self, interaction: discord.Interaction, press: Press, change: Change) -> None:
        target = await self._target(interaction, press)
        own = await self._wishes.change(target, change, now=self._clock())
        post = render_series(self._texts, self._panel(interaction, target, own))
        await self._conversation.update(interaction, post)

    async def _target(self, interaction: discord.Interaction, press: Press) -> Target:
        guild_id = self._conversation.asker(interaction).guild_id
        calendar_id, token, *_ = press.args
        found = await self._targets.find(guild_id, int(calendar_id), token)
        if found is None:
            raise UserError(self._texts("meeting.date_gone"))
        return found

    def _panel(self, interaction: discord.Interaction, target: Target, own: SeriesSettings) -> SeriesPanel:
        guild = interaction.guild
        declared = self._wishes.declared(target.calendar, target.date.key.uid)
        panel = SeriesPanel(target=target, own=own, declared=declared.keys())
        troubles = (
            channel_trouble(self._texts, guild, panel.channel_id),
            ping_trouble(self._texts, guild, channel_id=panel.channel_id, role_id=panel.role_id),
        )
        return replace(
            panel,
            troubles=tuple(filter(None, troubles)),
            has_channel=look_at(guild, panel.channel_id).is_there,
            has_role=has_role(guild, panel.role_id),
        )
