"""Split archives as they really are: separators that lie, any chunk size, cut off, resumed, compressed."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.mbox import MovedError, Variant, guess_variant, open_archive, split_mails
from bot.mail.mime.message import parse_email

SAMPLES = os.environ.get("SAMPLES", "")  # noqa: TID251 (test material that not every machine has)
MONTH = b"""From jane at example.org  Mon Jan  6 10:00:00 2025
From: jane at example.org (Jane Doe)
Date: Mon, 6 Jan 2025 10:00:00 +0000
Subject: [List] First
Message-ID: <1@example.org>

From here on, something like:
this is text, and the line above is no separator

From jo at example.org  Mon Jan  6 11:00:00 2025
is quoted here without headers.

From bogus@does.not.exist.com  Mon, 2 Aug 1999 18:55:09 -0400 (EDT)
From: jo at example.org (Jo)
Subject: [List] Second

Text

From x at y.z  Thu Jan  1 00:00:00 1945
Date: Mon, 6 Jan 2025 12:00:00 +0000
From: max at example.org (Max)

>From my point of view
"""
MBOX = b"""From MAILER-DAEMON Mon Jan  6 10:00:00 2025
Return-Path: <ann@example.org>
From: Ann <ann@example.org>
Message-ID: <1@example.org>

>From the start
>>From quoted
From time to time: fine

From - Mon Jan  6 10:00:00 2025
X-Mozilla-Status: 0001
Message-ID: <2@example.org>

Second
"""


class Dripping(io.BytesIO):
    """An archive that comes a few bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read1(self, size: int | None = -1) -> bytes:
        return super().read1(self._size if size is None or size < 0 else min(size, self._size))


def contents(archive: bytes, variant: Variant | None = None) -> list[bytes]:
    return [mail.content for mail in split_mails(io.BytesIO(archive), variant=variant)]


def ids(mails: list[bytes]) -> list[str]:
    return [parse_email(mail).message_id for mail in mails]


def test_month_is_split_where_headers_follow() -> None:
    mails = contents(MONTH)

    assert [parse_email(mail).subject for mail in mails] == ["[List] First", "[List] Second", ""]
    assert mails[0].startswith(b"From: jane at")
    assert b"is quoted here without headers." in mails[0]
    assert [parse_email(mail).author_address for mail in mails] == [
        "jane@example.org",
        "jo@example.org",
        "max@example.org",
    ]


def test_month_keeps_what_may_be_a_quoted_line() -> None:
    assert parse_email(contents(MONTH)[2]).body == ">From my point of view"


def test_mbox_is_split_and_its_escapes_undone() -> None:
    mails = contents(MBOX)

    assert ids(mails) == ["1@example.org", "2@example.org"]
    assert parse_email(mails[0]).body == "From the start\n>From quoted\nFrom time to time: fine"


def test_variant_is_told_by_the_first_separator() -> None:
    assert guess_variant(MONTH) is Variant.PIPERMAIL
    assert guess_variant(MBOX) is Variant.MBOX


def test_line_ends_of_windows_are_understood() -> None:
    assert ids(contents(MBOX.replace(b"\n", b"\r\n"))) == ["1@example.org", "2@example.org"]


def test_single_mail_is_an_archive_of_one() -> None:
    assert contents(b"Subject: alone\n\ntext\n") == [b"Subject: alone\n\ntext"]


@pytest.mark.parametrize("archive", [b"", b"\n\n", b"From a Mon Jan  6 10:00:00 2025\n\n"])
def test_empty_archive_holds_no_mail(archive: bytes) -> None:
    assert contents(archive) == []


@pytest.mark.parametrize("size", [1, 2, 7, 50, 1000])
@pytest.mark.parametrize("archive", [MONTH, MBOX])
def test_split_does_not_depend_on_how_the_bytes_come(archive: bytes, size: int) -> None:
    whole = list(split_mails(io.BytesIO(archive)))

    assert list(split_mails(Dripping(archive, size), variant=guess_variant(archive))) == whole


@pytest.mark.parametrize("archive", [MONTH, MBOX])
def test_reading_goes_on_behind_any_mail(archive: bytes) -> None:
    whole = list(split_mails(io.BytesIO(archive)))

    for number, mail in enumerate(whole):
        assert list(split_mails(io.BytesIO(archive), start=mail.end)) == whole[number + 1 :]
    assert [mail.start for mail in whole[1:]] == [mail.end for mail in whole[:-1]]
    assert (whole[0].start, whole[-1].end) == (0, len(archive))


def test_archive_that_grows_gives_what_is_new() -> None:
    first = list(split_mails(io.BytesIO(MBOX)))
    grown = MBOX + b"\nFrom a Mon Jan  6 10:00:00 2025\nMessage-ID: <3@example.org>\n\nThird\n"

    more = list(split_mails(io.BytesIO(grown), start=first[-1].end))

    assert ids([mail.content for mail in more]) == ["3@example.org"]


