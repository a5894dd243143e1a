"""Turn what a phrase says about a day into dates, seen from a given today: one, several, or none."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

from bot.meetings.when.models import Reading

_LEAP_SEARCH_YEARS = 8
# A day of this year that is only so long past is more likely a slip than a wish for next year.
_SLIP = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date that the phrase can mean; `must_ask` where nobody should be taken at the word."""

    day: date
    reading: Reading | None = None
    must_ask: bool = False


class DaySpec(Protocol):
    """What a phrase says about a day."""

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return the dates it can mean; some may lie before today."""


def show(day: date) -> Reading:
    """Return the reading that names a date."""
    return Reading(key="when.choice_date", values=(("date", day.isoformat()),))


def week_start(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def add_months(year: int, month: int, months: int) -> tuple[int, int]:
    """Return the year and month some months on."""
    years, index = divmod(month - 1 + months, 12)
    return year + years, index + 1


def last_day(year: int, month: int) -> int:
    """Return the number of the last day of a month."""
    return calendar.monthrange(year, month)[1]


def find_nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """Return the nth (or from the end, -1) weekday of a month."""
    if nth > 0:
        day = 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (nth - 1)
    else:
        final = last_day(year, month)
        day = final - (date(year, month, final).weekday() - weekday) % 7
    return date(year, month, day) if day <= last_day(year, month) else None


def _make(year: int, month: int, day: int) -> date | None:
    if not (1 <= year < 9900 and 1 <= month <= 12 and 1 <= day <= last_day(year, month)):
        return None
    return date(year, month, day)


def _one(day: date | None) -> tuple[Dated, ...]:
    return (Dated(day=day, reading=show(day)),) if day else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """Stand for "24 Nov", "6/7", "2026-12-01": each of `options` is (year or 0, month, day)."""

    options: tuple[tuple[int, int, int], ...]

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return each that exists; without a year the next one, asking when it has just passed."""
        return tuple(dated for option in self.options if (dated := self._find(option, today)))

    def _find(self, option: tuple[int, int, int], today: date) -> Dated | None:
        year, month, day = option
        is_open = len(self.options) > 1  # even where only one order of day and month is still to come
        if year:
            exact = _make(year, month, day)
            return Dated(day=exact, reading=show(exact), must_ask=is_open) if exact else None
        years = range(today.year, today.year + _LEAP_SEARCH_YEARS + 1)
        days = [each for year in years if (each := _make(year, month, day))]
        coming = [each for each in days if each >= today]
        if not coming:
            return None
        is_slip = days[0] < today and today - days[0] <= _SLIP
        is_far = coming[0].year > today.year + 1
        return Dated(day=coming[0], reading=show(coming[0]), must_ask=is_open or is_slip or is_far)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOn:
    """Stand for "tomorrow", "in 3 days", "in 2 months", "a week from Tuesday" (then `of` is Tuesday)."""

    days: int = 0
    months: int = 0
    of: DaySpec | None = None

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return the dates so many days and months after the one it counts from."""
        starts = self.of.list_dates(today) if self.of else (Dated(day=today),)
        return tuple(moved for each in starts if (moved := self._move(each)))

    def _move(self, start: Dated) -> Dated | None:
        year, month = add_months(start.day.year, start.day.month, self.months)
        if not 1 <= year < 9900:
            return None
        shifted = date(year, month, min(start.day.day, last_day(year, month))) + timedelta(days=self.days)
        return Dated(day=shifted, reading=show(shifted), must_ask=start.must_ask)


Which = Literal["", "this", "next", "next week"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWeekday:
    """Stand for "friday", "this friday", "next friday", "friday next week"."""

    weekday: int
    which: Which = ""

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return the days it can mean: people differ on "next", and on where a week begins."""
        ahead = (self.weekday - today.weekday()) % 7
        match self.which:
            case "":  # said on the day itself it may mean today or a week from now
                steps = [0, 7] if ahead == 0 else [ahead]
            case "this":
                steps = [self.weekday - today.weekday()]
            case "next":
                first = ahead or 7
                is_this_week = today.weekday() + first <= 6 or (today.weekday() + 1) % 7 + first <= 6
                steps = [first, first + 7] if is_this_week else [first]
            case "next week":
                from_monday = 7 - today.weekday() + self.weekday
                from_sunday = 7 - (today.weekday() + 1) % 7 + (self.weekday + 1) % 7
                steps = sorted({from_monday, from_sunday})
        days = [today + timedelta(days=step) for step in steps]
        return tuple(Dated(day=day, reading=show(day)) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayBeside:
    """Stand for "thursday" said of a date that is already set: the one of its week, or the one after it."""

    weekday: int
    day: date

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return both where the one of its week lies before the date, for then it may be either."""
        same_week = week_start(self.day) + timedelta(days=self.weekday)
        days = (same_week,) if same_week >= self.day else (same_week, same_week + timedelta(days=7))
        return tuple(Dated(day=each, reading=show(each)) for each in days if each >= today)


@dataclass(frozen=True, slots=True, kw_only=True)
class NthOfMonth:
    """Stand for "last Friday of March 2027", "second Tuesday of next month"; no month is the next with it."""

    nth: int
    weekday: int
    month: int = 0
    year: int = 0
    months_on: int | None = None

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return the one date."""
        if self.months_on is not None:
            year, month = add_months(today.year, today.month, self.months_on)
            return _one(find_nth_weekday(year, month, self.weekday, self.nth))
        if self.year:
            return _one(find_nth_weekday(self.year, self.month, self.weekday, self.nth))
        for step in range(24):
            year, month = add_months(today.year, today.month, step)
            day = find_nth_weekday(year, month, self.weekday, self.nth)
            if day and day >= today and self.month in (0, month):
                return _one(day)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMonth:
    """Stand for "the 24th", "the 3rd of next month"."""

    day: int
    months_on: int | None = None

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return the date in the named month, or the next month that has such a day."""
        if self.months_on is not None:
            return _one(_make(*add_months(today.year, today.month, self.months_on), self.day))
        for step in range(3):
            day = _make(*add_months(today.year, today.month, step), self.day)
            if day and day >= today:
                return _one(day)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month, week or year as a bound: `is_end` takes its last day ("until the end of March")."""

    unit: Literal["week", "month", "year"]
    on: int = 0
    month: int = 0
    year: int = 0
    is_end: bool = False
    asks_which_end: bool = False

    def list_dates(self, today: date) -> tuple[Dated, ...]:
        """Return its first or its last day; "until March" may mean the day before or the whole month."""
        first, final = self._bounds(today)
        if not self.asks_which_end:
            return _one(final if self.is_end else first)
        before = first - timedelta(days=1)
        return tuple(
            Dated(day=day, reading=Reading(key="when.choice_until", values=(("date", day.isoformat()),)))
            for day in (before, final)
        )

    def _bounds(self, today: date) -> tuple[date, date]:
        if self.unit == "week":
            monday = week_start(today) + timedelta(weeks=self.on)
            return monday, monday + timedelta(days=6)
        if self.unit == "year":
            year = self.year or today.year + self.on
            return date(year, 1, 1), date(year, 12, 31)
        if self.month:
            year = self.year or today.year + (self.month < today.month)
            month = self.month
        else:
            year, month = add_months(today.year, today.month, self.on)
        return date(year, month, 1), date(year, month, last_day(year, month))
