import pickle
from datetime import UTC, date, datetime

import pytest

from bot.meetings.models import Meeting, Moment, Occurrence, OccurrenceKey, Status


def meeting(uid: str, **values: object) -> Meeting:
    return Meeting(uid=uid, dtstart=Moment(wall=datetime(2025, 11, 4, 10), zone="Europe/Berlin"), **values)


@pytest.mark.parametrize(
    ("uid", "canonical"),
    [
        ("abc@google.com", "abc@google.com"),
        ("abc_R20240305T150000@google.com", "abc@google.com"),
        ("abc_R20240305T150000Z@google.com", "abc@google.com"),
        ("abc_R20240305@google.com", "abc@google.com"),
        ("abc_R20240305T150000", "abc"),
        ("abc_Rhine@google.com", "abc_Rhine@google.com"),
        ("abc_R2024@google.com", "abc_R2024@google.com"),
        ("abc_R20240305T150000_R20250305T150000@google.com", "abc@google.com"),
    ],
)
def test_canonical_uid_drops_the_stamp_of_a_google_split(uid: str, canonical: str) -> None:
    assert meeting(uid).canonical_uid == canonical


def test_occurrence_tells_whole_days_from_times() -> None:
    day = Occurrence(
        key=OccurrenceKey("a", "20251104"),
        start=date(2025, 11, 4),
        end=date(2025, 11, 5),
        wall=datetime(2025, 11, 4),
        zone="",
        summary="",
        status=Status.CANCELLED,
        recurrence_id=date(2025, 11, 4),
        meeting=meeting("a"),
    )
    assert day.is_all_day
    assert day.is_cancelled
    assert (day.starts_at, day.ends_at) == (
        datetime(2025, 11, 4, tzinfo=UTC),
        datetime(2025, 11, 5, tzinfo=UTC),
    )


def test_models_survive_the_way_between_processes() -> None:
    one = meeting("a", exdates=(Moment(wall=datetime(2025, 11, 11), is_date=True),), status=Status.TENTATIVE)
    assert pickle.loads(pickle.dumps(one)) == one
