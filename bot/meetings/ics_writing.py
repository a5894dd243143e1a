"""Write meetings as iCalendar that every client understands, and our own reader reads back as they were.

Strict clients want what RFC 5545 asks of a writer: every TZID with its VTIMEZONE, UNTIL of a timed series in
UTC, EXDATE in the zone of DTSTART (some servers overlook one in UTC).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
from icalendar.prop import vInline

from bot.meetings.ics_writing_zones import write_timezone
from bot.meetings.models import Duration, Meeting, Moment, Occurrence, RecurrenceRule, Timezone
from bot.meetings.recurrence.lengths import Length, find_extra_length, find_length
from bot.meetings.recurrence.rule_text import write_rule
from bot.meetings.recurrence.slots import original_of
from bot.meetings.zones import ZoneTable, to_utc

PRODUCT = "-//Rapporteur//Rapporteur//EN"

_END_OF_DAY = timedelta(hours=23, minutes=59, seconds=59)


def write_calendar(
    meetings: Sequence[Meeting],
    *,
    now: datetime,
    name: str = "",
    method: str = "PUBLISH",
    timezones: Iterable[Timezone] = (),
    floating_zone: str = "",
    refresh_interval: timedelta | None = None,
) -> bytes:
    """Return meetings and series, with what replaces their dates, as one calendar.

    Args:
        meetings: What to write; a series and its overrides share a uid.
        now: DTSTAMP of what has none of its own.
        name: What subscribers see as the calendar's name.
        method: PUBLISH for a feed or a file; CANCEL takes meetings back.
        timezones: The zones that the meetings' calendar defines itself.
        floating_zone: The zone to give to times without one; "" leaves them floating.
        refresh_interval: How often subscribers should ask.
    """
    zones = ZoneTable(timezones, floating_zone=floating_zone or "UTC")
    calendar = icalendar.Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    name = _one_line(name)
    if name:
        calendar.add("NAME", name)
        calendar.add("X-WR-CALNAME", icalendar.vText(name))
    if refresh_interval is not None:
        calendar.add("REFRESH-INTERVAL", refresh_interval, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", icalendar.vDuration(refresh_interval))
    masters = {meeting.uid: meeting for meeting in meetings if meeting.recurrence_id is None}
    settled = [_settle(meeting, masters.get(meeting.uid), zones, floating_zone) for meeting in meetings]
    for zone, first in sorted(_used_zones(settled).items()):
        calendar.add_component(write_timezone(zone, zones.zone(zone), first_year=first))
    for meeting in settled:
        calendar.add_component(_EventWriter(meeting, zones, now).write())
    return bytes(calendar.to_ical())


def write_occurrence(
    occurrence: Occurrence, *, now: datetime, timezones: Iterable[Timezone] = (), method: str = "PUBLISH"
) -> bytes:
    """Return one occurrence as a calendar of its own: what a member adds to theirs.

    It has a uid of its own: a date of a series without its series confuses clients. Adding it again after it
    has moved replaces it.
    """
    key = occurrence.key
    if isinstance(occurrence.start, datetime):
        # Not by its end: a wall time that comes twice would not say which is meant.
        length = Duration(seconds=int((occurrence.ends_at - occurrence.starts_at).total_seconds()))
    else:
        length = Duration(days=(occurrence.ends_at - occurrence.starts_at).days)
    single = replace(
        occurrence.meeting,
        uid=f"{key.original}-{key.uid}" if key.original else occurrence.meeting.uid,
        recurrence_id=None,
        is_this_and_future=False,
        rrules=(),
        rdates=(),
        exdates=(),
        dtstart=Moment(wall=occurrence.wall, zone=occurrence.zone, is_date=occurrence.is_all_day),
        dtend=None,
        duration=length,
        summary=occurrence.summary,
    )
    return write_calendar([single], now=now, timezones=timezones, method=method)


def _settle(meeting: Meeting, master: Meeting | None, zones: ZoneTable, floating_zone: str) -> Meeting:
    """Give floating times their zone, and RECURRENCE-ID the form of DTSTART (RFC 5545 3.8.4.4)."""
    identified = meeting.recurrence_id
    if identified is not None and master is not None:
        identified = _like_start(identified, master, zones)
    return replace(
        meeting,
        dtstart=_in_zone(meeting.dtstart, floating_zone),
        dtend=_in_zone(meeting.dtend, floating_zone) if meeting.dtend else None,
        recurrence_id=_in_zone(identified, floating_zone) if identified else None,
    )


def _in_zone(moment: Moment, zone: str) -> Moment:
    return moment if moment.zone or moment.is_date else replace(moment, zone=zone)


def _like_start(moment: Moment, series: Meeting, zones: ZoneTable) -> Moment:
    """Return one of a series' dates as its DTSTART is written: as a date, or in its zone."""
    start = series.dtstart
    slot = original_of(moment, series, zones)
    return Moment(wall=slot.wall, zone=start.zone, is_date=start.is_date)


def _used_zones(meetings: Iterable[Meeting]) -> dict[str, int]:
    """Return the zones that need a definition, with the first year for which they do."""
    used: dict[str, int] = {}
    for meeting in meetings:
        for moment in (meeting.dtstart, meeting.dtend, meeting.recurrence_id):
            if moment is not None and moment.zone not in {"", "UTC"}:
                used[moment.zone] = min(used.get(moment.zone, moment.wall.year), moment.wall.year)
    return used


