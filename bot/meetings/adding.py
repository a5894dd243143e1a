"""Write the addresses that add a meeting to somebody's calendar on the web: Google's and Outlook's.

Discord takes no longer address on a button than 512 characters, so words are cut until it fits; the time
always stays. Neither page knows exceptions of a series; the .ics file beside them does.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from urllib.parse import quote, urlencode

from bot.meetings.models import Occurrence
from bot.meetings.recurrence.rule_text import write_rule
from bot.meetings.zones import find_iana_name
from bot.text.limits import BUTTON_URL
from bot.text.markdown import clean

_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
_MAX_TITLE = 120
_MAX_PLACE = 250
_MAX_RULE = 200
_SHORTEST_TITLE = 20


def google_link(occurrence: Occurrence, *, join: str = "", details: str = "", is_series: bool = False) -> str:
    """Return the page that adds one date, or the series that it is a date of.

    The series is left out, and the date alone is added, where Google could not follow it: without a rule, or
    in a zone that only the calendar itself knows.
    """
    fixed = {"action": "TEMPLATE", **(_write_series(occurrence) if is_series else {})}
    fixed.setdefault("dates", _write_dates(occurrence.start, occurrence.end))
    return _fit(
        _GOOGLE,
        lambda title, place, text: {**fixed, "text": title, "location": place, "details": text},
        (_title(occurrence), _place(occurrence, join), details),
    )


def outlook_link(occurrence: Occurrence, *, join: str = "", details: str = "") -> str:
    """Return the page that adds one date; it knows no series."""
    fixed = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": _write_iso(occurrence.start),
        "enddt": _write_iso(occurrence.end),
    }
    if occurrence.is_all_day:
        fixed["allday"] = "true"
    return _fit(
        _OUTLOOK,
        lambda title, place, text: {**fixed, "subject": title, "location": place, "body": text},
        (_title(occurrence), _place(occurrence, join), details),
    )


def _title(occurrence: Occurrence) -> str:
    return clean(occurrence.summary).replace("\n", " ").strip()[:_MAX_TITLE]


def _place(occurrence: Occurrence, join: str) -> str:
    """Return the join link, else the place; a link that is too long is left out, never cut."""
    if join:
        return join if len(join) <= _MAX_PLACE else ""
    place = clean(occurrence.meeting.location).replace("\n", " ").strip()
    return "" if "://" in place else place[:_MAX_PLACE]


def _write_series(occurrence: Occurrence) -> dict[str, str]:
    """Return the series from its own beginning, so that "every second" and "ten times" keep their meaning."""
    meeting = occurrence.meeting
    zone = find_iana_name(occurrence.zone)
    if len(meeting.rrules) != 1 or not (zone or occurrence.is_all_day):
        return {}
    recur = f"RRULE:{write_rule(meeting.rrules[0])}"
    if len(recur) > _MAX_RULE:
        return {}
    start = meeting.dtstart.wall
    length = occurrence.ends_at - occurrence.starts_at
    if occurrence.is_all_day or zone is None:
        return {"dates": _write_dates(start.date(), start.date() + length), "recur": recur}
    return {"dates": f"{start:%Y%m%dT%H%M%S}/{start + length:%Y%m%dT%H%M%S}", "ctz": zone, "recur": recur}


def _write_dates(start: datetime | date, end: datetime | date) -> str:
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return f"{start:%Y%m%d}/{end:%Y%m%d}"
    return f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}/{end.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _write_iso(moment: datetime | date) -> str:
    return (
        f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(moment, datetime) else moment.isoformat()
    )


def _fit(page: str, fields: Callable[[str, str, str], dict[str, str]], words: tuple[str, str, str]) -> str:
    """Cut the details first, then the title, and leave the place out before the title is unreadable."""
    title, place, details = words
    text = clean(details).strip()[:BUTTON_URL]
    for shorter in _shorten(title, place, text):
        given = {name: value for name, value in fields(*shorter).items() if value}
        url = f"{page}?{urlencode(given, quote_via=quote)}"
        if len(url) <= BUTTON_URL:
            return url
    return page


def _shorten(title: str, place: str, text: str) -> Iterator[tuple[str, str, str]]:
    while text:
        yield title, place, text
        text = text[: len(text) // 2].rstrip()
    while len(title) > _SHORTEST_TITLE:
        yield title, place, ""
        title = title[: max(_SHORTEST_TITLE, len(title) * 3 // 4)]
    yield title, place, ""
    while title:
        yield title, "", ""
        title = title[: len(title) // 2]
    yield "", "", ""
