"""What is told of a calendar that changed, and what is not."""

import os
import random
import tarfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import hypothesis.strategies as st
import icalendar
import pytest
import recurring_ical_events
from hypothesis import given

from bot.meetings.changes import Change, ChangeKind, Changes, find_changes
from bot.meetings.feed import read_feed
from bot.meetings.models import Occurrence
from tests.unit.meetings.calendar_text import calendar, event, occurrences

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
NOW = datetime(2025, 10, 20, tzinfo=UTC)
UNTIL = NOW + timedelta(days=28)
NY = "TZID=America/New_York"
ZOOM = "LOCATION:https://zoom.us/j/91234567890"
WEEKLY = event(f"DTSTART;{NY}:20251007T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", ZOOM, uid="w@x")
SINGLE = event("DTSTART:20251105T100000Z", "DURATION:PT1H", uid="s@x", summary="Review")
BASE = calendar(WEEKLY, SINGLE)


def override(day: str, *lines: str, uid: str = "w@x", summary: str = "Call") -> str:
    return event(f"RECURRENCE-ID;{NY}:{day}T100000", *lines, "DURATION:PT1H", uid=uid, summary=summary)


def compare(before: bytes, after: bytes) -> Changes:
    window = (NOW - timedelta(days=10), NOW + timedelta(days=90))
    old, new = occurrences(before, *window), occurrences(after, *window)
    return find_changes(old, new, since=NOW, until=UNTIL)


def told(before: bytes, after: bytes) -> list[str]:
    return [words(change) for change in compare(before, after).changes]


def words(change: Change) -> str:
    shown = [f"{one.start:%m-%dT%H:%M}" for one in (change.before, change.after) if one is not None]
    return f"{change.kind} {' > '.join(dict.fromkeys(shown))}"


def test_what_did_not_change_is_silent() -> None:
    assert compare(BASE, BASE).changes == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SUMMARY:Review", "SUMMARY:  review "),
        ("UID:s@x", "UID:s@y\nDTSTAMP:20250101T000000Z\nSEQUENCE:4"),
        ("DURATION:PT1H", "DURATION:PT60M\nDESCRIPTION:An agenda."),
        ("T100000Z", "T100000Z\nCREATED:20250101T000000Z"),
        ("DTSTART:20251105T100000Z", "DTSTART;TZID=Europe/Berlin:20251105T110000"),
    ],
)
def test_what_is_new_only_to_programs_is_silent(old: str, new: str) -> None:
    assert SINGLE.replace(old, new) != SINGLE
    assert told(BASE, calendar(WEEKLY, SINGLE.replace(old, new))) == []


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        ((WEEKLY, SINGLE.replace("T10", "T12")), ["moved 11-05T10:00 > 11-05T12:00"]),
        ((WEEKLY, SINGLE.replace("20251105", "20251225")), ["moved 11-05T10:00 > 12-25T10:00"]),
        ((WEEKLY, SINGLE.replace("PT1H", "PT2H")), ["moved 11-05T10:00"]),
        (
            (WEEKLY, SINGLE.replace("20251105T100000Z", "20251105").replace("PT1H", "P1D")),
            ["moved 11-05T10:00 > 11-05T00:00"],
        ),
        ((WEEKLY, SINGLE.replace("Review", "Long review")), ["new_title 11-05T10:00"]),
        ((WEEKLY, SINGLE.replace("END:V", "STATUS:CANCELLED\nEND:V")), ["cancelled 11-05T10:00"]),
        ((WEEKLY,), ["cancelled 11-05T10:00"]),
        ((SINGLE,), ["series_ended 10-21T14:00"]),
        (
            (WEEKLY, SINGLE, event("DTSTART:20251106T100000Z", uid="n@x", summary="New")),
            ["new_meeting 11-06T10:00"],
        ),
        (
            (WEEKLY, SINGLE, event("DTSTART:20251106T100000Z", "RRULE:FREQ=DAILY", uid="n@x", summary="New")),
            ["new_series 11-06T10:00"],
        ),
        (
            (WEEKLY.replace("END:V", f"EXDATE;{NY}:20251028T100000\nEND:V"), SINGLE),
            ["cancelled 10-28T14:00"],
        ),
        (
            (WEEKLY.replace("END:V", f"RDATE;{NY}:20251101T100000\nEND:V"), SINGLE),
            ["new_date 11-01T14:00"],
        ),
        (
            (WEEKLY, SINGLE, override("20251028", f"DTSTART;{NY}:20251029T120000", ZOOM)),
            ["moved 10-28T14:00 > 10-29T16:00"],
        ),
        (
            (
                WEEKLY,
                SINGLE,
                override(
                    "20251028", f"DTSTART;{NY}:20251028T100000", "LOCATION:https://zoom.us/j/92345678901"
                ),
            ),
            ["new_link 10-28T14:00"],
        ),
        (
            (WEEKLY, SINGLE, override("20251028", f"DTSTART;{NY}:20251028T100000", "STATUS:CANCELLED")),
            ["cancelled 10-28T14:00"],
        ),
    ],
)
def test_what_changed_for_people_is_told(components: tuple[str, ...], expected: list[str]) -> None:
    assert told(BASE, calendar(*components)) == expected


