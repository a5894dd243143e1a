"""Undo transfer encodings as far as they can be undone: base64, quoted-printable, uuencode."""

import binascii
import re
from typing import Final

_DIGITS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_DIGITS: Final = bytes(sorted(set(range(256)) - set(_DIGITS)))
_BASE64_LINES: Final = re.compile(rb"(?:[A-Za-z0-9+/=]*[ \t]*(?:\n|\Z))*")
_SOFT_END: Final = re.compile(rb"=[ \t]{1,100}\n")
_UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} [^\n]{0,300}\n", re.MULTILINE)
_MAX_UU_LINES: Final = 20_000


def decode_transfer(content: bytes, encoding: str) -> bytes:
    """Return the content of a part without its transfer encoding; one that is unknown is taken for none.

    Args:
        content: With newlines as line ends.
        encoding: Its name, as `normalise_encoding` has it.
    """
    match encoding:
        case "base64":
            return _decode_lines(content)
        case "quoted-printable":
            # White space behind a soft line end does not keep it from being one (RFC 2045, 6.7).
            return binascii.a2b_qp(_SOFT_END.sub(b"=\n", content) if b"= " in content else content)
        case "x-uuencode" | "x-uue" | "uuencode" | "uue":
            return _decode_uu(content)
    return content


def normalise_encoding(encoding: str) -> str:
    """Return the bare name in a Content-Transfer-Encoding, however written: "BASE64 ", "base64; foo"."""
    words = encoding.replace(";", " ").replace('"', " ").replace("'", " ").split(None, 1)
    return words[0].lower() if words else ""


def decode_base64(text: bytes) -> bytes:
    """Decode base64 as far as it is some: foreign bytes are passed over, padding is not needed."""
    digits = text.translate(None, _NO_DIGITS)
    whole = len(digits) - (len(digits) % 4 == 1)
    return binascii.a2b_base64(digits[:whole] + b"=" * (-whole % 4))


def _decode_lines(content: bytes) -> bytes:
    """Decode a body; list software appends its footer as plain text to what is base64, and that is kept."""
    lines = _BASE64_LINES.match(content)
    end = lines.end() if lines else 0
    rest = content[end:]
    if end == 0 or b" " not in rest:
        return decode_base64(content)
    return decode_base64(content[:end]) + b"\n" + rest


def _decode_uu(content: bytes) -> bytes:
    begin = _UU_BEGIN.search(content)
    if not begin:
        return content
    decoded = []
    for line in content[begin.end() :].split(b"\n", _MAX_UU_LINES)[:_MAX_UU_LINES]:
        if line.strip() in (b"end", b""):
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders count the padding: as many characters as the length byte says are meant.
            expected = (((line[0] - 32) & 63) * 4 + 5) // 3
            decoded.append(_decode_short(line[:expected]))
    return b"".join(decoded)


def _decode_short(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
