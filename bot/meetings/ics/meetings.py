"""Read a VEVENT into a meeting: what can be read stays, what cannot is told (RFC 5545 3.6.1)."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.meetings.ics.lines import Component, Property, param
from bot.meetings.ics.values import read_duration, read_wall, split_list, unescape
from bot.meetings.ics.zone_reading import ZoneReader
from bot.meetings.models import Duration, ExtraDate, Meeting, Moment, Problem, RecurrenceRule, Status
from bot.meetings.recurrence.rule_text import RefusedRuleError, parse_rule

MAX_DATES = 20_000
"""How many EXDATEs, and how many RDATEs, one meeting may have."""

_LINE, _TEXT, _ADDRESS = 500, 20_000, 2000
_MAX_RULES = 5
_MAX_ITEMS = 20
_LINKS = (
    b"X-GOOGLE-CONFERENCE",
    b"X-GOOGLE-HANGOUT",
    b"X-MICROSOFT-SKYPETEAMSMEETINGURL",
    b"X-MICROSOFT-ONLINEMEETINGCONFLINK",
    b"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
    b"X-ZOOM-MEETING-URL",
    b"X-CONFERENCE-URL",
)


class MeetingReader:
    """Reads the meetings of one VCALENDAR."""

    def __init__(self, zones: ZoneReader, problems: list[Problem], *, is_cancellation: bool = False) -> None:
        self._zones = zones
        self._problems = problems
        self._is_cancellation = is_cancellation

    def read(self, event: Component) -> Meeting | None:
        """Return the meeting, or None when it does not say when it is."""
        recurrence_id = self._moment(event.first(b"RECURRENCE-ID"))
        start = self._start(event, recurrence_id)
        if start is None:
            return None
        summary = _text(event, b"SUMMARY", _LINE)
        uid = event.value(b"UID").strip()[:_LINE] or _make_uid(start, summary)
        identified = event.first(b"RECURRENCE-ID")
        return Meeting(
            uid=uid,
            dtstart=start,
            recurrence_id=recurrence_id,
            is_this_and_future=identified is not None
            and param(identified, "RANGE").upper() == "THISANDFUTURE",
            dtend=self._end(event, start),
            duration=self._duration(event),
            rrules=tuple(self._rules(event)),
            rdates=tuple(self._extra_dates(event)),
            exdates=tuple(self._excluded(event)),
            sequence=_number(event.value(b"SEQUENCE")),
            status=self._status(event),
            is_transparent=event.value(b"TRANSP").strip().upper() == "TRANSPARENT",
            summary=summary,
            description=_text(event, b"DESCRIPTION", _TEXT),
            description_html=_text(event, b"X-ALT-DESC", _TEXT),
            location=_text(event, b"LOCATION", _ADDRESS),
            url=event.value(b"URL").strip()[:_ADDRESS],
            organizer=_organizer(event),
            categories=tuple(_categories(event)),
            conferences=_addresses(event, b"CONFERENCE"),
            attachments=_addresses(event, b"ATTACH"),
            properties=tuple((name.decode(), text) for name in _LINKS for text in _addresses(event, name)),
            dtstamp=_instant(event.value(b"DTSTAMP")),
            last_modified=_instant(event.value(b"LAST-MODIFIED")),
            line=event.line,
        )

    def _start(self, event: Component, recurrence_id: Moment | None) -> Moment | None:
        prop = event.first(b"DTSTART")
        if prop is None:
            if recurrence_id is None:
                self._report(event, event.line, "it has no start, so it is left out")
            return recurrence_id
        start = self._moment(prop)
        if start is None:
            self._report(
                event, prop.line, f"its start {prop.value.strip()[:40]!r} is no date; it is left out"
            )
        return start

    def _end(self, event: Component, start: Moment) -> Moment | None:
        prop = event.first(b"DTEND")
        if prop is None:
            return None
        end = self._moment(prop)
        if end is None:
            self._report(
                event, prop.line, f"its end {prop.value.strip()[:40]!r} is no date; it is overlooked"
            )
            return None
        if end.wall < start.wall and end.zone in {start.zone, ""}:
            self._report(event, prop.line, "it ends before it starts; its end is overlooked")
            return None
        return end

    def _duration(self, event: Component) -> Duration | None:
        prop = event.first(b"DURATION")
        if prop is None:
            return None
        duration = read_duration(prop.value)
        if duration is None or duration.days < 0 or duration.seconds < 0:
            self._report(event, prop.line, f"its duration {prop.value.strip()[:40]!r} cannot be read")
            return None
        return duration

    def _rules(self, event: Component) -> Iterator[RecurrenceRule]:
        for prop in event.properties.get(b"RRULE", ())[:_MAX_RULES]:
            try:
                yield parse_rule(prop.value)
            except RefusedRuleError as error:
                what = f"its repetition is not followed: {error}. Only its first date is kept"
                self._report(event, prop.line, what)

    def _extra_dates(self, event: Component) -> Iterator[ExtraDate]:
        for prop, text in self._dates(event, b"RDATE"):
            begin, slash, rest = text.partition("/")
            start = self._moment(prop, begin)
            if start is None:
                self._report(event, prop.line, f"its extra date {text[:40]!r} cannot be read")
                continue
            end = (
                self._moment(prop, rest)
                if slash and not rest.strip().upper().startswith(("P", "+", "-"))
                else None
            )
            duration = read_duration(rest) if slash and end is None else None
            yield ExtraDate(start=start, end=end, duration=duration)

    def _excluded(self, event: Component) -> Iterator[Moment]:
        for prop, text in self._dates(event, b"EXDATE"):
            moment = self._moment(prop, text)
            if moment is None:
                self._report(event, prop.line, f"its skipped date {text[:40]!r} cannot be read")
            else:
                yield moment

    def _dates(self, event: Component, name: bytes) -> Iterator[tuple[Property, str]]:
        left = MAX_DATES
        for prop in event.properties.get(name, ()):
            for text in prop.value.split(",", left)[:left]:
                if text.strip():
                    yield prop, text
                    left -= 1
            if left <= 0:
                self._report(event, prop.line, f"it lists more than {MAX_DATES} dates; the rest is left out")
                return

    def _moment(self, prop: Property | None, text: str | None = None) -> Moment | None:
        if prop is None:
            return None
        found = read_wall(prop.value if text is None else text)
        if found is None:
            return None
        wall, is_date, is_utc = found
        if is_utc:
            # RFC 5545 3.2.19: a TZID beside a time in UTC means nothing.
            return Moment(wall=wall, zone="UTC")
        if is_date or ("DATE" in prop.params and param(prop, "VALUE").upper() == "DATE"):
            return Moment(wall=wall.replace(hour=0, minute=0, second=0), is_date=True)
        tzid = param(prop, "TZID") if prop.params else ""
        if tzid:
            return Moment(wall=wall, zone=self._zones.resolve(tzid, prop.line), tzid=tzid[:_LINE])
        return Moment(wall=wall, zone=self._zones.default)

    def _status(self, event: Component) -> Status | None:
        if self._is_cancellation:
            return Status.CANCELLED
        text = event.value(b"STATUS").strip().upper()
        return Status(text) if text in Status.__members__ else None

    def _report(self, event: Component, line: int, what: str) -> None:
        self._problems.append(Problem(where=_text(event, b"SUMMARY", 100), what=what, line=line))


def _text(event: Component, name: bytes, limit: int) -> str:
    prop = event.first(name)
    return unescape(prop.value, limit) if prop is not None else ""


def _make_uid(start: Moment, summary: str) -> str:
    """Return an identity for a meeting without one; it stays as long as title and start do."""
    text = f"{start.wall.isoformat()} {start.zone} {summary}"
    return f"no-uid-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _organizer(event: Component) -> str:
    prop = event.first(b"ORGANIZER")
    name = param(prop, "CN") if prop is not None else ""
    return "" if "@" in name else name[:_LINE]


def _categories(event: Component) -> Iterator[str]:
    for prop in event.properties.get(b"CATEGORIES", ())[:_MAX_ITEMS]:
        yield from (name for part in split_list(prop.value, _MAX_ITEMS) if (name := unescape(part, _LINE)))


def _addresses(event: Component, name: bytes) -> tuple[str, ...]:
    found = event.properties.get(name)
    if not found:
        return ()
    # An attachment may be the thing itself, in base64; only addresses are of use.
    texts = (
        unescape(prop.value, _ADDRESS) for prop in found[:_MAX_ITEMS] if "BASE64" not in prop.params.upper()
    )
    return tuple(text for text in texts if text)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _instant(text: str) -> datetime | None:
    found = read_wall(text) if text else None
    return found[0].replace(tzinfo=UTC) if found is not None else None
