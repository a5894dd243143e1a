"""Find the day of a single meeting: "tomorrow", "Dec 3", "next Tuesday", "a week from Friday"."""

from datetime import timedelta

from bot.meetings.when.dates import CalendarDay, DayOfMonth, DaysOn, DaySpec, OnWeekday, Period, Which
from bot.meetings.when.draft import Draft, Phrase, Rule
from bot.meetings.when.tokens import Kind
from bot.meetings.when.words import MONTHS, NEAR_DAYS, UNITS

_MAX_AMOUNT = 5000
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_ON = frozenset({"on", "at", ","})
_Read = tuple[DaySpec | None, int]


def take_near_day(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "today", "tonight" and "this evening", which say something about the time as well."""
    word = phrase.word(place)
    is_this = word == "this" and phrase.word(place + 1) in {"morning", "afternoon", "evening"}
    if not is_this and word != "tonight":
        return 0
    draft.set_day(DaysOn(days=0))
    if is_this:
        return 1
    draft.is_tonight = True
    draft.part_of_day = draft.part_of_day or "night"
    return 1


def take_delay(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take "in 2 hours and 30 minutes", "in an hour and a half", "in half an hour", "45 minutes from now"."""
    start = place + (phrase.word(place) == "in")
    is_in = start > place
    total, after = _read_delay(phrase, start)
    if not total or not (is_in or phrase.has(after, "from", "now")):
        return 0
    if draft.delay is not None:
        draft.refuse("when.two_times")
    draft.delay = total
    return after - place + (0 if is_in else 2)


def _read_delay(phrase: Phrase, place: int) -> tuple[timedelta, int]:
    total = timedelta()
    while True:
        if phrase.has(place, "half", "an", "hour"):
            return total + timedelta(minutes=30), place + 3
        amount = _amount(phrase, place)
        unit = UNITS.get(phrase.word(place + 1), "")
        if not amount or unit not in {"hour", "minute"}:
            return total, place
        total += timedelta(hours=amount) if unit == "hour" else timedelta(minutes=amount)
        place += 2
        if unit == "hour" and phrase.has(place, "and", "a", "half"):
            return total + timedelta(minutes=30), place + 3
        following = phrase.joined(place)
        if not _amount(phrase, following) or UNITS.get(phrase.word(following + 1), "") != "minute":
            return total, place
        place = following


def _amount(phrase: Phrase, place: int) -> int:
    amount = 1 if phrase.word(place) in {"a", "an"} else phrase.number(place)
    return amount if amount <= _MAX_AMOUNT else 0


def take_day(phrase: Phrase, place: int, draft: Draft) -> int:
    """Take a date that is no recurrence by its form alone."""
    day, after = read_day(phrase, place)
    if day is not None:
        draft.set_day(day)
    return after - place


def read_day(phrase: Phrase, place: int) -> _Read:
    """Read a date; the same place when there is none."""
    for read in (
        _read_written,
        _read_month_first,
        _read_day_first,
        _read_near,
        _read_shifted,
        _read_modified,
    ):
        day, after = read(phrase, place)
        if day is not None:
            return day, after
    return None, place


def read_any_day(phrase: Phrase, place: int) -> _Read:
    """Read a date where one must follow: a bare weekday and "the 3rd" count as well."""
    day, after = read_day(phrase, place)
    if day is not None:
        return day, after
    start = place + (phrase.word(place) == "the")
    weekday = phrase.weekday(start)
    if weekday is not None:
        return OnWeekday(weekday=weekday), start + 1
    number = phrase.ordinal(start)
    if number > 0 and phrase.weekday(start + 1) is None:
        return DayOfMonth(day=number), start + 1
    return None, place


def _read_written(phrase: Phrase, place: int) -> _Read:
    token = phrase.at(place)
    return (CalendarDay(options=token.dates), place + 1) if token.kind is Kind.DATE else (None, place)


def read_year(phrase: Phrase, place: int) -> tuple[int, int]:
    """Read ", 2027" and return the year (or 0) and the place after it."""
    after = place + (phrase.word(place) == ",")
    token = phrase.at(after)
    if token.kind is Kind.NUMBER and 1900 <= token.number <= 2199:
        is_hour = phrase.at(after + 1).kind is Kind.ZONE and token.number < 2000
        return (0, place) if is_hour else (token.number, after + 1)
    return 0, place


def _read_month_first(phrase: Phrase, place: int) -> _Read:
    month = MONTHS.get(phrase.word(place), 0)
    after = phrase.skip(place + 1, frozenset({".", "the"}))
    token = phrase.at(after)
    if not month or token.kind not in {Kind.NUMBER, Kind.ORDINAL} or len(token.text.rstrip("sthndr")) > 2:
        return None, place
    year, after = read_year(phrase, after + 1)
    return CalendarDay(options=((year, month, token.number),)), after


def _read_day_first(phrase: Phrase, place: int) -> _Read:
    token = phrase.at(place)
    number = token.number if token.kind is Kind.NUMBER else max(0, phrase.ordinal(place))
    after = phrase.skip(place + 1, frozenset({".", "of", "de"}))
    month = MONTHS.get(phrase.word(after), 0)
    if not number or not month:
        return None, place
    after += 1 + (phrase.word(after + 1) == ".")
    year, after = read_year(phrase, after)
    return CalendarDay(options=((year, month, number),)), after


def _read_near(phrase: Phrase, place: int) -> _Read:
    start = place + (phrase.word(place) == "the")
    if phrase.has(start, "day", "after", "tomorrow"):
        return DaysOn(days=2), start + 3
    days = NEAR_DAYS.get(phrase.word(place))
    return (DaysOn(days=days), place + 1) if days is not None else (None, place)


def _read_shifted(phrase: Phrase, place: int) -> _Read:
    """Read "in 3 days", "2 weeks from now", "a week from Tuesday"."""
    start = place + (phrase.word(place) == "in")
    amount = _amount(phrase, start)
    unit = UNITS.get(phrase.word(start + 1), "")
    if not amount or unit not in {*_DAYS, "month"}:
        return None, place
    days, months = (0, amount) if unit == "month" else (amount * _DAYS[unit], 0)
    after = start + 2
    if start > place or phrase.has(after, "from", "now"):
        return DaysOn(days=days, months=months), after + (0 if start > place else 2)
    if phrase.word(after) != "from":
        return None, place
    origin, end = read_day(phrase, after + 1)
    if origin is None and (weekday := phrase.weekday(after + 1)) is not None:
        origin, end = OnWeekday(weekday=weekday), after + 2
    return (DaysOn(days=days, months=months, of=origin), end) if origin else (None, place)


def _read_modified(phrase: Phrase, place: int) -> _Read:
    """Read "next Tuesday", "this coming Friday", "next week Tuesday", "Tuesday next week", "next month"."""
    weekday = phrase.weekday(place)
    if weekday is not None:
        if phrase.has(place + 1, "next", "week"):
            return OnWeekday(weekday=weekday, which="next week"), place + 3
        return (
            (OnWeekday(weekday=weekday, which="this"), place + 3)
            if phrase.has(place + 1, "this", "week")
            else (None, place)
        )
    start = place + phrase.has(place, "this", "coming")
    word = phrase.word(start)
    if word not in {"this", "next", "coming"}:
        return None, place
    weekday = phrase.weekday(start + 1)
    if weekday is not None:
        return OnWeekday(weekday=weekday, which=_WHICH[word]), start + 2
    unit = UNITS.get(phrase.word(start + 1), "")
    on = int(word == "next")
    if unit == "week":
        following = phrase.skip(start + 2, _ON)
        weekday = phrase.weekday(following)
        if weekday is not None:
            return OnWeekday(weekday=weekday, which="next week" if on else "this"), following + 1
        return Period(unit="week", on=on), start + 2
    return (Period(unit="month", on=on), start + 2) if unit == "month" else (None, place)


_WHICH: dict[str, Which] = {"this": "this", "next": "next", "coming": ""}
DATE_RULES: tuple[Rule, ...] = (take_near_day, take_delay, take_day)
