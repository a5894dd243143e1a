"""Write what a guild wants as the TOML that community.toml is read from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, replace
from datetime import timedelta
from typing import Any

from config.community import Guild
from config.sections.meetings import WISH_KEYS, DeclaredWishes, write_lead
from config.sections.series import SERIES_KEYS, DeclaredSeries, write_date
from config.sections.settings import SETTINGS_KEYS

_ARRAYS = {
    "faq": "faq",
    "phrasings": "phrasing",
    "calendar": "calendar",
    "lists": "list",
    "mailboxes": "mailbox",
    "archive_keys": "archive_key",
}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write_guild(guild: Guild, *, notes: Sequence[str] = ()) -> str:
    """Return a guild as TOML; what has its default is left out.

    Args:
        guild: What it wants.
        notes: What the file cannot say, as comments at its beginning.
    """
    lines = [f"# {line}" for note in notes for line in note.splitlines()]
    lines += _header("[[guild]]", {"id": guild.id, **_settings(guild)})
    meeting = _meeting(guild)
    if meeting:
        lines += ["", *_header("[guild.meeting]", meeting)]
    for name, key in _ARRAYS.items():
        for item in getattr(guild, name):
            lines += ["", *_header(f"[[guild.{key}]]", _item(item))]
            for series in getattr(item, "series", ()):
                lines += ["", *_header(f"[[guild.{key}.series]]", _series(series))]
    return "\n".join(lines) + "\n"


def write_value(value: object) -> str:
    """Return a value as TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Mapping():
            return f"{{ {', '.join(f'{key} = {write_value(each)}' for key, each in value.items())} }}"
        case list() | tuple():
            return f"[{', '.join(map(write_value, value))}]"
    return f'"{"".join(map(_escaped, str(value)))}"'


def _header(header: str, values: Mapping[str, object]) -> Iterator[str]:
    yield header
    for key, value in values.items():
        yield f"{key} = {write_value(value)}"


def _settings(guild: Guild) -> Mapping[str, object]:
    found = {name: getattr(guild.settings, name) for name in SETTINGS_KEYS}
    return {name: value for name, value in found.items() if value is not None}


def _meeting(guild: Guild) -> Mapping[str, object]:
    channel = guild.meeting.channel
    return {**({} if channel is None else {"channel": channel}), **_wishes(guild.meeting.wishes)}


def _item(item: Any) -> Mapping[str, object]:
    """Return what an item says: the fields without their defaults, by the names that the file has."""
    written: dict[str, object] = {}
    item = replace(item, line=0)
    for each in fields(item):
        value = getattr(item, each.name)
        if isinstance(value, DeclaredWishes):
            written |= _wishes(value)
        elif each.name == "series":
            continue  # tables of their own, below this one
        elif value != _default(each):
            written[each.name.removeprefix("is_")] = value  # the file says private = true
    return written


def _series(series: DeclaredSeries) -> Mapping[str, object]:
    known = series.known()
    written = {key: _wish(known[name]) for key, name in SERIES_KEYS.items() if name in known}
    if series.skipped is not None:
        written["skipped"] = [write_date(each) for each in series.skipped]
    return {"uid": series.uid, **written}


def _default(each: Field[Any]) -> object:
    return each.default if each.default is not MISSING else MISSING


def _wishes(wishes: DeclaredWishes) -> Mapping[str, object]:
    known = wishes.known()
    return {key: _wish(known[name]) for key, name in WISH_KEYS.items() if name in known}


def _wish(value: object) -> object:
    """Return a wish as the file has it: leads as texts, pings as small tables."""
    if not isinstance(value, tuple):
        return value
    return [_part(each) for each in value]


def _part(each: object) -> object:
    match each:
        case timedelta():
            return write_lead(each)
        case (timedelta() as lead, int() as role):
            return {"before": write_lead(lead), "role": role}
    return each


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{ord(character):04X}" if ord(character) < 32 or ord(character) == 127 else character
