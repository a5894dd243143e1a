"""Senders who pose as somebody: what is shown beside a name tells two people apart, and shows no address."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.post import Words
from bot.mail.mime.message import parse_email
from bot.mail.render import find_namesakes, render_thread
from bot.mail.stored import StoredEmail
from tests.unit.mail.test_showing import ADDRESS, NOW, TEXTS, stored

CHAIR, EVIL = "chair@board.example", "x@evil.example"


def letter(number: int, author: str) -> StoredEmail:
    raw = f"From: {author}\nSubject: Pay\nMessage-ID: <{number}@example.org>\n\nPlease pay {number}.\n"
    return replace(stored(raw.encode(), number=number), at=NOW + timedelta(hours=number))


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        (f"Board Chair <{CHAIR}>", "Board Chair"),
        (CHAIR, "c…@board.example"),
        ("!\x91@From: ", "!…@from:"),
        ("(!\x91@From: ", "(!…@From:"),
        ("(a at b.org", "… at b.org"),
        (f'"{CHAIR}" <{CHAIR}>', "c…@board.example"),
        (f'"chair at board.example" <{CHAIR}>', "c…@board.example"),
        (f'"{CHAIR}" <{EVIL}>', "c…@board.example (x…@evil.example)"),
        (f'"Board Chair ({CHAIR})" <{EVIL}>', "Board Chair (x…@evil.example)"),
        (f'"Chair at Board.example" <{EVIL}>', "C…@Board.example (x…@evil.example)"),
        (f'"Anna at the pier" <{EVIL}>', "Anna at the pier"),
        (f'"@everyone" <{EVIL}>', "@everyone"),
    ],
)
def test_a_name_with_another_address_in_it_has_the_own_domain_beside_it(author: str, shown: str) -> None:
    assert parse_email(letter_bytes(author)).author_name == shown


def letter_bytes(author: str) -> bytes:
    return f"From: {author}\nMessage-ID: <1@example.org>\n\nx\n".encode()


def test_who_writes_under_the_name_of_another_is_told_from_them() -> None:
    mails = [
        letter(1, f"Board Chair <{CHAIR}>"),
        letter(2, "Ann Archer <ann@example.org>"),
        letter(3, f"board  chair <{EVIL}>"),
        letter(4, f"Board Chair <{CHAIR}>"),
    ]
    assert find_namesakes(reversed(mails)) == {3}
    text = "\n".join(
        block.markdown for block in render_thread(TEXTS, mails, page=0).blocks if isinstance(block, Words)
    )
    assert text.count("(another address)") == 1
    assert "**board chair** (another address) · " in text
    assert not ADDRESS.search(text)


def test_mails_without_an_address_are_nobodys_namesakes() -> None:
    mails = [replace(letter(number, "Ann <a@b.example>"), author_hash="") for number in (1, 2)]
    assert find_namesakes((*mails, letter(3, "Ann <c@d.example>"))) == frozenset()
