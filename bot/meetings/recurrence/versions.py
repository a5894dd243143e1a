"""Sort what a calendar says about one uid: the series, what replaces its dates, and of each the newest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.meetings.models import Meeting, Moment
from bot.meetings.zones import ZoneTable

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A uid's VEVENTs: usually one master, and an override for each date that differs."""

    masters: tuple[Meeting, ...]
    overrides: tuple[Meeting, ...]


def sort_versions(meetings: Sequence[Meeting], zones: ZoneTable) -> Series:
    """Return a uid's masters and overrides without those that a newer version replaces.

    Several masters with different starts are no versions of each other: some programs give every meeting the
    same uid. They stay, unless SEQUENCE tells which is the newest.
    """
    if len(meetings) == 1:
        only = meetings[0]
        is_master = only.recurrence_id is None
        return Series(masters=(only,) if is_master else (), overrides=() if is_master else (only,))
    masters = [meeting for meeting in meetings if meeting.recurrence_id is None]
    newest = max((meeting.sequence for meeting in masters), default=0)
    return Series(
        masters=_newest((one for one in masters if one.sequence == newest), zones),
        overrides=_newest((one for one in meetings if one.recurrence_id is not None), zones),
    )


def _newest(meetings: Iterable[Meeting], zones: ZoneTable) -> tuple[Meeting, ...]:
    groups: dict[object, list[Meeting]] = {}
    for meeting in meetings:
        groups.setdefault(_place(meeting.recurrence_id or meeting.dtstart, zones), []).append(meeting)
    return tuple(
        group[0] if len(group) == 1 else max(group, key=_rank)
        for _, group in sorted(groups.items(), key=_by_place)
    )


def _place(moment: Moment, zones: ZoneTable) -> tuple[bool, datetime]:
    """Return what two versions of the same date have in common."""
    return moment.is_date, moment.wall.replace(tzinfo=UTC) if moment.is_date else zones.instant(moment)


def _by_place(item: tuple[object, list[Meeting]]) -> str:
    return repr(item[0])


def _rank(meeting: Meeting) -> tuple[int, datetime, datetime, str]:
    """Return the order of age; two that are equally old are told apart by what they say, never by place."""
    return (
        meeting.sequence,
        meeting.last_modified or _NEVER,
        meeting.dtstamp or _NEVER,
        repr(replace(meeting, line=0)),
    )
