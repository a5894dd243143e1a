"""Walk along a rule in wall time: jump to where it matters, step by periods, stop at every bound."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from bot.meetings.models import Frequency, RecurrenceRule
from bot.meetings.recurrence.days import LAST_DAY, LAST_YEAR, first_day_of_week, pick_days, week_year

_DATES_A_STEP = 50


@dataclass(slots=True)
class Steps:
    """How much may still be looked at: periods, and dates in them. With none left a walk ends early."""

    left: int
    is_exhausted: bool = False

    def take(self, dates: int = 0) -> bool:
        """Take one, and more where a period has many dates; False when there is none."""
        self.left -= 1 + dates // _DATES_A_STEP
        self.is_exhausted = self.is_exhausted or self.left < 0
        return self.left >= 0


def walk(
    rule: RecurrenceRule, dtstart: datetime, *, is_date: bool, low: datetime, high: datetime, steps: Steps
) -> Iterator[datetime]:
    """Yield the wall times that a rule gives, in order, none before DTSTART, none after `high`.

    COUNT is obeyed; UNTIL is the caller's, who knows its zone. Times before `low` may be left out, and are
    wherever nothing has to be counted.

    Args:
        rule: The rule.
        dtstart: Where the series begins, and what gives all that the rule leaves open.
        is_date: Whether the series has dates instead of times; parts about times mean nothing then.
        low: The start of what is asked for.
        high: Its end.
        steps: What bounds the work.
    """
    if is_date:
        rule = replace(rule, by_hour=(), by_minute=(), by_second=())
    path = _HourWalk(rule, dtstart) if rule.freq is Frequency.HOURLY else _DayWalk(rule, dtstart)
    index = path.index_before(low)
    if rule.count is None:
        yield from path.walls(index, high, steps)
        return
    seen = path.count_before(index)
    if seen is None:
        index = seen = 0
    yield from islice(path.walls(index, high, steps), max(0, rule.count - seen))


class _Times:
    """The times of a day or an hour that a rule picks, in order, computed only when asked for."""

    def __init__(self, hours: tuple[int, ...], minutes: tuple[int, ...], seconds: tuple[int, ...]) -> None:
        self._parts = (hours, minutes, seconds)
        self.size = len(hours) * len(minutes) * len(seconds)

    def __getitem__(self, index: int) -> timedelta:
        hours, minutes, seconds = self._parts
        index, second = divmod(index, len(seconds))
        hour, minute = divmod(index, len(minutes))
        return timedelta(hours=hours[hour], minutes=minutes[minute], seconds=seconds[second])

    def on(self, days: Iterable[datetime], positions: tuple[int, ...]) -> list[datetime]:
        """Return the wall times on some days (or in some hours), BYSETPOS applied."""
        if not positions:
            times = [self[index] for index in range(self.size)]
            return [day + time for day in days for time in times]
        begins = list(days)
        size = len(begins) * self.size
        picked = sorted({position - 1 if position > 0 else size + position for position in positions})
        return [begins[at // self.size] + self[at % self.size] for at in picked if 0 <= at < size]


class _DayWalk:
    """The walk of a rule whose periods are whole days or more."""

    def __init__(self, rule: RecurrenceRule, dtstart: datetime) -> None:
        self._rule = rule
        self._dtstart = dtstart
        self._pick = pick_days(rule, dtstart.date())
        self._origin = self._period(dtstart)
        self._step = rule.interval * (7 if rule.freq is Frequency.WEEKLY else 1)
        self._times = _Times(
            rule.by_hour or (dtstart.hour,),
            rule.by_minute or (dtstart.minute,),
            rule.by_second or (dtstart.second,),
        )

    def index_before(self, low: datetime) -> int:
        """Return the number of a period that has nothing later than `low` before it."""
        return max(0, (self._period(low) - self._origin) // self._step - 1)

    def count_before(self, index: int) -> int | None:
        """Return how many dates lie before a period; None where they would have to be counted one by one."""
        rule = self._rule
        if any((rule.by_month, rule.by_month_day, rule.by_year_day, rule.by_set_pos)):
            return None
        if rule.freq is Frequency.DAILY and not rule.by_day:
            days = 1
        elif rule.freq is Frequency.WEEKLY:
            days = max(1, len({day.weekday for day in rule.by_day}))
        else:
            return None
        if not index:
            return 0
        first = sum(1 for wall in self._set(self._origin) if wall >= self._dtstart)
        return first + (index - 1) * days * self._times.size

    def walls(self, index: int, high: datetime, steps: Steps) -> Iterator[datetime]:
        """Yield the wall times from a period on."""
        period, end = self._origin + index * self._step, self._period(high)
        last: datetime | None = None
        while period <= end:
            walls = self._set(period)
            if not steps.take(len(walls)):
                return
            for wall in walls:
                if wall > high:
                    return
                # SKIP=FORWARD may reach into the next period, and meet its first day again.
                if wall >= self._dtstart and (last is None or wall > last):
                    yield wall
                    last = wall
            period += self._step

    def _set(self, period: int) -> list[datetime]:
        days = (datetime.fromordinal(day) for day in self._pick(period) if 0 < day <= LAST_DAY)
        return self._times.on(days, self._rule.by_set_pos)

    def _period(self, wall: datetime) -> int:
        year = min(wall.year, LAST_YEAR)
        match self._rule.freq:
            case Frequency.YEARLY:
                return week_year(wall.date(), self._rule.week_start) if self._rule.by_week_no else year
            case Frequency.MONTHLY:
                return year * 12 + wall.month - 1
            case Frequency.WEEKLY:
                return first_day_of_week(wall.toordinal(), self._rule.week_start)
            case _:
                return wall.toordinal()


class _HourWalk:
    """The walk of an HOURLY rule: hours of the wall clock, days that are not allowed skipped whole."""

    def __init__(self, rule: RecurrenceRule, dtstart: datetime) -> None:
        self._rule = rule
        self._dtstart = dtstart
        self._pick = pick_days(rule, dtstart.date())
        self._origin = dtstart.toordinal() * 24 + dtstart.hour
        self._times = _Times((0,), rule.by_minute or (dtstart.minute,), rule.by_second or (dtstart.second,))

    def index_before(self, low: datetime) -> int:
        """Return the number of a period that has nothing later than `low` before it."""
        return max(0, ((low.toordinal() - 1) * 24 - self._origin) // self._rule.interval)

    def count_before(self, index: int) -> int | None:
        """Return how many dates lie before a period; None where they would have to be counted one by one."""
        rule = self._rule
        days = (rule.by_month, rule.by_month_day, rule.by_year_day, rule.by_day)
        if any(days) or rule.by_hour or rule.by_set_pos:
            return None
        if not index:
            return 0
        first = sum(1 for wall in self._set(self._origin) if wall >= self._dtstart)
        return first + (index - 1) * self._times.size

    def walls(self, index: int, high: datetime, steps: Steps) -> Iterator[datetime]:
        """Yield the wall times from a period on."""
        rule, hour = self._rule, self._origin + index * self._rule.interval
        end = min(high.toordinal(), LAST_DAY) * 24 + 23
        day, is_picked = 0, False
        while hour <= end and steps.take():
            if hour // 24 != day:
                day = hour // 24
                is_picked = bool(self._pick(day))
            if not is_picked:
                hour += -((hour - (day + 1) * 24) // rule.interval) * rule.interval
                continue
            if not rule.by_hour or hour % 24 in rule.by_hour:
                yield from (wall for wall in self._set(hour) if self._dtstart <= wall <= high)
            hour += rule.interval

    def _set(self, hour: int) -> list[datetime]:
        begin = datetime.fromordinal(hour // 24) + timedelta(hours=hour % 24)
        return self._times.on((begin,), self._rule.by_set_pos)