def test_cancelled_date_that_takes_place_again_is_restored() -> None:
    cancelled = override("20251028", f"DTSTART;{NY}:20251028T100000", "STATUS:CANCELLED")
    assert told(calendar(WEEKLY, SINGLE, cancelled), BASE) == ["restored 10-28T14:00"]


def test_cancelled_date_that_leaves_the_calendar_is_no_news() -> None:
    cancelled = override("20251028", f"DTSTART;{NY}:20251028T100000", "STATUS:CANCELLED")
    taken_out = WEEKLY.replace("END:V", f"EXDATE;{NY}:20251028T100000\nEND:V")
    assert told(calendar(WEEKLY, SINGLE, cancelled), calendar(taken_out, SINGLE)) == []


def test_series_whose_time_changes_moves_date_by_date() -> None:
    later = calendar(WEEKLY.replace("20251007T100000", "20251009T113000"), SINGLE)
    assert told(BASE, later) == [
        "moved 10-21T14:00 > 10-23T15:30",
        "moved 10-28T14:00 > 10-30T15:30",
        "moved 11-04T15:00 > 11-06T16:30",
        "moved 11-11T15:00 > 11-13T16:30",
    ]


def test_split_of_a_series_is_silent_but_for_what_it_moves() -> None:
    google = WEEKLY.replace("w@x", "w@google.com")
    first = google.replace("FREQ=WEEKLY", "FREQ=WEEKLY;UNTIL=20251104T045959Z")
    rest = google.replace("w@google.com", "w_R20251104T150000@google.com").replace("20251007", "20251104")
    before = calendar(google, SINGLE)
    assert told(before, calendar(first, rest, SINGLE)) == []
    assert told(before, calendar(first, rest.replace("T100000\nDUR", "T110000\nDUR"), SINGLE)) == [
        "moved 11-04T15:00 > 11-04T16:00",
        "moved 11-11T15:00 > 11-11T16:00",
    ]


def test_feed_that_renames_everything_is_silent_and_says_which_is_which() -> None:
    found = compare(BASE, BASE.replace(b"@x", b"@elsewhere.example"))
    assert found.changes == ()
    assert not found.is_doubtful
    assert (("w@x", "20251028T140000Z"), ("w@elsewhere.example", "20251028T140000Z")) in found.rekeyed
    assert (("s@x", ""), ("s@elsewhere.example", "")) in found.rekeyed


def test_what_is_over_or_far_away_is_not_told() -> None:
    over = event("DTSTART:20251015T100000Z", uid="o@x", summary="Over")
    far = event("DTSTART:20251215T100000Z", uid="f@x", summary="Far")
    assert told(calendar(WEEKLY, SINGLE, over, far), BASE) == []


@pytest.mark.parametrize(
    ("after", "is_doubtful"),
    [
        (calendar(), True),
        (calendar(SINGLE), True),
        (calendar(WEEKLY), False),
        (calendar(WEEKLY.replace("T100000\nDUR", "T120000\nDUR"), SINGLE), False),
        (BASE.replace(b"SUMMARY", b"STATUS:CANCELLED\r\nSUMMARY"), False),
    ],
)
def test_feed_that_loses_more_than_half_of_its_future_is_doubtful(after: bytes, is_doubtful: bool) -> None:
    assert compare(BASE, after).is_doubtful is is_doubtful


def test_empty_calendar_that_stays_empty_is_not_doubtful() -> None:
    assert not compare(calendar(), calendar()).is_doubtful


def test_same_meeting_shown_twice_is_one() -> None:
    twin = calendar(WEEKLY, SINGLE, SINGLE.replace("UID:s@x", "UID:s_R20251105T100000@x"))
    assert told(BASE, twin) == []
    assert told(twin, BASE) == []


