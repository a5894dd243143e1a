"""Work out the series that a draft can mean: the first meeting, and where the series ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.meetings.when.dates import Dated, DaysOn, Period
from bot.meetings.when.models import Unclear
from bot.meetings.when.rules import Rule
from bot.meetings.when.series import Repeated
from bot.meetings.when.setting import Candidate, Outcome, Setting, refuse
from bot.meetings.when.times import Timed, list_times

_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_UNIT_MONTHS = {"month": 1, "year": 12}


def list_series(
    setting: Setting, today: date, anchor: Dated | None, repeated: Repeated, rule: Rule
) -> Iterator[Outcome]:
    """Yield each, or why a way leads nowhere."""
    for timed in list_times(setting.draft, is_daily=rule.freq == "DAILY"):
        moved = _move(rule, timed)
        if moved is None:
            yield Unclear(key="when.midnight")
            continue
        start = _find_start(setting, moved, anchor, today, timed)
        if isinstance(start, Unclear):
            yield start
            continue
        must_ask = repeated.must_ask or bool(anchor and anchor.must_ask)
        for rrule, end in _list_ends(setting, start, moved):
            candidate = Candidate(
                when=setting.make(start, rrule=rrule, duration=timed.duration),
                readings=(
                    repeated.reading,
                    anchor.reading if anchor else None,
                    timed.reading,
                    end.reading if end else None,
                ),
                must_ask=must_ask or bool(end and end.must_ask),
            )
            yield setting.judge(candidate) if rrule else refuse("when.until_past", start.date())


def _move(rule: Rule, timed: Timed) -> Rule | None:
    """Return the rule that a midnight at the end of its days falls on."""
    if not timed.days_on or rule.freq == "DAILY":
        return rule
    if rule.freq != "WEEKLY" or (rule.interval > 1 and len(rule.weekdays) > 1):
        return None
    return replace(rule, weekdays=tuple(sorted((day + 1) % 7 for day in rule.weekdays)))


def _find_start(
    setting: Setting, rule: Rule, anchor: Dated | None, today: date, timed: Timed
) -> datetime | Unclear:
    base = (anchor.day if anchor else today) + timedelta(days=timed.days_on if anchor else 0)
    if anchor and anchor.day < today and not isinstance(setting.draft.day or setting.draft.starting, Period):
        return refuse("when.past", anchor.day)
    zone = ZoneInfo(setting.zone)
    limit = setting.now.replace(second=0, microsecond=0)
    for _ in range(2):  # today's meeting may be over; then it is the next
        first = rule.find_first(max(base, today))
        if first is None:
            return Unclear(key="when.no_such_date")
        start = datetime.combine(first, timed.at)
        if start.replace(tzinfo=zone).astimezone(UTC) >= limit:
            break
        base = first + timedelta(days=1)
    is_exact = setting.draft.day is not None and not isinstance(setting.draft.day, Period)
    if anchor and is_exact and start.date() != anchor.day + timedelta(days=timed.days_on):
        return refuse("when.weekday_mismatch", anchor.day)
    return start


def _list_ends(setting: Setting, start: datetime, rule: Rule) -> Iterator[tuple[str, Dated | None]]:
    """Yield the whole rules; an empty one where the end would come before the start."""
    draft = setting.draft
    if sum(map(bool, (draft.until, draft.count, draft.lasting[0]))) > 1:
        return
    if draft.lasting[0]:
        number, unit = draft.lasting
        months = _UNIT_MONTHS.get(unit, 0) * number
        span = DaysOn(days=_UNIT_DAYS.get(unit, 0) * number - 1, months=months)
        yield from (
            (rule.write(until=_write_end(setting, each.day)), None) for each in span.list_dates(start.date())
        )
    elif draft.until is not None:
        ends = [each for each in draft.until.list_dates(start.date()) if each.day >= start.date()]
        yield from ((rule.write(until=_write_end(setting, each.day)), each) for each in ends)
        if not ends:
            yield "", None
    else:
        yield rule.write(count=draft.count), None


def _write_end(setting: Setting, day: date) -> str:
    """Return UNTIL: the last second of a day in the meeting's zone, in UTC (RFC 5545, 3.3.10)."""
    end = datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(setting.zone))
    return end.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
