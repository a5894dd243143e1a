"""Headers as they stand in a mail: their names, their order, and how many of them are read."""

import pytest

from bot.mail.mime.headers import MAX_BLOCK_BYTES, MAX_HEADERS, MAX_VALUE_BYTES, read_headers


def test_values_are_unfolded_and_in_their_order() -> None:
    headers = read_headers(b"To: a\n  b\n\tc\nSubject : x\nTO: d\nCc:\nto:\te \n")

    assert headers.all(b"to") == [b"a b c", b"d", b"e"]
    assert headers.first(b"subject") == b"x"
    assert headers.all(b"cc") == [b""]
    assert headers.all(b"from") == []
    assert not headers.is_cut


def test_first_is_the_first_that_is_not_empty() -> None:
    headers = read_headers(b"Date:\nDate: \n \nDate: today\nDate: tomorrow\nCc:\n")

    assert headers.first(b"date") == b"today"
    assert headers.first(b"cc") == headers.first(b"from") == b""


@pytest.mark.parametrize(
    "line",
    [
        b"no colon",
        b" folded: from nowhere",
        b"two words: x",
        b"n\xc3\xa4me: x",
        b": x",
        b"x" * 77 + b": x",
        b"",
    ],
    ids=range(7),
)
def test_lines_that_are_no_header_are_passed_over(line: bytes) -> None:
    headers = read_headers(line + b"\n y\nTo: a\n" + b"Cc: b\n")

    assert dict(headers.firsts) == {b"to": b"a", b"cc": b"b"}
    assert read_headers(b"To: a\n" + line.lstrip() + b"\nCc: b\n").first(b"cc") == b"b"


@pytest.mark.parametrize("filling", [b"", b"x" * 100], ids=["short", "long"])
def test_so_many_headers_are_read_and_no_more(filling: bytes) -> None:
    """A small block is read in one go, a large one step by step."""
    lines = [b"X-%d: %s\n" % (number, filling) for number in range(MAX_HEADERS)]

    assert not read_headers(b"".join(lines)).is_cut
    cut = read_headers(b"".join([*lines, b"To: a\n", b"Cc: b\n"]))
    assert cut.is_cut
    assert list(cut.firsts) == [b"x-%d" % number for number in range(MAX_HEADERS)]


def test_long_value_is_cut_where_it_says_least() -> None:
    ids = b" ".join(b"<%d@example.org>" % number for number in range(2_000))
    headers = read_headers(b"To: " + ids + b"\nReferences: " + ids + b"\n")

    assert headers.first(b"to") == ids[:MAX_VALUE_BYTES].strip()
    assert headers.first(b"references") == ids[-MAX_VALUE_BYTES:].strip()
    assert headers.is_cut


def test_large_block_is_read_to_its_limit() -> None:
    block = (b"X: " + b"y" * 1000 + b"\n") * 900
    room = MAX_BLOCK_BYTES - len(block) - len(b"To: ")
    headers = read_headers(block + b"To: " + b"a" * room + b"b\n")

    assert len(headers.all(b"x")) == 900
    assert headers.first(b"to") == b"a" * min(room, MAX_VALUE_BYTES)
    assert headers.is_cut
