"""Find a mail's headers in its bytes, bounded: nothing is decoded here, and nothing is lost by being odd."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_HEADERS: Final = 1_000
MAX_VALUE_BYTES: Final = 16 * 1024
MAX_BLOCK_BYTES: Final = 1024 * 1024

# RFC 5322, 2.2: a name of printable ASCII, a colon, a value that goes on where a line starts with a blank.
_FIELD: Final = re.compile(rb"^([!-9;-~]{1,76})[ \t]*:[ \t]*([^\n]*+(?:\n[ \t][^\n]*+)*+)", re.MULTILINE)
# A line folded from nowhere may stand first.
_FIRST_LINE: Final = re.compile(rb"(?:[ \t][^\n]*\n){0,3}[!-9;-~]{1,76}[ \t]*:")
_ENVELOPE: Final = re.compile(rb">?From [^\n]{0,1000}\n")
# A list of ids grows at its end, and the end names the parent: there the beginning is left out.
_CUT_AT_THE_START: Final = frozenset({"references"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """A block of headers: the values under each name in lower case, in the order of the mail.

    Attributes:
        values: As they came, still encoded and folded.
        is_cut: There were more headers, or longer ones, than are read.
    """

    values: Mapping[str, list[bytes]]
    is_cut: bool = False

    def all(self, name: str) -> list[bytes]:
        """Return the values of a header, unfolded, in their order."""
        return [_unfold(value) for value in self.values.get(name, ())]

    def first(self, name: str) -> bytes:
        """Return the first value of a header that is not empty, unfolded; b"" when there is none."""
        for value in self.values.get(name, ()):
            if text := _unfold(value):
                return text
        return b""


def _unfold(value: bytes) -> bytes:
    if b"\n" in value:
        return b" ".join(line.strip() for line in value.split(b"\n")).strip()
    return value.strip()


def trim(raw: bytes) -> bytes:
    """Return a mail with newlines as line ends and without what stands before its first header.

    That is a byte order mark, empty lines, and the "From " line that mailboxes separate mails with.
    """
    if b"\r" in raw:
        raw = raw.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n")
        if b"\n" not in raw:
            raw = raw.replace(b"\r", b"\n")
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\n")
    envelope = _ENVELOPE.match(raw)
    return raw[envelope.end() :].lstrip(b"\n") if envelope else raw


def split_mail(mail: bytes) -> tuple[bytes, bytes]:
    """Return the block of headers of a trimmed mail or of a part, and what follows it."""
    if mail.startswith(b"\n"):
        return b"", mail[1:]
    if not _FIRST_LINE.match(mail):
        return b"", mail
    end = mail.find(b"\n\n")
    return (mail, b"") if end < 0 else (mail[: end + 1], mail[end + 2 :])


def read_headers(block: bytes) -> Headers:
    """Return the headers in a block; lines that are none are passed over."""
    values: dict[str, list[bytes]] = {}
    is_cut = len(block) > MAX_BLOCK_BYTES
    for number, found in enumerate(_FIELD.finditer(block, 0, MAX_BLOCK_BYTES)):
        if number >= MAX_HEADERS:
            is_cut = True
            break
        name = found[1].decode("ascii").lower()
        value = found[2]
        if len(value) > MAX_VALUE_BYTES:
            is_cut = True
            value = value[-MAX_VALUE_BYTES:] if name in _CUT_AT_THE_START else value[:MAX_VALUE_BYTES]
        values.setdefault(name, []).append(value)
    return Headers(values=values, is_cut=is_cut)
