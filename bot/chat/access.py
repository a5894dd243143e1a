"""Know what the bot may do in a channel before it tries: from the gateway's cache, or over REST.

A process without a gateway asks three times for a channel that it does not know, which is as much as posting
in three others. When many posts wait for their turn, one that is nobody's secret goes without: Discord says
itself what it does not take, and the channel is looked at then.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.client import Client
from bot.chat.requests import RequestWatch
from bot.delivery.models import Order
from bot.errors import DeliveryError, DeliveryKind
from bot.text.catalogue import Texts

# How long an answer over REST is believed; a refusal by Discord ends it sooner.
_BELIEVED_SECONDS = 600.0
_REMEMBERED = 2_000
_KINDS_REMEMBERED = 50_000
# So long a wait for the next free place among the requests says that many have something to post.
_CROWDED_SECONDS = 0.25
_FORUM_TYPES = frozenset({discord.ChannelType.forum.value, discord.ChannelType.media.value})

_MOST_TAGS = 5

_ALWAYS = ("view_channel", "send_messages", "read_message_history")
_WITH_TOPIC = ("create_public_threads", "send_messages_in_threads")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """What a channel is, and what the bot may do there.

    Attributes:
        is_open: Everybody in the guild sees it.
        tags: A forum's, by name, as far as everybody may give them.
        is_tag_required: The forum takes no post without one.
    """

    permissions: discord.Permissions
    is_forum: bool
    is_open: bool
    tags: tuple[tuple[str, int], ...] = ()
    is_tag_required: bool = False

    def tags_for(self, names: Iterable[str]) -> tuple[int, ...]:
        """Return the tags of some names; where the forum wants one and has none of them, its first."""
        wanted = {" ".join(name.split()).casefold() for name in names}
        found = tuple(tag for name, tag in self.tags if " ".join(name.split()).casefold() in wanted)
        if not found and self.is_tag_required:
            found = tuple(tag for _, tag in self.tags[:1])
        return found[:_MOST_TAGS]


# Of a channel that was not examined: Discord knows better.
_UNASKED = ChannelFacts(permissions=discord.Permissions.all(), is_forum=False, is_open=True)


class ChannelAccess:
    """Look channels up; what came over REST is remembered for a while."""

    def __init__(self, client: Client, watch: RequestWatch, texts: Texts) -> None:
        self._client = client
        self._watch = watch
        self._texts = texts
        self._known: OrderedDict[int, tuple[float, ChannelFacts]] = OrderedDict()
        # No channel becomes a forum, or ceases to be one.
        self._plain: OrderedDict[int, None] = OrderedDict()
        # Where something was refused lately, nothing is taken for granted.
        self._doubted: OrderedDict[int, None] = OrderedDict()

    async def check(self, order: Order) -> ChannelFacts:
        """Return what the channel of an order is.

        Raises:
            DeliveryError: The bot lacks a permission there; it names every one in words. Or the post is for
                channels that not everybody sees, and everybody sees this one.
        """
        if await self._may_try(order):
            return _UNASKED
        return await self.examine(order)

    async def examine(self, order: Order) -> ChannelFacts:
        """Look whether an order can be carried out, however many wait.

        Raises:
            DeliveryError: As `check`.
        """
        facts = await self._facts(order.guild_id, order.channel_id)
        missing = [name for name in _needed(order, facts) if not getattr(facts.permissions, name)]
        if missing:
            self.forget(order.channel_id)
            names = ", ".join(self._texts(f"permission.{name}") for name in missing)
            raise DeliveryError(
                self._texts("delivery.missing", permissions=names), kind=DeliveryKind.PERMANENT
            )
        if order.post is not None and order.post.is_confidential and facts.is_open:
            self.forget(order.channel_id)
            raise DeliveryError(self._texts("delivery.open_channel"), kind=DeliveryKind.POISON)
        self._doubted.pop(order.channel_id, None)
        return facts

    async def is_open(self, guild_id: int, channel_id: int) -> bool:
        """Tell whether everybody in a guild sees a channel, as it is now: rights change.

        Raises:
            discord.HTTPException: Discord does not say.
        """
        self._known.pop(channel_id, None)
        return (await self._facts(guild_id, channel_id)).is_open

    def forget(self, channel_id: int) -> None:
        """Ask anew next time."""
        self._known.pop(channel_id, None)
        _note(self._doubted, channel_id, most=_REMEMBERED)

    async def _may_try(self, order: Order) -> bool:
        """Tell whether an order may go to Discord unexamined, because many wait and little can go wrong."""
        post, channel_id = order.post, order.channel_id
        is_delicate = post is not None and (post.is_confidential or post.topic is not None)
        is_known = channel_id in self._known or self._client.get_channel(channel_id) is not None
        if is_delicate or is_known or channel_id in self._doubted:
            return False
        if self._watch.seconds_behind() < _CROWDED_SECONDS:
            return False
        if channel_id not in self._plain:
            await self._watch.pace()
            channel: Mapping[str, Any] = dict(await self._client.http.get_channel(channel_id))
            self._note_kind(channel)
        return channel_id in self._plain

    def _note_kind(self, channel: Mapping[str, Any]) -> None:
        if channel["type"] not in _FORUM_TYPES:
            _note(self._plain, int(channel["id"]), most=_KINDS_REMEMBERED)

    async def _facts(self, guild_id: int, channel_id: int) -> ChannelFacts:
        channel = self._client.get_channel(channel_id)
        if isinstance(channel, discord.abc.GuildChannel):
            return ChannelFacts(
                permissions=channel.permissions_for(channel.guild.me),
                is_forum=isinstance(channel, discord.ForumChannel),
                is_open=channel.permissions_for(channel.guild.default_role).view_channel,
                tags=_tags_of(channel) if isinstance(channel, discord.ForumChannel) else (),
                is_tag_required=isinstance(channel, discord.ForumChannel) and channel.flags.require_tag,
            )
        now = time.monotonic()
        known = self._known.get(channel_id)
        if known is not None and known[0] > now:
            return known[1]
        facts = await self._fetch(guild_id, channel_id)
        self._known[channel_id] = now + _BELIEVED_SECONDS, facts
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return facts

    async def _fetch(self, guild_id: int, channel_id: int) -> ChannelFacts:
        """Ask over REST: a process without a gateway has no cache."""
        http, me = self._client.http, self._client.user.id if self._client.user is not None else 0
        await self._watch.pace()
        channel: Mapping[str, Any] = dict(await http.get_channel(channel_id))
        self._note_kind(channel)
        await self._watch.pace()
        guild: Mapping[str, Any] = dict(await http.get_guild(guild_id, with_counts=False))
        await self._watch.pace()
        member: Mapping[str, Any] = dict(await http.get_member(guild_id, me))
        return ChannelFacts(
            permissions=compute_permissions(guild, channel, member, me),
            is_forum=channel["type"] in _FORUM_TYPES,
            is_open=compute_permissions(guild, channel, {"roles": ()}, 0).view_channel,
            tags=tuple(
                (str(tag["name"]), int(tag["id"]))
                for tag in channel.get("available_tags", ())
                if not tag.get("moderated")
            ),
            is_tag_required=bool(int(channel.get("flags") or 0) & discord.ChannelFlags.require_tag.flag),
        )


def _note(numbers: OrderedDict[int, None], number: int, *, most: int) -> None:
    """Remember a number, in the place of the oldest one when there are very many."""
    numbers[number] = None
    numbers.move_to_end(number)
    while len(numbers) > most:
        numbers.popitem(last=False)


def _tags_of(forum: discord.ForumChannel) -> tuple[tuple[str, int], ...]:
    return tuple((tag.name, tag.id) for tag in forum.available_tags if not tag.moderated)


def _needed(order: Order, facts: ChannelFacts) -> Iterable[str]:
    """Name the permissions that an order needs, by Discord's names."""
    yield from _ALWAYS
    post = order.post
    if post is None:
        return
    yield "embed_links"
    if post.attachments:
        yield "attach_files"
    if post.topic is not None:
        yield from _WITH_TOPIC[1:] if facts.is_forum else _WITH_TOPIC


