"""Read an archive's text in bounded portions, and know when it changed under the mark."""

import hashlib
import io
import lzma
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.errors import SourceError
from bot.mail.mbox import Archive, ArchivedMail, MovedError, Variant, open_archive, split_mails
from bot.mail.sources.contract import MOST_BYTES, MOST_MAILS

MOST_UNPACKED_BYTES = 256_000_000  # gzip can hold a thousand times its size
_SEAL_BYTES = 4_096
_ZIP = b"PK\x03\x04"
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)  # what reading packed text that is none may raise


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


class _Bounded:
    """Unpacked text that ends, as if it were cut off, where it is far too much."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._left = MOST_UNPACKED_BYTES

    def read(self, size: int, /) -> bytes:
        """Read so many bytes, or what is left."""
        return self._count(self._archive.read(size))

    def read1(self, size: int, /) -> bytes:
        """Read as much as is at hand."""
        return self._count(self._archive.read1(size))

    def seek(self, place: int, /) -> int:
        """Go to a place; from its start the whole text may be read again."""
        self._left = self._left if place else MOST_UNPACKED_BYTES
        return self._archive.seek(place)

    def _count(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise EOFError
        return data


def open_text(data: bytes) -> Archive:
    """Open a text that may be packed: servers call the same file .txt and .txt.gz, and lie about both."""
    stream = io.BytesIO(data)
    if data.startswith(_ZIP):
        return stream  # no archive hands out zip files, so it is damage
    archive = open_archive(stream)
    return stream if archive is stream else _Bounded(archive)


def cut_portion(
    text: Archive,
    mark: Mark,
    *,
    variant: Variant | None = Variant.MBOX,
    is_skipping: bool = False,
    keeps_last: bool = False,
) -> Portion:
    """Cut the next mails out of a text.

    Args:
        text: Unpacked, and able to seek.
        mark: Where the last portion ended.
        variant: How mails are separated; None to tell from the text.
        is_skipping: Go to the end without keeping any mail.
        keeps_last: Leave the last mail where it is, for it may still be being written.
    """
    try:
        is_restarted = _seal(text, mark.offset) != mark.seal
    except _DAMAGE:
        return Portion(mails=(), mark=mark, is_end=True, is_damaged=True)
    cutting = _Cutting(Mark() if is_restarted else mark, is_skipping=is_skipping, keeps_last=keeps_last)
    try:
        cutting.cut(text, variant)
    except MovedError:
        cutting = _Cutting(Mark(), is_skipping=is_skipping, keeps_last=keeps_last)
        is_restarted = True
        cutting.cut(text, variant)
    return Portion(
        mails=tuple(cutting.mails),
        mark=Mark(offset=cutting.end, count=cutting.count, seal=_seal(text, cutting.end)),
        is_end=cutting.is_end,
        is_restarted=is_restarted,
        is_damaged=cutting.is_damaged,
    )


def count_mails(text: Archive, *, variant: Variant | None = Variant.MBOX) -> int:
    """Count the mails of a text, as far as it can be read."""
    cutting = _Cutting(Mark(), is_skipping=True, keeps_last=False)
    cutting.cut(text, variant)
    return cutting.count


class _Cutting:
    """One pass: what was kept, and where it stands."""

    def __init__(self, start: Mark, *, is_skipping: bool, keeps_last: bool) -> None:
        self._is_skipping = is_skipping
        self._keeps_last = keeps_last
        self._seen: set[bytes] = set()
        self._size = 0
        self.mails: list[tuple[int, bytes]] = []
        self.count = start.count
        self.end = start.offset
        self.is_end = True
        self.is_damaged = False

    def cut(self, text: Archive, variant: Variant | None) -> None:
        try:
            for mail in self._pieces(text, variant):
                if len(self.mails) >= MOST_MAILS or self._size >= MOST_BYTES:
                    self.is_end = False
                    return
                self._take(mail)
        except MovedError:
            raise
        except (SourceError, *_DAMAGE):
            self.is_damaged = True

    def _pieces(self, text: Archive, variant: Variant | None) -> Iterator[ArchivedMail]:
        text.seek(0)
        has_preface = not self.end and not text.read(64).lstrip(b"\r\n").startswith(b"From ")
        pieces = split_mails(text, variant=variant, start=self.end)
        if has_preface:
            next(pieces, None)  # a page that stands in for the text, or a remark above it
        if not self._keeps_last:
            yield from pieces
            return
        held = next(pieces, None)
        for piece in pieces:
            if held is not None:
                yield held
            held = piece

    def _take(self, mail: ArchivedMail) -> None:
        digest = hashlib.sha256(mail.content).digest()
        if not self._is_skipping and digest not in self._seen:  # some archives hold everything twice
            self._seen.add(digest)
            self.mails.append((self.count, mail.content))
            self._size += len(mail.content)
        self.count += 1
        self.end = mail.end


def _seal(text: Archive, offset: int) -> str:
    """Hash a text's first bytes and the last ones before an offset; "" for no bytes."""
    text.seek(0)
    head = text.read(min(_SEAL_BYTES, offset))
    text.seek(max(offset - _SEAL_BYTES, 0))
    tail = text.read(min(_SEAL_BYTES, offset))
    return hashlib.sha256(head + tail).hexdigest()[:32] if offset else ""
