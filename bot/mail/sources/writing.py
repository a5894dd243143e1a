"""Write a mail out of fields, for archives that hand out fields: the rest of the program reads mails only."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

_LONGEST_FIELD = 2_000
_LONGEST_LINE = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What an archive tells of a mail; an empty field is left out.

    Attributes:
        author: A name; `address` stands beside it.
        others: More headers, by name.
    """

    message_id: str
    subject: str = ""
    author: str = ""
    address: str = ""
    date: datetime | None = None
    in_reply_to: str = ""
    references: Sequence[str] = ()
    others: Mapping[str, str]
    body: str
    is_html: bool = False


def write_mail(fields: Fields) -> bytes:
    """Write a mail: encoded words in the headers, UTF-8 in the body, nothing that breaks out of its line."""
    headers = {
        "From": _mailbox(fields.author, fields.address),
        "Subject": _encoded(fields.subject),
        "Date": format_datetime(fields.date) if fields.date else "",
        "Message-ID": _ids(fields.message_id),
        "In-Reply-To": _ids(fields.in_reply_to),
        "References": _ids(*fields.references),
        **{name: _encoded(value) for name, value in fields.others.items()},
        "MIME-Version": "1.0",
        "Content-Type": f"text/{'html' if fields.is_html else 'plain'}; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    head = "".join(f"{name}: {value}\n" for name, value in headers.items() if value)
    return head.encode("ascii", "replace") + b"\n" + fields.body.encode("utf-8", "replace")


def _mailbox(name: str, address: str) -> str:
    shown = _encoded(name, is_phrase=True)
    plain = _one_line(address)
    is_address = plain.isascii() and not set(plain) & set(' <>,;"') and "@" in plain
    if not is_address:
        # People are told apart by their addresses, so whoever is known by name alone gets one of their own.
        plain = f"{hashlib.sha256(_one_line(name).casefold().encode()).hexdigest()[:16]}@name.invalid"
    return f"{shown} <{plain}>" if shown else plain if is_address else ""


def _encoded(text: str, *, is_phrase: bool = False) -> str:
    line = _one_line(text)
    is_plain = line.isascii() and "=?" not in line and not (is_phrase and set(line) & set('",;:<>@()[]\\.'))
    return line if is_plain and len(line) <= _LONGEST_LINE else Header(line, "utf-8").encode(maxlinelen=76)


def _ids(*names: str) -> str:
    kept = ("".join(char for char in name if "!" <= char <= "~" and char not in "<>") for name in names)
    return "\n ".join(f"<{name}>" for name in kept if name)


def _one_line(text: str) -> str:
    safe = text[:_LONGEST_FIELD].encode("utf-8", "replace").decode()
    return " ".join("".join(char if char.isprintable() else " " for char in safe).split())
