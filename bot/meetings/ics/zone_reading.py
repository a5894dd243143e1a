"""Decide the zone of every time in a VCALENDAR: by its name, by its own rules, or by a guess that is told."""

from collections.abc import Iterable
from dataclasses import replace

from bot.meetings.ics.lines import Component
from bot.meetings.ics.tzids import AMBIGUOUS_NAMES, find_zone_name
from bot.meetings.ics.vtimezones import read_timezone
from bot.meetings.models import Problem, Timezone
from bot.meetings.recurrence.walls import Steps

_MAX_NAME = 100
_MAX_ZONES = 200


class ZoneReader:
    """Resolves the TZIDs of one VCALENDAR, each once.

    Attributes:
        default: The zone of its floating times: X-WR-TIMEZONE, else its only VTIMEZONE; "" when it has none.
    """

    def __init__(
        self, calendar: Component, taken: dict[str, Timezone], problems: list[Problem], steps: Steps
    ) -> None:
        self._steps = steps
        self._taken = taken
        self._problems = problems
        self._known: dict[str, str] = {}
        self._own: dict[str, Component] = {}
        for part in calendar.parts:
            if part.name == b"VTIMEZONE" and len(self._own) < _MAX_ZONES:
                self._own.setdefault(_plain(part.value(b"TZID")), part)
        self.default = self._find_default(calendar)

    def resolve(self, tzid: str, line: int) -> str:
        """Return the zone that a TZID means; the default, told as a problem, when nobody knows it."""
        name = self._known.get(tzid)
        if name is None:
            found = self._find(tzid)
            if found is None:
                instead = self.default or "the zone set for this calendar"
                what = f"this time zone is unknown; its times are read as those of {instead}"
                self._problems.append(Problem(where=tzid[:_MAX_NAME], what=what, line=line))
            name = self._known[tzid] = found if found is not None else self.default
        return name

    def _find_default(self, calendar: Component) -> str:
        named = calendar.first(b"X-WR-TIMEZONE")
        if named is not None and named.value.strip():
            found = self._find(_plain(named.value))
            if found is not None:
                return found
            what = "the calendar names this as its time zone, but nobody knows it"
            self._problems.append(Problem(where=named.value.strip()[:_MAX_NAME], what=what, line=named.line))
        if len(self._own) == 1:
            return self._find(next(iter(self._own))) or ""
        return ""

    def _find(self, tzid: str) -> str | None:
        own = self._own.get(tzid)
        if own is not None and tzid.upper() in AMBIGUOUS_NAMES:
            return self._define(own, tzid) or find_zone_name(tzid)
        found = find_zone_name(tzid)
        if found is not None or own is None:
            return found
        place = find_zone_name(own.value(b"X-LIC-LOCATION")) if own.value(b"X-LIC-LOCATION") else None
        return place or self._define(own, tzid)

    def _define(self, own: Component, tzid: str) -> str | None:
        """Take a zone from the calendar's own rules, under a name that no other zone has."""
        zone = read_timezone(own, tzid[:_MAX_NAME], self._steps)
        if zone is None:
            return None
        for name in _names(zone.tzid):
            other = self._taken.setdefault(name, replace(zone, tzid=name))
            if other.transitions == zone.transitions and other.first_offset == zone.first_offset:
                return name
        return None


def _names(tzid: str) -> Iterable[str]:
    yield tzid
    for number in range(2, _MAX_ZONES):
        yield f"{tzid} ({number})"


def _plain(tzid: str) -> str:
    return tzid.strip().strip('"').strip()
