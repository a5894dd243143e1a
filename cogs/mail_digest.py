"""Adapt `/list digest` and the buttons of digests."""

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
from bot.mail.digest.arranging import Arranging
from bot.mail.digest.wishes import DigestWish, KeptDigest
from bot.mail.dispositions import Way
from bot.mail.live.following import LiveFollowing
from bot.mail.live.models import Audience
from bot.mail.render import read_thread_value
from bot.mail.render_lists import list_name
from bot.mail.service import MailService
from bot.mail.views import FollowedList
from bot.text import limits
from bot.text.cadence import parse_when
from bot.text.catalogue import Texts
from bot.text.markdown import escape, inert
from bot.text.times import timestamp
from bot.text.zones import Zones
from cogs.mail_lists import complete_list, manager, viewer

Choices = list[app_commands.Choice[str]]

_OFF = frozenset({"off", "never", "none", "stop"})
_EXAMPLES = ("daily 09:00", "weekdays 09:00", "mondays 09:00", "after 10 threads", "off")


class ListDigest(commands.Cog):
    """`/list digest`, and what its posts' buttons lead to."""

    def __init__(
        self,
        *,
        arranging: Arranging,
        service: MailService,
        live: LiveFollowing,
        conversation: Conversation,
        zones: Zones,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._arranging = arranging
        self._service = service
        self._live = live
        self._conversation = conversation
        self._zones = zones
        self._texts = texts
        self._clock = clock

    @app_commands.command(name="digest", description="-")
    @app_commands.rename(mailing_list="list")
    async def digest(
        self,
        interaction: discord.Interaction,
        when: app_commands.Range[str, 1, 100],
        mailing_list: str | None = None,
        channel: discord.TextChannel | None = None,
        zone: app_commands.Range[str, 1, 40] | None = None,
        quiet: bool = False,
        chart: bool = True,
    ) -> None:
        """Post what went on on a list, at a time of its own; or stop doing so."""
        asker = self._conversation.asker(interaction)
        chosen = await self._service.choose_one(manager(asker.guild_id), mailing_list)
        channel_id = asker.channel_id if channel is None else channel.id
        if when.strip().casefold() in _OFF:
            await self._arranging.remove(asker.guild_id, chosen.mailing_list.id, channel_id)
            await self._say(interaction, "digest.removed", name=list_name(chosen), channel=f"<#{channel_id}>")
            return
        schedule = parse_when(when)
        if schedule is None:
            raise UserError(self._texts("digest.when_unknown"))
        wish = DigestWish(
            guild_id=asker.guild_id,
            list_id=chosen.mailing_list.id,
            channel_id=channel_id,
            schedule=schedule,
            zone=self._zone(zone),
            says_quiet=quiet,
            has_chart=chart,
        )
        await self._want(interaction, chosen, wish)

    async def _want(self, interaction: discord.Interaction, chosen: FollowedList, wish: DigestWish) -> None:
        place = look_at(interaction.guild, wish.channel_id)
        if not place.is_there:
            raise UserError(self._texts("list.no_channel"))
        next_at = await self._arranging.wish(
            wish,
            chosen.mailing_list,
            is_public_channel=is_open(interaction.guild, wish.channel_id),
            now=self._clock(),
        )
        key = "digest.wanted" if next_at is not None else "digest.wanted_by_threads"
        told = {"name": list_name(chosen), "channel": f"<#{wish.channel_id}>"}
        if next_at is not None:
            told["when"] = timestamp(next_at, "F")
        lines = [self._texts(key, number=wish.schedule.threads, **told)]
        if place.missing:
            missing = ", ".join(self._texts(f"permission.{right}") for right in place.missing)
            lines.append(self._texts("settings.rights_missing", rights=missing))
        post = Post(blocks=(Words(markdown="\n".join(lines)),))
        await self._conversation.reply(interaction, post, is_private=True)

    @digest.autocomplete("mailing_list")
    async def _complete_list(self, interaction: discord.Interaction, typed: str) -> Choices:
        return await complete_list(self._service, manager(interaction.guild_id or 0), typed)

    @digest.autocomplete("when")
    async def _complete_when(self, _interaction: discord.Interaction, typed: str) -> Choices:
        offered = [each for each in _EXAMPLES if typed.casefold().strip() in each]
        return [app_commands.Choice(name=each, value=each) for each in offered]

    def handlers(self) -> Mapping[str, Handler]:
        """Return the handler of each kind of action."""
        return {
            "digest.read": self._read,
            "digest.turn": self._turn,
            "digest.follow": self._ask_follow,
            "digest.follow_thread": self._follow,
            "digest.mute": self._ask_mute,
            "digest.mute_thread": self._mute,
        }

    async def _read(self, interaction: discord.Interaction, press: Press) -> None:
        (issue,) = map(int, press.args)
        post = await self._arranging.read(viewer(interaction), issue, 0, 0)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _turn(self, interaction: discord.Interaction, press: Press) -> None:
        issue, position, page = map(int, press.args)
        post = await self._arranging.read(viewer(interaction), issue, position, page)
        await self._conversation.update(interaction, post)

    async def _ask_follow(self, interaction: discord.Interaction, press: Press) -> None:
        await self._ask(interaction, press, is_mute=False)

    async def _ask_mute(self, interaction: discord.Interaction, press: Press) -> None:
        await self._ask(interaction, press, is_mute=True)

    async def _ask(self, interaction: discord.Interaction, press: Press, *, is_mute: bool) -> None:
        (issue,) = map(int, press.args)
        post = await self._arranging.ask(viewer(interaction), issue, is_mute=is_mute)
        await self._conversation.reply(interaction, post, is_private=True)

    async def _follow(self, interaction: discord.Interaction, press: Press) -> None:
        """Have the later mails of a thread posted in a Discord thread, and add whoever asks to it."""
        kept, list_id, thread = await self._meant(interaction, press)
        emails = await self._service.thread(viewer(interaction), list_id, thread)
        followed = await self._service.choose_one(viewer(interaction), str(list_id))
        place = Audience(
            guild_id=kept.wish.guild_id, list_id=list_id, channel_id=kept.wish.channel_id, way=Way.THREAD
        )
        found = await self._live.follow_thread(
            place,
            followed.mailing_list,
            emails,
            user_id=self._conversation.asker(interaction).user_id,
            now=self._clock(),
        )
        where = found.discord_thread or kept.wish.channel_id
        await self._update(interaction, "digest.followed", channel=f"<#{where}>")

    async def _mute(self, interaction: discord.Interaction, press: Press) -> None:
        kept, _, thread = await self._meant(interaction, press)
        await self._arranging.mute(kept, thread, now=self._clock())
        await self._update(interaction, "digest.muted", channel=f"<#{kept.wish.channel_id}>")

    async def _meant(self, interaction: discord.Interaction, press: Press) -> tuple[KeptDigest, int, int]:
        """Return the digest, the list and the thread that were picked.

        Raises:
            UserError: They are not there, or not this digest's.
        """
        (issue,) = map(int, press.args)
        kept = await self._arranging.find(viewer(interaction), issue)
        place = read_thread_value(next(iter(press.values), ""))
        if place is None or place[0] != kept.wish.list_id:
            raise UserError(self._texts("list.no_such_thread"))
        return kept, *place

    async def _update(self, interaction: discord.Interaction, key: str, **values: str) -> None:
        post = Post(blocks=(Words(markdown=self._texts(key, **values)),))
        await self._conversation.update(interaction, post)

    def _zone(self, words: str | None) -> str:
        """Return the zone that is meant; "" for the guild's own.

        Raises:
            UserError: There is none of that name.
        """
        if words is None:
            return ""
        found = self._zones.find(words)
        if found is None:
            shown = escape(limits.cut_line(inert(words), 60))
            raise UserError(self._texts("settings.zone_unknown", words=shown))
        return found

    async def _say(self, interaction: discord.Interaction, key: str, **values: str) -> None:
        post = Post(blocks=(Words(markdown=self._texts(key, **values)),))
        await self._conversation.reply(interaction, post, is_private=True)
