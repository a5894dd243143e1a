"""Decide which recurrence a phrase can mean, or that it means a single date."""

from dataclasses import dataclass
from datetime import date

from bot.meetings.when.dates import DayOfMonth, DaySpec, NthOfMonth
from bot.meetings.when.draft import Repeat
from bot.meetings.when.models import Reading, Unclear
from bot.meetings.when.rules import Rule
from bot.meetings.when.words import WORKDAYS

_WEEKEND = (5, 6)
_QUARTER_STARTS = (1, 4, 7, 10)
_QUARTER_ENDS = (3, 6, 9, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A recurrence, or none (`rule` is None) and then perhaps the day it names; with what sets it apart."""

    rule: Rule | None
    day: DaySpec | None = None
    reading: Reading | None = None
    must_ask: bool = False


def list_rules(repeat: Repeat, anchor: date | None) -> tuple[Repeated, ...] | Unclear:
    """Return the ways to take what is said; `anchor` is the date on which the series begins, if given."""
    if sum(map(bool, (repeat.weekdays, repeat.nths, repeat.month_days, repeat.position))) > 1:
        return Unclear(key="when.two_rules")
    if repeat.nths:
        return _list_nths(repeat, anchor)
    if repeat.position:
        return _list_monthly(
            repeat, Rule(freq="MONTHLY", weekdays=WORKDAYS, position=repeat.position), anchor
        )
    if repeat.month_days:
        return _list_month_days(repeat, anchor)
    if repeat.weekdays:
        return _list_weekly(repeat)
    return _list_plain(repeat, anchor)


def _months(repeat: Repeat) -> int:
    return repeat.interval * (3 if repeat.unit == "quarter" else 1)


def _list_nths(repeat: Repeat, anchor: date | None) -> tuple[Repeated, ...] | Unclear:
    monthly = Rule(freq="MONTHLY", nths=repeat.nths)
    nth, weekday = repeat.nths[0]
    if repeat.unit:
        return _list_monthly(repeat, monthly, anchor)
    reading = Reading(key="when.choice_monthly")
    if len(repeat.nths) > 1 or (repeat.is_every and nth in {1, -1}):
        return (Repeated(rule=monthly),)
    if repeat.is_every:
        apart = Reading(key="when.choice_every_weeks", values=(("number", str(nth)),))
        weekly = Rule(freq="WEEKLY", interval=nth, weekdays=(weekday,))
        return Repeated(rule=weekly, reading=apart), Repeated(rule=monthly, reading=reading)
    once = Repeated(
        rule=None, day=NthOfMonth(nth=nth, weekday=weekday), reading=Reading(key="when.choice_once")
    )
    return once, Repeated(rule=monthly, reading=reading)


def _list_monthly(repeat: Repeat, rule: Rule, anchor: date | None) -> tuple[Repeated, ...] | Unclear:
    """Return a rule of months; a quarter begins in January, April, …, unless it is to begin at once."""
    if repeat.unit not in {"month", "quarter"}:
        return Unclear(key="when.which_month")
    at_once = _with(rule, interval=_months(repeat))
    if repeat.unit == "month" or anchor is not None:
        return (Repeated(rule=at_once),)
    is_end = all(nth < 0 for nth, _ in rule.nths) and (
        rule.nths or rule.position < 0 or -1 in rule.month_days
    )
    aligned = _with(rule, interval=_months(repeat), phase=_QUARTER_ENDS if is_end else _QUARTER_STARTS)
    if repeat.is_of_quarter:
        return (Repeated(rule=aligned),)
    return (
        Repeated(rule=at_once, reading=Reading(key="when.choice_from_next")),
        Repeated(rule=aligned, reading=Reading(key="when.choice_calendar_quarters")),
    )


def _with(rule: Rule, *, interval: int, phase: tuple[int, ...] = ()) -> Rule:
    return Rule(
        freq=rule.freq,
        interval=interval,
        weekdays=rule.weekdays,
        nths=rule.nths,
        month_days=rule.month_days,
        position=rule.position,
        phase=phase,
    )


def _list_month_days(repeat: Repeat, anchor: date | None) -> tuple[Repeated, ...] | Unclear:
    days = repeat.month_days
    if any(not -1 <= day <= 31 or day == 0 for day in days):
        return Unclear(key="when.no_such_date")
    if not repeat.unit and not repeat.is_every:
        return (
            (Repeated(rule=None, day=DayOfMonth(day=days[0])),)
            if len(days) == 1
            else Unclear(key="when.which_month")
        )
    monthly = repeat if repeat.unit else Repeat(unit="month")
    found = _list_monthly(monthly, Rule(freq="MONTHLY", month_days=days), anchor)
    if days != (31,) or isinstance(found, Unclear):
        return found
    literal = Reading(key="when.choice_only_31")
    last = Rule(freq="MONTHLY", interval=_months(monthly), month_days=(-1,))
    return (
        Repeated(rule=last, reading=Reading(key="when.choice_last_day")),
        *(Repeated(rule=each.rule, reading=literal) for each in found[:1]),
    )


def _list_weekly(repeat: Repeat) -> tuple[Repeated, ...] | Unclear:
    if repeat.unit in {"month", "quarter", "year"}:
        return Unclear(key="when.which_week")
    if repeat.unit in {"day", "weekday", "weekend"}:
        return Unclear(key="when.two_rules")
    rule = Rule(freq="WEEKLY", interval=repeat.interval, weekdays=repeat.weekdays)
    if repeat.unit or repeat.is_every or repeat.is_plural:
        return (Repeated(rule=rule),)
    if len(repeat.weekdays) > 1:  # "Mon and Wed 16:00" can hardly be anything else, but it does not say so
        return (Repeated(rule=rule, reading=Reading(key="when.choice_weekly"), must_ask=True),)
    return (Repeated(rule=None),)


def _list_plain(repeat: Repeat, anchor: date | None) -> tuple[Repeated, ...] | Unclear:
    """Take a unit alone: the day comes from the date on which the series begins."""
    match repeat.unit:
        case "":
            return (Repeated(rule=None),)
        case "day":
            return (Repeated(rule=Rule(freq="DAILY", interval=repeat.interval)),)
        case "weekday" | "weekend":
            days = WORKDAYS if repeat.unit == "weekday" else _WEEKEND
            return (Repeated(rule=Rule(freq="WEEKLY", weekdays=days)),)
    if anchor is None:
        return Unclear(key="when.which_week" if repeat.unit in {"month", "quarter"} else "when.no_day")
    if repeat.unit == "week":
        return (Repeated(rule=Rule(freq="WEEKLY", interval=repeat.interval, weekdays=(anchor.weekday(),))),)
    if repeat.unit == "year":
        return (
            Repeated(rule=Rule(freq="YEARLY", interval=repeat.interval, year_day=(anchor.month, anchor.day))),
        )
    return _list_monthly_from(anchor, interval=_months(repeat))


def _list_monthly_from(anchor: date, *, interval: int) -> tuple[Repeated, ...]:
    nth = (anchor.day - 1) // 7 + 1
    by_day = Rule(freq="MONTHLY", interval=interval, month_days=(anchor.day,))
    by_weekday = Rule(freq="MONTHLY", interval=interval, nths=((nth, anchor.weekday()),))
    return (
        Repeated(rule=by_day, reading=Reading(key="when.choice_same_date")),
        Repeated(rule=by_weekday, reading=Reading(key="when.choice_same_weekday")),
    )
