"""Decide which reminders are to be posted when: what to add to the ledger, what to move, what to withdraw.

The ledger holds a row for each reminder that was ever planned, under a key that stays when a meeting moves.
Planning looks at the dates of one calendar beside those rows and returns the difference; planning again
changes nothing. A reminder that was posted, or came too late, is never planned again.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from bot.meetings.models import Occurrence, OccurrenceKey
from bot.meetings.zones import find_zone, to_utc

MORNING = time(9)
"""When a meeting that takes whole days is announced, in the group's own zone."""

WHOLE_DAY = "day"
_STARTED_FOR = timedelta(minutes=30)
_PUNCTUAL = timedelta(minutes=1)
_ALL_DAY_LATE = timedelta(hours=12)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRule:
    """Remind in a channel so long before the start; no time before is the start itself."""

    lead: timedelta
    channel_id: int

    def __post_init__(self) -> None:
        if self.lead < timedelta():
            raise ValueError("a reminder comes before the start or at it")

    @property
    def name(self) -> str:
        """Return what stands for the lead in a key: its seconds."""
        return str(int(self.lead.total_seconds()))


class ReminderKey(NamedTuple):
    """What makes a reminder the same one: `original` is that of bot.meetings.models.OccurrenceKey."""

    calendar: str
    uid: str
    original: str
    rule: str
    channel_id: int


