import json

import pytest

from bot.meetings.calendars import CalendarSettings, MeetingDate
from bot.meetings.ics.reading import parse_calendar
from bot.meetings.models import Meeting
from bot.meetings.stored import from_json, to_json

BODY = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
UID:a
DTSTART;TZID=America/New_York:20261104T100000
DTEND;TZID=America/New_York:20261104T110000
RRULE:FREQ=MONTHLY;BYDAY=1WE;BYSETPOS=1;COUNT=9
RDATE;VALUE=PERIOD:20261110T150000Z/PT2H
EXDATE;VALUE=DATE:20261202
STATUS:TENTATIVE
SUMMARY:Call
X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij
LAST-MODIFIED:20261101T000000Z
END:VEVENT
BEGIN:VEVENT
UID:a
RECURRENCE-ID:20261104T150000Z
DTSTART:20261104T160000Z
DURATION:PT30M
END:VEVENT
END:VCALENDAR
"""


def through_text(value):
    return json.loads(json.dumps(value))


def test_a_meeting_comes_back_as_it_was():
    meetings = parse_calendar(BODY).meetings
    assert len(meetings) == 2
    for meeting in meetings:
        assert from_json(through_text(to_json(meeting)), Meeting) == meeting


def test_what_has_its_default_is_left_out():
    assert to_json(CalendarSettings()) == {"is": "CalendarSettings"}
    assert from_json({"is": "CalendarSettings"}, CalendarSettings) == CalendarSettings()


@pytest.mark.parametrize(
    "value",
    [None, 7, [], {}, {"is": "Meeting"}, {"is": "os.system"}, {"is": "Meeting", "uid": "a", "newer": 1}],
)
def test_what_is_no_stored_meeting_is_refused(value):
    with pytest.raises(ValueError, match="no stored"):
        from_json(value, Meeting)


def test_another_model_is_refused():
    with pytest.raises(ValueError, match="no stored MeetingDate"):
        from_json(to_json(CalendarSettings()), MeetingDate)
