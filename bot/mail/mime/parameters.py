"""Read the values of Content-Type and Content-Disposition, their parameters and all (RFC 2045, RFC 2231)."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from bot.mail.mime.charsets import decode_text
from bot.mail.mime.words import decode_header

MAX_NAME: Final = 200
_MAX_PARAMETERS: Final = 64
_MAX_VALUE: Final = 2_000
_TYPE: Final = re.compile(
    r"\s*([a-z0-9!#$&^_.+*-]{1,100}/[a-z0-9!#$&^_.+*-]{1,100})(?=[\s;,]|\Z)", re.IGNORECASE
)
# A value may be a quoted string, one whose end quote is missing, or anything up to the next semicolon.
_PARAMETER: Final = re.compile(r";\s*([^\s=;\"]{1,60})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))")
_ESCAPED: Final = re.compile(r"\\([\"\\])")
_EXTENDED: Final = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")


def parse_type(value: str) -> tuple[str, dict[str, str]]:
    """Return the media type in lower case, "" if there is none, and the parameters."""
    if ";" not in value:
        found = _TYPE.match(value)
        return (found[1].lower() if found else "", {})
    found = _TYPE.match(value)
    return (found[1].lower() if found else "", parse_parameters(value))


def parse_parameters(value: str) -> dict[str, str]:
    """Return the parameters behind the first semicolon, put together and decoded."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for number, found in enumerate(_PARAMETER.finditer(value)):
        if number >= _MAX_PARAMETERS:
            break
        name = found[1].lower()
        text = _ESCAPED.sub(r"\1", found[2]) if found[2] is not None else found[3].strip()
        if "*" not in name:
            plain.setdefault(name, text[:_MAX_VALUE])
        elif extended := _EXTENDED.fullmatch(name):
            section = pieces.setdefault(extended[1], {})
            section.setdefault(int(extended[2] or 0), (text[:_MAX_VALUE], bool(extended[3])))
    return plain | {name: _join(section) for name, section in pieces.items()}


def _join(section: Mapping[int, tuple[str, bool]]) -> str:
    """Put the pieces of a long value together (RFC 2231, 3 and 4); the first names the charset."""
    charset = ""
    content = b""
    for number in sorted(section):
        text, is_encoded = section[number]
        if is_encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(text) if is_encoded else text.encode("utf-8", "replace")
    return decode_text(content, charset)[0]


def decode_name(name: str) -> str:
    """Return a file name to show: decoded, mojibake undone, without a path or anything invisible."""
    try:
        # A parser that takes raw bytes for Latin-1 shows UTF-8 as two characters each.
        content = name.encode("latin-1")
    except UnicodeEncodeError:
        content = name.encode("utf-8", "replace")
    shown = decode_header(content)
    return re.split(r"[/\\]", shown)[-1].strip()[-MAX_NAME:]
