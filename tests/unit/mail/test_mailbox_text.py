"""Mbox text in portions: every mail once, in bounds, whatever the text is and however it changes."""

import gzip
import io

from hypothesis import given
from hypothesis import strategies as st

from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.sources.contract import MOST_BYTES, MOST_MAILS
from bot.mail.sources.mailbox_text import Mark, count_mails, cut_portion, open_text

MAIL = b"From ann at example.org  Mon Nov 23 12:00:00 2026\nSubject: %d\n\nHello.\n\n"


def cut_all(data: bytes, mark: Mark | None = None) -> list[bytes]:
    mark, found = mark or Mark(), []
    while True:
        portion = cut_portion(open_text(data), mark)
        found += [mail for _, mail in portion.mails]
        mark = portion.mark
        if portion.is_end:
            return found


def test_page_that_stands_in_for_the_text_is_no_mail() -> None:
    assert cut_all(b"<html>From: nobody</html>\n") == []


def test_text_before_the_first_mail_is_none() -> None:
    assert len(cut_all(b"<html>\nFrom\n\n" + MAIL % 1)) == 1


def test_portions_are_bounded_by_number_and_by_size() -> None:
    portion = cut_portion(open_text(b"".join(MAIL % number for number in range(MOST_MAILS + 1))), Mark())
    assert (len(portion.mails), portion.is_end) == (MOST_MAILS, False)

    large = b"".join(MAIL % number + (b"x" * 999 + b"\n") * 3_000 for number in range(8))
    portion = cut_portion(open_text(large), Mark())
    assert not portion.is_end
    assert sum(len(mail) for _, mail in portion.mails) <= MOST_BYTES + MAX_MAIL_BYTES


def test_packed_bomb_ends_soon_and_is_damage() -> None:
    bomb = gzip.compress(MAIL % 1 + MAIL % 2 + b"\0" * 300_000_000, compresslevel=1)

    portion = cut_portion(open_text(bomb), Mark())

    assert (len(portion.mails), portion.is_damaged) == (1, True)


def test_mark_is_moved_without_keeping_mails() -> None:
    data = b"".join(MAIL % number for number in range(300))

    portion = cut_portion(open_text(data), Mark(), is_skipping=True)

    assert (portion.mails, portion.is_end, portion.mark.count) == ((), True, 300)
    assert cut_all(data + MAIL % 300, portion.mark) == [b"Subject: 300\n\nHello.\n"]


def test_last_mail_waits_while_it_may_still_be_written() -> None:
    portion = cut_portion(io.BytesIO(MAIL % 1 + MAIL % 2), Mark(), keeps_last=True)

    assert [number for number, _ in portion.mails] == [0]
    assert portion.is_end
    assert cut_all(MAIL % 1 + MAIL % 2 + b"More.\n", portion.mark) == [b"Subject: 2\n\nHello.\n\nMore."]


def test_mark_survives_json() -> None:
    mark = Mark(offset=7, count=1, seal="ab")

    assert Mark.from_json(mark.to_json()) == mark


lines = st.sampled_from(
    [b"From a 2026\n", b"From here\n", b"Subject: x\n", b"\n", b"\r\n", b"words\n", b">From b\n", b"\xff\x00"]
)


@given(st.lists(lines, max_size=40).map(b"".join), st.booleans())
def test_any_text_is_cut_without_loss(text: bytes, is_packed: bool) -> None:
    data = gzip.compress(text) if is_packed else text
    mails = cut_all(data)

    assert len(mails) <= count_mails(open_text(data)) <= text.count(b"From ")
    kept = b"".join(mails).split()
    assert all(kept.count(word) <= text.split().count(word) for word in (b"words", b"Subject:"))


@given(st.integers(1, 30), st.integers(0, 30), st.booleans())
def test_what_was_appended_comes_once(before: int, after: int, is_packed: bool) -> None:
    def pack(data: bytes) -> bytes:
        return gzip.compress(data) if is_packed else data

    old = b"".join(MAIL % number for number in range(before))
    mark = cut_portion(open_text(pack(old)), Mark()).mark
    new = b"".join(MAIL % number for number in range(before, before + after))

    portion = cut_portion(open_text(pack(old + new)), mark)

    assert [number for number, _ in portion.mails] == list(range(before, before + after))
    assert not portion.is_restarted


@given(st.integers(2, 30), st.data())
def test_text_that_is_another_one_is_read_from_its_start(count: int, data: st.DataObject) -> None:
    mails = [MAIL % number for number in range(count)]
    mark = cut_portion(open_text(b"".join(mails)), Mark()).mark
    del mails[data.draw(st.integers(0, count - 1))]

    portion = cut_portion(open_text(b"".join(mails)), mark)

    assert portion.is_restarted
    assert len(portion.mails) == count - 1


@given(st.binary(max_size=300), st.integers(0, 400))
def test_bytes_of_any_kind_do_not_raise(data: bytes, offset: int) -> None:
    for each in (data, *(magic + data for magic in (b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\x00", b"PK\x03\x04"))):
        portion = cut_portion(open_text(each), Mark(offset=offset, count=1, seal="x"))
        assert len(portion.mails) <= 1
