"""Write the models of the meetings as JSON and read them back, so that the store can keep them.

Each value that JSON does not know carries what it is, and a class leaves out what has its default: what an
older version stored then reads as it was meant.
"""

import enum
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from bot.meetings import calendars, links, models

T = TypeVar("T")

_KIND = "is"
_CLASSES = (
    models.Problem, models.WeekDay, models.Moment, models.Duration, models.ExtraDate, models.RecurrenceRule,
    models.Meeting, models.Timezone, models.OccurrenceKey, models.Occurrence, links.MeetingLinks,
    calendars.CalendarSettings, calendars.SeriesSettings, calendars.MeetingDate,
)  # fmt: skip
_ENUMS = (models.Status, models.Frequency, calendars.CleanUp)
_KNOWN: Mapping[str, Any] = MappingProxyType({kind.__name__: kind for kind in (*_CLASSES, *_ENUMS)})


def to_json(value: object) -> object:
    """Return a model, or a tuple of models, as a value that JSON can hold."""
    match value:
        case enum.StrEnum():
            return {_KIND: type(value).__name__, "value": value.value}
        case datetime():
            return {_KIND: "datetime", "value": value.isoformat()}
        case date():
            return {_KIND: "date", "value": value.isoformat()}
        case timedelta():
            return {_KIND: "timedelta", "value": value.total_seconds()}
        case tuple():
            named = getattr(value, "_fields", None)
            if named is None:
                return [to_json(each) for each in value]
            return {_KIND: type(value).__name__, **dict(zip(named, map(to_json, value), strict=True))}
        case _ if is_dataclass(value):
            return _write(value)
        case _:
            return value


def from_json(value: object, kind: type[T]) -> T:
    """Return the model that `to_json` wrote.

    Raises:
        ValueError: It is no such model, or was written by a newer version.
    """
    try:
        read = _read(value)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"this is no stored {kind.__name__}: {error}") from error
    if not isinstance(read, kind):
        raise ValueError(f"this is no stored {kind.__name__}")
    return read


def occurrence_to_json(occurrence: models.Occurrence) -> object:
    """Return an occurrence without its meeting, which many share."""
    return _write(occurrence, without="meeting")


def occurrence_from_json(value: object, meeting: models.Meeting) -> models.Occurrence:
    """Return the occurrence that `occurrence_to_json` wrote, with its meeting.

    Raises:
        ValueError: It is none.
    """
    if not isinstance(value, dict):
        raise ValueError("this is no stored Occurrence")
    parts = {name: _read(each) for name, each in value.items() if name != _KIND}
    return models.Occurrence(**parts, meeting=meeting)


def _write(value: Any, *, without: str = "") -> dict[str, object]:
    written: dict[str, object] = {_KIND: type(value).__name__}
    for name, default in _defaults(type(value).__name__).items():
        part = getattr(value, name)
        if name != without and part != default:
            written[name] = to_json(part)
    return written


@cache
def _defaults(name: str) -> Mapping[str, object]:
    return MappingProxyType({each.name: _default(each) for each in fields(_KNOWN[name])})


def _default(each: Any) -> object:
    return each.default if each.default is not MISSING else MISSING


def _read(value: object) -> Any:
    if isinstance(value, list):
        return tuple(_read(each) for each in value)
    if not isinstance(value, dict):
        return value
    match value[_KIND]:
        case "datetime":
            return datetime.fromisoformat(value["value"])
        case "date":
            return date.fromisoformat(value["value"])
        case "timedelta":
            return timedelta(seconds=value["value"])
        case name:
            kind = _KNOWN[name]
            return kind(**{part: _read(each) for part, each in value.items() if part != _KIND})
