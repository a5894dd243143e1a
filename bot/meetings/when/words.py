"""Know the words of the grammar: days, months, numbers, units, and those without meaning."""

import functools
from types import MappingProxyType

from rapidfuzz.distance import OSA

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = (0, 1, 2, 3, 4)


def _index(*groups: str) -> MappingProxyType[str, int]:
    return MappingProxyType({word: place for place, group in enumerate(groups) for word in group.split()})


# German, French and Spanish names stand in full only: their abbreviations mean other days in English.
WEEKDAYS = _index(
    "monday mon montag lundi lunes",
    "tuesday tue tues dienstag mardi martes",
    "wednesday wed weds mittwoch mercredi miércoles",
    "thursday thu thur thurs donnerstag jeudi jueves",
    "friday fri freitag vendredi viernes",
    "saturday sat samstag samedi sábado",
    "sunday sun sonntag dimanche domingo",
)
PLURAL_WEEKDAYS = _index("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays")
MONTHS = _index(
    "",
    "january jan januar janvier enero",
    "february feb februar février febrero",
    "march mar märz mars marzo",
    "april apr avril abril",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet julio",
    "august aug août agosto",
    "september sep sept septembre septiembre",
    "october oct oktober octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember décembre diciembre",
)
NUMBERS = _index(
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"
)
ORDINALS = MappingProxyType(
    dict(_index("", "first", "second", "third", "fourth", "fifth")) | {"last": -1, "final": -1}
)
UNITS = MappingProxyType(
    {
        word: unit
        for unit, words in {
            "minute": "minute minutes min mins",
            "hour": "hour hours hr hrs h",
            "day": "day days",
            "week": "week weeks wk wks",
            "fortnight": "fortnight fortnights",
            "month": "month months",
            "quarter": "quarter quarters",
            "year": "year years",
            "weekday": "weekday weekdays workday workdays",
            "weekend": "weekend weekends",
        }.items()
        for word in words.split()
    }
)
# How many days from today.
NEAR_DAYS = MappingProxyType(
    {
        "today": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "yesterday": -1,
        "heute": 0, "morgen": 1, "übermorgen": 2, "gestern": -1, "aujourd'hui": 0, "demain": 1, "hier": -1,
        "hoy": 0,
    }
)  # fmt: skip
AND = frozenset({"and", ",", "&", "+", "/", "und", "y"})
THROUGH = frozenset({"-", "to", "through", "thru", "till", "until", "bis"})
FILLERS = frozenset({
    "at", "on", "the", "@", ",", ".", ";", ":", "(", ")", "[", "]", "-", "|", "à", "um", "las",
    "*", "_", "`", "call", "meeting", "sync", "sharp", "please", "pls",
})  # fmt: skip
_OFTEN_MISTYPED = (
    "tomorrow", "today", "tonight", "every", "each", "other", "weekly", "biweekly", "fortnightly", "monthly",
    "quarterly", "yearly", "daily", "until", "starting", "midnight", "morning", "afternoon", "evening",
    "weekday", "weekdays", "month", "minutes", "hours", "first", "second", "third", "fourth", "fifth", "next",
    *PLURAL_WEEKDAYS, *(word for word in (*WEEKDAYS, *MONTHS) if len(word) >= 5 and word.isascii()),
)  # fmt: skip


@functools.cache
def find_intended(word: str) -> tuple[str, ...]:
    """Return the words that a mistyped one may stand for: all equally near ones, at most two slips away."""
    if not 4 <= len(word) <= 14 or not word.isascii():
        return ()
    allowed = 1 if len(word) < 7 else 2
    near = [(OSA.distance(word, known, score_cutoff=allowed), known) for known in _OFTEN_MISTYPED]
    best = min(distance for distance, _ in near)
    return tuple(known for distance, known in near if distance == best) if best <= allowed else ()
