"""Tell what changed for people between two states of a calendar; what did not change is silent.

Both states are expanded over the same window, wider than what is reported, so that neither what comes nearer
with the days nor what is moved across its edge looks new or gone.
"""

import enum
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.meetings.links import find_links
from bot.meetings.models import Meeting, Occurrence, OccurrenceKey
from bot.meetings.pairing import Pairing, pair_occurrences, title_of


class ChangeKind(enum.StrEnum):
    """What happened to a meeting."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    NEW_LINK = "new_link"
    NEW_TITLE = "new_title"
    NEW_DATE = "new_date"
    NEW_MEETING = "new_meeting"
    NEW_SERIES = "new_series"
    SERIES_ENDED = "series_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing to tell.

    Attributes:
        before: The occurrence as it was; None for what is new. Of a series that ended, its next date.
        after: As it is; None for what is gone. Of a new series, its first date.
    """

    kind: ChangeKind
    before: Occurrence | None = None
    after: Occurrence | None = None

    @property
    def occurrence(self) -> Occurrence:
        """Return the newest state that there is."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that changed.

    Attributes:
        changes: By start.
        rekeyed: Old and new keys of what got another identity; what is stored under the old one belongs to
            the new one.
        lost: How many dates are gone without having been cancelled, of `total` that lay ahead.
    """

    changes: tuple[Change, ...] = ()
    rekeyed: tuple[tuple[OccurrenceKey, OccurrenceKey], ...] = ()
    lost: int = 0
    total: int = 0

    @property
    def is_doubtful(self) -> bool:
        """Tell whether more than half of what lay ahead is gone: then the feed is more likely broken."""
        return self.lost * 2 > self.total


def find_changes(
    before: Sequence[Occurrence],
    after: Sequence[Occurrence],
    *,
    since: datetime,
    until: datetime,
    known_uids: Collection[str] = (),
) -> Changes:
    """Return what changed for meetings that lie, or lay, between two instants.

    Args:
        before: The occurrences of the older state, over a window that reaches beyond both instants.
        after: Those of the newer state, over the same window.
        since: Now: what has begun by then is over, and nothing to tell.
        until: How far ahead changes are told.
        known_uids: The canonical uids of the whole older calendar, to tell a new series from an old one with
            new dates; what occurs in `before` is known anyway.
    """

    def is_ahead(one: Occurrence) -> bool:
        return since <= one.starts_at < until

    pairing = pair_occurrences(before, after)
    gone = [one for one in pairing.gone if is_ahead(one) and not one.is_cancelled]
    new = [one for one in pairing.new if is_ahead(one) and not one.is_cancelled]
    living = {one.key.uid for one in after if one.starts_at >= since and not one.is_cancelled}
    known = {one.key.uid for one in before} | set(known_uids)
    told = [
        *(
            change
            for old, one in pairing.pairs
            if is_ahead(old) or is_ahead(one)
            for change in _compare(old, one)
        ),
        *_tell_gone(gone, living),
        *_tell_new(new, known),
    ]
    return Changes(
        changes=tuple(sorted(told, key=_order)),
        rekeyed=_rekeyed(pairing),
        lost=len(gone),
        total=sum(1 for one in before if is_ahead(one) and not one.is_cancelled),
    )


def _compare(old: Occurrence, one: Occurrence) -> Iterator[Change]:
    if one.is_cancelled:
        if not old.is_cancelled:
            yield Change(kind=ChangeKind.CANCELLED, before=old, after=one)
        return
    if (old.start, old.end) != (one.start, one.end):
        yield Change(kind=ChangeKind.MOVED, before=old, after=one)
    if old.is_cancelled:
        # What a calendar cancels it often strips of all else: nothing else is news against that.
        yield Change(kind=ChangeKind.RESTORED, before=old, after=one)
        return
    if title_of(old) != title_of(one):
        yield Change(kind=ChangeKind.NEW_TITLE, before=old, after=one)
    # To look for links takes longer than all the rest, so only where there may be others.
    may_differ = _places(old.meeting) != _places(one.meeting)
    if may_differ and find_links(old.meeting).join != find_links(one.meeting).join:
        yield Change(kind=ChangeKind.NEW_LINK, before=old, after=one)


def _places(meeting: Meeting) -> tuple[object, ...]:
    """Return all that a link may stand in."""
    return (
        *(meeting.location, meeting.description, meeting.description_html, meeting.url),
        *(meeting.conferences, meeting.properties),
    )


def _tell_gone(gone: Iterable[Occurrence], living: set[str]) -> Iterator[Change]:
    ended: set[str] = set()
    for one in gone:
        if one.key.uid in living or one.recurrence_id is None:
            yield Change(kind=ChangeKind.CANCELLED, before=one)
        elif one.key.uid not in ended:
            ended.add(one.key.uid)
            yield Change(kind=ChangeKind.SERIES_ENDED, before=one)


def _tell_new(new: Iterable[Occurrence], known: set[str]) -> Iterator[Change]:
    begun: set[str] = set()
    for one in new:
        if one.key.uid in known:
            yield Change(kind=ChangeKind.NEW_DATE, after=one)
        elif one.recurrence_id is None:
            yield Change(kind=ChangeKind.NEW_MEETING, after=one)
        elif one.key.uid not in begun:
            begun.add(one.key.uid)
            yield Change(kind=ChangeKind.NEW_SERIES, after=one)


def _rekeyed(pairing: Pairing) -> tuple[tuple[OccurrenceKey, OccurrenceKey], ...]:
    return tuple((old.key, one.key) for old, one in pairing.pairs if old.key != one.key)


def _order(change: Change) -> tuple[datetime, OccurrenceKey, str]:
    return change.occurrence.starts_at, change.occurrence.key, change.kind
