"""Read a mail's MIME structure in bounded steps, whatever it is.

Our own, because the parsers at hand are no readers of strangers' mail (docs/decisions): one overruns its
stack on deep nesting and loses text behind a line that only begins like a boundary; the other recurses once
per level and looks at every line once per level. Tests compare all three.
"""

from functools import lru_cache
from typing import Final

from bot.mail.mime.headers import Headers, read_headers, split_mail
from bot.mail.mime.parameters import decode_name
from bot.mail.mime.parts import MAIL, TEXT, Allowance, Description, Part, describe
from bot.mail.mime.transfer import decode_transfer

_MAX_BOUNDARY: Final = 200
_MAX_LOOKS: Final = 20_000
_HEADER_BYTES: Final = 64 * 1024


def read_structure(headers: Headers, mail: bytes, start: int, allowance: Allowance) -> Part:
    """Return the structure of a mail.

    Args:
        headers: The mail's.
        mail: All of it, with newlines as line ends.
        start: Where its body starts.
        allowance: How much of it may be read.
    """
    return _Reader(mail, allowance).read(_describe(headers, TEXT), start, len(mail), depth=0)


def _describe(headers: Headers, default: str) -> Description:
    return _describe_by(
        headers.first(b"content-type"),
        headers.first(b"content-disposition"),
        headers.first(b"content-transfer-encoding"),
        default,
    )


@lru_cache(maxsize=100)
def _describe_by(content_type: bytes, disposition: bytes, encoding: bytes, default: str) -> Description:
    """Describe a part; most mails of a list have the same few kinds of them."""
    written = (value.decode("latin-1") for value in (content_type, disposition, encoding))
    return describe(*written, default=default)


class _Reader:
    """One mail; parts are places in it, so that nothing is copied before it is wanted."""

    def __init__(self, mail: bytes, allowance: Allowance) -> None:
        self._mail = mail
        self._allowance = allowance

    def read(self, about: Description, start: int, end: int, *, depth: int) -> Part:
        media_type = about.media_type
        if media_type.startswith("multipart/"):
            children = self._read_children(about, start, end, depth)
            if children or self._allowance.is_exceeded:
                return Part(media_type=media_type, parameters=about.parameters, children=children)
            # A container in which nothing is found: what stands there is shown as it stands.
            media_type = TEXT
        encoding = about.encoding

        def read_content() -> bytes:
            return decode_transfer(self._mail[start:end], encoding)

        name = about.name
        if not name and media_type in MAIL:
            name = decode_name(self._find_subject(about, start, end))
        return Part(
            media_type=media_type,
            parameters=about.parameters,
            disposition=about.disposition,
            name=name,
            size=about.size(end - start),
            read=read_content,
        )

    def _read_children(self, about: Description, start: int, end: int, depth: int) -> tuple[Part, ...]:
        default = "message/rfc822" if about.media_type == "multipart/digest" else TEXT
        children = []
        for first, last in self._find_parts(about.parameters.get("boundary", ""), start, end):
            if not self._allowance.take(depth + 1):
                break
            block, _ = split_mail(self._mail[first : min(last, first + _HEADER_BYTES)])
            body = first + len(block) + (self._mail[first + len(block) : first + len(block) + 1] == b"\n")
            child = _describe(read_headers(block), default)
            children.append(self.read(child, min(body, last), last, depth=depth + 1))
        return tuple(children)

    def _find_parts(self, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the parts between the boundary's lines start and end; the last may lack its end."""
        line = b"\n--" + boundary.encode("latin-1", "replace")[:_MAX_BOUNDARY].rstrip()
        if len(line) == 3:
            return []
        parts: list[tuple[int, int]] = []
        opened = -1
        place = start - 1  # the newline that ends the headers begins the first boundary's line
        for _ in range(_MAX_LOOKS):
            found = self._mail.find(line, max(place, 0), end)
            if found < 0 or len(parts) > self._allowance.left:
                break
            place = found + len(line)
            stop = self._mail.find(b"\n", place, end)
            stop = end if stop < 0 else stop
            tail = self._mail[place : min(stop, place + 100)].strip()
            if tail not in (b"", b"--"):
                continue
            if opened >= 0:
                parts.append((opened, found))
            opened = -1 if tail else min(stop + 1, end)
            place = stop
            if tail:
                break
        return [*parts, (opened, end)] if opened >= 0 else parts

    def _find_subject(self, about: Description, start: int, end: int) -> str:
        content = decode_transfer(self._mail[start : min(end, start + _HEADER_BYTES)], about.encoding)
        block, _ = split_mail(content.lstrip(b"\n"))
        return read_headers(block).first(b"subject").decode("latin-1")
