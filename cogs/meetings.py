"""Adapt the commands about meetings: check the input, call a service, show the result."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.guilds import Guilds
from bot.delivery.post import Post
from bot.errors import UserError
from bot.meetings.agenda import Agenda
from bot.meetings.chat_meetings import ChatMeetings, Proposal
from bot.meetings.models import Status
from bot.meetings.render_lists import parse_month, render_list, render_month, render_next, today_in
from bot.meetings.render_series import render_skipped
from bot.meetings.render_typed import render_cancel, render_cancelled, render_preview, render_question
from bot.meetings.request import MAX_AGENDA, MAX_TITLE, Repeat, Request
from bot.meetings.series_wishes import SeriesWishes
from bot.meetings.targets import Target, Targets
from bot.text import limits
from bot.text.catalogue import Texts
from bot.text.dates import short_day
from bot.text.markdown import clean, escape, inert
from bot.text.zones import Zones
from cogs.meeting_settings import MeetingSettings
from cogs.series_settings import SeriesPanels

Choices = list[app_commands.Choice[str]]

SPANS = {"week": timedelta(days=7), "month": timedelta(days=31)}
_NEXT = 4
_REPEATS = [app_commands.Choice(name=each.value, value=each.value) for each in Repeat]
_SPANS = [app_commands.Choice(name=name, value=name) for name in SPANS]
_When = app_commands.Range[str, 1, 200]
_Title = app_commands.Range[str, 1, MAX_TITLE]
_Short = app_commands.Range[str, 1, 40]
_Link = app_commands.Range[str, 1, 500]
_Agenda = app_commands.Range[str, 1, MAX_AGENDA]


class Meetings(commands.GroupCog, group_name="meeting", group_description="-"):
    """The `/meeting` commands."""

    def __init__(
        self,
        *,
        chat_meetings: ChatMeetings,
        agenda: Agenda,
        conversation: Conversation,
        guilds: Guilds,
        panel: MeetingSettings,
        targets: Targets,
        series: SeriesPanels,
        series_wishes: SeriesWishes,
        zones: Zones,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._chat_meetings = chat_meetings
        self._agenda = agenda
        self._conversation = conversation
        self._guilds = guilds
        self._panel = panel
        self._targets = targets
        self._series = series
        self._series_wishes = series_wishes
        self._zones = zones
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="add", description="-")
    @app_commands.choices(repeat=_REPEATS)
    async def add(
        self,
        interaction: discord.Interaction,
        title: _Title,
        when: _When,
        duration: _Short | None = None,
        zone: _Short | None = None,
        repeat: str | None = None,
        link: _Link | None = None,
        agenda: _Agenda | None = None,
    ) -> None:
        """Preview a new meeting."""
        asker = self._conversation.asker(interaction)
        request = Request(
            title=title.strip(),
            when=when,
            zone=await self._zone(asker.guild_id, zone),
            repeat=repeat or "",
            duration=duration or "",
            link=(link or "").strip(),
            agenda=(agenda or "").strip(),
            asked_at=self._clock(),
            channel_id=asker.channel_id,
        )
        await self._propose(interaction, request)

    @app_commands.command(name="edit", description="-")
    @app_commands.choices(repeat=_REPEATS)
    async def edit(
        self,
        interaction: discord.Interaction,
        meeting: str,
        title: _Title | None = None,
        when: _When | None = None,
        duration: _Short | None = None,
        zone: _Short | None = None,
        repeat: str | None = None,
        link: _Link | None = None,
        agenda: _Agenda | None = None,
    ) -> None:
        """Preview a change of one date or its series."""
        asker, now = self._conversation.asker(interaction), self._clock()
        target = await self._targets.get_made_here(asker.guild_id, meeting, now=now)
        if not any((title, when, duration, link, agenda)):
            raise UserError(self._texts("meeting.nothing_changed"))
        own_zone = target.date.occurrence.zone
        request = Request(
            title=(title or "").strip(),
            when=when or "",
            zone=await self._zone(asker.guild_id, zone or own_zone),
            repeat=repeat or "",
            duration=duration or "",
            link=(link or "").strip(),
            agenda=(agenda or "").strip(),
            asked_at=now,
            channel_id=target.calendar.channel_id,
            calendar_id=target.calendar.id,
            date_token=target.date.token,
        )
        await self._propose(interaction, request)

    @app_commands.command(name="cancel", description="-")
    async def cancel(self, interaction: discord.Interaction, meeting: str) -> None:
        """Ask whether one date or the whole series is cancelled."""
        guild_id = self._conversation.asker(interaction).guild_id
        target = await self._targets.get_made_here(guild_id, meeting, now=self._clock())
        await self._conversation.reply(interaction, render_cancel(self._texts, target), is_private=True)

    @app_commands.command(name="skip", description="-")
    async def skip(self, interaction: discord.Interaction, meeting: str) -> None:
        """Cancel one date of a series; of a followed one, post nothing of that date."""
        guild_id, now = self._conversation.asker(interaction).guild_id, self._clock()
        target = await self._targets.get(guild_id, meeting, now=now)
        if not target.is_made_here:
            await self._series_wishes.announce(target, is_wanted=False, now=now)
            await self._conversation.reply(interaction, render_skipped(self._texts, target), is_private=True)
            return
        await self._chat_meetings.set_one(guild_id, target, status=Status.CANCELLED, now=now)
        await self._conversation.reply(interaction, render_cancelled(self._texts, target), is_private=True)

    @app_commands.command(name="settings", description="-")
    async def settings(self, interaction: discord.Interaction, meeting: str | None = None) -> None:
        """Show the panel of all meetings, or of one."""
        if meeting is None:
            await self._conversation.reply(interaction, await self._panel.draw(interaction), is_private=True)
            return
        guild_id, now = self._conversation.asker(interaction).guild_id, self._clock()
        target = await self._targets.get(guild_id, meeting, now=now)
        await self._conversation.reply(
            interaction, await self._series.draw(interaction, target), is_private=True
        )

    @edit.autocomplete("meeting")
    @cancel.autocomplete("meeting")
    async def _complete_made_here(self, interaction: discord.Interaction, typed: str) -> Choices:
        found = await self._targets.list(
            interaction.guild_id or 0, typed, now=self._clock(), is_made_here=True
        )
        return await self._offer(interaction, found)

    @skip.autocomplete("meeting")
    async def _complete_date(self, interaction: discord.Interaction, typed: str) -> Choices:
        found = await self._targets.list(interaction.guild_id or 0, typed, now=self._clock())
        return await self._offer(interaction, found)

    @settings.autocomplete("meeting")
    async def _complete_series(self, interaction: discord.Interaction, typed: str) -> Choices:
        found = await self._targets.list_series(interaction.guild_id or 0, typed, now=self._clock())
        return await self._offer(interaction, found)

    async def _offer(self, interaction: discord.Interaction, targets: tuple[Target, ...]) -> Choices:
        zone = await self._zone(interaction.guild_id or 0, None)
        choices = []
        for target in targets[: limits.AUTOCOMPLETE_CHOICES]:
            one = target.date.occurrence
            day = one.start if one.is_all_day else one.starts_at.astimezone(ZoneInfo(zone))
            title = clean(one.summary).strip() or self._texts("meetings.untitled")
            name = f"{short_day(self._texts, day)} {day:%H:%M} · {title}"
            choices.append(app_commands.Choice(name=limits.cut_line(name, 100), value=target.value))
        return choices

    @add.autocomplete("zone")
    @edit.autocomplete("zone")
    async def _complete_zone(self, _interaction: discord.Interaction, typed: str) -> Choices:
        found = self._zones.search(typed, limit=limits.AUTOCOMPLETE_CHOICES)
        return [app_commands.Choice(name=zone, value=zone) for zone in found]

    @app_commands.command(name="next", description="-")
    async def next(self, interaction: discord.Interaction, public: bool = False) -> None:
        """Show the next meeting."""
        guild_id, now = self._conversation.asker(interaction).guild_id, self._clock()
        zone = await self._zone(guild_id, None)
        overview = await self._agenda.next(guild_id, zone=zone, limit=_NEXT, now=now)
        texts = self._texts.to(guild_id) if public else self._texts
        post = render_next(texts, overview, now=now)
        await self._conversation.reply(interaction, post, is_private=not public)

    @app_commands.command(name="list", description="-")
    @app_commands.choices(span=_SPANS)
    async def list(self, interaction: discord.Interaction, span: str = "week", public: bool = False) -> None:
        """List the meetings of a week or a month."""
        guild_id, now = self._conversation.asker(interaction).guild_id, self._clock()
        zone = await self._zone(guild_id, None)
        overview = await self._agenda.span(guild_id, zone=zone, length=SPANS[span], now=now)
        texts = self._texts.to(guild_id) if public else self._texts
        post = render_list(texts, overview, span=span, page=0)
        await self._conversation.reply(interaction, post, is_private=not public)

    @app_commands.command(name="calendar", description="-")
    async def calendar(self, interaction: discord.Interaction, public: bool = False) -> None:
        """Show a picture of the month."""
        guild_id, now = self._conversation.asker(interaction).guild_id, self._clock()
        await self._conversation.defer(interaction, is_private=not public)  # it is drawn for a while
        zone = await self._zone(guild_id, None)
        first = parse_month("", today_in(zone, now))
        month = await self._agenda.month(guild_id, first, zone=zone, now=now)
        texts = self._texts.to(guild_id) if public else self._texts
        await self._conversation.reply(interaction, render_month(texts, month), is_private=not public)

    async def _propose(self, interaction: discord.Interaction, request: Request) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        proposal = await self._chat_meetings.propose(guild_id, request, now=request.asked_at)
        post = await draw_proposal(self._texts, self._guilds, guild_id, proposal)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _zone(self, guild_id: int, words: str | None) -> str:
        """Return the zone that the words name, or the guild's own.

        Raises:
            UserError: They name none.
        """
        if words is None:
            return (await self._guilds.settings(guild_id)).zone or "UTC"
        found = self._zones.find(words)
        if found is None:
            raise UserError(self._texts("meeting.no_zone", words=escape(limits.cut_line(inert(words), 60))))
        return found


async def draw_proposal(texts: Texts, guilds: Guilds, guild_id: int, proposal: Proposal) -> Post:
    """Draw what a request comes to: a question, or the preview."""
    if proposal.question is not None:
        return render_question(texts, proposal)
    zone = (await guilds.settings(guild_id)).zone or "UTC"
    return render_preview(texts, proposal, zones=(zone,))
