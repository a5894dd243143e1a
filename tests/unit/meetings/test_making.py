"""Hold that the calendar engine takes what was read from words exactly as it was meant."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.meetings.making import list_next, make_meeting
from bot.meetings.when.models import Question, When
from bot.meetings.when.reader import read_when
from tests.unit.meetings.phrase_files import FILES, load

NOW = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


def typed(phrase: str) -> When:
    answer = read_when(phrase, now=NOW, zone="America/New_York")
    assert isinstance(answer, When)
    return answer


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_phrase_begins_where_the_reader_says(path: Path) -> None:
    phrases = load(path)
    for line in phrases.lines:
        answer = read_when(line, now=phrases.now, zone=phrases.zone)
        found = [each.when for each in answer.choices] if isinstance(answer, Question) else [answer]
        for when in found:
            if isinstance(when, When):
                meeting = make_meeting(when, uid="1", summary="Call")
                first = list_next(meeting, now=phrases.now - timedelta(minutes=1))[0]
                assert first.starts_at == when.instant
                assert (
                    when.start.fold or (first.wall, first.zone) == (when.start, when.zone) or is_skipped(when)
                )


def is_skipped(when: When) -> bool:
    """Tell whether a series begins in an hour that the clocks skip: there it meets an hour later."""
    return (when.start.hour, when.zone) == (2, "Europe/Berlin")


@pytest.mark.parametrize(
    ("phrase", "dates"),
    [
        ("every other tuesday 10am", ["11-24 15", "12-08 15", "12-22 15", "01-05 15", "01-19 15"]),
        ("every tuesday 10am starting march 2", ["03-02 15", "03-09 15", "03-16 14", "03-23 14", "03-30 14"]),
        ("last weekday of the month 16:00 UTC", ["11-30 16", "12-31 16", "01-29 16", "02-26 16", "03-31 16"]),
        (
            "first wednesday of the quarter 10:00 UTC",
            ["01-06 10", "04-07 10", "07-07 10", "10-06 10", "01-05 10"],
        ),
        ("every tuesday 10am 3 times", ["11-24 15", "12-01 15", "12-08 15"]),
        ("every tuesday 10am until dec 8", ["11-24 15", "12-01 15", "12-08 15"]),
        ("every tuesday 10am for 3 weeks", ["11-24 15", "12-01 15", "12-08 15"]),
        ("every year on 29 feb 2028 10:00 UTC", ["02-29 10", "02-29 10", "02-29 10", "02-29 10", "02-29 10"]),
        (
            "fifth friday of every other month 10:00 UTC",
            ["01-29 10", "07-30 10", "03-31 10", "09-29 10", "03-30 10"],
        ),
        ("tomorrow 10am", ["11-19 15"]),
    ],
)
def test_the_preview_lists_the_next_five_dates(phrase: str, dates: list[str]) -> None:
    found = list_next(make_meeting(typed(phrase), uid="1", summary="Call"), now=NOW)
    assert [each.starts_at.strftime("%m-%d %H") for each in found] == dates


def test_the_phrases_own_length_counts_most() -> None:
    given, none = typed("tomorrow 10-10:30am"), typed("tomorrow 10am")
    lengths = [
        each.ends_at - each.starts_at
        for each in (
            list_next(make_meeting(given, uid="1", summary="", duration=timedelta(hours=2)), now=NOW)[0],
            list_next(make_meeting(none, uid="1", summary="", duration=timedelta(hours=2)), now=NOW)[0],
            list_next(make_meeting(none, uid="1", summary=""), now=NOW)[0],
        )
    ]
    assert lengths == [timedelta(minutes=30), timedelta(hours=2), timedelta(hours=1)]
