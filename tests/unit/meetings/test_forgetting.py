"""What was made in chat is forgotten once it is over for good, and never before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.meetings.amending import single_out
from bot.meetings.forgetting import list_past
from bot.meetings.making import list_next, make_meeting
from bot.meetings.models import Meeting
from bot.meetings.when.models import When

BEFORE = datetime(2026, 11, 25, 12, tzinfo=UTC)


def meeting(day: str, rule: str = "") -> Meeting:
    when = When(start=datetime.fromisoformat(f"{day}T10:00"), zone="Europe/Berlin", rrule=rule)
    return make_meeting(when, uid="u", summary="Call")


@pytest.mark.parametrize(
    ("made", "is_past"),
    [
        (meeting("2026-11-20"), True),
        (meeting("2026-11-24"), False),
        (meeting("2027-11-24"), False),
        (meeting("2020-01-01", "FREQ=WEEKLY"), False),
        (meeting("2020-01-01", "FREQ=WEEKLY;COUNT=4"), True),
        (meeting("2026-11-01", "FREQ=DAILY;COUNT=30"), False),
        (meeting("2020-01-01", "FREQ=WEEKLY;UNTIL=20261101T000000Z"), True),
        (meeting("2020-02-29", "FREQ=YEARLY"), False),
        (meeting("2027-01-05", "FREQ=MONTHLY"), False),
    ],
)
def test_only_what_has_ended_is_past(made: Meeting, is_past: bool) -> None:
    assert list_past([made], BEFORE) == ((made,) if is_past else ())


def test_past_changes_of_a_living_series_are_forgotten_one_by_one() -> None:
    series = meeting("2026-10-06", "FREQ=WEEKLY")
    old, *_, new = list_next(series, now=datetime(2026, 10, 1, tzinfo=UTC), limit=12)
    changed = [single_out(each, sequence=1) for each in (old, new)]
    assert list_past([series, *changed], BEFORE) == (changed[0],)
    moved = replace(changed[0], dtstart=changed[1].dtstart)
    assert list_past([series, moved], BEFORE) == ()


def test_an_ended_series_goes_only_with_all_that_was_moved_beyond_its_end() -> None:
    series = meeting("2026-10-06", "FREQ=WEEKLY;COUNT=2")
    first, last = list_next(series, now=datetime(2026, 10, 1, tzinfo=UTC), limit=2)
    done = single_out(first, sequence=1)
    late = replace(single_out(last, sequence=1), dtstart=meeting("2026-12-24").dtstart)
    assert list_past([series, late], BEFORE) == ()
    assert list_past([series, done], BEFORE) == (series, done)
