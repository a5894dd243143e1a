"""Find where a series begins and ends, and how long a meeting lasts: "starting", "until", "for 6 weeks"."""

from datetime import timedelta

from bot.meetings.when.date_rules import read_any_day, read_year
from bot.meetings.when.dates import DaySpec, Period
from bot.meetings.when.draft import Draft, Phrase, Rule
from bot.meetings.when.words import MONTHS, UNITS

_STARTING = frozenset({"starting", "starts", "start", "beginning", "begins", "from", "commencing", "ab"})
_UNTIL = frozenset({"until", "till", "til", "through", "thru", "ending", "ends", "bis"})
_THROUGH = frozenset({"through", "thru"})
_FILLERS = frozenset({"on", "from", "in", "at"})
_TIMES = frozenset({"times", "time", "occurrences", "meetings", "sessions", "calls"})
_MAX_COUNT = 500


def take_starting(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "starting 3 December", "from next week", "beginning in January"."""
    if phrase.word(place) not in _STARTING:
        return 0
    start = phrase.skip(place + 1, _FILLERS)
    day, after = read_any_day(phrase, start)
    if day is None:
        day, after = _read_month(phrase, start, is_end=False)
    if day is None:
        return 0
    if draft.starting is not None:
        draft.refuse("when.two_dates")
    draft.starting = day
    return after - place


def take_until(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "until 3 March", "through March", "until the end of the year"."""
    word = phrase.word(place)
    if phrase.has(place, "up", "to"):
        place, word, length = place + 1, "until", 1
    else:
        length = 0
    if word not in _UNTIL and not (word == "to" and draft.starting is not None):
        return 0
    start = phrase.skip(phrase.skip(place + 1, _FILLERS), frozenset({"the"}))
    day, after = _read_end_of(phrase, start)
    if day is None:
        day, after = read_any_day(phrase, start)
    if day is None:
        day, after = _read_month(phrase, start, is_end=word in _THROUGH, asks=word not in _THROUGH)
    if day is None:
        return 0
    if draft.until is not None:
        draft.refuse("when.two_dates")
    draft.until = day
    return after - place + length


def _read_end_of(phrase: Phrase, place: int) -> tuple[DaySpec | None, int]:
    if not phrase.has(place, "end", "of"):
        return None, place
    start = phrase.skip(place + 2, frozenset({"the", "this", "next"}))
    on = int(phrase.word(start - 1) == "next")
    match UNITS.get(phrase.word(start), ""):
        case "week":
            return Period(unit="week", on=on, is_end=True), start + 1
        case "month":
            return Period(unit="month", on=on, is_end=True), start + 1
        case "year":
            return Period(unit="year", on=on, is_end=True), start + 1
    year, after = read_year(phrase, start)
    if year:
        return Period(unit="year", year=year, is_end=True), after
    return _read_month(phrase, start, is_end=True)


def _read_month(
    phrase: Phrase, place: int, *, is_end: bool, asks: bool = False
) -> tuple[DaySpec | None, int]:
    month = MONTHS.get(phrase.word(place), 0)
    if not month:
        return None, place
    year, after = read_year(phrase, place + 1)
    return Period(unit="month", month=month, year=year, is_end=is_end, asks_which_end=asks), after


def take_lasting(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "for 6 weeks", "for 10 times", "10 times", "x10", "for 90 minutes", "for an hour"."""
    is_for = phrase.word(place) in {"for", "x"}
    start = place + is_for
    if is_for and phrase.has(start, "half", "an", "hour"):
        draft.duration = timedelta(minutes=30)
        return 4
    number = 1 if phrase.word(start) in {"a", "an"} else phrase.number(start)
    word = phrase.word(start + 1)
    is_times = word in _TIMES and number > 0
    unit = UNITS.get(word, "")
    if is_times or (phrase.word(place) == "x" and number):
        draft.count = number
        length = 2 if is_times else 1
    elif is_for and number and unit in {"hour", "minute"}:
        has_half = unit == "hour" and phrase.has(start + 2, "and", "a", "half")
        minutes = number * (60 if unit == "hour" else 1) + 30 * has_half
        draft.duration = timedelta(minutes=min(minutes, 100_000))
        length = 5 if has_half else 2
    elif is_for and number and unit in {"day", "week", "fortnight", "month", "year"}:
        draft.lasting = (number, unit)
        length = 2
    else:
        return 0
    if number > _MAX_COUNT:
        draft.refuse("when.too_many")
    return start + length - place


BOUND_RULES: tuple[Rule, ...] = (take_starting, take_until, take_lasting)
