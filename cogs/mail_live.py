"""Adapt `/list live` and `/list explain`, and the button that shows the rest of a long mail."""

from collections.abc import Callable, Mapping
from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.places import is_open, look_at
from bot.chat.router import Handler, Press
from bot.delivery.post import Post, Words
from bot.errors import UserError
from bot.mail.live.explaining import Explaining
from bot.mail.live.following import LiveFollowing
from bot.mail.live.models import Audience
from bot.mail.live.render import render_whole
from bot.mail.live.render_explanation import render_explanation
from bot.mail.render_lists import list_name
from bot.mail.service import MailService
from bot.mail.views import Viewer
from bot.text.catalogue import Texts
from cogs.mail_lists import complete_list, manager, viewer

Choices = list[app_commands.Choice[str]]


class ListLive(commands.Cog):
    """`/list live` and `/list explain`."""

    def __init__(
        self,
        *,
        following: LiveFollowing,
        explaining: Explaining,
        service: MailService,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._following = following
        self._explaining = explaining
        self._service = service
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="live", description="-")
    @app_commands.rename(mailing_list="list")
    async def live(
        self,
        interaction: discord.Interaction,
        mailing_list: str | None = None,
        channel: discord.TextChannel | discord.ForumChannel | None = None,
        off: bool = False,
    ) -> None:
        """Post each mail of a list in a channel as it comes, or stop doing so."""
        asker = self._conversation.asker(interaction)
        chosen = await self._service.choose_one(manager(asker.guild_id), mailing_list)
        channel_id = asker.channel_id if channel is None else channel.id
        audience = Audience(guild_id=asker.guild_id, list_id=chosen.mailing_list.id, channel_id=channel_id)
        if off:
            await self._following.switch_off(audience)
            await self._say(interaction, "live.off", name=list_name(chosen), channel=f"<#{channel_id}>")
            return
        place = look_at(interaction.guild, channel_id)
        if not place.is_there:
            raise UserError(self._texts("list.no_channel"))
        is_new = await self._following.switch_on(
            audience,
            chosen.mailing_list,
            is_open=is_open(interaction.guild, channel_id),
            now=self._clock(),
        )
        self._service.forget(asker.guild_id)
        key = "live.on" if is_new else "live.on_already"
        missing = ", ".join(self._texts(f"permission.{right}") for right in place.missing)
        await self._say(interaction, key, missing=missing, name=list_name(chosen), channel=f"<#{channel_id}>")

    @app_commands.command(name="explain", description="-")
    async def explain(self, interaction: discord.Interaction, link: app_commands.Range[str, 1, 2000]) -> None:
        """Say why a mail was posted, or was not."""
        await self._conversation.defer(interaction)
        explanation = await self._explaining.explain(viewer(interaction), link)
        post = render_explanation(self._texts, explanation)
        await self._conversation.reply(interaction, post, is_private=True)

    @live.autocomplete("mailing_list")
    async def _complete_list(self, interaction: discord.Interaction, typed: str) -> Choices:
        return await complete_list(self._service, manager(interaction.guild_id or 0), typed)

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "live.more": self._more,
            "live.turn": self._turn,
        }

    async def _more(self, interaction: discord.Interaction, press: Press) -> None:
        post = await self._page(viewer(interaction), press)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _turn(self, interaction: discord.Interaction, press: Press) -> None:
        await self._conversation.update(interaction, await self._page(viewer(interaction), press))

    async def _page(self, asking: Viewer, press: Press) -> Post:
        list_id, _, email_id, page = map(int, press.args)
        email = await self._service.email(asking, list_id, email_id)
        return render_whole(self._texts, email, page)

    async def _say(
        self, interaction: discord.Interaction, key: str, *, missing: str = "", **values: object
    ) -> None:
        lines = [self._texts(key, **values)]
        lines += [self._texts("live.rights_missing", permissions=missing)] if missing else []
        post = Post(blocks=(Words(markdown="\n".join(lines)),))
        await self._conversation.reply(interaction, post, is_private=True)
