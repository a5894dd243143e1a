"""Compare the parts we see in a mail with those that two other parsers see; where they differ, say why."""

import email
from pathlib import Path

import fast_mail_parser
import pytest

from bot.mail.mime.headers import read_headers, split_mail, trim
from bot.mail.mime.parts import Allowance, Part
from bot.mail.mime.structure import read_structure

Leaves = list[tuple[str, bytes]]

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mail"
CASES = sorted(path for path in FIXTURES.glob("*/*.eml") if b"Content-Type" in path.read_bytes())

# Where the others read less, and what they do instead.
STANDARD_LIBRARY = {
    "base64-oddly-spelt": "hands the encoded text out",
    "base64-with-plain-footer": "drops the list's footer",
    "boundary-missing": "shows no text",
    "multipart-without-parts": "shows no text",
    "nest-200-multiparts": "goes as deep as it is led",
    "quoted-printable-broken": "lets white space keep a soft line end from being one",
}
FAST_MAIL_PARSER = {
    "base64-oddly-spelt": "refuses the mail",
    "base64-with-plain-footer": "refuses the mail",
    "boundary-missing": "shows no text",
    "boundary-begins-another": "loses the text behind a line that begins like a boundary",
    "multipart-without-parts": "shows no text",
    "nest-200-multiparts": "goes as deep as it is led",
    "part-headers-broken": "refuses the mail",
    "uuencoded": "hands the encoded text out",
}


def ours(raw: bytes) -> Leaves:
    mail = trim(raw)
    block, rest = split_mail(mail)
    root = read_structure(read_headers(block), mail, len(mail) - len(rest), Allowance())
    found: Leaves = []
    pending: list[Part] = [root]
    while pending:
        part = pending.pop(0)
        if part.media_type.startswith("multipart/"):
            pending = [*part.children, *pending]
        else:
            found.append((part.media_type, without_blanks(part.read())))
    return found


def standard(raw: bytes) -> Leaves:
    found: Leaves = []
    pending = [email.message_from_bytes(raw)]
    while pending:
        part = pending.pop(0)
        inside = part.get_payload() if part.is_multipart() else []
        if part.get_content_maintype() == "multipart":
            pending = [*inside, *pending]
        elif inside:
            content = b"".join(each.as_bytes() for each in inside)
            found.append((part.get_content_type(), without_blanks(content)))
        else:
            found.append((part.get_content_type(), without_blanks(part.get_payload(decode=True))))
    return found


def fast(raw: bytes) -> Leaves:
    found: Leaves = []
    try:
        pending = [fast_mail_parser.parse_email_tree(raw)]
    except fast_mail_parser.ParseError:
        return []
    while pending:
        node = pending.pop(0)
        if node.content_type.startswith("multipart/"):
            pending = [*node.children, *pending]
        else:
            found.append((node.content_type, without_blanks(node.content or b"")))
    return found


def without_blanks(content: bytes) -> bytes:
    """Leave out white space: the others differ in line ends."""
    return b"".join(content.split())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_standard_library_sees_the_same_parts(path: Path) -> None:
    raw = path.read_bytes()

    assert (ours(raw) == standard(raw)) == (path.stem not in STANDARD_LIBRARY)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_fast_mail_parser_sees_the_same_parts(path: Path) -> None:
    raw = path.read_bytes()

    assert (ours(raw) == fast(raw)) == (path.stem not in FAST_MAIL_PARSER)
