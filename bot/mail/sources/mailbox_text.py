"""Cut mails out of mbox text, a bounded portion at a time, and know when the text changed under the mark.

A separator is a line "From …" whose next line is a header. What is in the From line cannot be judged: old
archives write it in many ways, and people begin lines with "From here on" (55 times in one archive).
"""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from bot.mail.sources.contract import MOST_BYTES, MOST_MAIL_BYTES, MOST_MAILS

MOST_UNPACKED_BYTES = 128_000_000  # for one portion: gzip can hold a thousand times its size

_LONGEST_LINE = 1_000_000
_SEAL_BYTES = 4_096
_GZIP_MAGIC = b"\x1f\x8b"
# Pipermail writes these first; they make a separator even where the blank line before it is missing.
_SURE_HEADER = re.compile(rb"(?:from|date|subject|message-id|in-reply-to|references):", re.IGNORECASE)
_ANY_HEADER = re.compile(rb"[!-9;-~]{1,80}:")
_CLOCK = re.compile(rb"\d\d:\d\d|\d{4}\s*$")
_QUOTED_FROM = re.compile(rb">+From ")
_DAMAGE = (EOFError, OSError, zlib.error)  # what reading packed text that is none may raise
_BLANK = frozenset({b"\n", b"\r\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a text was read.

    Attributes:
        offset: In bytes of the unpacked text.
        count: In mails.
        seal: A hash of the text's beginning and of what is before the offset, to notice another text.
    """

    offset: int = 0
    count: int = 0
    seal: str = ""

    def to_json(self) -> list[int | str]:
        """Return it as a cursor holds it."""
        return [self.offset, self.count, self.seal]

    @classmethod
    def from_json(cls, value: Sequence[int | str]) -> "Mark":
        """Read it back."""
        offset, count, seal = value
        return cls(offset=int(offset), count=int(count), seal=str(seal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What was cut out.

    Attributes:
        mails: Each with its number in the text, counted from 0.
        is_end: Nothing follows.
        is_restarted: The text before the mark is another one, so the portion begins at its start.
        is_damaged: The packed text breaks off; the mail in which it does so is left out.
    """

    mails: tuple[tuple[int, bytes], ...] = field(repr=False)
    mark: Mark
    is_end: bool
    is_restarted: bool = False
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    data: bytes
    end: int
    is_last: bool


def open_text(data: bytes) -> BinaryIO | gzip.GzipFile:
    """Open a text that may be packed: servers call the same file .txt and .txt.gz, and lie about both."""
    if data[:2] == _GZIP_MAGIC:
        return gzip.GzipFile(fileobj=io.BytesIO(data))
    return io.BytesIO(data)


def cut_portion(
    text: BinaryIO | gzip.GzipFile, mark: Mark, *, is_skipping: bool = False, keeps_last: bool = False
) -> Portion:
    """Cut the next mails out of a text.

    Args:
        text: Open and able to seek.
        mark: Where the last portion ended.
        is_skipping: Go to the end without keeping any mail.
        keeps_last: Leave the last mail where it is, for it may still be being written.
    """
    try:
        is_restarted = _seal(text, mark.offset) != mark.seal
    except _DAMAGE:
        return Portion(mails=(), mark=mark, is_end=True, is_damaged=True)
    start = Mark() if is_restarted else mark
    mails: list[tuple[int, bytes]] = []
    seen: set[bytes] = set()
    size, count, end = 0, start.count, start.offset
    is_end, is_damaged = True, False
    try:
        for piece in _split(text, start.offset):
            is_full = len(mails) >= MOST_MAILS or size >= MOST_BYTES
            if is_full or (keeps_last and piece.is_last):
                is_end = not is_full
                break
            digest = hashlib.sha256(piece.data).digest()
            if not is_skipping and digest not in seen:  # some archives hold everything twice
                seen.add(digest)
                mails.append((count, piece.data))
                size += len(piece.data)
            count, end = count + 1, piece.end
    except _DAMAGE:
        is_damaged = True
    return Portion(
        mails=tuple(mails),
        mark=Mark(offset=end, count=count, seal=_seal(text, end)),
        is_end=is_end,
        is_restarted=is_restarted,
        is_damaged=is_damaged,
    )


def count_mails(text: BinaryIO | gzip.GzipFile) -> int:
    """Count the mails of a text, as far as it can be read."""
    count = 0
    try:
        for _ in _split(text, 0):
            count += 1
    except _DAMAGE:
        pass
    return count


def _split(text: BinaryIO | gzip.GzipFile, offset: int) -> Iterator[_Piece]:
    """Give the mails from an offset on, without the From lines, each when the next one begins."""
    text.seek(offset)
    lines = _read_lines(text)
    mail: list[bytes] | None = None
    size, position, is_after_blank = 0, offset, True
    line = next(lines, b"")
    while line:
        following = next(lines, b"")
        if _separates(line, following, is_after_blank=is_after_blank):
            if mail is not None:
                yield _Piece(b"".join(mail), position, is_last=False)
            mail, size = [], 0
        elif mail is not None and size < MOST_MAIL_BYTES:
            mail.append(line[1:] if _QUOTED_FROM.match(line) else line)
            size += len(line)
        position += len(line)
        is_after_blank = line in _BLANK
        line = following
    if mail is not None:
        yield _Piece(b"".join(mail), position, is_last=True)


def _separates(line: bytes, following: bytes, *, is_after_blank: bool) -> bool:
    if not line.startswith(b"From "):
        return False
    if _SURE_HEADER.match(following):
        return True
    return is_after_blank and bool(_CLOCK.search(line) and _ANY_HEADER.match(following))


def _read_lines(text: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    """Read lines; an endless one comes in pieces, and so does not fill the memory."""
    is_packed = isinstance(text, gzip.GzipFile)
    read = 0
    while line := text.readline(_LONGEST_LINE):
        read += len(line)
        if is_packed and read > MOST_UNPACKED_BYTES:
            raise EOFError
        yield line


def _seal(text: BinaryIO | gzip.GzipFile, offset: int) -> str:
    """Hash a text's first bytes and the last ones before an offset; "" for no bytes."""
    text.seek(0)
    head = text.read(min(_SEAL_BYTES, offset))
    text.seek(max(offset - _SEAL_BYTES, 0))
    tail = text.read(min(_SEAL_BYTES, offset))
    return hashlib.sha256(head + tail).hexdigest()[:32] if offset else ""
