"""Take a feed's body for what it is: a calendar's lines, or a clear word on why there is none."""

import codecs
import re

from bot.errors import SourceError

MAX_BYTES = 10 * 1024 * 1024

_BEGIN = re.compile(rb"^[ \t]*BEGIN:VCALENDAR[ \t]*\r*$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"^[ \t]*END:VCALENDAR[ \t]*\r*$", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(rb"(?<!\r)\r*+\n[ \t]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|meta)\b", re.IGNORECASE)
_LOGIN = re.compile(rb"type\s*=\s*[\"']?password|sign[ -]?in|log[ -]?in", re.IGNORECASE)
_HOW = "Copy the iCal (ICS) address from the calendar's own settings."


def split_body(data: bytes) -> tuple[int, list[bytes]]:
    """Return a body's lines from its first BEGIN:VCALENDAR on, and how many lines came before.

    Line ends may be CRLF, LF or CR; what stands before the first calendar (a byte order mark, front matter,
    a server's warning) is left out.

    Raises:
        SourceError: It is too large, cut off, empty, or no calendar.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"The calendar is larger than {MAX_BYTES >> 20} MB.", permanent=True)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    data = data.removeprefix(codecs.BOM_UTF8)
    if _find_end(data) is None:
        # Folds may be anywhere, even in the two lines that are looked for here.
        data = _FOLD.sub(b"", data)
    begin = _BEGIN.search(data)
    if begin is None:
        raise SourceError(_explain(data))
    if _find_end(data) is None:
        raise SourceError("The calendar is cut off: its end is missing. What was read before is kept.")
    return data.count(b"\n", 0, begin.start()), data[begin.start() :].split(b"\n")


def _find_end(data: bytes) -> re.Match[bytes] | None:
    """Find the END of the last calendar that begins in a body."""
    last = None
    for found in _BEGIN.finditer(data):
        last = found.end()
    return None if last is None else _END.search(data, last)


def _explain(data: bytes) -> str:
    """Say what a body is that is no calendar, and what to do about it."""
    start = data[:4096]
    if not data.strip():
        return "The server sent an empty answer instead of a calendar."
    if _HTML.search(start):
        if _LOGIN.search(data[:65536]):
            return f"The server sent a sign-in page instead of a calendar. {_HOW}"
        return f"This is a web page, not a calendar. {_HOW}"
    if start.lstrip().startswith((b"{", b"[")):
        return f"This is JSON, not a calendar. {_HOW}"
    if start.lstrip().startswith(b"<"):
        return f"This is XML, not a calendar. {_HOW}"
    if b"\0" in start:
        return f"This is no text, so no calendar. {_HOW}"
    return f"This is no calendar: it has no BEGIN:VCALENDAR. {_HOW}"
