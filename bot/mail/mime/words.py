"""Decode header text: encoded words (RFC 2047) as senders really write them, and raw 8-bit bytes.

More is understood than the RFC allows, because all of it is common: words inside quotes or run together,
spaces inside a word, a character cut in two between words, a charset nobody knows.
"""

import quopri
import re
from typing import Final

from bot.mail.mime.charsets import decode_text
from bot.mail.mime.transfer import decode_base64

# The text of a word goes up to "?=", but not over the start of another word, so that every attempt is short.
_WORD: Final = re.compile(
    rb"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?((?:[^?=]|=(?!\?(?!=))|\?(?!=))*)\?="
)
_MAX_WORDS: Final = 1_000


def decode_header(value: bytes, label: str = "") -> str:
    """Return a header's text on one line, without anything invisible.

    Args:
        value: The unfolded value.
        label: The charset that the mail declares for its body: raw bytes in a header are likely in it too.
    """
    if b"=?" not in value:
        return _one_line(decode_text(value, label)[0])
    pieces: list[str] = []
    run: list[bytes] = []
    charset = ""
    done = 0
    for number, found in enumerate(_WORD.finditer(value)):
        if number >= _MAX_WORDS:
            break
        gap = value[done : found.start()]
        this = found[1].decode("ascii", "replace").lower()
        # White space between words is none; words of one charset are one text, whose bytes are joined first.
        if run and (gap.strip() or this != charset):
            pieces.append(decode_text(b"".join(run), charset)[0])
            run.clear()
        if gap.strip() or done == 0:
            pieces.append(decode_text(gap, label)[0])
        charset = this
        run.append(_decode_word(found[2], found[3]))
        done = found.end()
    if run:
        pieces.append(decode_text(b"".join(run), charset)[0])
    pieces.append(decode_text(value[done:], label)[0])
    return _one_line("".join(pieces))


def _decode_word(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"qQ":
        return quopri.decodestring(text.replace(b" ", b"_"), header=True)
    return decode_base64(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
