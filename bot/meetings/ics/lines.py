"""Cut a calendar into content lines, properties and components (RFC 5545 3.1 and 3.6)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.meetings.models import Problem

MAX_DEPTH = 6
MAX_LINE = 256 * 1024
MAX_MEETINGS = 20_000
MAX_CALENDARS = 500

_EVENT = frozenset(
    b"UID DTSTART DTEND DURATION RECURRENCE-ID RRULE RDATE EXDATE SEQUENCE STATUS TRANSP SUMMARY DESCRIPTION "
    b"X-ALT-DESC LOCATION URL ORGANIZER CATEGORIES CONFERENCE ATTACH DTSTAMP LAST-MODIFIED "
    b"X-GOOGLE-CONFERENCE X-GOOGLE-HANGOUT X-MICROSOFT-SKYPETEAMSMEETINGURL "
    b"X-MICROSOFT-ONLINEMEETINGCONFLINK X-MICROSOFT-ONLINEMEETINGEXTERNALLINK "
    b"X-ZOOM-MEETING-URL X-CONFERENCE-URL".split()
)
_ZONE = frozenset(b"TZID X-LIC-LOCATION DTSTART RRULE RDATE TZOFFSETFROM TZOFFSETTO".split())
_WANTED: dict[bytes, frozenset[bytes]] = {
    b"VCALENDAR": frozenset(
        b"METHOD X-WR-CALNAME X-WR-CALDESC X-WR-TIMEZONE NAME DESCRIPTION REFRESH-INTERVAL "
        b"X-PUBLISHED-TTL".split()
    ),
    b"VEVENT": _EVENT,
    b"VTIMEZONE": _ZONE,
    b"STANDARD": _ZONE,
    b"DAYLIGHT": _ZONE,
}
_NOTHING: frozenset[bytes] = frozenset()
_TO_COLON = re.compile(rb'[^":]*+(?:"[^"]*+"[^":]*+)*+:')
_NAME = re.compile(rb"[A-Za-z0-9-]+")
# Their values hold no colon, but Exchange writes zones with one, unquoted: TZID=(UTC-05:00) Eastern Time.
_TIMES = frozenset({b"DTSTART", b"DTEND", b"RECURRENCE-ID", b"EXDATE", b"RDATE"})
_MAX_PROBLEMS = 20


class Property(NamedTuple):
    """A property as written; `params` still holds what stands between the name and the value."""

    params: str
    value: str
    line: int


@dataclass(slots=True)
class Component:
    """A component with the properties that are of use, by name."""

    name: bytes
    line: int
    properties: dict[bytes, list[Property]] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)

    def first(self, name: bytes) -> Property | None:
        """Return the first property of a name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def value(self, name: bytes) -> str:
        """Return the first property's value as it stands, or ""."""
        found = self.properties.get(name)
        return found[0].value if found else ""


def unfold(lines: Sequence[bytes], first_line: int) -> Iterator[tuple[int, bytes]]:
    """Yield the content lines with their numbers: folds undone before any decoding, blank lines left out."""
    number, pending = 0, b""
    folds: list[bytes] = []
    for position, raw in enumerate(lines, first_line):
        if raw[:1] in {b" ", b"\t"} and pending:
            if len(folds) < MAX_LINE:
                folds.append(raw.rstrip(b"\r")[1:])
            continue
        if pending:
            yield number, (pending + b"".join(folds))[:MAX_LINE] if folds else pending[:MAX_LINE]
            folds.clear()
        number, pending = position, raw.strip() if raw[:1] in {b" ", b"\t"} else raw.rstrip(b"\r")
    if pending:
        yield number, (pending + b"".join(folds))[:MAX_LINE]


def read_components(lines: Sequence[bytes], first_line: int, problems: list[Problem]) -> list[Component]:
    """Return the VCALENDARs of a body; lines and components that make no sense are left out."""
    reader = _TreeReader(problems)
    for number, line in unfold(lines, first_line):
        reader.read(number, line)
    return reader.calendars


