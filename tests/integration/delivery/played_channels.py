"""Play Discord's channels for the dispatcher: what was posted, by which key, and what goes wrong when."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.delivery.models import Order, Sent, Verb
from bot.errors import DeliveryError, DeliveryKind


@dataclass
class PlayedChannels:
    """A poster that keeps what it is given.

    Attributes:
        posts: The keys posted in each place, in order.
        orders: Every order that came.
        trouble: Asked with each order; returns the error to raise, or None. An error in doubt is raised after
            the post was made when `done` says so.
    """

    posts: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    orders: list[Order] = field(default_factory=list)
    trouble: Callable[[Order], DeliveryError | None] = lambda _order: None
    is_done_in_trouble: bool = False
    pause: float = 0.0
    called: asyncio.Event = field(default_factory=asyncio.Event)
    messages: dict[str, int] = field(default_factory=dict)
    edits: list[tuple[str, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    ids: itertools.count = field(default_factory=lambda: itertools.count(1000))

    async def deliver(self, order: Order) -> Sent | None:
        self.orders.append(order)
        self.called.set()
        await asyncio.sleep(self.pause)
        error = self.trouble(order)
        if error is not None and not self.is_done_in_trouble:
            raise error
        sent = self._do(order)
        if error is not None:
            raise error
        return sent

    def _do(self, order: Order) -> Sent | None:
        if order.verb is Verb.EDIT:
            self.edits.append((order.key, order.target.message_id))
            return Sent(channel_id=order.target.channel_id, message_id=order.target.message_id)
        if order.verb is Verb.REMOVE:
            self.removed.append(order.target.message_id)
            return Sent(channel_id=order.target.channel_id, message_id=None)
        place = order.thread_id or order.channel_id
        known = self.messages.get(order.key)
        if order.in_doubt_since is not None and known is not None:
            return Sent(channel_id=place, message_id=known, thread_id=order.thread_id)
        if not order.may_send:
            return None
        message_id = self.messages[order.key] = next(self.ids)
        self.posts[place].append(order.key)
        has_topic = order.post.topic is not None
        return Sent(
            channel_id=place,
            message_id=message_id,
            thread_id=order.thread_id or (message_id if has_topic else None),
        )


def passing(*, in_doubt: bool = False, after: float | None = None) -> DeliveryError:
    return DeliveryError(
        "Discord has trouble.", kind=DeliveryKind.PASSING, is_in_doubt=in_doubt, retry_after_seconds=after
    )


def permanent() -> DeliveryError:
    return DeliveryError("The bot lacks: Send Messages.", kind=DeliveryKind.PERMANENT)


def poison() -> DeliveryError:
    return DeliveryError("Discord refuses it.", kind=DeliveryKind.POISON)
