"""Carry out orders of the dispatcher: send, edit and remove messages, start threads, look before repeating.

Only plain messages are used: they alone take a nonce, under which Discord makes no second one for some
minutes. A thread is started from its first message, and so has that message's id: starting it twice is
impossible. A forum's posts have no nonce; they are looked for before they are made.
"""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import discord

from bot.chat.access import ChannelAccess, ChannelFacts
from bot.chat.client import Client
from bot.chat.delivery_errors import (
    DISCORD_TROUBLE,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    as_delivery_error,
    is_lost_thread,
)
from bot.chat.history import History
from bot.chat.presenter import Presenter, edit_arguments, send_arguments
from bot.chat.requests import RequestWatch, single_tries
from bot.chat.threads import ARCHIVE_MINUTES, Threads
from bot.delivery.models import Order, Place, Sent, Verb, marker_of, nonce_of
from bot.delivery.post import Post
from bot.errors import DeliveryError, DeliveryKind
from bot.text.catalogue import Texts

# Who has removed the message, or its thread with it, wants it neither changed nor back.
_GONE = frozenset({UNKNOWN_MESSAGE, UNKNOWN_CHANNEL})


class ChannelPoster:
    """Do what an order says, over REST: no gateway is needed."""

    def __init__(
        self,
        *,
        client: Client,
        presenter: Presenter,
        access: ChannelAccess,
        history: History,
        watch: RequestWatch,
        texts: Texts,
    ) -> None:
        self._client = client
        self._presenter = presenter
        self._access = access
        self._history = history
        self._watch = watch
        self._texts = texts
        self._threads = Threads(client, watch, texts)

    async def deliver(self, order: Order) -> Sent | None:
        """Carry an order out; None if it was only to be looked for, and is not there.

        Raises:
            DeliveryError: Discord did not take it, or nobody knows.
        """
        if rest := self._watch.seconds_to_rest():
            text = self._texts("delivery.resting")
            raise DeliveryError(text, kind=DeliveryKind.PASSING, retry_after_seconds=rest)
        try:
            with single_tries():
                return await self._carry_out(order)
        except DISCORD_TROUBLE as error:
            self._access.forget(order.channel_id)
            if isinstance(error, discord.Forbidden) and not order.is_direct:
                await self._name_what_is_missing(order)
            raise as_delivery_error(error, self._texts) from error

    async def _name_what_is_missing(self, order: Order) -> None:
        """Say in words what Discord refused; when it cannot be found out, its own word has to do.

        Raises:
            DeliveryError: It names the permissions.
        """
        with contextlib.suppress(*DISCORD_TROUBLE), single_tries():
            await self._access.examine(order)

    async def _carry_out(self, order: Order) -> Sent | None:
        if order.verb is Verb.REMOVE:
            return await self._remove(order)
        if order.is_direct:
            await self._watch.pace()
            direct = await self._client.create_dm(discord.Object(order.channel_id))
            return await self._send(replace(order, channel_id=direct.id), forum=None)
        facts = await self._access.check(order)
        if order.verb is Verb.EDIT:
            return await self._edit(order)
        return await self._send(order, forum=facts if facts.is_forum else None)

    async def _send(self, order: Order, *, forum: ChannelFacts | None) -> Sent | None:
        if order.thread_id is not None:
            try:
                return await self._send_to(order, order.thread_id)
            except discord.HTTPException as error:
                if not is_lost_thread(error):
                    raise
            # The topic's thread was deleted, or a moderator has closed it: the topic begins anew.
            order = replace(order, thread_id=None)
        if forum is not None:
            return await self._open_forum_post(order, forum)
        return await self._send_to(order, order.channel_id)

    async def _send_to(self, order: Order, place: int) -> Sent | None:
        topic = order.post.topic if order.post else None
        message_id = None
        if order.in_doubt_since is not None:
            marker = marker_of(order.mark_key)
            message_id = await self._history.find(place, marker, since=order.in_doubt_since)
        if message_id is None:
            if not order.may_send:
                return None
            message_id = await self._create(order, place)
        thread_id = order.thread_id
        if topic is not None and thread_id is None and message_id is not None:
            thread_id = await self._threads.start_surely(place, message_id, topic)
        return Sent(channel_id=place, message_id=message_id, thread_id=thread_id)

    async def _create(self, order: Order, place: int) -> int | None:
        """Post; None when the message was made under this nonce before, and somebody has removed it."""
        try:
            return await self._threads.opened(place, partial(self._create_once, order, place))
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            return None

    async def _create_once(self, order: Order, place: int) -> int:
        # First the wait: many come here at once, and drawing is the work that would hold up the loop.
        await self._watch.pace()
        channel = self._client.get_partial_messageable(place, guild_id=order.guild_id)
        # Files are drawn anew for each try, for an earlier one has read them.
        presented = self._presenter.present(
            _post_of(order), guild_id=order.guild_id, marker=marker_of(order.mark_key)
        )
        own: dict[str, Any] = {"nonce": nonce_of(order.key), "silent": _post_of(order).is_silent}
        if order.target is not None and order.target.channel_id == place:
            own["reference"] = discord.MessageReference(
                message_id=order.target.message_id,
                channel_id=order.target.channel_id,
                guild_id=order.guild_id,
                fail_if_not_exists=False,
            )
        message = await channel.send(**send_arguments(presented), **own)
        return message.id

    async def _open_forum_post(self, order: Order, forum: ChannelFacts) -> Sent | None:
        post, marker = _post_of(order), marker_of(order.mark_key)
        name = post.topic.name if post.topic else (post.title or self._texts("delivery.untitled"))[:100]
        since = order.in_doubt_since
        if since is not None:
            found = await self._history.find_forum_post(order.guild_id, order.channel_id, marker, since=since)
            if found is not None:
                return Sent(channel_id=found, message_id=found, thread_id=found)
        if not order.may_send:
            return None
        presented = self._presenter.present(post, guild_id=order.guild_id, marker=marker)
        arguments = send_arguments(presented)
        if isinstance(presented.view, discord.ui.LayoutView):
            arguments["flags"] = discord.MessageFlags(components_v2=True)
        tags = [*forum.tags_for(post.topic.tags if post.topic else ())]
        about = {"name": name, "auto_archive_duration": ARCHIVE_MINUTES, "applied_tags": tags}
        await self._watch.pace()
        with discord.http.handle_message_parameters(**arguments, channel_payload=about) as parameters:
            thread = await self._client.http.start_thread_in_forum(order.channel_id, params=parameters)
        thread_id = int(thread["id"])
        return Sent(channel_id=thread_id, message_id=thread_id, thread_id=thread_id)

    async def _edit(self, order: Order) -> Sent:
        """Redraw a message; one that somebody removed is let go."""
        target = _target_of(order)
        if not await self._change(target, partial(self._edit_once, order, target)):
            return Sent(channel_id=target.channel_id, message_id=None)
        return Sent(channel_id=target.channel_id, message_id=target.message_id)

    async def _edit_once(self, order: Order, target: Place) -> None:
        presented = self._presenter.present(
            _post_of(order), guild_id=order.guild_id, marker=marker_of(order.mark_key)
        )
        await self._partial_message(target).edit(**edit_arguments(presented))

    async def _remove(self, order: Order) -> Sent:
        target = _target_of(order)
        await self._change(target, self._partial_message(target).delete)
        return Sent(channel_id=target.channel_id, message_id=None)

    async def _change(self, target: Place, act: Callable[[], Awaitable[object]]) -> bool:
        """Do something to a message; return False when somebody has removed it."""
        try:
            await self._watch.pace()
            await self._threads.opened(target.channel_id, act)
        except discord.NotFound as error:
            if error.code not in _GONE:
                raise
            return False
        return True

    def _partial_message(self, place: Place) -> discord.PartialMessage:
        return self._client.get_partial_messageable(place.channel_id).get_partial_message(place.message_id)


def _post_of(order: Order) -> Post:
    if order.post is None:
        raise ValueError(f"there is nothing to post in {order.key}")
    return order.post


def _target_of(order: Order) -> Place:
    if order.target is None:
        raise ValueError(f"there is no message to change in {order.key}")
    return order.target
