"""Keep the status card that stands in a channel up to date: edited on change, and not too often."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.models import Kind, OutboxRow, Outgoing, Removal, State
from bot.delivery.outbox import Outbox
from bot.delivery.post import Post
from bot.operations.health import Board, Health, Part
from bot.operations.status_card import gist
from bot.storage.database import Database
from bot.storage.meta import list_meta, write_meta

_PREFIX = "status_card:"
# A condition that changed is shown at the next look; moments and counts wait for ten minutes.
_SOONEST = timedelta(seconds=60)
_DETAILS = timedelta(minutes=10)
# The outbox forgets what was posted after thirty days, and then could not edit it any more.
_OLDEST = timedelta(days=20)
_AFTER_FAILURE = timedelta(hours=1)
# These tell other milliseconds at every look.
_RESTLESS = frozenset({Part.DATABASE, Part.DISCORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that stands.

    Attributes:
        key: The outbox key of its message; `last_key` of its last edit, or the same.
        gist: A hash of the conditions it shows; `details` of all that it says.
        posted_at: When it was posted, `changed_at` when it was last edited, in seconds.
    """

    channel_id: int
    key: str
    last_key: str
    gist: str
    details: str
    posted_at: int
    changed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a card should show, and where."""

    channel_id: int
    gist: str
    details: str


def has_to_go(card: Card, wanted_channel: int | None, *, is_gone: bool, now: datetime) -> bool:
    """Tell whether the card has to make place: for none, for one elsewhere, or for a fresh one."""
    is_old = now - _moment(card.posted_at) > _OLDEST
    return is_gone or is_old or card.channel_id != wanted_channel


def has_to_change(card: Card, wanted: Wanted, *, now: datetime) -> bool:
    """Tell whether the card has to be edited now."""
    age = now - _moment(card.changed_at)
    if card.gist != wanted.gist:
        return age >= _SOONEST
    return card.details != wanted.details and age >= _DETAILS


def is_gone(first: OutboxRow | None, last: OutboxRow | None, *, now: datetime) -> bool:
    """Tell, by the rows of a card's message and of its last edit, whether nothing stands there any more."""
    if first is None or last is None:
        return True
    if first.state in (State.FAILED, State.DROPPED):
        return first.ended_at is not None and now - first.ended_at > _AFTER_FAILURE
    return any(row.state is State.SENT and row.message_id is None for row in (first, last))


class StandingCards:
    """Look after the cards of all guilds that want one.

    Args:
        channels: Returns where cards should stand, by guild.
        draw: Draws a card for a guild.
        speaking: Speaks a guild's language inside a block, for what is probed and drawn there.
        is_ours: Whether this process looks after a guild; another does after the rest.
        replaced: Says, for people, why a card that never left was dropped.
    """

    def __init__(
        self,
        *,
        database: Database,
        outbox: Outbox,
        board: Board,
        channels: Callable[[], Awaitable[Mapping[int, int]]],
        draw: Callable[[tuple[Health, ...], datetime], Post],
        speaking: Callable[[int], AbstractContextManager[None]],
        is_ours: Callable[[int], bool],
        replaced: str,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._board = board
        self._channels = channels
        self._draw = draw
        self._speaking = speaking
        self._is_ours = is_ours
        self._replaced = replaced

    async def review(self, now: datetime) -> None:
        """Post, edit and remove cards, each guild's in a transaction of its own."""
        wanted = await self._channels()
        stored = await list_meta(self._database, _PREFIX)
        cards = {int(guild_id): Card(**json.loads(value)) for guild_id, value in stored.items()}
        for guild_id in filter(self._is_ours, wanted.keys() | cards.keys()):
            with self._speaking(guild_id):
                await self._review(guild_id, cards.get(guild_id), wanted.get(guild_id), now)

    async def _review(self, guild_id: int, card: Card | None, channel_id: int | None, now: datetime) -> None:
        if card is not None:
            first, last = await self._outbox.find(card.key), await self._outbox.find(card.last_key)
            if has_to_go(card, channel_id, is_gone=is_gone(first, last, now=now), now=now):
                await self._remove(guild_id, card, now)
                card = None
            elif not _is_settled(first, last):
                return
        if channel_id is None:
            return
        healths = await self._board.look(guild_id, now)
        wanted = Wanted(
            channel_id=channel_id, gist=_hash(gist(healths)), details=_hash("\n".join(_details(healths)))
        )
        if card is None:
            await self._post(guild_id, wanted, self._draw(healths, now), now)
        elif has_to_change(card, wanted, now=now):
            await self._edit(guild_id, card, wanted, self._draw(healths, now), now)

    async def _post(self, guild_id: int, wanted: Wanted, post: Post, now: datetime) -> None:
        key = f"status:{guild_id}:{wanted.channel_id}:{int(now.timestamp())}"
        moment = int(now.timestamp())
        card = Card(
            channel_id=wanted.channel_id,
            key=key,
            last_key=key,
            gist=wanted.gist,
            details=wanted.details,
            posted_at=moment,
            changed_at=moment,
        )
        async with self._database.writing() as connection:
            await self._enqueue(connection, guild_id, card, replace(post, is_silent=True), now)

    async def _edit(self, guild_id: int, card: Card, wanted: Wanted, post: Post, now: datetime) -> None:
        moment = int(now.timestamp())
        changed = replace(
            card,
            last_key=f"{card.key}:{moment}",
            gist=wanted.gist,
            details=wanted.details,
            changed_at=moment,
        )
        async with self._database.writing() as connection:
            await self._enqueue(connection, guild_id, changed, replace(post, edits=card.key), now)

    async def _enqueue(
        self, connection: AsyncConnection, guild_id: int, card: Card, post: Post, now: datetime
    ) -> None:
        outgoing = Outgoing(
            key=card.last_key,
            guild_id=guild_id,
            channel_id=card.channel_id,
            kind=Kind.STATUS,
            post=post,
            due_at=now,
        )
        await self._outbox.enqueue(connection, outgoing, now=now)
        await write_meta(connection, f"{_PREFIX}{guild_id}", json.dumps(asdict(card)))

    async def _remove(self, guild_id: int, card: Card, now: datetime) -> None:
        removal = Removal(
            key=f"{card.key}:removed",
            guild_id=guild_id,
            channel_id=card.channel_id,
            kind=Kind.STATUS,
            target=card.key,
            due_at=now,
        )
        async with self._database.writing() as connection:
            if not await self._outbox.withdraw(connection, card.key, reason=self._replaced, now=now):
                await self._outbox.enqueue_removal(connection, removal, now=now)
            await write_meta(connection, f"{_PREFIX}{guild_id}", None)


def _is_settled(first: OutboxRow | None, last: OutboxRow | None) -> bool:
    """Tell whether the card stands as it was last drawn: nothing is on its way, nothing was refused."""
    return first is not None and first.state is State.SENT and last is not None and last.ended_at is not None


def _details(healths: Iterable[Health]) -> Iterable[str]:
    return (health.words for health in healths if health.part not in _RESTLESS)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
