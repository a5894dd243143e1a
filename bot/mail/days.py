"""Read the days between which mails are looked for, in the community's own zone.

A day, a month or a year, or how long ago that was, in the languages that the bot speaks: all are tried,
whoever asks.
"""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

_DAY: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_ONE: Final = frozenset({"a", "an", "one", "einem", "einer", "un", "una"})
_UNITS: Final = {
    "day": "day days tag tage tagen día días dia dias",
    "week": "week weeks woche wochen semana semanas",
    "month": "month months monat monate monaten mes meses",
    "year": "year years jahr jahre jahren año años",
}
_UNIT_OF: Final = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_AGO: Final = re.compile(
    r"(?:(?:vor|hace) (?P<many>\w{1,6}) (?P<unit>\w{3,7})|(?P<many_>\w{1,6}) (?P<unit_>\w{3,7}) ago)"
)
_NAMED: Final = {
    ("day", 0): ("today", "heute", "hoy"),
    ("day", 1): ("yesterday", "gestern", "ayer"),
    ("day", 2): ("the day before yesterday", "vorgestern", "anteayer"),
    ("week", 0): ("this week", "diese woche", "esta semana"),
    ("week", 1): ("last week", "letzte woche", "la semana pasada", "semana pasada"),
    ("month", 0): ("this month", "diesen monat", "dieser monat", "este mes"),
    ("month", 1): ("last month", "letzten monat", "letzter monat", "el mes pasado", "mes pasado"),
    ("year", 0): ("this year", "dieses jahr", "este año"),
    ("year", 1): ("last year", "letztes jahr", "el año pasado", "año pasado"),
}
_NAMES: Final = {name: span for span, names in _NAMED.items() for name in names}
_MONTHS: Final = 12


def parse_day(text: str, zone: tzinfo, *, now: datetime) -> datetime | None:
    """Return when a day, a month or a year begins: "2026-03-01", "2026-03", "yesterday"; None for others.

    "Last week" begins on its Monday, and "three weeks ago" on the day that is so long past.
    """
    words = " ".join(text.casefold().split())
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    try:
        moment = _parse_date(words, zone) or _parse_name(words, today) or _parse_ago(words, today)
        if moment is not None:
            moment.timestamp()
    except (ValueError, OverflowError):
        return None
    return moment


def _parse_date(words: str, zone: tzinfo) -> datetime | None:
    found = _DAY.fullmatch(words)
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    return datetime(year, month, day, tzinfo=zone)


def _parse_name(words: str, today: datetime) -> datetime | None:
    if words not in _NAMES:
        return None
    unit, many = _NAMES[words]
    begins = {
        "day": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }
    return _back(begins[unit], unit, many)


def _parse_ago(words: str, today: datetime) -> datetime | None:
    found = _AGO.fullmatch(words)
    if found is None:
        return None
    many, unit = found["many"] or found["many_"], _UNIT_OF.get(found["unit"] or found["unit_"])
    if unit is None or not (many in _ONE or (many.isascii() and many.isdigit())):
        return None
    return _back(today, unit, 1 if many in _ONE else int(many))


def _back(day: datetime, unit: str, many: int) -> datetime:
    """Go back so many days, weeks, months or years, by the calendar and not by hours."""
    if unit in {"day", "week"}:
        return day - timedelta(days=many * (7 if unit == "week" else 1))
    year, month = divmod(
        day.year * _MONTHS + day.month - 1 - many * (_MONTHS if unit == "year" else 1), _MONTHS
    )
    first = day.replace(year=year, month=month + 1, day=1)
    # A month ago on the 31st is the last day of a shorter month.
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
