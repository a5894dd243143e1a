"""Read the calendars that community.toml declares for a guild."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from config.lines import KeyPath
from config.sections.faq import file_problem, url_problem
from config.sections.meetings import NO_WISHES, WISH_KEYS, DeclaredWishes, read_wishes
from config.sections.series import DeclaredSeries, read_series
from config.tables import Table, TableReader

PLACEHOLDER = "private:"
"""What an export writes in place of a private address, with the calendar's number: private:7."""

_MAX_NAME = 100
_KEYS = ("url", "file", "name", "channel")
_PLACEHOLDER = re.compile(r"private:[0-9]{1,18}")
_CHANNEL = (
    "a calendar needs the id of the channel for its reminders, a whole number without quotes "
    "(in Discord: Settings > Advanced > Developer Mode, then Copy Channel ID in its menu)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredCalendar:
    """A calendar that the operator declares: an address, or a file under the config directory.

    Attributes:
        url: Often a secret, so it is in no message.
        file: The path as declared, relative to the config directory, with forward slashes.
        channel: Where its reminders go.
        wishes: How its meetings are announced, where that is declared.
        series: What is other for single meetings of it.
        line: Where community.toml declares it.
    """

    url: str = field(default="", repr=False)
    file: str = ""
    name: str = ""
    channel: int = 0
    wishes: DeclaredWishes = NO_WISHES
    series: tuple[DeclaredSeries, ...] = ()
    line: int = 0


def read_calendars(reader: TableReader, guild: Table, at: KeyPath) -> tuple[DeclaredCalendar, ...]:
    """Read each [[guild.calendar]] of a guild."""
    calendars = tuple(
        _read_calendar(reader, table, where) for table, where in reader.tables(guild, "calendar", at)
    )
    reader.check_twice(((each.url or each.file, each.line) for each in calendars), "calendar")
    return calendars


def _read_calendar(reader: TableReader, table: Table, at: KeyPath) -> DeclaredCalendar:
    reader.check_keys(table, at, known=(*_KEYS, *WISH_KEYS, "series"))
    url = reader.text(table, at, "url")
    file = reader.text(table, at, "file")
    if bool(url) == bool(file):
        reader.report(at, 'a calendar needs one of url = "https://…" and file = "…"')
    for name, problem in (
        ("url", _address_problem(reader, url)),
        ("file", file_problem(reader.config_dir, file)),
    ):
        if problem:
            reader.report((*at, name), f"{name}: {problem}")
    name = reader.text(table, at, "name")
    if len(name) > _MAX_NAME or "\n" in name:
        reader.report((*at, "name"), f"name: at most {_MAX_NAME} characters, in one line")
    if "channel" not in table:
        reader.report((*at, "channel"), _CHANNEL)
    channel = reader.snowflake(table, at, "channel", problem=_CHANNEL)
    return DeclaredCalendar(
        url=url,
        file=file,
        name=name,
        channel=channel or 0,
        wishes=read_wishes(reader, table, at),
        series=read_series(reader, table, at),
        line=reader.line(at),
    )


def _address_problem(reader: TableReader, url: str) -> str:
    """Return what is wrong with an address; webcal is https by another name."""
    if _PLACEHOLDER.fullmatch(url):
        return (
            ""
            if reader.is_from_chat
            else "write the calendar's address in the place of this, or leave it out"
        )
    scheme = urlsplit(url).scheme if url.count("[") == url.count("]") else ""
    return url_problem(url if scheme not in {"webcal", "webcals"} else f"https{url[len(scheme) :]}")
