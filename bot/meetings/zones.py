"""Turn a zone's name into its rules: IANA's database, fixed offsets, and what a calendar defines itself."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib import resources
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.meetings.models import Moment, Timezone

_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})


@cache
def iana_names() -> MappingProxyType[str, str]:
    """Return the names of the zone database, aliases among them, by their case-folded form."""
    names = (resources.files("tzdata") / "zones").read_text(encoding="ascii").split()
    return MappingProxyType({name.casefold(): name for name in names if name not in _NO_PLACES})


def find_iana_name(name: str) -> str | None:
    """Find a zone by its name in any case."""
    return iana_names().get(name.casefold())


def write_offset(seconds: int) -> str:
    """Write a fixed offset as the name of a zone: "+05:30"; east of UTC is positive."""
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


class TransitionZone(tzinfo):
    """A zone given by its transitions.

    A wall time in a gap takes the offset before it; an ambiguous one means its first occurrence, unless
    `fold` says otherwise (RFC 5545 3.3.5, as zoneinfo does).
    """

    def __init__(self, zone: Timezone) -> None:
        self._name = zone.tzid
        self._instants = [instant for instant, _ in zone.transitions]
        self._offsets = [zone.first_offset, *(offset for _, offset in zone.transitions)]
        pairs = list(zip(self._instants, self._offsets, self._offsets[1:], strict=False))
        self._walls = (
            [instant + max(before, after) for instant, before, after in pairs],
            [instant + min(before, after) for instant, before, after in pairs],
        )

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return the offset of a wall time."""
        if dt is None:
            return None
        seconds = (dt.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)
        return timedelta(seconds=self._offsets[bisect_right(self._walls[dt.fold], seconds)])

    def dst(self, dt: datetime | None) -> timedelta | None:  # noqa: ARG002 (tzinfo's own signature)
        """Return None: a calendar's own zone does not say which of its offsets is the summer's."""
        return None

    def tzname(self, dt: datetime | None) -> str:  # noqa: ARG002 (tzinfo's own signature)
        """Return the zone's name."""
        return self._name

    def fromutc(self, dt: datetime) -> datetime:
        """Return the wall time of an instant."""
        seconds = (dt.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)
        offset = self._offsets[bisect_right(self._instants, seconds)]
        wall = dt + timedelta(seconds=offset)
        return wall if self.utcoffset(wall) == timedelta(seconds=offset) else wall.replace(fold=1)


@cache
def find_zone(name: str) -> tzinfo | None:
    """Find a zone by the name that `Moment.zone` holds; a calendar's own zones are not found here."""
    if name == "UTC":
        return UTC
    if fixed := _OFFSET.fullmatch(name):
        minutes = int(fixed[2]) * 60 + int(fixed[3])
        return (
            timezone(timedelta(minutes=-minutes if fixed[1] == "-" else minutes)) if minutes < 1440 else None
        )
    known = find_iana_name(name)
    return ZoneInfo(known) if known else None


class ZoneTable:
    """The zones of one calendar, and the zone of what is floating in it."""

    def __init__(self, timezones: Iterable[Timezone] = (), *, floating_zone: str = "UTC") -> None:
        self.floating_zone = floating_zone
        self._zones: dict[str, tzinfo] = {zone.tzid: TransitionZone(zone) for zone in timezones}

    def name(self, zone: str) -> str:
        """Return the name of the zone that a moment is in, floating or not."""
        return zone or self.floating_zone

    def zone(self, zone: str) -> tzinfo:
        """Return a zone's rules; an unknown name means UTC, which nobody takes for a local time."""
        name = zone or self.floating_zone
        found = self._zones.get(name)
        if found is None:
            found = self._zones[name] = find_zone(name) or UTC
        return found

    def instant(self, moment: Moment) -> datetime:
        """Return the instant of a moment; a date begins at midnight in the floating zone."""
        return to_utc(moment.wall, self.zone(moment.zone))


def to_utc(wall: datetime, zone: tzinfo) -> datetime:
    """Return the instant of a wall time; what lies outside the calendar's range is clipped to it."""
    try:
        return wall.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return _EARLIEST if wall.year < 5000 else _LATEST


def to_wall(instant: datetime, zone: tzinfo) -> datetime:
    """Return what a clock in a zone shows at an instant, without tzinfo."""
    try:
        return instant.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError:
        return instant.replace(tzinfo=None)
