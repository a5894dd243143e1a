"""Read the mailboxes in a header: names and addresses, as written and as archives obscure them."""

import re
from dataclasses import dataclass
from typing import Final

from bot.mail.mime.words import decode_header

MAX_NAME_CHARACTERS: Final = 100
_MAX_ADDRESS_CHARACTERS: Final = 320
_MAX_MAILBOXES: Final = 50
_MAX_CHARACTERS: Final = 2_000

# Nearly every From: an optional name, quoted or not, and an address in angle brackets; or an address alone.
_USUAL: Final = re.compile(
    r"\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^\"<>(),;:@\\]*+))\s*+<\s*+([^<>\s@\",;()]++@[^<>\s@\",;()]++)\s*+>\s*"
)
_BARE: Final = re.compile(r"\s*([^<>\s@\",;()]+@[^<>\s@\",;()]+)\s*(?:\(([^()]*)\)\s*)?")
_GROUP: Final = re.compile(r"\A[^:;@<>]{1,100}:(?=.*;)")
_IN_BRACKETS: Final = re.compile(r"(.*)<([^<>]*)>")
_SEPARATOR: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|[,;]")
_ESCAPED: Final = re.compile(r"\\(.)")
# Mailman 2's archives write "user at host (Name)"; HyperKitty's write "user (a) host".
_OBSCURED: Final = re.compile(
    r"\s*<?([^\s<>()@\"]+)(?: at | \(a\) )([^\s<>()@\"]+\.[^\s<>()@\"]+|localhost)>?(?=\s|\Z)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A name ("" where none is given) and an address in lower case ("" where it cannot be read)."""

    name: str = ""
    address: str = ""


def read_mailboxes(value: bytes, label: str = "") -> tuple[Mailbox, ...]:
    """Return the mailboxes of an address header, the first ones of very many.

    Args:
        value: The unfolded header.
        label: The charset that the mail declares, for raw bytes.
    """
    text = decode_header(value, label)
    box = _read_one(text)
    if box or not text:
        return (box,) if box else ()
    boxes: list[Mailbox] = []
    pending = ""
    for piece in _split(_GROUP.sub("", text[:_MAX_CHARACTERS])):
        # An unquoted name may hold a comma: "Doe, Jo <jo@example.org>" is one mailbox.
        pending = f"{pending}, {piece}" if pending else piece
        if box := _read_one(pending):
            boxes.append(box)
            pending = ""
    return tuple(boxes[:_MAX_MAILBOXES]) or (_mailbox(text, ""),)


def _read_one(text: str) -> Mailbox | None:
    """Return the mailbox that a whole text is; None if it is several, or has no address."""
    usual = _USUAL.fullmatch(text)
    if usual:
        return _mailbox(usual[1] or usual[2] or "", usual[3])
    bare = _BARE.fullmatch(text)
    if bare:
        return _mailbox(bare[2] or "", bare[1])
    if "@" not in text:
        obscured = _OBSCURED.match(text)
        return (
            _mailbox(text[obscured.end() :].strip(" ()"), f"{obscured[1]}@{obscured[2]}")
            if obscured
            else None
        )
    is_single = text.count("@") == 1 or not ("," in text or ";" in text)
    odd = _IN_BRACKETS.fullmatch(text) if is_single else None
    return _mailbox(odd[1], "".join(odd[2].split())) if odd and "@" in odd[2] else None


def _split(text: str) -> list[str]:
    """Split a list of mailboxes at its commas; not at those in quotes."""
    pieces = []
    start = 0
    for found in _SEPARATOR.finditer(text):
        if found[0] in ",;":
            pieces.append(text[start : found.start()].strip())
            start = found.end()
    return [piece for piece in (*pieces, text[start:].strip()) if piece]


def _mailbox(name: str, address: str) -> Mailbox:
    name = " ".join(_ESCAPED.sub(r"\1", name).strip(" \t\"'").split())[:MAX_NAME_CHARACTERS]
    address = address.lower()
    is_address = len(address) <= _MAX_ADDRESS_CHARACTERS and address.count("@") == 1
    return Mailbox(name=name, address=address if is_address else "")
