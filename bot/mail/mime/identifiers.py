"""Read Message-IDs out of headers, with and without their angle brackets, broken over lines or repeated."""

import re
from typing import Final

from bot.mail.mime.words import decode_header

MAX_ID_BYTES: Final = 998
"""The longest line there may be (RFC 5322, 2.1.1); a longer id is none."""
MAX_REFERENCES: Final = 200
_OLDEST_KEPT: Final = 10
_MOST_ANSWERED: Final = 20
_LEAST_BARE: Final = 8
"""A shorter token without brackets and without "@" is no id: "0" stands in the mails of many threads."""

_BRACKETED: Final = re.compile(rb"<([^<>]{1,1200})(?:>|\Z)")
"""A list's software may have cut a header off before the bracket that closes its last id."""
_BLANKS: Final = bytes(range(0x21)) + b"\x7f"
_BETWEEN: Final = b" \t\r\n,;"
_ADDRESS_LIKE: Final = re.compile(rb"(?<![^\s<>@,;\"()])[^\s<>@,;\"()]{1,500}+@[^\s<>@,;\"()]{1,500}")


def read_message_id(value: bytes) -> str:
    """Return the id in a Message-ID header without its brackets; "" when there is none to use."""
    found = _BRACKETED.search(value)
    if found:
        return _tidy(found[1])
    bare = value.strip(b"<> \t")
    # One whose bracket is never closed may have been broken over lines; words without any are no id.
    return "" if b" " in bare and not value.startswith(b"<") else _tidy(bare)


def read_in_reply_to(value: bytes) -> tuple[str, ...]:
    """Return the ids in an In-Reply-To header, which may name several (RFC 5322, 3.6.4).

    Old mailers put words around the id, often with an address in brackets before it: of those one counts,
    the first where the header begins with it, else the last. Some mailers number what they never saw as "0".
    """
    if not value:
        return ()
    value = _decoded(value).strip()
    found = _BRACKETED.findall(value)
    if not found:
        bare = value.strip(b"<> \t")
        is_id = b"@" in bare or (len(bare) >= _LEAST_BARE and not bare.isdigit())
        return tuple(filter(None, (_tidy(bare),))) if is_id and b" " not in bare else ()
    if len(found) > 1 and _BRACKETED.sub(b"", value).strip(_BETWEEN):
        found = found[:1] if value.startswith(b"<") else found[-1:]
    return tuple(dict.fromkeys(filter(None, map(_tidy, found[:_MOST_ANSWERED]))))


def read_references(value: bytes) -> tuple[str, ...]:
    """Return the ids in a References header, each once; of very many the first and the last ones."""
    if not value:
        return ()
    value = _decoded(value)
    found = _BRACKETED.findall(value) or _ADDRESS_LIKE.findall(value)
    ids = tuple(dict.fromkeys(filter(None, map(_tidy, found))))
    if len(ids) <= MAX_REFERENCES:
        return ids
    return (*ids[:_OLDEST_KEPT], *ids[_OLDEST_KEPT - MAX_REFERENCES :])


def _decoded(value: bytes) -> bytes:
    return decode_header(value).encode() if b"=?" in value else value


def _tidy(value: bytes) -> str:
    """Return an id as text: broken over lines it has blanks, which are no part of it."""
    return "" if len(value) > MAX_ID_BYTES else value.translate(None, _BLANKS).decode("utf-8", "replace")