SHAPES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 27), st.integers(0, 23), st.sampled_from(["a", "b"])),
    max_size=12,
)


def made(shapes: list[tuple[int, int, int, str]]) -> tuple[Occurrence, ...]:
    events = [
        event(f"DTSTART:{NOW + timedelta(days=day, hours=hour):%Y%m%dT%H%M%SZ}", uid=f"u{uid}", summary=title)
        for uid, day, hour, title in shapes
    ]
    return occurrences(calendar(*events), NOW - timedelta(days=10), NOW + timedelta(days=90))


@given(SHAPES, SHAPES, st.randoms(use_true_random=False))
def test_order_means_nothing_and_each_occurrence_is_told_of_once(
    old: list[tuple[int, int, int, str]], new: list[tuple[int, int, int, str]], chance: random.Random
) -> None:
    before, after = made(old), made(new)
    found = find_changes(before, after, since=NOW, until=UNTIL)
    shuffled = (chance.sample(states, len(states)) for states in (before, after))
    assert find_changes(*shuffled, since=NOW, until=UNTIL) == found
    assert find_changes(after, after, since=NOW, until=UNTIL).changes == ()
    moved = [change for change in found.changes if change.kind is ChangeKind.MOVED]
    assert len({change.before.key for change in moved}) == len(moved)
    assert len({change.after.key for change in moved}) == len(moved)


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real calendars")
def test_weekly_states_of_a_real_calendar_tell_what_another_engine_sees_and_nothing_else() -> None:
    kinds: Counter[ChangeKind] = Counter()
    states = real_states()
    for (_, old), (now, new) in pairwise(states):
        until, window = now + timedelta(days=28), (now - timedelta(days=10), now + timedelta(days=120))
        old_feed, new_feed = (
            read_feed(data, window_from=window[0], window_to=window[1]) for data in (old, new)
        )
        before, after = old_feed.expansion.occurrences, new_feed.expansion.occurrences
        known = {meeting.canonical_uid for meeting in old_feed.calendar.meetings}
        found = find_changes(before, after, since=now, until=until, known_uids=known)
        was, is_now = seen_by_another_engine(old, *window), seen_by_another_engine(new, *window)
        gone, fresh = was - is_now, is_now - was
        for change in found.changes:
            kinds[change.kind] += 1
            assert not found.is_doubtful
            if change.kind is ChangeKind.NEW_LINK:
                continue
            assert change.before is None or place(change.before) in gone, change
            assert change.after is None or place(change.after) in fresh, change
        # What another engine sees come or go is told, unless its series is.
        covered = {place(one) for change in found.changes for one in (change.before, change.after) if one}
        whole = {
            change.occurrence.key.uid
            for change in found.changes
            if change.kind in {ChangeKind.NEW_SERIES, ChangeKind.SERIES_ENDED}
        }
        for one, seen in ((one, seen) for states, seen in ((before, gone), (after, fresh)) for one in states):
            if now <= one.starts_at < until and place(one) in seen and one.key.uid not in whole:
                assert place(one) in covered, one.key
    # Looked through by hand, each of them: all are real.
    assert kinds == EXPECTED_KINDS


EXPECTED_KINDS = Counter(
    {
        ChangeKind.MOVED: 16,
        ChangeKind.NEW_SERIES: 10,
        ChangeKind.CANCELLED: 8,
        ChangeKind.NEW_TITLE: 6,
        ChangeKind.NEW_MEETING: 5,
        ChangeKind.SERIES_ENDED: 5,
        ChangeKind.NEW_DATE: 2,
        ChangeKind.NEW_LINK: 2,
    }
)


def real_states() -> list[tuple[datetime, bytes]]:
    with tarfile.open(Path(SAMPLES) / "ics/real.tar.xz") as archive:
        return sorted(
            (
                datetime.fromisoformat(f"{Path(member.name).name[:10]}T00:00:00Z"),
                archive.extractfile(member).read(),
            )
            for member in archive.getmembers()
            if "weekly/" in member.name and member.name.endswith(".ics")
        )


def seen_by_another_engine(data: bytes, low: datetime, high: datetime) -> Counter[tuple[object, ...]]:
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(low, high)
    return Counter(
        {
            (" ".join(str(one.get("SUMMARY", "")).split()).casefold(), in_utc(one.start), in_utc(one.end)): 1
            for one in found
            if one.get("STATUS") != "CANCELLED"
        }
    )


def in_utc(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def place(one: Occurrence) -> tuple[object, ...]:
    return " ".join(one.summary.split()).casefold(), one.start, one.end
