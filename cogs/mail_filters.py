"""Adapt the commands by which managers choose what a channel shows of a list: filter, mute, pause, pings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.conversation import Conversation
from bot.chat.places import is_harmless, is_open
from bot.chat.router import Handler, Press
from bot.delivery.post import Post
from bot.errors import UserError
from bot.mail.choosing import FLAGS, Choosing, Wanted
from bot.mail.filters import Choices, Field, Mode, Ping
from bot.mail.render import read_thread_value, thread_label, thread_value
from bot.mail.render_choices import PINGS, render_choices, render_line, render_muted
from bot.mail.render_lists import list_name
from bot.mail.service import MailService
from bot.mail.stored import StoredEmail
from bot.mail.views import FollowedList
from bot.text import limits
from bot.text.catalogue import Texts
from cogs.mail_lists import complete_list, manager, viewer

_Channel = discord.TextChannel | discord.ForumChannel
_Rules = app_commands.Range[str, 1, 1000]
_Kinds = Literal["all", "without", "only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """A list, and what a channel chose of it."""

    followed: FollowedList
    choices: Choices


class ListFilters(commands.Cog):
    """The `/list` commands about what a channel shows."""

    def __init__(
        self,
        *,
        service: MailService,
        choosing: Choosing,
        conversation: Conversation,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._choosing = choosing
        self._conversation = conversation
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="filter", description="-")
    @app_commands.rename(mailing_list="list")
    async def choose_mails(
        self,
        interaction: discord.Interaction,
        mailing_list: str | None = None,
        channel: _Channel | None = None,
        mode: Mode | None = None,
        authors: _Rules | None = None,
        subjects: _Rules | None = None,
        tags: _Rules | None = None,
        patches: _Kinds | None = None,
        bots: _Kinds | None = None,
    ) -> None:
        """Change which mails are shown, or tell which are."""
        meant = await self._meant(interaction, mailing_list, channel)
        texts = {Field.AUTHOR: authors, Field.SUBJECT: subjects, Field.TAG: tags}
        flags = {Field.PATCH: patches, Field.BOT: bots}
        wanted = Wanted(
            mode=mode,
            texts={name: text for name, text in texts.items() if text},
            flags={name: FLAGS[kind] for name, kind in flags.items() if kind},
        )
        choices = meant.choices if wanted.is_empty else await self._choosing.filter(meant.choices, wanted)
        await self._tell(interaction, render_choices(self._texts, meant.followed.mailing_list, choices))

    @app_commands.command(name="mute", description="-")
    async def mute(
        self,
        interaction: discord.Interaction,
        thread: app_commands.Range[str, 1, 300],
        channel: _Channel | None = None,
    ) -> None:
        """Show no more of a thread, in one channel or in all."""
        place = read_thread_value(thread)
        if place is None:
            raise UserError(self._texts("choice.pick_thread"))
        guild_id = self._conversation.asker(interaction).guild_id
        email = (await self._service.thread(manager(guild_id), *place))[0]
        chosen = await self._choosing.list_for(guild_id, email.list_id)
        chosen = tuple(each for each in chosen if channel is None or each.channel_id == channel.id)
        if not chosen:
            raise UserError(self._texts("list.not_here"))
        changed = [await self._choosing.mute(each, email.thread, now=self._clock()) for each in chosen]
        channels = [each.channel_id for each in chosen]
        followed = await self._followed(guild_id, email)
        post = render_muted(self._texts, followed.mailing_list, email, channels, was_muted=not any(changed))
        await self._tell(interaction, post)

    @app_commands.command(name="pause", description="-")
    @app_commands.rename(mailing_list="list")
    async def pause(
        self,
        interaction: discord.Interaction,
        mailing_list: str | None = None,
        channel: _Channel | None = None,
    ) -> None:
        """Post nothing of a list until it is resumed."""
        meant = await self._meant(interaction, mailing_list, channel)
        await self._choosing.pause(meant.choices, now=self._clock())
        await self._say(interaction, "choice.paused", meant)

    @app_commands.command(name="resume", description="-")
    @app_commands.rename(mailing_list="list")
    async def resume(
        self,
        interaction: discord.Interaction,
        mailing_list: str | None = None,
        channel: _Channel | None = None,
    ) -> None:
        """Post again, beginning with a summary of what was held back."""
        meant = await self._meant(interaction, mailing_list, channel)
        if meant.choices.paused_at is None:
            raise UserError(self._texts("choice.not_paused"))
        the_list, channel_id = meant.followed.mailing_list, meant.choices.channel_id
        if the_list.is_private and is_open(interaction.guild, channel_id):
            raise UserError(self._texts("list.private_channel", channel=f"<#{channel_id}>"))
        held = await self._choosing.resume(meant.choices, the_list, now=self._clock())
        name, where = list_name(meant.followed), f"<#{channel_id}>"
        text = self._texts("choice.resumed", name=name, channel=where)
        if held:
            text += " " + self._texts.count("choice.resumed_held", held)
        await self._tell(interaction, render_line(text))

    @app_commands.command(name="ping", description="-")
    @app_commands.rename(mailing_list="list")
    async def ping(
        self,
        interaction: discord.Interaction,
        when: Ping,
        role: discord.Role | None = None,
        mailing_list: str | None = None,
        channel: _Channel | None = None,
    ) -> None:
        """Name the role that is pinged, and when."""
        meant = await self._meant(interaction, mailing_list, channel)
        if when is not Ping.NEVER and role is None:
            raise UserError(self._texts("choice.name_role"))
        if role is not None and (not is_harmless(role)):
            raise UserError(self._texts("choice.role_unfit", role=role.mention))
        role_id = role.id if role else None
        choices = await self._choosing.set_ping(meant.choices, ping=when, role_id=role_id)
        if role_id is None or when is Ping.NEVER:
            await self._say(interaction, "choice.ping_off", meant)
            return
        lines = [self._texts(PINGS[choices.ping], role=f"<@&{role_id}>")]
        lines += _troubles(self._texts, interaction.guild, role, choices.channel_id)
        lines.append(self._texts("choice.ping_opt_in"))
        await self._tell(interaction, render_line("\n".join(lines)))

    @app_commands.command(name="notify", description="-")
    @app_commands.rename(mailing_list="list")
    async def notify(self, interaction: discord.Interaction, mailing_list: str | None = None) -> None:
        """Give whoever asks the role that a list pings, or take it back."""
        asking = viewer(interaction)
        followed = await self._service.choose_one(asking, mailing_list)
        chosen = await self._choosing.list_for(asking.guild_id, followed.mailing_list.id)
        roles = list(dict.fromkeys(each.role_id for each in chosen if each.role_id is not None))
        if not roles:
            raise UserError(self._texts("choice.no_role", name=list_name(followed)))
        is_on = await _toggle(self._texts, interaction, roles[0])
        key = "choice.notify_on" if is_on else "choice.notify_off"
        text = self._texts(key, role=f"<@&{roles[0]}>", name=list_name(followed))
        await self._tell(interaction, render_line(text))

    @choose_mails.autocomplete("mailing_list")
    @pause.autocomplete("mailing_list")
    @resume.autocomplete("mailing_list")
    @ping.autocomplete("mailing_list")
    async def _complete_list(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_list(self._service, manager(interaction.guild_id or 0), typed)

    @notify.autocomplete("mailing_list")
    async def _complete_seen(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await complete_list(self._service, viewer(interaction), typed)

    @mute.autocomplete("thread")
    async def _complete_thread(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        asking = manager(interaction.guild_id or 0)
        threads = await self._service.find_threads(asking, (), typed)
        return [
            app_commands.Choice(name=thread_label(each), value=thread_value(each.list_id, each.thread))
            for each in threads[: limits.AUTOCOMPLETE_CHOICES]
        ]

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "choice.clear": self._clear,
            "choice.unmute": self._unmute,
        }

    async def _clear(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        list_id, channel_id = map(int, press.args)
        followed = await self._service.choose_one(manager(guild_id), str(list_id))
        found = await self._choosing.find(guild_id, list_id, channel_id, here=channel_id)
        choices = await self._choosing.clear(found)
        post = render_choices(self._texts, followed.mailing_list, choices)
        await self._conversation.update(interaction, post)

    async def _unmute(self, interaction: discord.Interaction, press: Press) -> None:
        guild_id = self._conversation.asker(interaction).guild_id
        email = (await self._service.thread(manager(guild_id), *map(int, press.args)))[0]
        for each in await self._choosing.list_for(guild_id, email.list_id):
            await self._choosing.unmute(each, email.thread)
        await self._conversation.update(interaction, render_line(self._texts("choice.shown_again")))

    async def _meant(
        self, interaction: discord.Interaction, named: str | None, channel: _Channel | None
    ) -> _Meant:
        asker = self._conversation.asker(interaction)
        followed = await self._service.choose_one(manager(asker.guild_id), named)
        choices = await self._choosing.find(
            asker.guild_id,
            followed.mailing_list.id,
            channel.id if channel else None,
            here=asker.channel_id,
        )
        return _Meant(followed=followed, choices=choices)

    async def _followed(self, guild_id: int, email: StoredEmail) -> FollowedList:
        return await self._service.choose_one(manager(guild_id), str(email.list_id))

    async def _say(self, interaction: discord.Interaction, key: str, meant: _Meant) -> None:
        where = f"<#{meant.choices.channel_id}>"
        text = self._texts(key, name=list_name(meant.followed), channel=where)
        await self._tell(interaction, render_line(text))

    async def _tell(self, interaction: discord.Interaction, post: Post) -> None:
        await self._conversation.reply(interaction, post, is_private=True)


async def _toggle(texts: Texts, interaction: discord.Interaction, role_id: int) -> bool:
    """Give a role to whoever asks, or take it back; return whether they have it now."""
    guild, member = interaction.guild, interaction.user
    role = guild.get_role(role_id) if guild else None
    if role is None or not is_harmless(role) or not isinstance(member, discord.Member):
        raise UserError(texts("choice.role_gone"))
    has_it = member.get_role(role_id) is not None
    try:
        await (member.remove_roles(role) if has_it else member.add_roles(role))
    except discord.Forbidden as error:
        raise UserError(texts("choice.role_forbidden", role=role.mention)) from error
    return not has_it


def _troubles(
    texts: Texts, guild: discord.Guild | None, role: discord.Role | None, channel_id: int
) -> list[str]:
    """Say what keeps the bot from pinging a role, and from giving it."""
    channel = guild.get_channel(channel_id) if guild is not None else None
    if guild is None or role is None:
        return []
    troubles = []
    may_ping = role.mentionable or (
        channel is not None and channel.permissions_for(guild.me).mention_everyone
    )
    if not may_ping:
        troubles.append(texts("choice.may_not_ping", role=role.mention))
    if not guild.me.guild_permissions.manage_roles or role >= guild.me.top_role or role.managed:
        troubles.append(texts("choice.role_forbidden", role=role.mention))
    return troubles
