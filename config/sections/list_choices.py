"""Read how a channel is told of a list: its digest, which mails are shown, and whom they ping."""

from typing import Any

from bot.text.cadence import parse_when
from config.lines import KeyPath
from config.sections.settings import read_zone
from config.tables import Table, TableReader

_WHEN = 'write "daily 09:00", "weekdays 09:00", "mondays 09:00", "weekly" or "after 10 threads"'
_ROLE = "ping_role: write the role's id, a whole number without quotes (in Discord: Copy Role ID)"
_MAX_RULES = 1_000
_RULES = ("authors", "subjects", "tags")
_WORDS = {
    "mode": ("only_matches", "highlight"),
    "patches": ("all", "without", "only"),
    "bots": ("all", "without", "only"),
    "ping": ("never", "highlights", "threads"),
}
_OF_DIGESTS = ("zone", "quiet", "chart")

CHOICE_KEYS = ("digest", *_OF_DIGESTS, "live", *_RULES, *_WORDS, "ping_role")


def read_choices(reader: TableReader, table: Table, at: KeyPath) -> dict[str, Any]:
    """Return the fields of a DeclaredList that say how a channel is told."""
    return {
        **_read_digest(reader, table, at),
        "is_live": read_truth(reader, table, at, "live") or False,
        **_read_filter(reader, table, at),
        **_read_ping(reader, table, at),
    }


def read_truth(reader: TableReader, table: Table, at: KeyPath, name: str) -> bool | None:
    """Return what is true or false; None where nothing is said."""
    value = table.get(name)
    if value is not None and not isinstance(value, bool):
        reader.report((*at, name), f"{name}: write true or false, without quotes")
        return None
    return value


def _read_digest(reader: TableReader, table: Table, at: KeyPath) -> dict[str, Any]:
    digest = reader.text(table, at, "digest")
    if digest and parse_when(digest) is None:
        reader.report((*at, "digest"), f"digest: {_WHEN}")
    for name in _OF_DIGESTS:
        if name in table and not digest:
            reader.report((*at, name), f"{name}: this is about a digest; say when it comes, digest = …")
    return {
        "digest": digest,
        "zone": read_zone(reader, table, at) or "",
        "quiet": read_truth(reader, table, at, "quiet"),
        "chart": read_truth(reader, table, at, "chart"),
    }


def _read_filter(reader: TableReader, table: Table, at: KeyPath) -> dict[str, str]:
    """Read which mails are shown; a pattern that cannot be used is refused where it is put to use."""
    read = {name: reader.text(table, at, name) for name in _RULES}
    for name, text in read.items():
        if len(text) > _MAX_RULES:
            reader.report((*at, name), f"{name}: at most {_MAX_RULES} characters")
    words = {name: reader.word(table, at, name, _WORDS[name]) for name in _WORDS if name in table}
    return {**read, **words}


def _read_ping(reader: TableReader, table: Table, at: KeyPath) -> dict[str, int | None]:
    role = reader.snowflake(table, at, "ping_role", problem=_ROLE)
    wants_role = table.get("ping", "never") != "never"
    if wants_role and "ping_role" not in table:
        reader.report((*at, "ping"), "ping: name the role that is pinged, ping_role = …")
    if "ping_role" in table and not wants_role:
        reader.report(
            (*at, "ping_role"), 'ping_role: say when it is pinged, ping = "highlights" or "threads"'
        )
    return {"ping_role": role}
