"""Adapt the buttons of meetings: those of previews and lists, and those on reminders' cards."""

from collections.abc import Callable, Mapping
from datetime import datetime

import discord

from bot.chat.conversation import Conversation
from bot.chat.guilds import Guilds
from bot.chat.router import Handler, Press
from bot.delivery.post import Post
from bot.errors import UserError
from bot.meetings.agenda import Agenda
from bot.meetings.answering import Answering, Asked
from bot.meetings.calendars import Answer
from bot.meetings.chat_meetings import ChatMeetings
from bot.meetings.models import Status
from bot.meetings.render_answers import (
    render_adding,
    render_answer,
    render_phones,
    render_reminding,
    render_role,
)
from bot.meetings.render_lists import parse_month, render_list, render_month, today_in
from bot.meetings.render_typed import (
    render_cancelled,
    render_changed,
    render_ended,
    render_left,
    render_made,
    render_restored,
)
from bot.meetings.targets import Target, Targets
from bot.text.catalogue import Texts
from cogs.meetings import SPANS, draw_proposal


class MeetingButtons:
    """What happens when a member presses something about a meeting."""

    def __init__(
        self,
        *,
        chat_meetings: ChatMeetings,
        targets: Targets,
        agenda: Agenda,
        answering: Answering,
        conversation: Conversation,
        guilds: Guilds,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._chat_meetings = chat_meetings
        self._targets = targets
        self._agenda = agenda
        self._answering = answering
        self._conversation = conversation
        self._guilds = guilds
        self._texts = texts
        self._clock = clock

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "meeting.confirm": self._confirm,
            "meeting.choose": self._choose,
            "meeting.discard": self._discard,
            "meeting.change_one": self._change_one,
            "meeting.change_all": self._change_all,
            "meeting.cancel_one": self._cancel_one,
            "meeting.cancel_all": self._cancel_all,
            "meeting.restore": self._restore,
            "meeting.leave": self._leave,
            "meeting.page": self._page,
            "meeting.month": self._month,
            "meeting.answer": self._answer,
            "meeting.add": self._add,
            "meeting.add_series": self._add_series,
            "meeting.remind": self._remind,
            "meeting.phones": self._phones,
        }

    async def _confirm(self, interaction: discord.Interaction, press: Press) -> None:
        token, choice = press.args
        guild_id = self._guild_id(interaction)
        made = await self._chat_meetings.create(guild_id, token, _number(choice), now=self._clock())
        await self._conversation.update(interaction, render_made(self._texts, made))

    async def _choose(self, interaction: discord.Interaction, press: Press) -> None:
        token, choice = press.args
        guild_id = self._guild_id(interaction)
        proposal = await self._chat_meetings.look(guild_id, token, _number(choice))
        post = await draw_proposal(self._texts, self._guilds, guild_id, proposal)
        await self._conversation.update(interaction, post)

    async def _discard(self, interaction: discord.Interaction, press: Press) -> None:
        await self._chat_meetings.discard(self._guild_id(interaction), press.args[0])
        await self._conversation.update(interaction, render_left(self._texts))

    async def _leave(self, interaction: discord.Interaction, _press: Press) -> None:
        await self._conversation.update(interaction, render_left(self._texts))

    async def _change_one(self, interaction: discord.Interaction, press: Press) -> None:
        await self._change(interaction, press, is_series=False)

    async def _change_all(self, interaction: discord.Interaction, press: Press) -> None:
        await self._change(interaction, press, is_series=True)

    async def _change(self, interaction: discord.Interaction, press: Press, *, is_series: bool) -> None:
        token, choice = press.args
        changed = await self._chat_meetings.change(
            self._guild_id(interaction), token, _number(choice), is_series=is_series, now=self._clock()
        )
        await self._conversation.update(
            interaction, render_changed(self._texts, changed, is_series=is_series)
        )

    async def _cancel_one(self, interaction: discord.Interaction, press: Press) -> None:
        target = await self._target(interaction, press)
        guild_id = self._guild_id(interaction)
        await self._chat_meetings.set_one(guild_id, target, status=Status.CANCELLED, now=self._clock())
        await self._conversation.update(interaction, render_cancelled(self._texts, target))

    async def _cancel_all(self, interaction: discord.Interaction, press: Press) -> None:
        target = await self._target(interaction, press)
        await self._chat_meetings.end(self._guild_id(interaction), target, now=self._clock())
        await self._conversation.update(interaction, render_ended(self._texts, target))

    async def _restore(self, interaction: discord.Interaction, press: Press) -> None:
        target = await self._target(interaction, press)
        guild_id = self._guild_id(interaction)
        await self._chat_meetings.set_one(guild_id, target, status=Status.CONFIRMED, now=self._clock())
        await self._conversation.update(interaction, render_restored(self._texts, target))

    async def _page(self, interaction: discord.Interaction, press: Press) -> None:
        span, page = press.args
        guild_id = self._guild_id(interaction)
        overview = await self._agenda.span(
            guild_id, zone=await self._zone(guild_id), length=SPANS[span], now=self._clock()
        )
        await self._turn(interaction, render_list(self._texts, overview, span=span, page=_number(page) or 0))

    async def _month(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id, now = self._guild_id(interaction), self._clock()
        if _is_own(interaction):
            await interaction.response.defer()
        else:
            await self._conversation.defer(interaction)
        zone = await self._zone(guild_id)
        first = parse_month(press.args[0], today_in(zone, now))
        month = await self._agenda.month(guild_id, first, zone=zone, now=now)
        await self._turn(interaction, render_month(self._texts, month))

    async def _turn(self, interaction: discord.Interaction, post: Post) -> None:
        """Turn a page for who pressed: what all see stays as it is."""
        if _is_own(interaction):
            await self._conversation.update(interaction, post)
        else:
            await self._conversation.reply(interaction, post, is_private=True)

    async def _answer(self, interaction: discord.Interaction, press: Press) -> None:
        *_, answer = press.args
        asked = await self._asked(interaction, press)
        noted = await self._answering.answer(
            self._guild_id(interaction),
            asked,
            user_id=interaction.user.id,
            answer=Answer(answer),
            now=self._clock(),
        )
        await self._tell(interaction, render_answer(self._texts, asked, noted))

    async def _add(self, interaction: discord.Interaction, press: Press) -> None:
        asked = await self._asked(interaction, press)
        file = self._answering.write_date(asked, now=self._clock())
        await self._tell(interaction, render_adding(self._texts, asked, file, is_series=False))

    async def _add_series(self, interaction: discord.Interaction, press: Press) -> None:
        asked = await self._asked(interaction, press)
        file = await self._answering.write_series(self._guild_id(interaction), asked, now=self._clock())
        await self._tell(interaction, render_adding(self._texts, asked, file, is_series=True))

    async def _remind(self, interaction: discord.Interaction, press: Press) -> None:
        asked = await self._asked(interaction, press)
        role_id = asked.settings.remind_role
        if role_id is not None:
            is_on = await self._toggle_role(interaction, role_id)
            await self._tell(interaction, render_role(self._texts, asked, role_id, is_on=is_on))
            return
        is_on = await self._answering.remind(
            self._guild_id(interaction), asked, user_id=interaction.user.id, now=self._clock()
        )
        await self._tell(interaction, render_reminding(self._texts, asked, is_on=is_on))

    async def _phones(self, interaction: discord.Interaction, press: Press) -> None:
        asked = await self._asked(interaction, press)
        await self._tell(interaction, render_phones(self._texts, asked))

    async def _toggle_role(self, interaction: discord.Interaction, role_id: int) -> bool:
        """Give the role to who pressed, or take it back; return whether they have it now."""
        guild, member = interaction.guild, interaction.user
        role = guild.get_role(role_id) if guild else None
        if role is None or not isinstance(member, discord.Member):
            raise UserError(self._texts("meeting.role_gone"))
        has_it = member.get_role(role_id) is not None
        try:
            await (member.remove_roles(role) if has_it else member.add_roles(role))
        except discord.Forbidden as error:
            raise UserError(self._texts("meeting.role_forbidden", role=role.mention)) from error
        return not has_it

    async def _tell(self, interaction: discord.Interaction, post: Post) -> None:
        await self._conversation.reply(interaction, post, is_private=True)

    async def _asked(self, interaction: discord.Interaction, press: Press) -> Asked:
        calendar_id, token, *_ = press.args
        return await self._answering.get_asked(self._guild_id(interaction), _number(calendar_id) or 0, token)

    async def _target(self, interaction: discord.Interaction, press: Press) -> Target:
        calendar_id, token = press.args
        found = await self._targets.find_made_here(
            self._guild_id(interaction), _number(calendar_id) or 0, token
        )
        if found is None:
            raise UserError(self._texts("meeting.no_such"))
        return found

    async def _zone(self, guild_id: int) -> str:
        return (await self._guilds.settings(guild_id)).zone or "UTC"

    def _guild_id(self, interaction: discord.Interaction) -> int:
        return self._conversation.asker(interaction).guild_id


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _is_own(interaction: discord.Interaction) -> bool:
    """Tell whether only who pressed sees the message with the button."""
    return interaction.message is not None and interaction.message.flags.ephemeral
