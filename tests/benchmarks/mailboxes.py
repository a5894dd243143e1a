"""Read the heads of mails out of mbox files, packed or not: as much as threading looks at."""

import bz2
import email.utils
import gzip
import lzma
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import IO, Any

from bot.mail.threads import Envelope

_OPEN: dict[str, Callable[[Path], IO[Any]]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
_HEADER = re.compile(rb"[!-9;-~]+:")
_ID = re.compile(r"<([^<>\s]+)>")
_BRACKETS = re.compile(r"\[[^\]]*\]\s*")
_REPLY = re.compile(r"(?:re|aw|sv|antw)(?:\[\d+\])?:\s*", re.IGNORECASE)


def read_envelopes(path: Path) -> Iterator[Envelope]:
    """Read an mbox; a separator is a From line with a header below it."""
    parser = BytesHeaderParser()
    for number, head in enumerate(_heads(path)):
        mail = parser.parsebytes(head)
        yield _envelope(mail, fallback=f"{path.name} {number}")


def _heads(path: Path) -> Iterator[bytes]:
    opener = _OPEN.get(path.suffix, lambda name: name.open("rb"))
    with opener(path) as file:
        head: list[bytes] = []
        is_head = False
        held = b""
        for line in file:
            if held and _HEADER.match(line):
                if head:
                    yield b"".join(head)
                head, is_head = [], True
            held = line if line.startswith(b"From ") else b""
            is_head = is_head and line.strip() != b""
            if is_head and not held:
                head.append(line)
        if head:
            yield b"".join(head)


def _envelope(mail: Message, *, fallback: str) -> Envelope:
    subject = _text(mail, "Subject")
    bare = _BRACKETS.sub("", subject).strip()
    topic = _REPLY.sub("", bare)
    date = _date(_text(mail, "Date"))
    return Envelope(
        key=(_ids(mail, "Message-ID") or (fallback,))[0],
        in_reply_to=(_ids(mail, "In-Reply-To") or ("",))[0],
        references=_ids(mail, "References"),
        topic_key=" ".join(topic.lower().split()),
        is_reply=bool(_REPLY.match(bare)),
        at=date,
    )


def _ids(mail: Message, name: str) -> tuple[str, ...]:
    return tuple(_ID.findall(str(mail.get(name, ""))))


def _text(mail: Message, name: str) -> str:
    raw = str(mail.get(name, ""))
    try:
        return str(make_header(decode_header(raw)))
    except (LookupError, ValueError):
        return raw


def _date(text: str) -> datetime:
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return datetime(1970, 1, 1, tzinfo=UTC)
    return date if date.tzinfo else date.replace(tzinfo=UTC)
