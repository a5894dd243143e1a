"""Adapt `/calendar`: follow, list, preview, refresh and drop calendars, and the panel of their settings."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.places import look_at
from bot.chat.router import Handler, Press
from bot.delivery.post import Post, Words
from bot.errors import SourceError, UserError
from bot.meetings.calendars import CalendarKind, CalendarSettings, CleanUp, FollowedCalendar
from bot.meetings.feeds import calendar_address
from bot.meetings.following import Calendars, NewCalendar
from bot.meetings.leads import parse_leads
from bot.meetings.names import Named, find_number
from bot.meetings.render_calendars import (
    PREVIEWED,
    calendar_name,
    render_list,
    render_looked,
    render_preview,
)
from bot.meetings.render_series import pinged_leads
from bot.meetings.render_settings import (
    EVENTS,
    PASSCODE,
    WEEKLY,
    Panel,
    render_panel,
    times_form,
)
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from bot.text.zones import Zones
from cogs._meeting_checks import (
    channel_trouble,
    events_trouble,
    giving_trouble,
    has_role,
    ping_trouble,
    read_zones,
)
from cogs._picks import read_channel, read_role

Choices = list[app_commands.Choice[str]]

_REFRESHED_AT_ONCE = 10
_MAX_NAME = 100
_COUNTED = 1000


@app_commands.default_permissions(manage_guild=True)
class CalendarCommands(commands.GroupCog, group_name="calendar", group_description="-"):
    """The `/calendar` commands and what their panels ask for."""

    def __init__(
        self,
        *,
        calendars: Calendars,
        conversation: Conversation,
        zones: Zones,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._calendars = calendars
        self._conversation = conversation
        self._zones = zones
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="follow", description="-")
    async def follow(
        self,
        interaction: discord.Interaction,
        url: str,
        channel: discord.TextChannel | None = None,
        name: str | None = None,
    ) -> None:
        """Follow a calendar by its ICS address, at once; answer with a preview."""
        asker = self._conversation.asker(interaction)
        new = NewCalendar(
            place=calendar_address(url),
            channel_id=channel.id if channel else asker.channel_id,
            name=limits.cut_line(inert(name or ""), _MAX_NAME),
        )
        await self._conversation.defer(interaction)
        try:
            followed = await self._calendars.follow(asker.guild_id, new, now=self._clock())
        except SourceError as error:
            reason = escape(limits.cut_line(inert(self._texts.noted(str(error))), 800))
            raise UserError(self._texts("meetings.refused", reason=reason)) from error
        await self._show(interaction, followed, is_new=True)

    @app_commands.command(name="list", description="-")
    async def list(self, interaction: discord.Interaction) -> None:
        """List the calendars and how each fares."""
        post = render_list(self._texts, await self._feeds(interaction))
        await self._conversation.reply(interaction, post, is_private=True)

    @app_commands.command(name="preview", description="-")
    async def preview(self, interaction: discord.Interaction, calendar: str) -> None:
        """Show a calendar's next dates as they will be announced, and every problem."""
        await self._show(interaction, await self._get(interaction, calendar))

    @app_commands.command(name="refresh", description="-")
    async def refresh(self, interaction: discord.Interaction, calendar: str | None = None) -> None:
        """Look at one calendar again, or at all."""
        wanted = (
            await self._feeds(interaction) if calendar is None else (await self._get(interaction, calendar),)
        )
        if not wanted:
            raise UserError(self._texts("meetings.no_calendars"))
        await self._conversation.defer(interaction)
        posts = [await self._looked(each) for each in wanted[:_REFRESHED_AT_ONCE]]
        await self._conversation.reply(interaction, posts[0], is_private=True)
        for post in posts[1:]:
            await self._conversation.follow_up(interaction, post)

    @app_commands.command(name="unfollow", description="-")
    async def unfollow(self, interaction: discord.Interaction, calendar: str) -> None:
        """Stop following a calendar."""
        found = await self._get(interaction, calendar)
        if found.is_declared:
            raise UserError(self._texts("meetings.declared_stays"))
        await self._calendars.unfollow(found)
        text = self._texts("meetings.unfollowed", name=calendar_name(found))
        await self._conversation.reply(interaction, Post(blocks=(Words(markdown=text),)), is_private=True)

    @app_commands.command(name="settings", description="-")
    async def settings(self, interaction: discord.Interaction, calendar: str) -> None:
        """Show the panel of a calendar's settings."""
        found = await self._get(interaction, calendar)
        post = render_panel(self._texts, self._panel(interaction, found))
        await self._conversation.reply(interaction, post, is_private=True)

    @preview.autocomplete("calendar")
    @refresh.autocomplete("calendar")
    @unfollow.autocomplete("calendar")
    @settings.autocomplete("calendar")
    async def _complete_calendar(self, interaction: discord.Interaction, typed: str) -> Choices:
        known = await self._calendars.list_names(interaction.guild_id or 0, now=self._clock())
        named = _told_apart(known, interaction.guild)
        return [
            app_commands.Choice(name=limits.cut_line(name, limits.CHOICE_NAME), value=str(number))
            for number, name in named
            if typed.casefold() in name.casefold()
        ][: limits.AUTOCOMPLETE_CHOICES]

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "calendar.take": self._take,
            "calendar.channel": self._set_channel,
            "calendar.role": self._set_role,
            "calendar.remind": self._set_remind_role,
            "calendar.clean_up": self._set_clean_up,
            "calendar.times": self._ask_times,
            "calendar.typed": self._set_times,
            "calendar.toggle": self._toggle,
        }

    async def _take(self, interaction: discord.Interaction, press: Press) -> None:
        found = await self._get(interaction, press.args[0])
        await self._conversation.defer(interaction)
        post = await self._looked(found, is_accepted=True)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _set_channel(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_channel(self._texts, interaction.guild, press.values)
        if picked is None:
            raise UserError(self._texts("settings.channel_unknown"))
        found = await self._get(interaction, press.args[0])
        if found.is_declared:
            raise UserError(self._texts("settings.is_declared"))
        await self._change(interaction, replace(found, channel_id=picked))

    async def _set_role(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_role(self._texts, interaction.guild, press.values)
        found = await self._get(interaction, press.args[0])
        leads = pinged_leads(found.settings)
        pings = tuple((lead, picked) for lead in leads) if picked is not None else ()
        await self._change_settings(interaction, found, replace(found.settings, pings=pings))

    async def _set_remind_role(self, interaction: discord.Interaction, press: Press) -> None:
        picked = read_role(self._texts, interaction.guild, press.values)
        found = await self._get(interaction, press.args[0])
        await self._change_settings(interaction, found, replace(found.settings, remind_role=picked))

    async def _set_clean_up(self, interaction: discord.Interaction, press: Press) -> None:
        found = await self._get(interaction, press.args[0])
        clean_up = CleanUp(next(iter(press.values), CleanUp.PREVIOUS))
        await self._change_settings(interaction, found, replace(found.settings, clean_up=clean_up))

    async def _toggle(self, interaction: discord.Interaction, press: Press) -> None:
        found = await self._get(interaction, press.args[0])
        settings = found.settings
        changed = {
            PASSCODE: replace(settings, shows_passcode=not settings.shows_passcode),
            WEEKLY: replace(settings, has_weekly_post=not settings.has_weekly_post),
            EVENTS: replace(settings, has_events=not settings.has_events),
        }[press.args[1]]
        await self._change_settings(interaction, found, changed)

    async def _ask_times(self, interaction: discord.Interaction, press: Press) -> None:
        found = await self._get(interaction, press.args[0])
        await self._conversation.ask(interaction, times_form(self._texts, found))

    async def _set_times(self, interaction: discord.Interaction, press: Press) -> None:
        found = await self._get(interaction, press.args[0])
        leads, pinged = (parse_leads(press.fields.get(name, "")) for name in ("leads", "pings"))
        if leads is None or pinged is None:
            raise UserError(self._texts("meetings.leads_unknown"))
        if not set(pinged) <= set(leads):
            raise UserError(self._texts("meetings.pings_unknown"))
        role_id = found.settings.pings[0][1] if found.settings.pings else None
        if pinged and role_id is None:
            raise UserError(self._texts("meetings.pings_without_role"))
        changed = replace(
            found.settings,
            leads=leads,
            pings=tuple((lead, role_id) for lead in pinged if role_id is not None),
            zones=read_zones(self._texts, self._zones, press.fields.get("zones", "")),
        )
        await self._change_settings(interaction, found, changed)

    async def _change_settings(
        self, interaction: discord.Interaction, calendar: FollowedCalendar, settings: CalendarSettings
    ) -> None:
        wanted = replace(calendar, settings=settings)
        self._calendars.check_chat_may(calendar, wanted)
        await self._change(interaction, wanted)

    async def _change(self, interaction: discord.Interaction, calendar: FollowedCalendar) -> None:
        await self._calendars.change(calendar, now=self._clock())
        await self._conversation.update(
            interaction, render_panel(self._texts, self._panel(interaction, calendar))
        )

    def _panel(self, interaction: discord.Interaction, calendar: FollowedCalendar) -> Panel:
        guild, settings, texts = interaction.guild, calendar.settings, self._texts
        role_id = settings.pings[0][1] if settings.pings else None
        troubles = (
            channel_trouble(texts, guild, calendar.channel_id),
            ping_trouble(texts, guild, channel_id=calendar.channel_id, role_id=role_id),
            giving_trouble(texts, guild, settings.remind_role),
            events_trouble(texts, guild, settings),
        )
        return Panel(
            calendar=calendar,
            declared=self._calendars.declared(calendar),
            troubles=tuple(filter(None, troubles)),
            has_channel=look_at(guild, calendar.channel_id).is_there,
            has_role=has_role(guild, role_id),
            has_remind_role=has_role(guild, settings.remind_role),
        )

    async def _show(
        self, interaction: discord.Interaction, calendar: FollowedCalendar, *, is_new: bool = False
    ) -> None:
        dates = await self._calendars.list_next(calendar, now=self._clock(), limit=PREVIEWED)
        trouble = channel_trouble(self._texts, interaction.guild, calendar.channel_id)
        post = render_preview(self._texts, calendar, dates, is_new=is_new, trouble=trouble)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _looked(self, calendar: FollowedCalendar, *, is_accepted: bool = False) -> Post:
        now = self._clock()
        looked = await self._calendars.refresh(calendar, now=now, is_accepted=is_accepted)
        ahead = await self._calendars.list_next(looked.calendar, now=now, limit=_COUNTED)
        return render_looked(self._texts, looked.calendar, is_changed=looked.is_changed, ahead=len(ahead))

    async def _feeds(self, interaction: discord.Interaction) -> tuple[FollowedCalendar, ...]:
        """Return the guild's calendars but those made in chat."""
        found = await self._calendars.list_calendars(interaction.guild_id or 0)
        return tuple(each for each in found if each.kind is not CalendarKind.CHAT)

    async def _get(self, interaction: discord.Interaction, typed: str) -> FollowedCalendar:
        guild_id = self._conversation.asker(interaction).guild_id
        known = await self._calendars.list_names(guild_id, now=self._clock())
        return await self._calendars.get_calendar(guild_id, find_number(known, typed))


def _told_apart(known: Named, guild: discord.Guild | None) -> Iterator[tuple[int, str]]:
    """Yield calendars' numbers with their names; of two of one name, the channels beside."""
    counted = Counter(each.name for each in known)
    for each in known:
        channel = guild.get_channel(each.channel_id) if guild and counted[each.name] > 1 else None
        room = limits.CHOICE_NAME - len(each.name) - 20
        beside = f" · #{inert(channel.name)[:room]} ({each.id})" if channel else ""
        yield each.id, each.name + beside
