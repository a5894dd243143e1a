"""Decide what is done with a row of the outbox, and what a try at it came to; nothing is done here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.models import Lane, OutboxRow
from bot.delivery.post import Post
from bot.delivery.post_json import from_json
from bot.errors import DeliveryError, DeliveryKind

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=67)
_FIRST_LOOK = timedelta(minutes=1)
_LONGEST_LOOK = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=1)
_JITTER = 0.25
_GIVEN_UP_AFTER = timedelta(days=5)
# Half a day of tries: a bot that was off for a week has not tried for a week.
_LEAST_TRIES = 20
_DOUBLINGS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """A backup that was restored: what was posted between the two moments, the store does not know.

    Attributes:
        backup_at: When the backup was made.
        restored_at: When the bot began to use it.
    """

    backup_at: datetime
    restored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Try the row now.

    Attributes:
        post: In the variant of the hour; None for a removal.
        in_doubt_since: Look first for what may have been posted since then.
        may_send: False: it is too late to post, but an earlier try may have.
    """

    post: Post | None
    in_doubt_since: datetime | None
    may_send: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Leave the row, and its lane, until then."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate:
    """Drop the row: its moment is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Set the row aside: what was stored is no post (any more)."""

    why: str


def plan_row(
    row: OutboxRow, *, now: datetime, restoration: Restoration | None = None
) -> Try | Wait | TooLate | Unreadable:
    """Decide what is done with the first row of a lane."""
    if row.next_try_at is not None and row.next_try_at > now:
        return Wait(until=row.next_try_at)
    since = _in_doubt_since(row, restoration)
    is_over = row.cutoff_at is not None and now > row.cutoff_at
    if is_over and since is None:
        return TooLate()
    is_late = row.late_post is not None and row.late_after is not None and now > row.late_after
    stored = row.late_post if is_late else row.post
    try:
        post = _read(stored)
    except ValueError as error:
        return Unreadable(why=str(error))
    return Try(post=post, in_doubt_since=since, may_send=not is_over)


def _read(stored: Mapping[str, object] | None) -> Post | None:
    return from_json(stored) if stored else None


def _in_doubt_since(row: OutboxRow, restoration: Restoration | None) -> datetime | None:
    since = row.sending_at
    if restoration is not None and row.due_at <= restoration.restored_at:
        since = min(restoration.backup_at, since or restoration.backup_at)
    return since


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """What a failed try means for the row and its lane.

    Attributes:
        next_try_at: When the row, and so its lane, is tried again; None: the row has failed for good.
        is_in_doubt: The post may be there all the same.
        pauses_lane: Nothing can be posted there until a person changes something.
        is_given_up: It was tried for so long that a person should hear of it.
    """

    next_try_at: datetime | None
    is_in_doubt: bool
    pauses_lane: bool = False
    is_given_up: bool = False


def plan_setback(
    row: OutboxRow, lane: Lane, error: DeliveryError, *, now: datetime, chance: float
) -> Setback:
    """Decide what follows from an error.

    Args:
        row: The row; its `attempts` count the failed tries before this one.
        lane: The lane; its `failures` count the failed tries in a row before this one.
        error: What the try came to.
        now: The present.
        chance: A random number between 0 and 1, which spreads the tries of many.
    """
    match error.kind:
        case DeliveryKind.POISON:
            return Setback(next_try_at=None, is_in_doubt=error.is_in_doubt)
        case DeliveryKind.PERMANENT:
            pause = _grown(_FIRST_LOOK, _LONGEST_LOOK, lane.failures, chance)
            return Setback(next_try_at=now + pause, is_in_doubt=error.is_in_doubt, pauses_lane=True)
        case DeliveryKind.PASSING:
            is_old = now - max(row.due_at, row.created_at) > _GIVEN_UP_AFTER
            if is_old and row.attempts >= _LEAST_TRIES:
                return Setback(next_try_at=None, is_in_doubt=error.is_in_doubt, is_given_up=True)
            pause = _grown(_FIRST_PAUSE, _LONGEST_PAUSE, row.attempts, chance)
            asked = min(timedelta(seconds=error.retry_after_seconds or 0), _LONGEST_WAIT)
            return Setback(next_try_at=now + max(pause, asked), is_in_doubt=error.is_in_doubt)


def _grown(first: timedelta, longest: timedelta, failures: int, chance: float) -> timedelta:
    """Return a pause that doubles with each failure, up to the longest, less up to a quarter."""
    whole = min(first * (1 << min(failures, _DOUBLINGS)), longest)
    return max(first, whole * (1 - _JITTER * chance))
