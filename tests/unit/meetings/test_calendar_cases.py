"""The engine on cases with known answers, on calendars made to exhaust it, and beside another engine."""

import os
import tarfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events

from bot.meetings.feed import read_feed
from tests.benchmarks.calendar_cases import Case, expand_case, is_right, read_cases
from tests.benchmarks.calendars import FIXTURES, SYNTHETIC, measure

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
CASES = tuple(read_cases(FIXTURES / "cases.jsonl"))
BOMBS = tuple(read_cases(FIXTURES / "bombs.jsonl"))


def name(case: Case) -> str:
    return case.id


@pytest.mark.parametrize("case", CASES, ids=name)
def test_case_comes_out_as_expected(case: Case) -> None:
    result = expand_case(case)
    assert is_right(case, result), result


@pytest.mark.parametrize("case", BOMBS, ids=name)
def test_bomb_stays_inside_its_limits(case: Case) -> None:
    result = expand_case(case)
    assert len(result.items) <= (case.max_items or 0)
    assert result.seconds <= (case.limit_seconds or 0)


def test_synthetic_calendar_takes_a_third_of_the_time_of_another_engine() -> None:
    timing = measure(SYNTHETIC.read_bytes())
    assert timing.our_number == timing.their_number
    assert timing.ratio <= 1 / 3


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of cases")
def test_cases_of_other_projects_come_out_right() -> None:
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for case in read_cases(Path(SAMPLES) / "ics/open.jsonl"):
        groups = [case.origin, *(["core"] if case.is_core else [])]
        seen.update(groups)
        if is_right(case, expand_case(case)):
            right.update(groups)
    assert right["google"] == seen["google"] > 0
    assert right["own"] == seen["own"] > 0
    assert right["core"] >= 0.98 * seen["core"]


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of real calendars")
def test_real_calendars_agree_with_another_engine() -> None:
    with tarfile.open(Path(SAMPLES) / "ics/real.tar.xz") as archive:
        files = {
            member.name: archive.extractfile(member).read()
            for member in archive.getmembers()
            if member.name.endswith(".ics")
        }
    newest = max(name for name in files if "weekly" in name)
    chosen = [name for name in files if "weekly" not in name] + [newest]
    low, high = datetime(2022, 9, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    for name in chosen:
        ours = read_feed(files[name], window_from=low, window_to=high).expansion.occurrences
        theirs = recurring_ical_events.of(icalendar.Calendar.from_ical(files[name])).between(low, high)
        assert Counter((one.start, one.end) for one in ours if not one.is_cancelled) == Counter(
            (in_utc(one.start), in_utc(one.end)) for one in theirs if one.get("STATUS") != "CANCELLED"
        ), name


def in_utc(moment: datetime | date) -> datetime | date:
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
