"""Mails made to cost time or memory, each of a size that can be chosen."""

import base64
from collections.abc import Callable

HEAD = b"From: Ann <ann@example.org>\nMessage-ID: <hostile@example.org>\nSubject: hostile\n"
MEBIBYTE = 1024 * 1024


def nested_multiparts(size: int) -> bytes:
    level = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    return HEAD + b"".join(level % (number, number) for number in range(size // 60))


def nested_multiparts_over_lines(size: int) -> bytes:
    return nested_multiparts(15_000) + b"--b\n" * (size // 4)


def nested_mails(size: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\n\n" * (size // 30)


def mails_inside_over_lines(size: int) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + b"Content-Type: message/rfc822\n\n" * 200
    return HEAD + head + b"x\n" * (size // 2)


def many_parts(size: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * (size // 7)


def near_boundaries(size: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + b"--bb\n" * (size // 5)


def long_boundary(size: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * size + b"\n\n--bbb\n\nx\n"


def many_headers(size: int) -> bytes:
    return HEAD + b"X: y\n" * (size // 5) + b"\nx"


def folded_header(size: int) -> bytes:
    return HEAD + b"X: y\n" + b" z\n" * (size // 3) + b"\nx"


def long_subject(size: int) -> bytes:
    return b"Subject: " + b"x" * size + b"\n\nx"


def subject_of_words(size: int) -> bytes:
    return b"Subject: " + b"=?utf-8?q?a?= " * (size // 14) + b"\n\nx"


def subject_of_open_words(size: int) -> bytes:
    return b"Subject: " + b"=?utf-8?q?" * (size // 10) + b"\n\nx"


def subject_of_marks(size: int) -> bytes:
    return b"Subject: " + b"Re: [x] " * (size // 8) + b"\n\nx"


def words_in_a_part(size: int) -> bytes:
    part = b"--b\nX: " + b"=?utf-8?q?a?= " * (size // 14) + b"\n\nx\n--b--\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + part


def many_addresses(size: int) -> bytes:
    return (
        b"From: "
        + b"a@example.org, " * (size // 15)
        + b"\nTo: "
        + b"a@example.org, " * (size // 15)
        + b"\n\nx"
    )


def quotes_in_from(size: int) -> bytes:
    return b"From: " + b'"' * size + b" <ann@example.org>\n\nx"


def escapes_in_from(size: int) -> bytes:
    return b'From: "' + b'\\"' * (size // 2) + b" <ann@example.org>\n\nx"


def comments_in_from(size: int) -> bytes:
    return b"From: " + b"(" * size + b"ann@example.org\n\nx"


def blanks_in_from(size: int) -> bytes:
    return b"From: a" + b" \t" * (size // 2) + b"b\n\nx"


def many_references(size: int) -> bytes:
    ids = b" ".join(b"<%d@example.org>" % number for number in range(size // 20))
    return HEAD + b"References: " + ids + b"\n\nx"


def many_parameters(size: int) -> bytes:
    return HEAD + b"Content-Type: text/plain" + b"; a*0*=b" * (size // 8) + b"\n\nx"


def quotes_in_content_type(size: int) -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=" + b'"' * size + b"\n\nx"


def received_lines(size: int) -> bytes:
    return b"Received: from a by b; x\n" * (size // 25) + b"\nx"


def base64_text(size: int) -> bytes:
    head = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    return HEAD + head + base64.encodebytes(b"x\n" * (size // 3))


def quoted_printable_text(size: int) -> bytes:
    return HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"= \n=41=\n" * (size // 8)


def uuencoded_text(size: int) -> bytes:
    return HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n" + b"#86)C\n" * (size // 6)


def flowed_text(size: int) -> bytes:
    return HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b">" * 900 + b" x \n" * (size // 4)


def bytes_of_no_charset(size: int) -> bytes:
    return HEAD + b"\n" + bytes(range(128, 256)) * (size // 128)


def html(piece: bytes) -> Callable[[int], bytes]:
    def make(size: int) -> bytes:
        return HEAD + b"Content-Type: text/html\n\n" + piece * (size // len(piece))

    make.__name__ = f"html_{piece[:12].decode('ascii', 'replace')}"
    return make


MAKERS: tuple[Callable[[int], bytes], ...] = (
    nested_multiparts,
    nested_multiparts_over_lines,
    nested_mails,
    mails_inside_over_lines,
    many_parts,
    near_boundaries,
    long_boundary,
    many_headers,
    folded_header,
    long_subject,
    subject_of_words,
    subject_of_open_words,
    subject_of_marks,
    words_in_a_part,
    many_addresses,
    quotes_in_from,
    escapes_in_from,
    comments_in_from,
    blanks_in_from,
    many_references,
    many_parameters,
    quotes_in_content_type,
    received_lines,
    base64_text,
    quoted_printable_text,
    uuencoded_text,
    flowed_text,
    bytes_of_no_charset,
    html(b"<div>"),
    html(b"<blockquote>x"),
    html(b"<table><tr><td>x"),
    html(b"<ul><li>x"),
    html(b"<a href=http://e.org/>x"),
    html(b'<a b="'),
    html(b"<!--"),
    html(b"<"),
    html(b"&amp;"),
    html(b"<pre>\n"),
    html(b"<p style='display:none'>"),
    html(b"<br>"),
    html(b"\0"),
)