class _TreeReader:
    def __init__(self, problems: list[Problem]) -> None:
        self.calendars: list[Component] = []
        self._problems = problems
        self._stack: list[Component] = []
        self._too_deep = 0
        self._meetings = 0
        self._reported = 0

    def read(self, number: int, line: bytes) -> None:
        """Take the next content line."""
        found = _NAME.match(line)
        end = found.end() if found else 0
        if not end or line[end : end + 1] not in {b":", b";"}:
            if line.strip() and self._stack:
                self._report(number, "this line is no property; it is overlooked")
            return
        name = line[:end].upper()
        if name == b"BEGIN":
            self._begin(number, line[end + 1 :].strip().upper())
        elif name == b"END":
            self._end(line[end + 1 :].strip().upper())
        elif self._stack and not self._too_deep:
            component = self._stack[-1]
            if name in _WANTED.get(component.name, _NOTHING):
                params, value = _cut(name, line, end)
                component.properties.setdefault(name, []).append(Property(params, value, number))

    def _begin(self, number: int, name: bytes) -> None:
        if name == b"VCALENDAR":
            self._stack, self._too_deep = [Component(name, number)], 0
            if len(self.calendars) < MAX_CALENDARS:
                self.calendars.append(self._stack[0])
            return
        if name == b"VEVENT":
            self._close_open_meeting(number)
        if not self._stack:
            return
        if self._too_deep or len(self._stack) >= MAX_DEPTH:
            self._too_deep += 1
            if self._too_deep == 1:
                self._report(number, "components lie too deep in each other; the inner ones are left out")
            return
        component = Component(name, number)
        self._add(component)
        self._stack.append(component)

    def _add(self, component: Component) -> None:
        if component.name == b"VEVENT":
            self._meetings += 1
            if self._meetings > MAX_MEETINGS:
                if self._meetings == MAX_MEETINGS + 1:
                    self._report(component.line, f"only the first {MAX_MEETINGS} meetings are read")
                return
        if component.name in _WANTED:
            self._stack[-1].parts.append(component)

    def _close_open_meeting(self, number: int) -> None:
        """End a meeting whose END was forgotten where the next one begins."""
        for position, component in enumerate(self._stack):
            if component.name == b"VEVENT":
                self._report(number, f"the meeting before has no END (it began in line {component.line})")
                del self._stack[position:]
                self._too_deep = 0
                return

    def _end(self, name: bytes) -> None:
        if self._too_deep:
            self._too_deep -= 1
            return
        for position in range(len(self._stack) - 1, -1, -1):
            if self._stack[position].name == name:
                del self._stack[position:]
                return

    def _report(self, number: int, what: str) -> None:
        self._reported += 1
        if self._reported <= _MAX_PROBLEMS:
            self._problems.append(Problem(what=what, line=number))


def _cut(name: bytes, line: bytes, end: int) -> tuple[str, str]:
    """Cut a content line into its parameters and its value."""
    if line[end : end + 1] == b":":
        return "", _decode(line[end + 1 :])
    colon = line.rfind(b":") if name in _TIMES else _find_colon(line, end)
    if colon < 0:
        return _decode(line[end + 1 :]), ""
    return _decode(line[end + 1 : colon]), _decode(line[colon + 1 :])


def _find_colon(line: bytes, end: int) -> int:
    """Find the colon before the value: the first outside quotes, or the first where quotes do not close."""
    found = _TO_COLON.match(line, end)
    return found.end() - 1 if found else line.find(b":", end)


def _decode(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("windows-1252", "replace")


_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_PARAM = re.compile(r'(?<![^;])\s*+([A-Za-z0-9-]++)=((?:"[^"]*+"?+|[^";]++)*+)')


def param(prop: Property, name: str) -> str:
    """Return a parameter's value, unquoted and on one line, with RFC 6868's signs resolved, or ""."""
    if not prop.params or name not in prop.params.upper():
        return ""
    for found in _PARAM.finditer(prop.params):
        if found[1].upper() == name:
            value = found[2].replace('"', "").strip()
            if "^" in value:
                value = value.replace("^'", "'").replace("^n", " ").replace("^^", "^")
            return _CONTROLS.sub(" ", value)
    return ""