@pytest.mark.parametrize("start", [10, len(MBOX) + 1, len(MBOX) + 5000])
def test_archive_that_was_rewritten_is_told(start: int) -> None:
    with pytest.raises(MovedError):
        list(split_mails(io.BytesIO(MBOX), start=start))


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", b"")
        archive.writestr("folder/messages.mbox", content)
    return stream.getvalue()


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress, zipped])
def test_compressed_archive_is_read_and_resumed(compress) -> None:
    packed = compress(MBOX)
    whole = list(split_mails(open_archive(io.BytesIO(packed))))

    assert ids([mail.content for mail in whole]) == ["1@example.org", "2@example.org"]
    assert list(split_mails(open_archive(io.BytesIO(packed)), start=whole[0].end)) == whole[1:]
    with pytest.raises(MovedError):
        list(split_mails(open_archive(io.BytesIO(packed)), start=len(MBOX) + 100))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_archive_that_is_cut_off_gives_its_whole_mails_first(compress) -> None:
    large = (
        b"From a Mon Jan  6 10:00:00 2025\nMessage-ID: <0@example.org>\n\n"
        + os.urandom(500_000).hex().encode()
    )
    packed = compress(MBOX + b"\n" + large + b"\n\n" + MBOX)
    seen: list[bytes] = []

    mails = split_mails(open_archive(io.BytesIO(packed[: len(packed) * 9 // 10])))
    with pytest.raises(SourceError) as caught:
        seen.extend(mail.content for mail in mails)

    assert not caught.value.permanent
    assert ids(seen) == ["1@example.org", "2@example.org"]


def test_broken_zip_is_told() -> None:
    with pytest.raises(SourceError):
        open_archive(io.BytesIO(zipped(MBOX)[:60]))


def test_mail_too_large_is_cut_and_the_next_one_is_whole() -> None:
    large = b"From a Mon Jan  6 10:00:00 2025\nMessage-ID: <0@example.org>\n\n" + b"x\n" * (8 * 1024 * 1024)

    mails = list(split_mails(io.BytesIO(large + b"\n" + MBOX)))

    assert MAX_MAIL_BYTES < len(mails[0].content) < MAX_MAIL_BYTES + 3000
    assert ids([mail.content for mail in mails]) == ["0@example.org", "1@example.org", "2@example.org"]
    assert "it is larger than is read" in parse_email(mails[0].content).problems[0].what


PIECES = (
    b"From ",
    b"From a b\n",
    b"From: x\n",
    b"Subject: y\n",
    b"\n",
    b"\n\n",
    b">From x\n",
    b"text\n",
    b"\r\n",
    b"F",
)


@given(
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=5), max_size=40).map(b"".join), st.integers(1, 9)
)
@settings(deadline=None)
def test_any_archive_is_split_the_same_at_any_pace_and_loses_nothing(archive: bytes, size: int) -> None:
    for variant in Variant:
        whole = list(split_mails(io.BytesIO(archive), variant=variant))
        assert list(split_mails(Dripping(archive, size), variant=variant)) == whole
        places = [0, *(mail.end for mail in whole)]
        assert places == sorted(places)
        covered = b"".join(archive[mail.start : mail.end] for mail in whole)
        assert len(covered.split()) >= len(archive.split()) - archive.count(b"From ") * 3


MEASURE = """
import io, resource, sys
sys.path.insert(0, sys.argv[1])
from bot.mail.mbox import split_mails

class Endless(io.BufferedIOBase):
    def __init__(self, piece, size):
        self.piece, self.left = piece, size
    def seek(self, place):
        return place
    def read(self, size=-1):
        if self.left <= 0:
            return b""
        self.left -= len(self.piece)
        return self.piece
    read1 = read

mail = b"From a Mon Jan  6 10:00:00 2025\\nSubject: x\\n\\n" + b"word " * 1200 + b"\\n\\n"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in split_mails(Endless(mail * 150, int(sys.argv[2]))))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_archive() -> None:
    pytest.importorskip("resource")
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", MEASURE, str(root), str(300 * 1024 * 1024)]

    printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()

    assert int(printed[0]) > 50_000
    assert int(printed[1]) < 40 * 1024  # kibibytes on Linux


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of archives")
def test_months_hold_as_many_mails_as_their_archive_has_pages() -> None:
    wrong = []
    for counts in sorted(Path(SAMPLES).glob("mail/pipermail/*/counts.json")):
        for month, expected in json.loads(counts.read_text()).items():
            (path,) = counts.parent.glob(f"{month}.txt*")
            with path.open("rb") as stream:
                found = sum(1 for _ in split_mails(open_archive(stream)))
            if found != expected:
                wrong.append((counts.parent.name, month, expected, found))
    assert wrong == []


@pytest.mark.skipif(not SAMPLES, reason="SAMPLES names no folder of archives")
def test_archives_of_other_kinds_are_split() -> None:
    folder = Path(SAMPLES) / "mail"
    expected = {
        "hyperkitty-api/export-all.mbox.gz": 269,
        "raw/linux-oxnas.groups.io.mbox.xz": 269,
        "raw/linux-leds-newest1000.mbox.xz": 1000,
    }
    found = {}
    for name in expected:
        with (folder / name).open("rb") as stream:
            mails = [parse_email(mail.content) for mail in split_mails(open_archive(stream))]
        found[name] = len({mail.key for mail in mails})
        assert all(mail.author_name and mail.date for mail in mails)
    assert found == expected
