"""Say which days a rule picks in one of its periods: a year, a month, a week or a day (RFC 5545 3.3.10).

Days are ordinals, as `date.toordinal` counts them. A part of a rule that RFC 5545 has no meaning for at its
frequency limits what the others give.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date

from bot.meetings.models import Frequency, RecurrenceRule

LAST_YEAR = 9997
"""The last year whose days are counted: two more must still be years that `date` knows."""

LAST_DAY = date(LAST_YEAR, 12, 31).toordinal()

Days = Iterable[int]
PickDays = Callable[[int], list[int]]


def pick_days(rule: RecurrenceRule, start: date) -> PickDays:
    """Return what gives the days of one of the rule's periods, in order, each once.

    Years are counted as they are, months as year × 12 + month − 1, weeks as the ordinal of their first day,
    days as ordinals.

    Args:
        rule: Its frequency tells the period.
        start: DTSTART's day, for what the rule does not say itself.
    """
    match rule.freq:
        case Frequency.YEARLY:
            if rule.by_week_no:
                return lambda year: sorted(set(_week_days(rule, start, year)))
            return lambda year: _year(rule, start, year)
        case Frequency.MONTHLY:
            return lambda number: _month(rule, start, number)
        case Frequency.WEEKLY:
            return _week(rule, start)
        case Frequency.DAILY | Frequency.HOURLY:
            return lambda day: [day] if _is_allowed(rule, day) and _is_weekday(rule, day) else []


def first_day_of_week(day: int, week_start: int) -> int:
    """Return the ordinal of the day on which the week of a day begins."""
    return day - (day - 1 - week_start) % 7


def _week(rule: RecurrenceRule, start: date) -> PickDays:
    weekdays = {day.weekday for day in rule.by_day} or {start.weekday()}
    offsets = sorted((weekday - rule.week_start) % 7 for weekday in weekdays)
    if not (rule.by_month or rule.by_month_day or rule.by_year_day):
        return lambda first: [first + offset for offset in offsets]
    return lambda first: [first + offset for offset in offsets if _is_allowed(rule, first + offset)]


def _month(rule: RecurrenceRule, start: date, number: int) -> list[int]:
    year, month = number // 12, number % 12 + 1
    if rule.by_month and month not in rule.by_month:
        return []
    if not rule.by_month_day and not rule.by_day and not rule.by_year_day:
        return _month_days(rule, (start.day,), year, month)
    picked = set(_span(year, month))
    if rule.by_month_day:
        picked.intersection_update(_month_days(rule, rule.by_month_day, year, month))
    if rule.by_day:
        picked.intersection_update(_weekdays(rule, *_bounds(year, month)))
    if rule.by_year_day:
        picked.intersection_update(_year_days(rule, year))
    return sorted(picked)


def _year(rule: RecurrenceRule, start: date, year: int) -> list[int]:
    sets: list[Days] = []
    months = rule.by_month or (start.month,)
    if rule.by_year_day:
        sets.append(_year_days(rule, year))
    if rule.by_month_day:
        # RFC 5545 leaves open which month is meant where none is named; one that recurs yearly is DTSTART's.
        every = rule.by_month or (range(1, 13) if rule.by_year_day else months)
        sets.append(day for month in every for day in _month_days(rule, rule.by_month_day, year, month))
    elif rule.by_month and rule.by_year_day:
        sets.append(day for month in rule.by_month for day in _span(year, month))
    if rule.by_day:
        sets.append(_year_weekdays(rule, year))
    if not sets:
        sets.append(day for month in months for day in _month_days(rule, (start.day,), year, month))
    return sorted(set.intersection(*map(set, sets)))


def _year_weekdays(rule: RecurrenceRule, year: int) -> Days:
    """Give BYDAY's days of a year: counted within each month where BYMONTH stands beside it."""
    if rule.by_month:
        return (day for month in rule.by_month for day in _weekdays(rule, *_bounds(year, month)))
    return _weekdays(rule, date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())


def _week_days(rule: RecurrenceRule, start: date, year: int) -> Days:
    """Give the days of a year's numbered weeks; the first and last may reach into the years beside it."""
    weekdays = {day.weekday for day in rule.by_day}
    if not weekdays and not rule.by_month_day and not rule.by_year_day:
        weekdays = {start.weekday()}
    first, after = _first_week(year, rule.week_start), _first_week(year + 1, rule.week_start)
    for number in rule.by_week_no:
        week = first + 7 * (number - 1) if number > 0 else after + 7 * number
        if first <= week < after:
            for day in range(max(1, week), week + 7):
                if (not weekdays or (day - 1) % 7 in weekdays) and _is_allowed(rule, day):
                    yield day


def week_year(day: date, week_start: int) -> int:
    """Return the year that a day's week is counted to: the one with at least four of its days."""
    year = min(day.year, LAST_YEAR)
    if day.toordinal() < _first_week(year, week_start):
        return year - 1
    return year + 1 if day.toordinal() >= _first_week(year + 1, week_start) else year


def _first_week(year: int, week_start: int) -> int:
    """Return the first day of the first week that has at least four days in the year."""
    new_year = date(max(1, year), 1, 1).toordinal()
    first = first_day_of_week(new_year, week_start)
    return first if new_year - first <= 3 else first + 7


def _weekdays(rule: RecurrenceRule, low: int, high: int) -> Days:
    """Give BYDAY's days between two days; the nth counts from either end."""
    for weekday, nth in rule.by_day:
        first = low + (weekday - (low - 1)) % 7
        if not nth:
            yield from range(first, high + 1, 7)
            continue
        day = first + 7 * (nth - 1)
        if nth < 0:
            last = high - ((high - 1) - weekday) % 7
            day = last + 7 * (nth + 1)
        if low <= day <= high:
            yield day


def _month_days(rule: RecurrenceRule, numbers: Iterable[int], year: int, month: int) -> list[int]:
    """Give the numbered days of a month; SKIP says what becomes of those that it does not have."""
    length = monthrange(year, month)[1]
    first = date(year, month, 1).toordinal() - 1
    days = set()
    for number in numbers:
        day = number if number > 0 else length + 1 + number
        if 1 <= day <= length:
            days.add(first + day)
        elif rule.skip == "BACKWARD":
            days.add(first + length if day > length else first)
        elif rule.skip == "FORWARD":
            days.add(first + length + 1 if day > length else first + 1)
    return sorted(days)


def _year_days(rule: RecurrenceRule, year: int) -> Days:
    low, high = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    for number in rule.by_year_day:
        day = low + number - 1 if number > 0 else high + 1 + number
        if low <= day <= high:
            yield day


def _is_allowed(rule: RecurrenceRule, day: int) -> bool:
    """Tell whether the parts about months and days of the year leave a day."""
    if not (rule.by_month or rule.by_month_day or rule.by_year_day):
        return True
    that = date.fromordinal(day)
    if rule.by_month and that.month not in rule.by_month:
        return False
    if rule.by_month_day:
        length = monthrange(that.year, that.month)[1]
        if that.day not in rule.by_month_day and that.day - length - 1 not in rule.by_month_day:
            return False
    return not rule.by_year_day or day in _year_days(rule, that.year)


def _is_weekday(rule: RecurrenceRule, day: int) -> bool:
    return not rule.by_day or any(part.weekday == (day - 1) % 7 for part in rule.by_day)


def _bounds(year: int, month: int) -> tuple[int, int]:
    first = date(year, month, 1).toordinal()
    return first, first + monthrange(year, month)[1] - 1


def _span(year: int, month: int) -> range:
    first, last = _bounds(year, month)
    return range(first, last + 1)
