"""Find a mail's headers in its bytes, bounded: nothing is decoded here, and nothing is lost by being odd."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

MAX_HEADERS: Final = 1_000
MAX_VALUE_BYTES: Final = 16 * 1024
MAX_BLOCK_BYTES: Final = 1024 * 1024
_FEW_BYTES: Final = 64 * 1024

# RFC 5322, 2.2: a name of printable ASCII, a colon, a value that goes on where a line starts with a blank.
# It begins with a letter that has to be just so: the engine looks for that at the speed of memory.
_FIELD: Final = re.compile(rb"\n([!-9;-~]{1,76})[ \t]*:[ \t]*(.*+(?:\n[ \t].*+)*+)")
_END: Final = re.compile(rb"\n\n")
# A line folded from nowhere may stand first.
_FIRST_LINE: Final = re.compile(rb"(?:[ \t][^\n]*\n){0,3}[!-9;-~]{1,76}[ \t]*:")
_ENVELOPE: Final = re.compile(rb">?From [^\n]{0,1000}\n")
# A list of ids grows at its end, and the end names the parent: there the beginning is left out.
_CUT_AT_THE_START: Final = frozenset({b"references"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """A block of headers, as they came: encoded and folded; their names are in lower case.

    Attributes:
        firsts: The first value under each name.
        others: The further ones with their names, in the order of the mail.
        is_cut: There were more headers, or longer ones, than are read.
    """

    firsts: Mapping[bytes, bytes]
    others: Sequence[tuple[bytes, bytes]] = ()
    is_cut: bool = False

    def all(self, name: bytes) -> list[bytes]:
        """Return the values of a header, unfolded, in their order."""
        if name not in self.firsts:
            return []
        further = [value for other, value in self.others if other == name]
        return [_unfold(value) for value in (self.firsts[name], *further)]

    def first(self, name: bytes) -> bytes:
        """Return the first value of a header that is not empty, unfolded; b"" when there is none."""
        value = self.firsts.get(name)
        if value is None:
            return b""
        return _unfold(value) or next(filter(None, self.all(name)), b"")


def _unfold(value: bytes) -> bytes:
    if b"\n" in value:
        return b" ".join([line.strip() for line in value.split(b"\n")]).strip()
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
    end = _END.search(mail)
    return (mail[: end.start() + 1], mail[end.end() :]) if end else (mail, b"")


def read_headers(block: bytes) -> Headers:
    """Return the headers in a block; lines that are none are passed over."""
    firsts: dict[bytes, bytes] = {}
    others: list[tuple[bytes, bytes]] = []
    fields = _find_fields(b"\n" + block[:MAX_BLOCK_BYTES])
    is_cut = len(block) > MAX_BLOCK_BYTES or len(fields) > MAX_HEADERS
    for written, found in fields[:MAX_HEADERS]:
        name, value = written.lower(), found
        if len(value) > MAX_VALUE_BYTES:
            is_cut = True
            value = value[-MAX_VALUE_BYTES:] if name in _CUT_AT_THE_START else value[:MAX_VALUE_BYTES]
        if name in firsts:
            others.append((name, value))
        else:
            firsts[name] = value
    return Headers(firsts=firsts, others=others, is_cut=is_cut)


def _find_fields(block: bytes) -> list[tuple[bytes, bytes]]:
    """Return the names and the values; of too many one more than are read."""
    if len(block) <= _FEW_BYTES:
        return _FIELD.findall(block)
    return [(found[1], found[2]) for found in islice(_FIELD.finditer(block), MAX_HEADERS + 1)]
