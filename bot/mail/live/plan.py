"""Decide what becomes of the mails of a batch in a channel, and in which order they are told.

What had piled up while a list could not be read, and floods, are folded: a few posts and one summary, so that
nobody is flooded and nothing is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.mail.dispositions import Fate
from bot.mail.live.models import Decision, Lately, Ruling
from bot.mail.stored import StoredEmail

LATE_POSTS: Final = 10
"""How many of the mails that had piled up are posted by themselves."""
FLOOD_POSTS: Final = 30
FLOOD_SPAN: Final = timedelta(minutes=10)
USUAL_DAYS: Final = 5
"""How many usual days' mails a channel gets in one day at most."""
DAY: Final = timedelta(days=1)
OUTAGE: Final = timedelta(minutes=30)
"""A list that was not read for so long is caught up with."""
_FRESH: Final = timedelta(minutes=15)

FLOOD: Final = "flood"
LATE: Final = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What holds for a whole batch in a channel.

    Attributes:
        is_old: The list was not read to its end yet: what was sent before `since` was there before.
        since: Since when the channel listens.
        is_closed_off: The list is private and everybody sees the channel.
        is_catching_up: The list could not be read for a while.
        hidden: The authors who asked this guild not to show their mails.
    """

    is_old: bool = False
    since: datetime | None = None
    is_closed_off: bool = False
    is_catching_up: bool = False
    hidden: frozenset[str] = field(default_factory=frozenset)


def plan_live(
    emails: Sequence[StoredEmail],
    circumstances: Circumstances,
    lately: Lately,
    *,
    rule: Callable[[StoredEmail], Ruling],
    now: datetime,
) -> tuple[Decision, ...]:
    """Decide about each mail, once, in the order in which they are told.

    Args:
        emails: Those that are new in the store, in any order.
        circumstances: What holds for all of them.
        lately: What the channel got before.
        rule: What the channel's own choices make of a mail.
        now: The present.
    """
    meter = _Meter(lately, now)
    decisions: list[Decision] = []
    for email in order_for_reading(emails):
        fate = _withheld(email, circumstances, now)
        ruling = Ruling(fate=fate) if fate else rule(email)
        if ruling.fate is not None:
            decisions.append(Decision(email=email, fate=ruling.fate, reason=ruling.reason))
            continue
        is_late = circumstances.is_catching_up and email.at < now - _FRESH
        reason = meter.refuse(is_late=is_late)
        if reason:
            decisions.append(Decision(email=email, fate=Fate.FOLDED, reason=reason))
            continue
        decisions.append(
            Decision(
                email=email,
                fate=Fate.POSTED,
                reason=LATE if is_late else "",
                is_marked=ruling.is_marked,
                pings=ruling.pings,
            )
        )
    return tuple(decisions)


def daily_limit(usual: int) -> int:
    """Return how many mails of a list a channel gets in a day; a quiet list may have one busy hour."""
    return max(FLOOD_POSTS, USUAL_DAYS * usual)


def usual_day(counts: Sequence[int], *, days: int) -> int:
    """Return how many mails a busy but ordinary day has: of twenty days, nineteen have no more.

    Args:
        counts: The mails of each day that had any.
        days: Of how many days.
    """
    ordered = sorted(counts, reverse=True)
    place = days // 20
    return ordered[place] if place < len(ordered) else 0


def order_for_reading(emails: Sequence[StoredEmail]) -> tuple[StoredEmail, ...]:
    """Return mails by their time, yet none before one that it answers: senders' clocks are wrong at times."""
    by_key = {email.key: email for email in emails}
    ordered: dict[str, StoredEmail] = {}
    for email in sorted(emails, key=lambda each: (each.at, each.id)):
        above: dict[str, StoredEmail] = {}
        current: StoredEmail | None = email
        while current is not None and current.key not in ordered and current.key not in above:
            above[current.key] = current
            current = _answered(current, by_key)
        ordered.update(reversed(above.items()))
    return tuple(ordered.values())


def _answered(email: StoredEmail, by_key: Mapping[str, StoredEmail]) -> StoredEmail | None:
    for name in (email.in_reply_to, *reversed(email.references)):
        if name in by_key:
            return by_key[name]
    return None


def _withheld(email: StoredEmail, circumstances: Circumstances, now: datetime) -> Fate | None:
    """Return the fate of a mail that no choice of a channel can change."""
    since = circumstances.since
    is_meanwhile = since is not None and since <= email.at <= now
    if email.author_hash and email.author_hash in circumstances.hidden:
        return Fate.HIDDEN
    if circumstances.is_old and not is_meanwhile:
        return Fate.OLD
    return Fate.HELD if circumstances.is_closed_off else None


class _Meter:
    """Count what is posted, and say when it becomes too much."""

    def __init__(self, lately: Lately, now: datetime) -> None:
        self._in_span = sum(at > now - FLOOD_SPAN for at in lately.posted)
        self._in_day = sum(at > now - DAY for at in lately.posted)
        self._most_in_day = daily_limit(lately.usual)
        self._late = lately.late

    def refuse(self, *, is_late: bool) -> str:
        """Return why one more cannot be posted by itself; "" if it can, and is."""
        if is_late and self._late >= LATE_POSTS:
            return LATE
        if self._in_span >= FLOOD_POSTS or self._in_day >= self._most_in_day:
            return FLOOD
        self._in_span += 1
        self._in_day += 1
        self._late += is_late
        return ""
