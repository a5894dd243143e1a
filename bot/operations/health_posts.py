"""Say how the way out to Discord is: what waits, what was set aside, which channels are closed to the bot."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.delivery.models import Lane
from bot.delivery.queue import Queue
from bot.faq.render import escaped_line
from bot.operations.health import Condition, Health, Part
from bot.text.catalogue import Texts
from bot.text.times import timestamp

# What is due leaves within seconds.
_LATE = timedelta(minutes=2)
_REASON_LENGTH = 200


def posts_health(texts: Texts, queue: Queue, *, now: datetime) -> Health:
    """Return how the posts are, in one line."""
    lag = now - queue.oldest_due_at if queue.oldest_due_at else None
    facts = [texts.count("status.posts_waiting", queue.due)]
    if queue.oldest_due_at and lag and lag > _LATE:
        facts.append(texts("status.posts_oldest", when=timestamp(queue.oldest_due_at, "R")))
    if queue.failed:
        facts.append(texts.count("status.posts_failed", queue.failed))
    if queue.last_sent_at:
        facts.append(texts("status.posts_last", when=timestamp(queue.last_sent_at, "R")))
    if queue.dropped:
        facts.append(texts.count("status.posts_dropped", queue.dropped))
    words = " · ".join(facts)
    return Health(
        part=Part.POSTS,
        name=texts("status.posts"),
        condition=_condition(queue, lag),
        words=f"{words}. {texts('status.posts_advice')}" if queue.failed else words,
        last_success_at=queue.last_sent_at,
        lag=lag,
    )


def lanes_health(texts: Texts, lanes: Iterable[Lane], *, now: datetime) -> tuple[Health, ...]:
    """Return how the channels are that something is wrong with."""
    return tuple(_lane_health(texts, lane, now=now) for lane in lanes if lane.is_paused or lane.failures)


def _lane_health(texts: Texts, lane: Lane, *, now: datetime) -> Health:
    error = escaped_line(lane.reason or lane.last_error, _REASON_LENGTH)
    words = texts("status.lane_paused" if lane.is_paused else "status.lane_troubled", error=error)
    if lane.next_try_at and lane.next_try_at > now:
        words += " " + texts("status.next_try", when=timestamp(lane.next_try_at, "R"))
    return Health(
        part=Part.LANE,
        name=texts("status.lane", channel=f"<#{lane.channel_id}>"),
        condition=Condition.BROKEN if lane.is_paused else Condition.TROUBLED,
        words=words,
        last_success_at=lane.last_success_at,
        last_error_at=lane.last_error_at,
        last_error=lane.last_error,
        next_try_at=lane.next_try_at,
    )


def _condition(queue: Queue, lag: timedelta | None) -> Condition:
    if queue.failed:
        return Condition.BROKEN
    if lag is not None and lag > _LATE:
        return Condition.TROUBLED
    return Condition.WELL
