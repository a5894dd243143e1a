"""Read one community's wishes from community.toml.

Everything wrong is told at once, each line with the file and the line it is in. What is declared of one
feature is read by its module in config.sections; this one joins them.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import SettingsError
from config.lines import KeyPath, map_lines
from config.sections.calendars import DeclaredCalendar, read_calendars
from config.sections.faq import DeclaredPage, read_pages
from config.sections.lists import (
    DeclaredKey,
    DeclaredList,
    DeclaredMailbox,
    read_keys,
    read_lists,
    read_mailboxes,
)
from config.sections.meetings import DeclaredMeetings, read_meetings
from config.sections.phrasings import DeclaredPhrasings, read_phrasings
from config.sections.settings import SETTINGS_KEYS, DeclaredSettings, read_settings
from config.tables import Table, TableReader

FILE_NAME = "community.toml"

_ARRAYS = ("faq", "phrasing", "list", "mailbox", "archive_key", "calendar")
_MAX_BYTES = 1_000_000
_TOML_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_GUILD_ID = (
    "a guild needs its id, a whole number without quotes "
    "(in Discord: Settings > Advanced > Developer Mode, then Copy Server ID in its menu)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guild:
    """What is declared for one guild."""

    id: int
    settings: DeclaredSettings = field(default_factory=DeclaredSettings)
    faq: tuple[DeclaredPage, ...] = ()
    phrasings: tuple[DeclaredPhrasings, ...] = ()
    lists: tuple[DeclaredList, ...] = ()
    mailboxes: tuple[DeclaredMailbox, ...] = ()
    archive_keys: tuple[DeclaredKey, ...] = ()
    calendar: tuple[DeclaredCalendar, ...] = ()
    meeting: DeclaredMeetings = field(default_factory=DeclaredMeetings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """What community.toml declares; nothing when there is none."""

    guilds: tuple[Guild, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is declared."""
        return bool(self.guilds)


def load_community(config_dir: Path) -> Community:
    """Read community.toml from the config directory; without one, nothing is declared.

    Raises:
        SettingsError: With every problem.
    """
    path = config_dir / FILE_NAME
    text = _read(path)
    if text is None:
        return Community()
    return read_text(text, path=path, config_dir=config_dir)


def read_text(text: str, *, path: Path, config_dir: Path | None) -> Community:
    """Read the text of a community.toml.

    Args:
        text: The text.
        path: What problems call the file.
        config_dir: What declared files are relative to; None: somebody in chat gives the text.

    Raises:
        SettingsError: With every problem.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([_syntax_line(path, text, str(error))]) from None
    except RecursionError:
        raise SettingsError([f"{path}: nested too deeply."]) from None
    reader = TableReader(path=path, lines=map_lines(text), config_dir=config_dir)
    community = _read_community(reader, document)
    if reader.problems:
        raise SettingsError(reader.problems)
    return community


def _read_community(reader: TableReader, document: Table) -> Community:
    reader.check_keys(document, (), known=("guild",))
    guilds = tuple(_read_guild(reader, table, at) for table, at in reader.tables(document, "guild", ()))
    _check_guilds_twice(reader, guilds)
    logins = [(box.name, box.line) for guild in guilds for box in guild.mailboxes]
    reader.check_twice(logins, "mailbox")  # a name leads to one account, whichever guild uses it
    return Community(guilds=guilds)


def _read_guild(reader: TableReader, table: Table, at: KeyPath) -> Guild:
    reader.check_keys(table, at, known=("id", *SETTINGS_KEYS, "meeting", *_ARRAYS))
    if "id" not in table:
        reader.report((*at, "id"), _GUILD_ID)
    guild_id = reader.snowflake(table, at, "id", problem=_GUILD_ID)
    return Guild(
        id=guild_id or 0,
        settings=read_settings(reader, table, at),
        faq=read_pages(reader, table, at),
        phrasings=read_phrasings(reader, table, at),
        lists=read_lists(reader, table, at),
        mailboxes=read_mailboxes(reader, table, at),
        archive_keys=read_keys(reader, table, at),
        calendar=read_calendars(reader, table, at),
        meeting=read_meetings(reader, table, at),
    )


def _check_guilds_twice(reader: TableReader, guilds: Sequence[Guild]) -> None:
    seen: dict[int, int] = {}
    for position, guild in enumerate(guilds):
        line = reader.line(("guild", position, "id"))
        if guild.id in seen:
            what = f"guild {guild.id} is declared before, in line {seen[guild.id]}; join the two"
            reader.report_line(line, what)
        elif guild.id:
            seen[guild.id] = line


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read ({error.strerror}); check its rights."]) from None
    if len(data) > _MAX_BYTES:
        raise SettingsError([f"{path}: larger than {_MAX_BYTES // 1_000_000} MB; it should be a few lines."])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError([f"{path}:{line}: not UTF-8; save the file in that encoding."]) from None


def _syntax_line(path: Path, text: str, message: str) -> str:
    """Put the line where an editor finds it; on 3.11 tomllib has it in its message only."""
    match = _TOML_LINE.search(message)
    line = (match and match[1]) or text.count("\n") + 1
    what = _TOML_LINE.sub("", message)
    return f"{path}:{line}: this is no TOML: {what[:1].lower()}{what[1:]}."
