"""What a new process imports to read mail: not what few mails need; and that one comes when it is needed."""

import subprocess
import sys

import pytest

_READ = """
import sys
from bot.mail.mime.message import parse_email
import bot.mail.stripping
raw = b"From: a@example.org\\nMessage-ID: <a@example.org>\\n" + bytes.fromhex(sys.argv[1])
before = sorted({"turbohtml", "email"} & sys.modules.keys())
email = parse_email(raw)
print(before, ascii(email.body), email.date, sorted({"turbohtml", "email"} & sys.modules.keys()))
"""
_DATE = b"Date: Mon, 6 Jan 2025 10:00:00 +0100\n"
_AT = "2025-01-06 09:00:00+00:00"


@pytest.mark.parametrize(
    ("mail", "read"),
    [
        (_DATE + b"\n" + "Grüße".encode(), rf"'Gr\xfc\xdfe' {_AT} []"),
        (_DATE + b"Content-Type: text/plain; charset=iso-8859-1\n\nhello", f"'hello' {_AT} []"),
        (
            _DATE + b"Content-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe",
            rf"'Gr\xfc\xdfe' {_AT} ['turbohtml']",
        ),
        (_DATE + b"Content-Type: text/plain; charset=koi8-r\n\n\xf0", rf"'\u041f' {_AT} ['turbohtml']"),
        (_DATE + b"\nGr\xfc\xdfe aus K\xf6ln", rf"'Gr\xfc\xdfe aus K\xf6ln' {_AT} ['turbohtml']"),
        (_DATE + b"Content-Type: text/html\n\n<p>hello", f"'hello' {_AT} ['turbohtml']"),
        (b"Date: 6 January 2025 10:00 +0100\n\nhello", f"'hello' {_AT} ['email']"),
    ],
    ids=["utf-8", "ascii", "latin-1", "koi8-r", "no label", "html", "odd date"],
)
def test_process_imports_what_a_mail_needs_and_no_more(mail: bytes, read: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _READ, mail.hex()], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == f"[] {read}"
