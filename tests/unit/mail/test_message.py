"""Read every mail under tests/fixtures/mail/mime and compare with the JSON of the same name beside it.

Adding a case is adding two files: `<trait>.eml` and `<trait>.json`. Write the second by hand, or write only
`{}` and let

    python -m tests.unit.mail.test_message trait

fill in what is made of the mail (all cases when none is named); then read the difference before keeping it.
Only what differs from an empty Email is written down; a body is the list of its lines.
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.mail.limits import MAX_MAIL_BYTES
from bot.mail.mime.message import parse_batch, parse_email
from bot.mail.models import Email, Problem
from tests.unit.mail.email_properties import check_email

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mail" / "mime"
CASES = sorted(FIXTURES.glob("*.eml"))
HEAD = b"From: Ann Example <ann@example.org>\nDate: Mon, 06 Jan 2025 10:00:00 +0100\nSubject: Hello\n"


def read(path: Path) -> dict[str, Any]:
    email = parse_email(path.read_bytes(), list_name="example-dev")
    check_email(email)
    assert email.size == path.stat().st_size
    usual = {"size": email.size, "key": email.message_id, "topic": email.subject}
    usual["topic_key"] = email.topic.casefold()
    telling = {}
    for field in dataclasses.fields(Email):
        value = getattr(email, field.name)
        if value not in (field.default, usual.get(field.name, field.default)):
            telling[field.name] = value
    for name in ("date", "received_at"):
        if name in telling:
            telling[name] = telling[name].isoformat()
    if "body" in telling:
        telling["body"] = email.body.split("\n")
    telling |= (
        {"problems": [f"{each.where}: {each.what}" for each in email.problems]} if email.problems else {}
    )
    if email.attachments:
        telling["attachments"] = [[each.name, each.size, each.media_type] for each in email.attachments]
    return json.loads(json.dumps(telling))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_mail_yields_what_stands_beside_it(path: Path) -> None:
    assert read(path) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_expectation_has_its_mail() -> None:
    assert [path.stem for path in sorted(FIXTURES.glob("*.json"))] == [path.stem for path in CASES]


def test_batch_is_parsed_in_its_order() -> None:
    raws = [path.read_bytes() for path in CASES]

    emails = parse_batch(raws, list_name="example-dev")

    assert emails == [parse_email(raw, list_name="example-dev") for raw in raws]


def test_line_ends_make_no_difference() -> None:
    for path in CASES:
        raw = path.read_bytes()
        if b"\r" in raw or path.stem.startswith("mail-inside") or path.stem == "digest":
            continue  # a mail inside is measured with its line ends
        bare = dataclasses.replace(parse_email(raw), size=0, attachments=())
        other = dataclasses.replace(parse_email(raw.replace(b"\n", b"\r\n")), size=0, attachments=())
        assert other == bare


def test_mail_without_id_has_the_same_key_from_every_archive() -> None:
    pipermail = HEAD.replace(b"Ann Example <ann@example.org>", b"ann at example.org (Ann Example)")
    other_breaks = b"\nHello   all,\n\n\nsee you.\n\n"

    keys = {parse_email(HEAD + b"\nHello all,\nsee you.\n").key, parse_email(pipermail + other_breaks).key}

    assert len(keys) == 1
    assert " " in keys.pop()


def test_mails_without_id_and_different_texts_have_different_keys() -> None:
    assert parse_email(HEAD + b"\none\n").key != parse_email(HEAD + b"\ntwo\n").key


def test_mail_too_large_keeps_its_beginning_and_says_so() -> None:
    email = parse_email(HEAD + b"\nbeginning\n" + b"x" * MAX_MAIL_BYTES)

    assert email.subject == "Hello"
    assert email.body.startswith("beginning\n")
    assert Problem(where="message", what="it is larger than is read; its end is left out") in email.problems


def test_very_long_references_keep_the_root_and_the_parent() -> None:
    ids = b"\n ".join(b"<%d@example.org>" % number for number in range(600))

    references = parse_email(HEAD + b"References: " + ids + b"\n\nx").references

    assert len(references) == 200
    assert (references[0], references[-1]) == ("0@example.org", "599@example.org")


def test_references_longer_than_a_header_may_be_keep_the_parent() -> None:
    ids = b" ".join(b"<%d@example.org>" % number for number in range(5000))

    assert parse_email(HEAD + b"References: " + ids + b"\n\nx").references[-1] == "4999@example.org"


def test_more_headers_than_are_read_are_told() -> None:
    email = parse_email(HEAD + b"X: y\n" * 2000 + b"\nbody")

    assert email.body == "body"
    assert "message: it has more headers, or longer ones, than are read" in [
        f"{each.where}: {each.what}" for each in email.problems
    ]


def test_parts_beyond_the_limit_are_left_out_and_told() -> None:
    parts = b"".join(b"--b\n\npart %d\n" % number for number in range(600))

    email = parse_email(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts)

    assert email.body.split("\n")[0] == "part 0"
    assert "part 499" in email.body
    assert "part 501" not in email.body
    assert [each.what for each in email.problems if each.where == "message"] == [
        "it has more parts, or deeper ones, than are read"
    ]


if __name__ == "__main__":
    named = sys.argv[1:] or [path.stem for path in CASES]
    for name in named:
        text = json.dumps(read(FIXTURES / f"{name}.eml"), ensure_ascii=False, indent=1)
        (FIXTURES / f"{name}.json").write_text(text + "\n", encoding="utf-8")
