"""Turn a written time of day into the times it can mean, each with the length where a range gives one."""

from dataclasses import dataclass
from datetime import time, timedelta

from bot.meetings.when.draft import Draft
from bot.meetings.when.models import Reading
from bot.meetings.when.tokens import Clock

# Nobody meets at three in the night, but a 24-hour reader writes 3:00 for it: below this hour, ask.
_SURE_FROM_HOUR = 9
_LONGEST_RANGE = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A time of day; `days_on` is 1 for a midnight that ends the day it is said of."""

    at: time
    days_on: int = 0
    reading: Reading | None = None
    duration: timedelta | None = None


def list_times(draft: Draft, *, is_daily: bool) -> tuple[Timed, ...]:
    """Return what the phrase's time of day can mean; nothing when there is no such time."""
    if draft.clock_word == "noon":
        return (Timed(at=time(12), duration=draft.duration),)
    if draft.clock_word == "midnight":
        return _list_midnights(draft, is_daily=is_daily)
    if draft.clock is None:
        return ()
    clock = draft.clock
    if clock.half == "?" and draft.clock_end is not None:
        clock = _take_half(clock, draft.clock_end)
    starts = _list_starts(clock, draft.part_of_day)
    times = [timed for at in starts if (timed := _with_end(at, draft))]
    if len(times) == 1:
        return tuple(times)
    return tuple(Timed(at=each.at, duration=each.duration, reading=_show(each.at)) for each in times)


def _show(at: time) -> Reading:
    return Reading(key="when.choice_time", values=(("time", at.strftime("%H:%M")),))


def _list_midnights(draft: Draft, *, is_daily: bool) -> tuple[Timed, ...]:
    start = Timed(at=time(0), reading=Reading(key="when.choice_day_start"), duration=draft.duration)
    end = Timed(at=time(0), days_on=1, reading=Reading(key="when.choice_day_end"), duration=draft.duration)
    if draft.is_tonight:
        return (end,)
    return (start,) if is_daily else (start, end)


def _list_starts(clock: Clock, part: str) -> tuple[time, ...]:
    """Return the hours that a clock can mean, on the 24-hour clock."""
    hour, minute = clock.hour, clock.minute
    if hour > 23 or minute > 59:
        return ()
    half = clock.half or ("" if clock.is_padded else part)
    hours: tuple[int, ...]
    match half:
        case "am":
            hours = (hour % 12,) if hour <= 12 else ()
        case "pm":
            hours = (hour % 12 + 12,) if 1 <= hour <= 12 else (hour,) if hour else ()
        case "night":
            hours = (hour + 12,) if 5 <= hour <= 11 else (hour,) if hour > 12 else ()
        case _:
            is_sure = clock.is_padded or hour == 0 or hour >= _SURE_FROM_HOUR
            hours = (hour,) if is_sure else (hour, hour + 12)
    return tuple(time(each, minute) for each in hours)


def _take_half(start: Clock, end: Clock) -> Clock:
    """Give the start of "10-11am" the half of its end, and that of "11-1pm" the other."""
    is_crossing = start.hour % 12 > end.hour % 12
    half = {"am": "pm", "pm": "am"}[end.half] if is_crossing else end.half
    return Clock(hour=start.hour, minute=start.minute, half=half if start.hour <= 12 else "")


def _with_end(start: time, draft: Draft) -> Timed | None:
    if draft.clock_end is None:
        return Timed(at=start, duration=draft.duration)
    end = draft.clock_end
    # An end without am and pm is the first such hour after the start: "10am to 1".
    hours = _list_starts(end, "") if end.half or end.is_padded or end.hour > 12 else _both_halves(end)
    lengths = [length for hour in hours if (length := _length(start, hour)) <= _LONGEST_RANGE]
    return Timed(at=start, duration=min(lengths)) if lengths and draft.duration is None else None


def _both_halves(clock: Clock) -> tuple[time, ...]:
    if clock.minute > 59 or clock.hour > 12:
        return ()
    return time(clock.hour % 12, clock.minute), time(clock.hour % 12 + 12, clock.minute)


def _length(start: time, end: time) -> timedelta:
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return timedelta(minutes=minutes % (24 * 60) or 24 * 60)
