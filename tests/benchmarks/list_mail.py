"""Read mails from an mbox or a pipermail month for the benchmarks: headers and plain text, nothing more."""

import email
import email.message
import gzip
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SEPARATOR = re.compile(
    rb"^From [^\n]*\n(?=(?:From|Date|Subject|Message-ID|In-Reply-To|References|Return-Path|Received|X-"
    rb"|Delivered-To)\b)",
    re.MULTILINE | re.IGNORECASE,
)
_RE = re.compile(r"\s*(?:\[[^\]]{0,80}\]\s*)?(?:re|aw|sv|antw)\b", re.IGNORECASE)
_BOT = re.compile(r"jenkins|hudson|buildbot|noreply|no-reply|\bbot\b|patchwork", re.IGNORECASE)
_ID = re.compile(r"<([^<>\s]{3,300})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What measuring needs of a mail: who it answers and what it says."""

    message_id: str
    answers: tuple[str, ...]
    is_reply: bool
    is_bot: bool
    text: str


def read_mails(path: Path) -> Iterator[Mail]:
    """Yield the mails of an mbox or pipermail month, packed or not."""
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opener(path, "rb") as file:
        raw = file.read()
    starts = [found.start() for found in _SEPARATOR.finditer(raw)]
    for start, stop in zip(starts, [*starts[1:], len(raw)], strict=True):
        yield read_mail(raw[raw.index(b"\n", start) + 1 : stop])


def read_mail(raw: bytes) -> Mail:
    """Read one raw mail."""
    message = email.message_from_bytes(raw)
    subject = str(message.get("Subject", ""))
    answers = (
        _ID.findall(str(message.get("In-Reply-To", "")))
        + _ID.findall(str(message.get("References", "")))[::-1]
    )
    return Mail(
        message_id=next(iter(_ID.findall(str(message.get("Message-ID", "")))), ""),
        answers=tuple(dict.fromkeys(answers)),
        is_reply=bool(answers) or _RE.match(subject) is not None,
        is_bot=_BOT.search(str(message.get("From", ""))) is not None,
        text=_find_text(message),
    )


def _find_text(message: email.message.Message) -> str:
    """Return the first plain part, else the first HTML part without its tags."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                text = _decode(part)
                return text if kind == "text/plain" else re.sub(r"<[^<>]{0,2000}>", " ", text)
    return ""


def _decode(part: email.message.Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    for charset in ("utf-8", part.get_content_charset() or "latin-1"):
        try:
            return data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