def compute_permissions(
    guild: Mapping[str, Any], channel: Mapping[str, Any], member: Mapping[str, Any], member_id: int
) -> discord.Permissions:
    """Work out a member's permissions in a channel, by the rules of Discord's topic "Permissions".

    Args:
        guild: Discord's guild object, with its roles.
        channel: Its channel object, with the overwrites.
        member: Its member object, with the ids of the roles.
        member_id: The member's own id.
    """
    held = {str(role) for role in member["roles"]} | {str(guild["id"])}
    base = _united(role["permissions"] for role in guild["roles"] if str(role["id"]) in held)
    if int(guild["owner_id"]) == member_id or base & discord.Permissions.administrator.flag:
        return discord.Permissions.all()
    overwrites = {str(each["id"]): each for each in channel.get("permission_overwrites", ())}
    everyone, own = str(guild["id"]), str(member_id)
    for group in ({everyone}, held - {everyone}, {own}):
        found = [overwrites[identity] for identity in group & overwrites.keys()]
        base &= ~_united(overwrite["deny"] for overwrite in found)
        base |= _united(overwrite["allow"] for overwrite in found)
    return discord.Permissions(base)


def _united(numbers: Iterable[Any]) -> int:
    """Return all bits of some numbers, which Discord writes as texts."""
    united = 0
    for number in numbers:
        united |= int(number)
    return united
