"""Split an archive into its mails: mbox in its variants, pipermail's month texts, compressed or not.

Reads a stream in chunks and holds one mail at a time, so an archive may be of any size. Every mail comes with
the place where the next one starts; from there reading can be taken up again.
"""

import bz2
import enum
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol, cast

from bot.errors import SourceError
from bot.mail.limits import MAX_MAIL_BYTES

_CHUNK: Final = 1024 * 1024
_HEAD: Final = 64 * 1024
_OVERLAP: Final = 2_200
# More than a mail may have, so that whoever parses it sees that it was too large.
_ROOM: Final = MAX_MAIL_BYTES + _OVERLAP
_ENVELOPE: Final = rb"From [^\n]{0,1000}\n(?:>From [^\n]{0,1000}\n)?"
# Both begin with letters that have to be just so: the engine then looks for them at the speed of memory.
# Pipermail writes these headers and no others; "From here on, something like:" in a text is followed by none.
_PIPERMAIL: Final = re.compile(
    rb"\n" + _ENVELOPE + rb"(?=(?i:From|Date|Subject|Message-ID|In-Reply-To|References):)"
)
_MBOX: Final = re.compile(
    rb"\n"
    + _ENVELOPE
    + rb"(?=(?i:From|Date|Subject|Message-ID|In-Reply-To|References|Received|Return-Path|Delivered-To|To|Cc"
    rb"|Sender|Reply-To|MIME-Version|Content-[a-z-]{1,30}|DKIM-Signature|Authentication-Results|Envelope-To"
    rb"|Status|User-Agent|Mailing-List|Precedence|Path|Newsgroups"
    rb"|(?:X|ARC|List|Resent|Delivery|Original|Archived)-[a-z0-9-]{1,60}):)"
)
_ENVELOPE_LINES: Final = re.compile(_ENVELOPE)
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_OBSCURED: Final = re.compile(rb"^From:? [^\n@]{1,300} at [^\n@]{1,300}$", re.MULTILINE)


class Archive(Protocol):
    """Bytes to read: a file, or what decompresses one."""

    def read(self, size: int, /) -> bytes:
        """Read so many bytes, or what is left."""

    def read1(self, size: int, /) -> bytes:
        """Read as much as is at hand."""

    def seek(self, place: int, /) -> int:
        """Go to a place, or to the end before it; return where that is."""


class Variant(enum.StrEnum):
    """How an archive separates its mails."""

    MBOX = "mbox"
    PIPERMAIL = "pipermail"


class MovedError(SourceError):
    """The archive was changed since it was last read; it has to be read from its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedMail:
    """A mail of an archive.

    Attributes:
        content: Its bytes without the line that separates it; of one too large the beginning.
        start: Where it starts in the archive, uncompressed.
        end: Where the next one starts: what to pass as `start` to go on behind it.
    """

    content: bytes
    start: int
    end: int


def open_archive(stream: io.BufferedReader | io.BytesIO) -> Archive:
    """Return the uncompressed archive: gzip, bzip2, xz, a zip's first file, or the stream itself.

    Args:
        stream: At its start, and able to seek.
    """
    magic = stream.read(6)
    stream.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream)
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(stream)
    if magic == b"\xfd7zXZ\x00":
        return lzma.LZMAFile(stream)
    if magic.startswith(b"PK\x03\x04"):
        return _open_zip(stream)
    return stream


def _open_zip(stream: io.BufferedReader | io.BytesIO) -> Archive:
    try:
        archive = zipfile.ZipFile(stream)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return cast("Archive", archive.open(names[0])) if names else io.BytesIO()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise SourceError("The zip file cannot be read.", permanent=True) from error


def guess_variant(head: bytes) -> Variant:
    """Tell from an archive's beginning how it separates its mails."""
    return Variant.PIPERMAIL if _OBSCURED.search(head) else Variant.MBOX


def split_mails(
    archive: Archive, *, variant: Variant | None = None, start: int = 0
) -> Iterator[ArchivedMail]:
    """Yield the mails of an archive, in its order.

    Args:
        archive: Uncompressed, and able to seek.
        variant: How it separates mails; None to tell from its beginning.
        start: The `end` of the last mail that was read before, in uncompressed bytes.

    Raises:
        SourceError: The archive is cut off or broken; what could be read before that was yielded.
        MovedError: No mail starts where the last reading ended.
    """
    try:
        if variant is None:
            archive.seek(0)
            variant = guess_variant(archive.read(_HEAD))
        if not _goes_on(archive, start):
            raise MovedError
        yield from _Splitter(archive, variant, start).split()
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise SourceError("The archive is cut off or broken.") from error


def _goes_on(archive: Archive, start: int) -> bool:
    """Go to a place in an archive; tell whether a mail starts there, or the archive ends."""
    if start and (archive.seek(start - 1) != start - 1 or not archive.read(1)):
        return False
    beginning = archive.read(9).lstrip(b"\r\n") if start else b""
    archive.seek(start)
    return beginning[:5] in (b"", b"From ")


class _Splitter:
    """One pass over an archive: the mail being read is what was set aside, and then the buffer."""

    def __init__(self, archive: Archive, variant: Variant, start: int) -> None:
        self._archive = archive
        self._variant = variant
        self._start = start
        self._offset = start
        self._aside: list[bytes] = []
        self._room = _ROOM
        self._buffer = b""

    def split(self) -> Iterator[ArchivedMail]:
        scanned = 0
        # A compressed archive that is cut off gives what is whole in small steps, and only then fails.
        while chunk := self._archive.read1(_CHUNK):
            self._buffer += chunk
            yield from self._take_whole(scanned)
            if len(self._buffer) > _CHUNK:
                self._set_aside()
            scanned = max(0, len(self._buffer) - _OVERLAP)
        yield from self._make(len(self._buffer))

    def _take_whole(self, scanned: int) -> Iterator[ArchivedMail]:
        """Yield the mails whose end is in the buffer, and let it begin with the one that goes on."""
        pattern = _PIPERMAIL if self._variant is Variant.PIPERMAIL else _MBOX
        taken = 0
        for found in pattern.finditer(self._buffer, scanned):
            yield from self._make(found.start() + 1, taken)
            taken = found.start() + 1
        self._buffer = self._buffer[taken:]
        self._offset += taken

    def _make(self, end: int, begin: int = 0) -> Iterator[ArchivedMail]:
        piece = self._buffer[begin : min(end, begin + self._room)]
        content = _undress(b"".join((*self._aside, piece)), self._variant)
        start, self._start = self._start, self._offset + end
        self._aside.clear()
        self._room = _ROOM
        if content and not content.isspace():
            yield ArchivedMail(content=content, start=start, end=self._start)

    def _set_aside(self) -> None:
        """Move what cannot hold the next mail's start out of the buffer; what is too much of a mail goes."""
        kept = len(self._buffer) - _OVERLAP
        piece = self._buffer[: min(kept, self._room)]
        self._aside.append(piece)
        self._room -= len(piece)
        self._buffer = self._buffer[kept:]
        self._offset += kept


def _undress(content: bytes, variant: Variant) -> bytes:
    """Take off what the archive put around and into a mail."""
    envelope = _ENVELOPE_LINES.match(content)
    content = content[envelope.end() :] if envelope else content
    content = content.removesuffix(b"\n").removesuffix(b"\r")
    # Pipermail's ">From" cannot be told from a quoted line; in the others it is an escaped one.
    # Looking for the word first spares going through every quoted line of nearly every mail.
    may_be_escaped = variant is Variant.MBOX and b">From " in content and b"\n>" in content
    return _ESCAPED.sub(rb"\1", content) if may_be_escaped else content
