"""Read Message-IDs out of headers, with and without their angle brackets, broken over lines or repeated."""

import re
from typing import Final

from bot.mail.mime.words import decode_header

MAX_ID_BYTES: Final = 998
"""The longest line there may be (RFC 5322, 2.1.1); a longer id is none."""
MAX_REFERENCES: Final = 200
_OLDEST_KEPT: Final = 10

_BRACKETED: Final = re.compile(rb"<([^<>]{1,1200})>")
_BLANKS: Final = bytes(range(0x21)) + b"\x7f"
_ADDRESS_LIKE: Final = re.compile(rb"[^\s<>@,;\"()]{1,500}@[^\s<>@,;\"()]{1,500}")


def read_message_id(value: bytes) -> str:
    """Return the id in a Message-ID header without its brackets; "" when there is none to use."""
    found = _BRACKETED.search(value)
    if found:
        return _tidy(found[1])
    bare = value.strip(b"<> \t")
    # One whose bracket is never closed may have been broken over lines; words without any are no id.
    return "" if b" " in bare and not value.startswith(b"<") else _tidy(bare)


def read_in_reply_to(value: bytes) -> str:
    """Return the first id in an In-Reply-To header; "" when it holds words only, as old mailers wrote."""
    found = _BRACKETED.search(_decoded(value))
    if found:
        return _tidy(found[1])
    bare = value.strip(b"<> \t")
    return _tidy(bare) if bare and b" " not in bare else ""


def read_references(value: bytes) -> tuple[str, ...]:
    """Return the ids in a References header, each once; of very many the first and the last ones."""
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