class _EventWriter:
    """Writes one VEVENT."""

    def __init__(self, meeting: Meeting, zones: ZoneTable, now: datetime) -> None:
        self._meeting = meeting
        self._zones = zones
        self._now = now
        self._event = icalendar.Event()

    def write(self) -> icalendar.Event:
        """Return the VEVENT."""
        meeting, event = self._meeting, self._event
        event.add("UID", meeting.uid)
        event.add("DTSTAMP", (meeting.dtstamp or self._now).astimezone(UTC))
        if meeting.last_modified is not None:
            event.add("LAST-MODIFIED", meeting.last_modified.astimezone(UTC))
        event.add("SEQUENCE", meeting.sequence)
        self._write_times()
        self._write_recurrence()
        for name, text in self._texts():
            event.add(name, icalendar.vText(text))
        for name, address in self._addresses():
            # An address with a line break in it would begin a property of its own.
            parameters = {"VALUE": "URI"} if name == "CONFERENCE" else {}
            event.add(name, icalendar.vUri("".join(address.split())), parameters=parameters)
        if meeting.description_html:
            event.add(
                "X-ALT-DESC", icalendar.vText(meeting.description_html), parameters={"FMTTYPE": "text/html"}
            )
        if meeting.categories:
            event.add("CATEGORIES", [_one_line(name) for name in meeting.categories])
        if meeting.organizer:
            # RFC 5545 wants an address; this is the sign, known to clients, for one that nobody may write to.
            event.add(
                "ORGANIZER",
                icalendar.vCalAddress("invalid:nomail", params={"CN": _one_line(meeting.organizer)}),
            )
        return event

    def _texts(self) -> Iterator[tuple[str, str]]:
        meeting = self._meeting
        for name, text in (
            ("SUMMARY", meeting.summary),
            ("DESCRIPTION", meeting.description),
            ("LOCATION", meeting.location),
            ("STATUS", meeting.status.value if meeting.status else ""),
            ("TRANSP", "TRANSPARENT" if meeting.is_transparent else ""),
        ):
            if text:
                yield name, text
        yield from meeting.properties

    def _addresses(self) -> Iterator[tuple[str, str]]:
        if self._meeting.url:
            yield "URL", self._meeting.url
        yield from (("CONFERENCE", address) for address in self._meeting.conferences)
        yield from (("ATTACH", address) for address in self._meeting.attachments)

    def _write_times(self) -> None:
        meeting = self._meeting
        if meeting.recurrence_id is not None:
            parameters = {"RANGE": "THISANDFUTURE"} if meeting.is_this_and_future else {}
            self._add("RECURRENCE-ID", [meeting.recurrence_id], parameters)
        self._add("DTSTART", [meeting.dtstart])
        if meeting.dtend is not None:
            self._add("DTEND", [meeting.dtend])
        elif (length := find_length(meeting, self._zones)) is not None:
            self._event.add("DURATION", vInline(_duration(length)))

    def _write_recurrence(self) -> None:
        for rule in self._meeting.rrules:
            self._event.add("RRULE", icalendar.vRecur.from_ical(write_rule(self._end_in_utc(rule))))
        periods = []
        plain = []
        for extra in self._meeting.rdates:
            length = find_extra_length(extra, extra.start, self._zones)
            if length is None:
                plain.append(_like_start(extra.start, self._meeting, self._zones))
            else:
                periods.append(self._period(extra.start, length))
        if plain:
            self._add("RDATE", plain)
        if periods:
            self._event.add("RDATE", periods, parameters={"VALUE": "PERIOD"})
        if self._meeting.exdates:
            self._add(
                "EXDATE",
                [_like_start(moment, self._meeting, self._zones) for moment in self._meeting.exdates],
            )

    def _period(self, start: Moment, length: Length) -> tuple[datetime, timedelta]:
        slot = original_of(start, self._meeting, self._zones)
        return to_utc(slot.wall, self._zones.zone(self._meeting.dtstart.zone)), length.span

    def _end_in_utc(self, rule: RecurrenceRule) -> RecurrenceRule:
        """Give UNTIL the form of RFC 5545 3.3.10: a date for dates, UTC for times with a zone."""
        start, until = self._meeting.dtstart, rule.until
        if until is None:
            return rule
        if start.is_date:
            return replace(rule, until=replace(until, zone="", is_date=True))
        if until.zone == "UTC":
            return rule
        wall = until.wall + _END_OF_DAY if until.is_date else until.wall
        if not start.zone:
            return replace(rule, until=Moment(wall=wall))
        instant = to_utc(wall, self._zones.zone(start.zone))
        return replace(rule, until=Moment(wall=instant.replace(tzinfo=None), zone="UTC"))

    def _add(self, name: str, moments: list[Moment], parameters: dict[str, str] | None = None) -> None:
        """Add moments of one kind; TZID is given by hand, for the zones that no library knows."""
        parameters = dict(parameters or {})
        first = moments[0]
        if first.is_date:
            parameters["VALUE"] = "DATE"
        elif first.zone not in {"", "UTC"}:
            parameters["TZID"] = first.zone
        values = [_value(moment) for moment in moments]
        is_list = name in {"RDATE", "EXDATE"}
        self._event.add(name, values if is_list else values[0], parameters=parameters)


def _one_line(text: str) -> str:
    """Return a text without the signs that icalendar does not escape in names."""
    return " ".join(text.replace('"', "'").split())


def _duration(length: Length) -> str:
    """Write a length; its days and its hours are different things, so none is made of the other."""
    days = f"{length.days}D" if length.days else ""
    time = f"T{length.seconds}S" if length.seconds or not days else ""
    return f"P{days}{time}"


def _value(moment: Moment) -> datetime | date:
    if moment.is_date:
        return moment.wall.date()
    return moment.wall.replace(tzinfo=UTC) if moment.zone == "UTC" else moment.wall
