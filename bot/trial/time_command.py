"""Adapt the trial's own `/time`: a card that shows the clock, with buttons that move it.

A press only asks; the trial moves the clock from a task of its own, because simcord waits for what the bot
does within a press.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.permissions import Level
from bot.chat.router import Handler, Press
from bot.delivery.post import Action, Button, Post, Row, Words
from bot.errors import UserError
from bot.text.catalogue import Texts
from bot.text.times import timestamp

LEVELS: Mapping[str, Level] = {
    "time": Level.MEMBER,
    "travel.next": Level.MEMBER,
    "travel.hour": Level.MEMBER,
    "travel.day": Level.MEMBER,
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A wish to move the clock.

    Attributes:
        span: How far; None for the next due moment.
        message: The card that the wish was made on, which a new one takes the place of.
    """

    span: timedelta | None
    channel_id: int
    message: discord.Message | None


class Timetable:
    """The journeys that are asked for, one at a time, and what is due next.

    Attributes:
        stands_still: Set while no journey is under way.
    """

    def __init__(self) -> None:
        self.wishes: asyncio.Queue[Journey] = asyncio.Queue(maxsize=1)
        self.next_due: datetime | None = None
        self.stands_still = asyncio.Event()
        self.stands_still.set()


class Time(commands.Cog):
    """`/time` and its buttons."""

    def __init__(
        self,
        *,
        timetable: Timetable,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._timetable = timetable
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="time", description="-")
    async def time(self, interaction: discord.Interaction) -> None:
        """Show the clock."""
        await self._conversation.reply(interaction, self.card(), is_private=False)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {"travel.next": self.go_next, "travel.hour": self.go_hour, "travel.day": self.go_day}

    async def go_next(self, interaction: discord.Interaction, _press: Press) -> None:
        """Ask to move to the next due moment."""
        await self._ask(interaction, None)

    async def go_hour(self, interaction: discord.Interaction, _press: Press) -> None:
        """Ask to move an hour on."""
        await self._ask(interaction, _HOUR)

    async def go_day(self, interaction: discord.Interaction, _press: Press) -> None:
        """Ask to move a day on."""
        await self._ask(interaction, _DAY)

    def card(self, *, posts: int | None = None) -> Post:
        """Draw the clock; after a journey, with how many posts left on the way."""
        now, due = self._clock(), self._timetable.next_due
        lines = [self._texts("time.now", now=timestamp(now, "F"))]
        if posts is not None:
            lines.append(self._texts.count("time.posts", posts))
        if due is not None:
            lines.append(self._texts("time.due", due=timestamp(due, "F"), distance=timestamp(due, "R")))
        else:
            lines.append(self._texts("time.nothing_due"))
        buttons = [
            Button(label=self._texts("time.hour"), action=Action(kind="travel.hour")),
            Button(label=self._texts("time.day"), action=Action(kind="travel.day")),
        ]
        if due is not None:
            buttons.insert(0, Button(label=self._texts("time.next"), action=Action(kind="travel.next")))
        return Post(
            title=self._texts("time.title"),
            blocks=(Words(markdown="\n".join(lines)), Row(buttons=tuple(buttons))),
        )

    async def _ask(self, interaction: discord.Interaction, span: timedelta | None) -> None:
        if not self._timetable.stands_still.is_set() or interaction.channel_id is None:
            raise UserError(self._texts("time.under_way"))
        self._timetable.stands_still.clear()
        words = Words(markdown=self._texts("time.moving"))
        post = Post(title=self._texts("time.title"), blocks=(words,))
        await self._conversation.update(interaction, post)
        journey = Journey(span=span, channel_id=interaction.channel_id, message=interaction.message)
        self._timetable.wishes.put_nowait(journey)
