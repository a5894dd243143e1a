"""Read when a digest is wanted: "daily 9:00", "weekdays", "mondays 17:30", "weekly", "after 10 threads"."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from bot.text.wall_time import DAILY, WEEKDAYS, Days

USUAL_TIME: Final = time(9)
MOST_THREADS: Final = 100
_LONGEST: Final = 100
_DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
_THREADS: Final = re.compile(r"(?:after|every)?\s?(\d{1,3})\s?(?:new )?threads?", re.IGNORECASE)
_SPLIT: Final = re.compile(r"\s*(?:,|&|\+|\band\b)\s*|\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a digest is due: at a time on some days, or after so many new threads.

    Attributes:
        threads: 0 where the clock decides.
    """

    days: Days = DAILY
    at: time = USUAL_TIME
    threads: int = 0

    @property
    def is_weekly(self) -> bool:
        """Tell whether it comes once a week."""
        return not self.threads and len(self.days.weekdays) == 1


def parse_when(text: str) -> Schedule | None:
    """Return what somebody wrote; None where it is not understood."""
    typed = " ".join(text[:_LONGEST].casefold().split()).removesuffix(".")
    if found := _THREADS.fullmatch(typed):
        number = int(found[1])
        return Schedule(threads=number) if 1 <= number <= MOST_THREADS else None
    words, at = _take_time(typed)
    days = _read_days(words) if typed else None
    if days is None or at is None:
        return None
    return Schedule(days=days, at=at)


def write_when(schedule: Schedule) -> str:
    """Return a schedule in the words that `parse_when` reads."""
    if schedule.threads:
        return f"after {schedule.threads} threads"
    weekdays = sorted(schedule.days.weekdays)
    if schedule.days == DAILY:
        days = "daily"
    elif schedule.days == WEEKDAYS:
        days = "weekdays"
    else:
        days = ", ".join(f"{_DAY_NAMES[number]}s" for number in weekdays)
    return f"{days} {schedule.at:%H:%M}"


def _take_time(typed: str) -> tuple[str, time | None]:
    """Return the words before the time of day, and the time; None for one that is none."""
    head, _, tail = typed.rpartition(" ")
    if tail in {"am", "pm"}:
        head, _, before = head.rpartition(" ")
        tail = before + tail
    found = _TIME.fullmatch(tail)
    if found is None:
        return typed, USUAL_TIME
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or "").replace(".", "")
    if half and not 1 <= hour <= 12:
        return head, None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    is_time = hour < 24 and minute < 60
    return head.removesuffix(" at").removesuffix(" @"), time(hour, minute) if is_time else None


def _read_days(words: str) -> Days | None:
    plain = words.removeprefix("every ").removeprefix("each ").removeprefix("on ").strip()
    if plain in {"day", "daily", "days", ""}:
        return DAILY
    if plain in {"weekday", "weekdays", "workdays", "working days", "working day"}:
        return WEEKDAYS
    if plain in {"weekly", "week"}:
        return Days(weekdays=frozenset({0}))
    plain = plain.removeprefix("weekly ").removeprefix("on ")
    named = [_weekday(word) for word in _SPLIT.split(plain) if word]
    if not named or None in named:
        return None
    return Days(weekdays=frozenset(number for number in named if number is not None))


def _weekday(word: str) -> int | None:
    bare = word.rstrip(".").removesuffix("s") if len(word) > 4 else word.rstrip(".")
    if len(bare) < 3:
        return None
    return next((number for number, name in enumerate(_DAY_NAMES) if name.startswith(bare)), None)
