"""Adapt `/status`: one card on how everything is, and what became of the posts that did not leave."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.router import Handler, Press
from bot.delivery.models import Kind, State
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post
from bot.errors import UserError
from bot.operations.health import Board
from bot.operations.status_card import render_status
from bot.operations.status_details import FAILED_SHOWN, render_details
from bot.text.catalogue import Texts

_DROPPED_READ = 100

Recheck = Callable[[int, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusServices:
    """What the card is made of.

    Attributes:
        recheck: Looks anew at what fails in a guild, before the card is drawn again.
        footer: Says what runs since when.
    """

    board: Board
    outbox: Outbox
    recheck: Recheck
    footer: Callable[[datetime], str]


class Status(commands.Cog):
    """`/status` and its buttons."""

    def __init__(
        self,
        *,
        services: StatusServices,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="status", description="-")
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: discord.Interaction) -> None:
        """Show how everything is."""
        await self._conversation.reply(interaction, await self._draw(interaction), is_private=True)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "status.again": self._again,
            "status.happened": self._happened,
            "status.retry": self._retry,
            "status.drop": self._drop,
        }

    async def _again(self, interaction: discord.Interaction, _press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        await interaction.response.defer()
        await self._services.recheck(guild_id, self._clock())
        await self._conversation.update(interaction, await self._draw(interaction))

    async def _happened(self, interaction: discord.Interaction, _press: Press) -> None:
        await self._conversation.reply(interaction, await self._details(interaction), is_private=True)

    async def _retry(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        is_done = await self._services.outbox.retry(guild_id, int(press.args[0]), now=self._clock())
        await self._settled(interaction, is_done=is_done)

    async def _drop(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        reason = self._texts("status.dropped_by_admin")
        is_done = await self._services.outbox.drop(
            guild_id, int(press.args[0]), reason=reason, now=self._clock()
        )
        await self._settled(interaction, is_done=is_done)

    async def _settled(self, interaction: discord.Interaction, *, is_done: bool) -> None:
        if not is_done:
            raise UserError(self._texts("status.no_such_post"))
        await self._conversation.update(interaction, await self._details(interaction))

    async def _draw(self, interaction: discord.Interaction) -> Post:
        now = self._clock()
        healths = await self._services.board.look(self._conversation.asker(interaction).guild_id, now)
        return render_status(self._texts, healths, footer=self._services.footer(now))

    async def _details(self, interaction: discord.Interaction) -> Post:
        guild_id = self._conversation.asker(interaction).guild_id
        outbox = self._services.outbox
        failed = await outbox.list_ended(guild_id, State.FAILED, limit=FAILED_SHOWN)
        dropped = await outbox.list_ended(guild_id, State.DROPPED, limit=_DROPPED_READ)
        total = (await outbox.count(guild_id)).get(State.FAILED, 0)
        # A state of the status card that a newer one made needless is no loss.
        lost = [row for row in dropped if row.kind is not Kind.STATUS]
        return render_details(self._texts, failed, lost, failed_total=total)
