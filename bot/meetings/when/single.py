"""Work out the single meetings that a draft can mean."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.meetings.when.dates import CalendarDay, Dated, DaySpec, OnWeekday, Period
from bot.meetings.when.draft import Draft
from bot.meetings.when.models import Reading, Unclear
from bot.meetings.when.series import Repeated
from bot.meetings.when.setting import Candidate, Outcome, Setting, refuse
from bot.meetings.when.times import list_times

_PASSES = ("when.choice_first_pass", "when.choice_second_pass")


def list_single(setting: Setting, today: date, repeated: Repeated) -> Iterator[Outcome]:
    """Yield each, or why a way leads nowhere."""
    day = _find_day(setting.draft, repeated)
    if isinstance(day, Unclear):
        yield day
        return
    dates = day.list_dates(today) if day else (Dated(day=today), Dated(day=today + timedelta(days=1)))
    if not dates:
        yield Unclear(key="when.no_such_date")
    for dated in dates:
        if isinstance(day, CalendarDay) and dated.day.weekday() not in (
            setting.draft.repeat.weekdays or range(7)
        ):
            yield refuse("when.weekday_mismatch", dated.day)
            continue
        outcomes = list(_list_at_times(setting, dated, repeated))
        yield from outcomes
        if day is None and any(isinstance(each, Candidate) for each in outcomes):
            return  # a time alone is the next such time


def _find_day(draft: Draft, repeated: Repeated) -> DaySpec | Unclear | None:
    """Return the day from the one slot that names it."""
    weekdays = draft.repeat.weekdays
    named = [each for each in (draft.starting, draft.day, repeated.day) if each is not None]
    if draft.until or draft.count or draft.lasting[0]:
        return Unclear(key="when.no_rule")
    if len(named) > 1:
        return Unclear(key="when.two_dates")
    day = named[0] if named else None
    if isinstance(day, Period):
        if weekdays and day == Period(unit="week", on=1):
            return OnWeekday(weekday=weekdays[0], which="next week")
        return Unclear(key="when.no_day")
    if day is not None and weekdays and not isinstance(day, CalendarDay):
        return Unclear(key="when.two_dates")
    return day or (OnWeekday(weekday=weekdays[0]) if weekdays else None)


def _list_at_times(setting: Setting, dated: Dated, repeated: Repeated) -> Iterator[Outcome]:
    for timed in list_times(setting.draft, is_daily=False):
        day = dated.day + timedelta(days=timed.days_on)
        starts = setting.localize(day, timed.at)
        if not starts:
            yield refuse("when.skipped_hour", day)
        for start in starts:
            which = Reading(key=_PASSES[start.fold]) if len(starts) > 1 else None
            yield setting.judge(
                Candidate(
                    when=setting.make(start, duration=timed.duration),
                    readings=(repeated.reading, dated.reading, timed.reading, which),
                    must_ask=dated.must_ask,
                )
            )