class RowState(enum.StrEnum):
    """How far a reminder is."""

    PENDING = "pending"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class Reason(enum.StrEnum):
    """Why a reminder is not to be posted any more."""

    CANCELLED = "cancelled"
    GONE = "gone"
    UNWANTED = "unwanted"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder as it is to be posted.

    Attributes:
        starts_at: The meeting's start; of whole days, the morning on which it is announced.
        due_at: When to post it.
        late_after: From when the words must be those for a meeting that has begun; None for never.
        cutoff_at: From when it helps nobody: another reminder is due, or the meeting is over.
    """

    key: ReminderKey
    starts_at: datetime
    due_at: datetime
    late_after: datetime | None
    cutoff_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What is known of a reminder that was planned."""

    reminder: Reminder
    state: RowState


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The difference: new rows, rows to be pending with other times, rows to take back and why."""

    add: tuple[Reminder, ...] = ()
    move: tuple[Reminder, ...] = ()
    withdraw: tuple[tuple[ReminderKey, Reason], ...] = ()


def plan_reminders(
    occurrences: Sequence[Occurrence],
    rules: Iterable[ReminderRule],
    ledger: Iterable[LedgerRow],
    *,
    calendar: str,
    zone: str,
    now: datetime,
    horizon: timedelta,
) -> Plan:
    """Compare the dates of a calendar with the reminders that are known.

    Args:
        occurrences: All that reach into the time from now to the horizon, cancelled ones too.
        rules: What the group wants to be reminded of, and where.
        ledger: The rows of this calendar whose meetings may still be in that time.
        calendar: The name of the calendar in the keys.
        zone: The group's own, for the morning of whole days.
        now: The moment of planning.
        horizon: How far ahead `occurrences` is complete.
    """
    rows = {row.reminder.key: row for row in ledger}
    wanted_rules = tuple(dict.fromkeys(rules))
    cancelled = {each.key for each in occurrences if each.is_cancelled}
    kept = _drop_doubles([each for each in occurrences if not each.is_cancelled], rows)
    info = find_zone(zone) or UTC
    names = {(name, rule.channel_id) for rule in wanted_rules for name in (rule.name, WHOLE_DAY)}
    # Near the end of the horizon whole days may be in it by one zone and not by another.
    until = now + horizon - _A_DAY
    wanted = {
        reminder.key: reminder
        for occurrence in kept
        for reminder in _list_reminders(occurrence, wanted_rules, calendar=calendar, zone=info)
    }
    return Plan(
        add=_sort(each for key, each in wanted.items() if key not in rows and _is_new(each, now, horizon)),
        move=_sort(each for key, each in wanted.items() if key in rows and _is_moved(each, rows[key], now)),
        withdraw=tuple(
            (key, reason)
            for key, row in sorted(rows.items())
            if row.state is RowState.PENDING
            and (
                reason := _find_reason(row.reminder, wanted.get(key), names, cancelled, now=now, until=until)
            )
        ),
    )


def _sort(reminders: Iterable[Reminder]) -> tuple[Reminder, ...]:
    return tuple(sorted(reminders, key=lambda each: (each.due_at, each.key)))


def _drop_doubles(
    occurrences: Sequence[Occurrence], rows: Mapping[ReminderKey, LedgerRow]
) -> list[Occurrence]:
    """Keep one of dates that look the same; Google's split of a series beside a moved date makes such pairs.

    The one that has reminders already stays the one.
    """
    known = {OccurrenceKey(key.uid, key.original) for key in rows}
    chosen: dict[tuple[object, ...], Occurrence] = {}
    for each in sorted(occurrences, key=lambda each: (each.key not in known, each.key)):
        looks = (each.summary.casefold(), each.start, each.end, each.meeting.location)
        chosen.setdefault(looks, each)
    return list(chosen.values())


def _list_reminders(
    occurrence: Occurrence, rules: tuple[ReminderRule, ...], *, calendar: str, zone: tzinfo
) -> Iterator[Reminder]:
    if occurrence.is_all_day:
        for channel_id in dict.fromkeys(rule.channel_id for rule in rules):
            yield _announce(occurrence, channel_id, calendar=calendar, zone=zone)
        return
    end = min(max(occurrence.ends_at, occurrence.starts_at), occurrence.starts_at + _STARTED_FOR)
    if end == occurrence.starts_at:  # a meeting that takes no time only does not say how long it takes
        end += _STARTED_FOR
    for rule in rules:
        # When the next one is due, this one has nothing more to say.
        later = [each.lead for each in rules if each.channel_id == rule.channel_id and each.lead < rule.lead]
        cutoff = occurrence.starts_at - max(later) if later else end
        late = occurrence.starts_at + (timedelta() if rule.lead else _PUNCTUAL)
        yield Reminder(
            key=ReminderKey(calendar, *occurrence.key, rule.name, rule.channel_id),
            starts_at=occurrence.starts_at,
            due_at=occurrence.starts_at - rule.lead,
            late_after=late if late < cutoff else None,
            cutoff_at=cutoff,
        )


def _announce(occurrence: Occurrence, channel_id: int, *, calendar: str, zone: tzinfo) -> Reminder:
    first = occurrence.start
    day = first.date() if isinstance(first, datetime) else first
    morning = to_utc(datetime.combine(day, MORNING), zone)
    return Reminder(
        key=ReminderKey(calendar, *occurrence.key, WHOLE_DAY, channel_id),
        starts_at=morning,
        due_at=morning,
        late_after=None,
        cutoff_at=morning + _ALL_DAY_LATE,
    )


def _is_new(reminder: Reminder, now: datetime, horizon: timedelta) -> bool:
    """Tell whether a reminder is to be added that was never planned.

    What is first seen after its time is passed over, so that following a calendar floods nobody; only that a
    meeting starts, or has just started, is said.
    """
    if reminder.due_at >= now:
        return reminder.due_at < now + horizon
    return reminder.due_at == reminder.starts_at and now < reminder.cutoff_at


def _is_moved(reminder: Reminder, row: LedgerRow, now: datetime) -> bool:
    """Tell whether a row must be pending with these times, and is not."""
    match row.state:
        case RowState.DONE:
            return False
        case RowState.PENDING:
            return reminder != row.reminder and now < reminder.cutoff_at
        case RowState.WITHDRAWN:  # called off, and then on again
            return reminder.due_at >= now


def _find_reason(
    known: Reminder,
    wanted: Reminder | None,
    names: set[tuple[str, int]],
    cancelled: set[OccurrenceKey],
    *,
    now: datetime,
    until: datetime,
) -> Reason | None:
    """Return why a pending reminder must not be posted, or None when it still may."""
    key = known.key
    if wanted is not None:
        is_late = wanted != known and wanted.cutoff_at <= now
        return Reason.TOO_LATE if is_late else None
    if OccurrenceKey(key.uid, key.original) in cancelled:
        return Reason.CANCELLED
    if (key.rule, key.channel_id) not in names:
        return Reason.UNWANTED
    return Reason.GONE if now <= known.starts_at < until else None
