"""Ask dateparser, the only place that knows it, for a day that our own grammar cannot read.

It guesses well and without scruple (it takes "three days after tomorrow" for tomorrow, and "ET" for EST all
year), so it sees neither times nor zones, and what it says is asked back before it counts.
"""

from datetime import date, datetime

_LONGEST = 60
# It passes over these.
_UNHEARD = frozenset({"after", "before", "except", "not", "or", "and", "but"})


def guess_day(text: str, *, today: date) -> date | None:
    """Return a day that the words may mean."""
    # Loaded when a phrase first needs it: it holds 20 MB, and most processes never meet such a phrase.
    import dateparser  # noqa: PLC0415 (see the line above)

    if not text or len(text) > _LONGEST or _UNHEARD & set(text.split()):
        return None
    settings = {
        "RELATIVE_BASE": datetime.combine(today, datetime.min.time()),
        "PREFER_DATES_FROM": "future",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        found = dateparser.parse(text, languages=["en"], settings=settings)
    except (ValueError, OverflowError, TypeError, LookupError):  # on nonsense such as "9999 years on"
        return None
    return found.date() if found and found.date() > today else None
