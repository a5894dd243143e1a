"""Whatever the bytes are, an Email comes out; what the standard library writes is read as it was meant."""

import email
import email.header
import email.message
import email.policy
import email.utils
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.mime.message import parse_email
from bot.mail.subjects import SUBJECT_CHARACTERS
from tests.unit.mail.email_properties import check_email

PIECES = (
    b"From: ",
    b"Subject: ",
    b"Date: Mon, 6 Jan 2025 10:00:00 +0100\n",
    b"Message-ID: <a@b>\n",
    b"References: ",
    b"Reply-To: ",
    b"List-Post: <mailto:l@example.org>\n",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b'Content-Type: multipart/alternative; boundary="b"\n',
    b"Content-Type: text/html; charset=",
    b"Content-Type: text/plain; format=flowed; delsp=yes\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''a",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Transfer-Encoding: uuencode\nbegin 644 a\n",
    b"\n",
    b"\n\n",
    b"\r\n",
    b"\n--b\n",
    b"\n--b--\n",
    b"\n ",
    b"=?utf-8?q?",
    b"=?gb2312?B?",
    b"?=",
    b"=C3=A9",
    b"<a@example.org>",
    b" via ",
    b"a at b.org",
    b'"',
    b"(",
    b"<p>",
    b"<blockquote>",
    b"</pre",
    b"&#9999999999;",
    b"\xff\xfe",
    b"\xc3\xa9",
    b"\x1b$B",
    b"\0",
    b"[x] Re: ",
)
mails = st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=60).map(b"".join)
# What a header can hold: Discord and databases know no lone surrogates, and no header has line ends.
texts = st.text(st.characters(exclude_categories=("C", "Z")), max_size=60)
visible = st.text(
    # A body of marks that combine with nothing shows nothing, and counts as empty.
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn", "Co", "Mn", "Zl", "Zp")) | st.just("\n"),
    max_size=300,
)
# Encoded words are decoded before the quoting is read, so a backslash in one is taken for an escape.
names = texts.filter(lambda text: "@" not in text and "=?" not in text and "\\" not in text)


@given(mails)
@settings(max_examples=400, deadline=None)
def test_nothing_raises_and_every_limit_holds(raw: bytes) -> None:
    check_email(parse_email(raw))


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_bytes_at_random_are_read(raw: bytes) -> None:
    check_email(parse_email(raw))


@given(texts, names, st.integers(0, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
@settings(deadline=None)
def test_headers_that_the_standard_library_writes_are_read_back(
    subject: str, name: str, seconds: int, offset: int
) -> None:
    date = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=offset)))
    message = email.message.Message()
    message["Subject"] = email.header.Header(subject, "utf-8")
    message["From"] = email.utils.formataddr((name, "ann@example.org"), "utf-8")
    message["Date"] = email.utils.format_datetime(date)
    message["Message-ID"] = "<1@example.org>"

    parsed = parse_email(message.as_bytes())

    assert parsed.subject == (subject if len(subject) <= SUBJECT_CHARACTERS else parsed.subject)
    assert parsed.author_name == (name.strip("\"'") or "a…@example.org")
    assert parsed.author_address == "ann@example.org"
    assert parsed.date == date.astimezone(UTC)


@given(visible, st.sampled_from(("base64", "quoted-printable")))
@settings(deadline=None)
def test_text_that_the_standard_library_encodes_is_read_back(text: str, encoding: str) -> None:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message.set_content(text, cte=encoding)

    parsed = parse_email(b"Subject: x\n" + message.as_bytes())

    assert parsed.body == (text.strip("\n") if text.strip() else "")
