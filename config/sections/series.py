"""Read what community.toml sets for one meeting of a calendar, in place of `/meeting settings meeting:`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

from config.lines import KeyPath
from config.sections.list_choices import read_truth
from config.sections.meetings import Pings, read_leads, read_pings
from config.tables import Table, TableReader

ONCE = "once"
"""What stands for the date of a meeting that has only one."""

MOST_SKIPPED = 100

_MAX_UID = 1_000
_CHANNEL = "channel: write the channel's id, a whole number without quotes (in Discord: Copy Channel ID)"
_UID = (
    'a meeting needs uid = "…", as its calendar names it; copy it from UID in the ICS file, or from what '
    "/config export writes"
)
_SKIPPED = (
    f'skipped: write the dates in brackets, as the calendar has them: "2026-03-05T15:00:00Z", '
    f'"2026-03-05" for whole days, "{ONCE}" for a meeting with only one date'
)
_INSTANT = re.compile(r"(\d{8})T(\d{6})Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSeries:
    """What is other for one meeting than for the rest of its calendar; None where nothing is said.

    The fields are named like those of the meetings' own settings.

    Attributes:
        is_muted: Nothing is posted of it.
        skipped: Dates of which nothing is posted, as the store names them.
        line: Where community.toml declares it.
    """

    uid: str
    leads: tuple[timedelta, ...] | None = None
    pings: Pings | None = None
    channel_id: int | None = None
    shows_passcode: bool | None = None
    is_muted: bool | None = None
    skipped: tuple[str, ...] | None = None
    line: int = 0

    def known(self) -> Mapping[str, object]:
        """Return what is declared, by the field's name."""
        names = (each.name for each in fields(self) if each.name not in {"uid", "line"})
        found = {name: getattr(self, name) for name in names}
        return {name: value for name, value in found.items() if value is not None}


SERIES_KEYS = {
    "reminders": "leads",
    "pings": "pings",
    "channel": "channel_id",
    "passcode": "shows_passcode",
    "muted": "is_muted",
    "skipped": "skipped",
}
"""The keys in the file, with the fields that they fill."""


def read_series(reader: TableReader, calendar: Table, at: KeyPath) -> tuple[DeclaredSeries, ...]:
    """Read each [[guild.calendar.series]] of a calendar."""
    series = tuple(_read_one(reader, table, where) for table, where in reader.tables(calendar, "series", at))
    reader.check_twice(((each.uid, each.line) for each in series), "meeting")
    return series


def write_date(original: str) -> str:
    """Return a skipped date as it stands in the file."""
    if not original:
        return ONCE
    instant = _INSTANT.fullmatch(original)
    if instant:
        day, clock = instant.groups()
        return f"{_dashed(day)}T{clock[:2]}:{clock[2:4]}:{clock[4:]}Z"
    return _dashed(original)


def _dashed(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _read_one(reader: TableReader, table: Table, at: KeyPath) -> DeclaredSeries:
    reader.check_keys(table, at, known=("uid", *SERIES_KEYS))
    uid = reader.text(table, at, "uid")
    if not 0 < len(uid) <= _MAX_UID and isinstance(table.get("uid", ""), str):
        reader.report((*at, "uid"), _UID)
    leads = read_leads(reader, table, at)
    return DeclaredSeries(
        uid=uid,
        leads=leads,
        pings=read_pings(reader, table, at, leads),
        channel_id=reader.snowflake(table, at, "channel", problem=_CHANNEL),
        shows_passcode=read_truth(reader, table, at, "passcode"),
        is_muted=read_truth(reader, table, at, "muted"),
        skipped=_read_skipped(reader, table, at),
        line=reader.line(at),
    )


def _read_skipped(reader: TableReader, table: Table, at: KeyPath) -> tuple[str, ...] | None:
    if "skipped" not in table:
        return None
    value = table["skipped"]
    dates = [_read_date(each) for each in value] if isinstance(value, list) else [None]
    if None in dates:
        reader.report((*at, "skipped"), _SKIPPED)
    if len(dates) > MOST_SKIPPED:
        reader.report((*at, "skipped"), f"skipped: {MOST_SKIPPED} at most")
    return tuple(dict.fromkeys(each for each in dates if each is not None))


def _read_date(value: object) -> str | None:
    """Return a date as the store names it; None for what is none. TOML has dates of its own, too."""
    if value == ONCE:
        return ""
    try:
        if isinstance(value, str):
            is_day = len(value) == len("2026-03-05")
            value = date.fromisoformat(value) if is_day else datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return _plain(value.astimezone(UTC).replace(microsecond=0)) if value.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return _plain(value) if isinstance(value, date) else None


def _plain(day: date) -> str:
    return day.isoformat().replace("+00:00", "Z").replace("-", "").replace(":", "")
