"""Whatever comes in, the reader answers; and what means the same comes out the same."""

import random

import hypothesis.strategies as st
from hypothesis import given, settings

from bot.errors import SourceError
from bot.meetings.feed import read_feed
from bot.meetings.ics.lines import param, read_components
from bot.meetings.occurrences import MAX_OCCURRENCES
from tests.benchmarks.calendar_cases import read_cases
from tests.benchmarks.calendars import FIXTURES
from tests.unit.meetings.calendar_text import HIGH, LOW, calendar, event

ZONE = """BEGIN:VTIMEZONE
TZID:Our Zone
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""
COMPONENTS = (
    ZONE,
    event("DTSTART;TZID=Our Zone:20251007T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", uid="w"),
    event("RECURRENCE-ID;TZID=Our Zone:20251104T100000", "DTSTART;TZID=Our Zone:20251105T120000", uid="w"),
    event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Our Zone:20251118T100000",
        "DTSTART;TZID=Our Zone:20251118T110000",
        uid="w",
        summary="Später — 後で",
    ),
    event("DTSTART;VALUE=DATE:20251101", "DTEND;VALUE=DATE:20251103", uid="d"),
    event(
        "DTSTART:20251103T090000", "RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20251105T090000", uid="f", summary="A"
    ),
    event("DTSTART:20251103T100000", "RRULE:FREQ=DAILY;COUNT=4", uid="f", summary="B"),
    event("DTSTART:20251103T090000Z", "SEQUENCE:1", "LAST-MODIFIED:20250101T000000Z", uid="s", summary="old"),
    event("DTSTART:20251103T090000Z", "SEQUENCE:2", uid="s", summary="new"),
)
FRAGMENTS = tuple(
    line for case in read_cases(FIXTURES / "cases.jsonl") for line in case.data.decode().splitlines()
)


def seen(data: bytes) -> list[tuple[object, ...]]:
    feed = read_feed(data, window_from=LOW, window_to=HIGH, floating_zone="Europe/Berlin")
    return [
        (one.key, one.start, one.end, one.wall, one.zone, one.summary, one.status)
        for one in feed.expansion.occurrences
    ]


EXPECTED = seen(calendar(*COMPONENTS))


@given(st.permutations(COMPONENTS))
def test_order_of_components_means_nothing(components: list[str]) -> None:
    assert seen(calendar(*components)) == EXPECTED


@given(st.integers(), st.integers(1, 40), st.sampled_from([b"\r\n", b"\n"]), st.sampled_from([b" ", b"\t"]))
def test_folds_and_line_ends_mean_nothing(seed: int, width: int, end: bytes, sign: bytes) -> None:
    chance = random.Random(seed)
    folded = []
    for line in calendar(*COMPONENTS).split(b"\r\n"):
        rest, parts = line, []
        while len(rest) > width:
            cut = chance.randint(1, width)
            parts.append(rest[:cut])
            rest = rest[cut:]
        folded.append((end + sign).join([*parts, rest]))
    assert seen(end.join(folded)) == EXPECTED


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_or_read(data: bytes) -> None:
    body = b"BEGIN:VCALENDAR\r\n" + data + b"\r\nEND:VCALENDAR"
    for one in (data, body):
        try:
            feed = read_feed(one, window_from=LOW, window_to=HIGH)
        except SourceError:
            continue
        assert len(feed.expansion.occurrences) <= MAX_OCCURRENCES


@settings(max_examples=300)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60))
def test_lines_of_calendars_in_any_mixture_never_raise(lines: list[str]) -> None:
    body = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode()
    feed = read_feed(body, window_from=LOW, window_to=HIGH)
    assert len(feed.expansion.occurrences) <= MAX_OCCURRENCES
    assert all(one.end >= one.start for one in feed.expansion.occurrences)


DIGITS = st.text("0123456789TZ", max_size=16)
VALUES = st.one_of(DIGITS, st.sampled_from(["00010101T000000", "99991231T235959Z", "99991231", "00010101"]))
PARTS = (
    *("FREQ=YEARLY", "FREQ=HOURLY", "FREQ=DAILY", "INTERVAL=999999999", "COUNT=99999999", "BYMONTH=2"),
    *("BYMONTHDAY=-31,31", "BYDAY=-53MO,5FR", "BYWEEKNO=-53,53", "BYYEARDAY=-366", "BYSETPOS=-1,366"),
    *("UNTIL=99991231T235959Z", "UNTIL=00010101", "WKST=SU", "SKIP=FORWARD", "BYHOUR=0,23"),
)
RULES = st.lists(st.sampled_from(PARTS), max_size=6)


@settings(max_examples=300, deadline=None)
@given(
    start=VALUES,
    end=VALUES,
    rule=RULES,
    other=VALUES,
    zone=st.sampled_from(["", ";TZID=Pacific/Kiritimati", ";TZID=Pacific/Pago_Pago", ";TZID=UTC+14"]),
    window=st.sampled_from([(LOW, HIGH), (LOW.replace(year=1), HIGH.replace(year=9999))]),
)
def test_times_at_the_ends_of_the_world_never_raise(*, start, end, rule, other, zone, window) -> None:
    body = calendar(
        event(f"DTSTART{zone}:{start}", f"DTEND{zone}:{end}", f"RRULE:{';'.join(rule)}", f"EXDATE:{other}"),
        event(f"DTSTART{zone}:{end}", f"RECURRENCE-ID;RANGE=THISANDFUTURE:{other}", f"DURATION:P{other}D"),
        event(f"DTSTART:{other}", f"RDATE{zone}:{end}", f"RDATE;VALUE=PERIOD:{start}/{end}"),
    )
    feed = read_feed(body, window_from=window[0], window_to=window[1])
    assert len(feed.expansion.occurrences) <= MAX_OCCURRENCES


@given(st.text(max_size=80), st.text(max_size=80))
def test_parameters_of_any_kind_are_read(params: str, value: str) -> None:
    line = f"DTSTART;{params}:{value}".encode()
    problems: list = []
    read = read_components([b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", line, b"END:VEVENT"], 1, problems)
    for prop in (found for part in read[0].parts for found in part.properties.get(b"DTSTART", ())):
        assert isinstance(param(prop, "TZID"), str)
