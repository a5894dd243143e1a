"""Read and write how long before a meeting people want to be reminded: "24h, 15min, start"."""

import re
from collections.abc import Iterable
from datetime import timedelta

from bot.meetings.render import length_words

MAX_LEADS = 5
LONGEST = timedelta(days=14)

_START = frozenset({"start", "at start", "0", "now"})
_PIECE = re.compile(r"(\d{1,5})\s*([a-z]+)")
_SEPARATORS = re.compile(r"[,;\n]|\band\b")
_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(days=7)),
}


def parse_leads(text: str) -> tuple[timedelta, ...] | None:
    """Return the leads, the longest first; None when the words mean none that can be had."""
    found = set()
    for part in _SEPARATORS.split(text.casefold()[:400]):
        words = part.replace("before", "").strip()
        if not words:
            continue
        lead = timedelta() if words in _START else _parse_length(words)
        if lead is None or lead > LONGEST:
            return None
        found.add(lead)
    return tuple(sorted(found, reverse=True)) if len(found) <= MAX_LEADS else None


def write_leads(leads: Iterable[timedelta]) -> str:
    """Return leads as they can be typed again."""
    return ", ".join(length_words(lead) if lead else "start" for lead in leads)


def _parse_length(words: str) -> timedelta | None:
    pieces = _PIECE.findall(words)
    if not pieces or _PIECE.sub("", words).strip() or any(unit not in _UNITS for _, unit in pieces):
        return None
    return sum((int(number) * _UNITS[unit] for number, unit in pieces), timedelta())
