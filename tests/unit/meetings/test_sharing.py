"""What members are handed holds nothing of the hosts, no passcode that is not allowed, no address."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.meetings.ics_writing import write_calendar
from bot.meetings.models import Meeting, Moment
from bot.meetings.sharing import as_shared, place_of

ZOOM = "https://zoom.example.us02web.zoom.us/j/8123456789?pwd=QWErty"
INVITATION = f"""Ann Bo is inviting you to a scheduled Zoom meeting.
Agenda: https://wiki.example.org/agenda
1. Tide tables (write to ann.bo@example.org)

Join Zoom Meeting
{ZOOM}

Host link: https://zoom.us/s/8123456789?zak=HOSTTOKEN
Host key: 424242
Meeting ID: 812 345 6789
Passcode: 314159
One tap mobile
+16465588656,,8123456789#,,,,*314159# US (New York)
"""
NOW = datetime(2026, 1, 1)
MEETING = Meeting(
    uid="u",
    dtstart=Moment(wall=datetime(2026, 1, 6, 10), zone="UTC"),
    summary="Call",
    description=INVITATION,
    description_html=f"<p>{INVITATION}</p>",
    location="https://zoom.us/s/8123456789?zak=HOSTTOKEN",
    attachments=("https://files.example.org/?key=HOSTTOKEN",),
    properties=(("X-ZOOM-HOST", "HOSTTOKEN"),),
)


def written(meeting: Meeting) -> str:
    return write_calendar([meeting], now=NOW.astimezone()).decode().replace("\r\n ", "")


@pytest.mark.parametrize("allowed", [False, True])
def test_a_file_holds_what_a_member_needs_and_nothing_of_the_hosts(allowed: bool) -> None:
    text = written(as_shared(MEETING, shows_passcode=allowed))
    assert ZOOM in text
    assert "https://wiki.example.org/agenda" in text
    assert "Tide tables" in text
    assert "+16465588656" in text
    for secret in ("HOSTTOKEN", "424242", "ann.bo@example.org"):
        assert secret not in text
    assert ("314159" in text) is allowed


@pytest.mark.parametrize(
    ("location", "place"),
    [("Room 5", "Room 5"), ("https://zoom.us/s/1?zak=x", ""), ("Passcode: 314159", ""), ("", "")],
)
def test_a_place_is_where_people_meet(location: str, place: str) -> None:
    assert place_of(replace(MEETING, location=location)) == place
    shared = as_shared(replace(MEETING, location=location, description=""), shows_passcode=True)
    assert "zak" not in shared.location
