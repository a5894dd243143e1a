"""Mails made of fields: what a reader finds in them is what the fields said, and never another header."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.sources.writing import Fields, write_mail

DATE = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEADERS = {"From", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "List-Id"} | {
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


def fields(**given: object) -> Fields:
    return Fields(**{"message_id": "a@b", "others": {}, "body": "", **given})  # type: ignore[arg-type]


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


def test_fields_are_found_again() -> None:
    mail = message_from_bytes(
        write_mail(
            fields(
                subject="Grüße: =?x?= 5 €",
                author="Müller, Ann",
                address="ann@example.org",
                date=DATE,
                in_reply_to="p@b",
                references=("r@b", "p@b"),
                others={"List-Id": "Dev <dev.lists.example.org>"},
                body="Wörter\n",
            )
        )
    )

    assert decoded(mail["Subject"]) == "Grüße: =?x?= 5 €"
    name, address = parseaddr(mail["From"])
    assert (decoded(name), address) == ("Müller, Ann", "ann@example.org")
    assert parsedate_to_datetime(mail["Date"]) == DATE
    assert (mail["Message-ID"], mail["In-Reply-To"]) == ("<a@b>", "<p@b>")
    assert mail["References"].split() == ["<r@b>", "<p@b>"]
    assert mail["List-Id"] == "Dev <dev.lists.example.org>"
    assert mail.get_payload(decode=True).decode() == "Wörter\n"


def test_html_is_declared() -> None:
    assert message_from_bytes(write_mail(fields(body="<p>x", is_html=True))).get_content_type() == "text/html"


@pytest.mark.parametrize(
    ("author", "address", "shown"),
    [
        ("", "ann@example.org", "ann@example.org"),
        ("Ann", "", "Ann <49915e0d7d4b402e@name.invalid>"),
        ("ANN ", "no address", "ANN <49915e0d7d4b402e@name.invalid>"),
        ("Bob", "", "Bob <81b637d8fcd2c6da@name.invalid>"),
        ("", "", None),
    ],
)
def test_author_may_be_known_in_part(author: str, address: str, shown: str | None) -> None:
    assert message_from_bytes(write_mail(fields(author=author, address=address)))["From"] == shown


hostile = st.text(max_size=80) | st.sampled_from(
    ["x\r\nBcc: y", "x\n\nbody", "=?utf-8?q?=0AX:_1?=", "\ud800", "\0"]
)


@given(hostile, hostile, hostile, hostile, st.text(max_size=200))
def test_no_field_breaks_out_of_its_header(
    subject: str, author: str, address: str, name: str, body: str
) -> None:
    data = write_mail(
        fields(
            message_id=name,
            subject=subject,
            author=author,
            address=address,
            in_reply_to=name,
            references=(name, subject),
            others={"List-Id": author},
            body=body,
        )
    )
    mail = message_from_bytes(data)

    assert set(mail.keys()) <= HEADERS
    assert len(mail.keys()) == len(set(mail.keys()))
    text = body.encode("utf-8", "replace").decode()
    assert data.partition(b"\n\n")[2].decode() == text
