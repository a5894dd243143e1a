"""Hold a recurrence in the shapes that people say: which dates it falls on, and how RFC 5545 writes it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.meetings.when.dates import find_nth_weekday, last_day
from bot.meetings.when.words import WEEKDAY_CODES, WORKDAYS

# A fifth weekday of a quarter's month comes within two years; 29 February within eight.
_SEARCH_DAYS = 366 * 8 + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A recurrence rule.

    Attributes:
        nths: Of a monthly rule, pairs of (which, weekday).
        month_days: Of a monthly rule, days of the month; -1 is the last.
        position: Of a monthly rule on workdays, which of them.
        phase: The months it may begin in; all when empty.
    """

    freq: Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nths: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    position: int = 0
    year_day: tuple[int, int] = (0, 0)
    phase: tuple[int, ...] = ()

    def write(self, *, until: str = "", count: int = 0) -> str:
        """Return the value of an RRULE."""
        days = [WEEKDAY_CODES[day] for day in self.weekdays]
        days += [f"{nth}{WEEKDAY_CODES[day]}" for nth, day in self.nths]
        parts = [
            ("FREQ", self.freq),
            ("INTERVAL", str(self.interval) if self.interval > 1 else ""),
            ("BYDAY", ",".join(days)),
            ("BYMONTHDAY", ",".join(map(str, self.month_days))),
            ("BYSETPOS", str(self.position or "")),
            ("UNTIL", until),
            ("COUNT", str(count or "")),
        ]
        return ";".join(f"{name}={value}" for name, value in parts if value)

    def find_first(self, base: date) -> date | None:
        """Return the first date of the rule on or after a date."""
        for step in range(_SEARCH_DAYS):
            day = base + timedelta(days=step)
            if self.matches(day):
                return day
        return None

    def matches(self, day: date) -> bool:
        """Tell whether a series could begin on this date."""
        if self.phase and day.month not in self.phase:
            return False
        match self.freq:
            case "DAILY":
                return True
            case "WEEKLY":
                return day.weekday() in self.weekdays
            case "MONTHLY":
                return self._matches_in_month(day)
            case "YEARLY":
                return (day.month, day.day) == self.year_day

    def _matches_in_month(self, day: date) -> bool:
        if self.nths:
            return any(find_nth_weekday(day.year, day.month, on, nth) == day for nth, on in self.nths)
        final = last_day(day.year, day.month)
        if self.position:
            workdays = [n for n in range(1, final + 1) if day.replace(day=n).weekday() in WORKDAYS]
            place = self.position - 1 if self.position > 0 else self.position
            return len(workdays) >= abs(self.position) and workdays[place] == day.day
        return day.day in self.month_days or day.day - final - 1 in self.month_days
