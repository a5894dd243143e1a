"""Read the ids of In-Reply-To and References as mailers and archives really write them."""

import pytest

from bot.mail.mime.identifiers import read_in_reply_to, read_message_id, read_references
from bot.mail.mime.message import parse_email


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (b"<a@x>", ("a@x",)),
        (b"<a@x>,\n\t<b@x>", ("a@x", "b@x")),
        (b"<a@x> <a@x>", ("a@x",)),
        (b"", ()),
        (b"a@x", ("a@x",)),
        (b"weekly-20250106", ("weekly-20250106",)),
        (b"0", ()),
        (b"6667", ()),
        (b"20250106123456", ()),
        (b"Your message at 10:00 on Monday, 6 January 2025", ()),
        (b'Your message of "Mon, 06 Jan 2025 10:00:00" <a@x>', ("a@x",)),
        (b'Message from Ann Example <ann@example.org> of "Mon" <a@x>', ("a@x",)),
        (b"<a@x> from Ann Example <ann@example.org> at Jan 6", ("a@x",)),
        (b"<a@x host.example ", ("a@xhost.example",)),
    ],
    ids=[
        "one",
        "several",
        "one twice",
        "none",
        "bare",
        "bare without at",
        "nought",
        "a short number",
        "a long number",
        "words only",
        "words before it",
        "an address before it",
        "an address behind it",
        "cut off before its bracket",
    ],
)
def test_in_reply_to_yields_its_ids(value: bytes, ids: tuple[str, ...]) -> None:
    assert read_in_reply_to(value) == ids


def test_ids_that_were_cut_off_alike_are_the_same() -> None:
    cut = b"<a@x host.example"

    assert read_references(b"<r@x> " + cut) == ("r@x", *read_in_reply_to(cut))
    assert read_in_reply_to(cut) == (read_message_id(cut),)


def test_reference_list_of_open_brackets_yields_no_id() -> None:
    assert read_references(b"<" * 100_000) == ()


def test_mail_that_answers_several_refers_to_all_of_them() -> None:
    email = parse_email(b"In-Reply-To: <a@x>,\n <b@x>, <c@x>\nReferences: <r@x> <c@x>\n\nBoth.\n")

    assert email.in_reply_to == "a@x"
    assert email.references == ("b@x", "r@x", "c@x")
