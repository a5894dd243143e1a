"""Read cases of calendar expansion, expand them with the engine under test, and judge the outcome."""

import base64
import json
import lzma
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.errors import SourceError
from bot.meetings.feed import read_feed
from bot.meetings.models import Feed, Occurrence, Problem

_OUTSIDE_CORE = frozenset({"unsync-dtstart", "subhourly", "byweekno"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An occurrence as the cases write it."""

    start: str
    end: str | None
    summary: str | None
    status: str | None
    recurrence_id: str | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.status == "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A calendar with a window, and what is expected of it."""

    id: str
    tags: tuple[str, ...]
    data: bytes
    window: tuple[datetime, datetime]
    floating_zone: str
    compare: tuple[str, ...]
    expected: tuple[Item, ...]
    is_set: bool
    limit_seconds: float | None
    max_items: int | None

    @property
    def origin(self) -> str:
        return self.id.split("-")[0]

    @property
    def is_core(self) -> bool:
        """Tell whether RFC 5545 and practice agree on what is right."""
        return not any(tag.startswith("policy") or tag in _OUTSIDE_CORE for tag in self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the engine made of a case."""

    items: tuple[Item, ...]
    problems: tuple[str, ...]
    seconds: float


def read_cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield _case(json.loads(line))


def expand_case(case: Case) -> Result:
    """Read and expand a case's calendar; a calendar that is refused has no occurrences and one problem."""
    started = time.perf_counter()
    try:
        feed = read_feed(
            case.data, window_from=case.window[0], window_to=case.window[1], floating_zone=case.floating_zone
        )
    except SourceError as error:
        return Result(items=(), problems=(str(error),), seconds=time.perf_counter() - started)
    seconds = time.perf_counter() - started
    return Result(
        items=tuple(_item(one) for one in feed.expansion.occurrences),
        problems=tuple(_words(problem) for problem in _problems(feed)),
        seconds=seconds,
    )


def is_right(case: Case, result: Result) -> bool:
    """Tell whether a case came out as expected; cancelled ones may be reported or left out."""
    if case.limit_seconds is not None:
        return result.seconds <= case.limit_seconds and len(result.items) <= (case.max_items or 0)
    found, expected = _counted(case, result.items), _counted(case, case.expected)
    cancelled = _counted(case, result.items, is_cancelled=True)
    allowed = _counted(case, case.expected, is_cancelled=True)
    return found == expected and not cancelled - allowed


def _counted(case: Case, items: tuple[Item, ...], *, is_cancelled: bool = False) -> Counter[tuple[Any, ...]]:
    rows = [
        tuple(getattr(item, name) for name in case.compare)
        for item in items
        if item.is_cancelled is is_cancelled
    ]
    return Counter(set(rows) if case.is_set else rows)


def _case(given: dict[str, Any]) -> Case:
    text = given.get("ics")
    data = text.encode() if text is not None else lzma.decompress(base64.b64decode(given["ics_xz_b64"]))
    low, high = (datetime.fromisoformat(one) for one in given["window"])
    return Case(
        id=given["id"],
        tags=tuple(given["tags"]),
        data=data,
        window=(low, high),
        floating_zone=given.get("floating_tz") or "UTC",
        compare=tuple(given["compare"]),
        expected=tuple(
            Item(
                start=one["start"],
                end=one.get("end"),
                summary=one.get("summary"),
                status=one.get("status"),
                recurrence_id=one.get("recurrence_id"),
            )
            for one in given["expected"]
        ),
        is_set=bool(given.get("as_set")),
        limit_seconds=given.get("limit_s"),
        max_items=given.get("max_items"),
    )


def _item(one: Occurrence) -> Item:
    return Item(
        start=_written(one.start),
        end=_written(one.end),
        summary=one.summary,
        status=one.status.value if one.status else None,
        recurrence_id=None if one.recurrence_id is None else _written(one.recurrence_id),
    )


def _written(moment: datetime | date) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if isinstance(moment, datetime) else moment.isoformat()


def _problems(feed: Feed) -> tuple[Problem, ...]:
    return feed.calendar.problems + feed.expansion.problems


def _words(problem: Problem) -> str:
    where = ", ".join(
        part for part in (problem.where, f"line {problem.line}" if problem.line else "") if part
    )
    return f"{where}: {problem.what}" if where else problem.what
