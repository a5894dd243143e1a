"""Find out which zone a TZID means: IANA's names, Windows', and the odd forms that programs write."""

import re
from datetime import UTC, datetime
from functools import cache

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bot.meetings.zones import find_iana_name, find_zone, iana_names, write_offset

AMBIGUOUS_NAMES = frozenset({"EST", "MST", "HST", "CET", "MET", "EET", "WET"})
"""IANA knows these, some without summer time; what the calendar itself says of them is nearer."""

_UTC_WORDS = frozenset(
    {
        "utc",
        "z",
        "gmt",
        "zulu",
        "etc/utc",
        "etc/gmt",
        "universal",
        "etc/universal",
        "etc/zulu",
        "uct",
        "etc/uct",
    }
    | {
        "greenwich",
        "etc/greenwich",
        "coordinated universal time",
        "utc+00:00",
        "gmt+0000",
        "(utc)",
        "gmt0",
        "gmt+0",
    }
)
_FIXED = re.compile(r"\(?(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?\)?", re.IGNORECASE | re.ASCII)
_PREFIX = re.compile(r"\((?:UTC|GMT)\s?(?:([+-])(\d{1,2}):?(\d{2}))?\)\s*+(?=\S)", re.IGNORECASE | re.ASCII)
_BRACKETS = re.compile(r"(?<!\s)\s*+\([^()]*\)")
_MAX_TZID = 200
_WINTER, _SUMMER = datetime(2025, 1, 15, tzinfo=UTC), datetime(2025, 7, 15, tzinfo=UTC)


def find_zone_name(tzid: str) -> str | None:
    """Find the zone that a TZID names, as `Moment.zone` holds it; the calendar's own definition aside."""
    tzid = tzid.strip()[:_MAX_TZID]
    if tzid.casefold() in _UTC_WORDS:
        return "UTC"
    return (
        find_iana_name(tzid)
        or _windows().get(tzid.casefold())
        or _by_last_parts(tzid)
        or _by_display_name(tzid)
        or _as_offset(tzid)
    )


@cache
def _windows() -> dict[str, str]:
    return {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


@cache
def _places() -> dict[str, str]:
    """Return the zones by their last part, in words: "new york"; where two share it, the larger place."""
    places: dict[str, str] = {}
    for name in sorted(
        iana_names().values(), key=lambda name: (not name.startswith(("America/", "Europe/")), name)
    ):
        if "/" in name and not name.startswith("Etc/"):
            places.setdefault(name.rpartition("/")[2].replace("_", " ").casefold(), name)
    return places


def _by_last_parts(tzid: str) -> str | None:
    """Read "/mozilla.org/20050126_1/America/New_York" and "tzone://Microsoft/Utc" by their ends."""
    if "/" not in tzid:
        return None
    parts = tzid.strip("/").split("/")
    for length in (3, 2, 1):
        if len(parts) >= length:
            tail = "/".join(parts[-length:])
            found = (
                "UTC"
                if tail.casefold() in _UTC_WORDS
                else find_iana_name(tail) or _windows().get(tail.casefold())
            )
            if found:
                return found
    return None


def _by_display_name(tzid: str) -> str | None:
    """Read what Windows shows people: "(UTC-05:00) Eastern Time (US & Canada)", "(UTC+01:00) Paris, Rome"."""
    prefix = _PREFIX.match(tzid)
    text = tzid[prefix.end() :] if prefix else tzid
    if text.casefold() in _UTC_WORDS:
        return "UTC"
    for name in _readings(text.casefold()):
        found = _windows().get(name) or _places().get(name)
        if found and (prefix is None or prefix[1] is None or _has_offset(found, _seconds(prefix))):
            return found
    return None


def _readings(text: str) -> list[str]:
    """Return what a display name may stand for: a Windows name less its "Standard", or one of its towns."""
    bare = _BRACKETS.sub("", text).strip()
    readings = [text, bare]
    if bare.endswith(" time"):
        readings.append(f"{bare.removesuffix(' time')} standard time")
    towns = bare.rpartition(":")[2]
    return readings + [town.strip().replace("_", " ") for town in towns.split(",")[:10]]


def _has_offset(name: str, seconds: int) -> bool:
    zone = find_zone(name)
    if zone is None:
        return False
    offsets = (zone.utcoffset(day.replace(tzinfo=None)) for day in (_WINTER, _SUMMER))
    return any(offset is not None and offset.total_seconds() == seconds for offset in offsets)


def _as_offset(tzid: str) -> str | None:
    """Read a fixed offset: "UTC+05:30", "GMT-0500", "+01"."""
    found = _FIXED.fullmatch(tzid) or _PREFIX.match(tzid)
    if found is None or found[1] is None:
        return None
    seconds = _seconds(found)
    if abs(seconds) >= 86400:
        return None
    return "UTC" if not seconds else write_offset(seconds)


def _seconds(found: re.Match[str]) -> int:
    seconds = int(found[2]) * 3600 + int(found[3] or 0) * 60
    return -seconds if found[1] == "-" else seconds
