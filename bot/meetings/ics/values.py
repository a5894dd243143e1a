"""Read the values of properties: text, dates, times, durations and offsets (RFC 5545 3.3)."""

import re
from datetime import datetime

from bot.meetings.models import Duration

_DATE_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?", re.ASCII)
_ESCAPE = re.compile(r"\\([nN,;\\:\"])")


def unescape(text: str, limit: int) -> str:
    """Return a TEXT value as it is meant, no longer than a limit."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
    return text.replace("\x00", "")[:limit].strip()


def split_list(text: str, limit: int) -> list[str]:
    """Split a list of texts at its unescaped commas."""
    if "\\" not in text:
        return text.split(",", limit)[:limit]
    return re.split(r"(?<!\\),", text, maxsplit=limit)[:limit]


def read_wall(text: str) -> tuple[datetime, bool, bool] | None:
    """Read a DATE or DATE-TIME as (wall time, whether it is a date, whether it is in UTC)."""
    found = _DATE_TIME.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        if hour is None:
            return datetime(int(year), int(month), int(day)), True, False
        # RFC 5545 3.3.12: a leap second is read as the second before it.
        seconds = min(int(second or 0), 59) if second != "60" else 59
        wall = datetime(int(year), int(month), int(day), int(hour), int(minute), seconds)
    except ValueError:
        return None
    return wall, False, utc is not None


def read_duration(text: str) -> Duration | None:
    """Read a DURATION; weeks and days are days of the calendar."""
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    exact = hours * 3600 + minutes * 60 + seconds
    return Duration(days=sign * (weeks * 7 + days), seconds=sign * exact)


def read_offset(text: str) -> int | None:
    """Read a UTC-OFFSET as seconds east of UTC."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    seconds = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4] or 0)
    return (-seconds if found[1] == "-" else seconds) if seconds < 86400 else None
