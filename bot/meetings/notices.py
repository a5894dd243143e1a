"""Decide which changes a channel hears of: one short notice a date, and one for a whole series."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.meetings.calendars import Card, Stage
from bot.meetings.changes import Change, ChangeKind
from bot.meetings.models import OccurrenceKey
from bot.meetings.render_changes import TOLD

_NEW = frozenset({ChangeKind.NEW_DATE, ChangeKind.NEW_MEETING, ChangeKind.NEW_SERIES})

SOON = timedelta(hours=48)
"""Before that, only who has been reminded needs to hear of a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told of one date.

    Attributes:
        card: The card that it answers; None: there is none.
    """

    channel_id: int
    changes: tuple[Change, ...]
    card: Card | None = None

    @property
    def starts_at(self) -> datetime:
        """Return when the date begins, as it stands now."""
        return self.changes[0].occurrence.starts_at


def plan_notices(
    changes: Iterable[Change],
    cards: Mapping[OccurrenceKey, tuple[Card, ...]],
    *,
    channels: Mapping[str, int],
    channel_id: int,
    now: datetime,
) -> tuple[Notice, ...]:
    """Return what is to be told, and where.

    Args:
        changes: All that changed, by start.
        cards: The cards that stand in channels, by the keys that their dates had and have.
        channels: Where reminders of single series go, by uid.
        channel_id: Where those of all others go.
        now: The present.
    """
    told: set[tuple[str, ChangeKind]] = set()
    by_date: dict[OccurrenceKey, list[Change]] = {}
    for each in changes:
        posted = _cards_of(each, cards)
        change = _seen_from(each, posted)
        if change.kind not in TOLD or not (posted or _is_soon(change, now)):
            continue
        about = (change.occurrence.key.uid, change.kind)
        if about not in told:
            told.add(about)
            by_date.setdefault(change.occurrence.key, []).append(change)
    notices = []
    for key, found in by_date.items():
        posted = _cards_of(found[0], cards)
        notices += [
            Notice(channel_id=card.channel_id, changes=tuple(found), card=card) for card in posted
        ] or [Notice(channel_id=channels.get(key.uid, channel_id), changes=tuple(found))]
    return tuple(notices)


def _seen_from(change: Change, posted: tuple[Card, ...]) -> Change:
    """Return what a change is to those who have the cards: a date that comes back was cancelled to them.

    A date that a calendar takes out (EXDATE) is gone from it, so one that is put back looks new.
    """
    is_back = change.kind in _NEW and any(card.stage is Stage.CANCELLED for card in posted)
    return replace(change, kind=ChangeKind.RESTORED) if is_back else change


def _cards_of(change: Change, cards: Mapping[OccurrenceKey, tuple[Card, ...]]) -> tuple[Card, ...]:
    for one in (change.after, change.before):
        if one is not None and one.key in cards:
            return cards[one.key]
    return ()


def _is_soon(change: Change, now: datetime) -> bool:
    starts = [one.starts_at for one in (change.before, change.after) if one is not None]
    return any(now <= start < now + SOON for start in starts)
