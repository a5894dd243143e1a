"""Read and write recurrence rules as text (RFC 5545 3.3.10, SKIP from RFC 7529)."""

import re
from collections.abc import Callable
from datetime import datetime

from bot.meetings.models import Frequency, Moment, RecurrenceRule, WeekDay

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_TOO_OFTEN = frozenset({"MINUTELY", "SECONDLY"})
_MAX_TEXT = 2000
_MAX_TIMES_A_DAY = 96
_MAX_VALUES = 400
_SKIPS = ("OMIT", "BACKWARD", "FORWARD")

# The parts that are lists of numbers: the field, the smallest and the largest value, and whether it may be
# counted from the end.
_NUMBERS: dict[str, tuple[str, int, int, bool]] = {
    "BYSECOND": ("by_second", 0, 60, False),
    "BYMINUTE": ("by_minute", 0, 59, False),
    "BYHOUR": ("by_hour", 0, 23, False),
    "BYMONTHDAY": ("by_month_day", 1, 31, True),
    "BYYEARDAY": ("by_year_day", 1, 366, True),
    "BYWEEKNO": ("by_week_no", 1, 53, True),
    "BYMONTH": ("by_month", 1, 12, False),
    "BYSETPOS": ("by_set_pos", 1, 366, True),
}


class RefusedRuleError(ValueError):
    """A rule that cannot be followed; the message says why."""


def parse_rule(text: str) -> RecurrenceRule:
    """Read a rule; empty, unknown and repeated parts are overlooked, as servers write them.

    Raises:
        RefusedRuleError: The rule makes no sense, or repeats more often than any meeting does.
    """
    if len(text) > _MAX_TEXT:
        raise RefusedRuleError("the rule is too long")
    parts: dict[str, str] = {}
    for part in text.upper().replace(" ", "").split(";"):
        name, _, value = part.partition("=")
        if value:
            parts.setdefault(name, value)
    fields: dict[str, object] = {"freq": _frequency(parts.get("FREQ", ""))}
    for name, value in parts.items():
        if name in _NUMBERS:
            fields[_NUMBERS[name][0]] = _numbers(name, value)
        elif name in _READERS:
            field, read = _READERS[name]
            fields[field] = read(value)
    rule = RecurrenceRule(**fields)  # type: ignore[arg-type] # every reader above is typed for its field
    if _times_a_day(rule) > _MAX_TIMES_A_DAY:
        raise RefusedRuleError(f"it repeats more than {_MAX_TIMES_A_DAY} times a day")
    return rule


def _times_a_day(rule: RecurrenceRule) -> int:
    """Return how often a rule repeats in a day at most."""
    hours = max(1, len(rule.by_hour))
    times = max(1, len(rule.by_minute)) * max(1, len(rule.by_second))
    if rule.freq is not Frequency.HOURLY:
        return min(hours * times, len(rule.by_set_pos) or hours * times)
    times = min(times, len(rule.by_set_pos) or times)
    return times * (hours if rule.by_hour else -(-24 // rule.interval))


def write_rule(rule: RecurrenceRule) -> str:
    """Write a rule; reading it again gives the same one."""
    parts = [f"FREQ={rule.freq.value}"]
    parts += [f"UNTIL={_write_until(rule.until)}"] if rule.until else []
    parts += [f"COUNT={rule.count}"] if rule.count else []
    parts += [f"INTERVAL={rule.interval}"] if rule.interval != 1 else []
    for name, (field, *_) in _NUMBERS.items():
        values: tuple[int, ...] = getattr(rule, field)
        if values:
            parts.append(f"{name}={','.join(map(str, values))}")
    if rule.by_day:
        days = (f"{day.nth or ''}{_DAYS[day.weekday]}" for day in rule.by_day)
        parts.append(f"BYDAY={','.join(days)}")
    if rule.week_start:
        parts.append(f"WKST={_DAYS[rule.week_start]}")
    if rule.skip != "OMIT":
        parts += ["RSCALE=GREGORIAN", f"SKIP={rule.skip}"]
    return ";".join(parts)


def _frequency(text: str) -> Frequency:
    if text in _TOO_OFTEN:
        raise RefusedRuleError("it repeats more often than every hour")
    try:
        return Frequency(text)
    except ValueError:
        raise RefusedRuleError(f"its FREQ {text[:20]!r} is unknown" if text else "it has no FREQ") from None


def _numbers(name: str, text: str) -> tuple[int, ...]:
    _, low, high, may_be_negative = _NUMBERS[name]
    values = []
    for part in text.split(",")[:_MAX_VALUES]:
        if not re.fullmatch(r"[+-]?\d{1,4}", part):
            if part:
                raise RefusedRuleError(f"its {name} {part[:20]!r} is no number")
            continue
        value = int(part)
        if not (low <= value <= high or (may_be_negative and -high <= value <= -low)):
            raise RefusedRuleError(f"its {name} {value} is out of range")
        # RFC 5545 3.3.12: a leap second means the second before it.
        values.append(min(value, 59) if name == "BYSECOND" else value)
    return tuple(sorted(set(values)))


def _by_day(text: str) -> tuple[WeekDay, ...]:
    days = []
    for part in text.split(",")[:_MAX_VALUES]:
        found = _BY_DAY.fullmatch(part)
        if found and found[1] and not int(found[1]):
            continue  # there is no nought-th day; what else the rule names still counts
        if found:
            days.append(WeekDay(_DAYS.index(found[2]), int(found[1] or 0)))
        elif part:
            raise RefusedRuleError(f"its BYDAY {part[:20]!r} is no day")
    return tuple(sorted(set(days)))


def _positive(text: str) -> int:
    """Read INTERVAL; nonsense there means every one, as no server intends to refuse its own series."""
    return max(1, int(text)) if re.fullmatch(r"\d{1,9}", text) else 1


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text) or not int(text):
        raise RefusedRuleError(f"its COUNT {text[:20]!r} is no number of times")
    return int(text)


def _until(text: str) -> Moment:
    found = _UNTIL.fullmatch(text)
    if not found:
        raise RefusedRuleError(f"its UNTIL {text[:20]!r} is no date")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        wall = datetime(year, month, day, min(hour, 23), minute, min(second, 59))
    except ValueError:
        raise RefusedRuleError(f"its UNTIL {text[:20]!r} is no date") from None
    return Moment(wall=wall, zone="UTC" if found[7] else "", is_date=found[4] is None)


def _week_start(text: str) -> int:
    return _DAYS.index(text) if text in _DAYS else 0


def _skip(text: str) -> str:
    return text if text in _SKIPS else "OMIT"


def _write_until(until: Moment) -> str:
    if until.is_date:
        return f"{until.wall:%Y%m%d}"
    return f"{until.wall:%Y%m%dT%H%M%S}{'Z' if until.zone == 'UTC' else ''}"


_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "INTERVAL": ("interval", _positive),
    "COUNT": ("count", _count),
    "UNTIL": ("until", _until),
    "BYDAY": ("by_day", _by_day),
    "WKST": ("week_start", _week_start),
    "SKIP": ("skip", _skip),
}
