"""Write mails for archives in tests; each has a subject of its own, by which it is known again everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = "Grüße aus dem Süden: naïve café, € 5."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail, before anything is made of it."""

    number: int
    sent_at: datetime
    body: str = "Hello list,\n\nthis is a mail.\n"
    charset: str = "utf-8"
    is_declared: bool = True
    in_reply_to: int | None = None

    @property
    def subject(self) -> str:
        return f"Mail {self.number}"

    @property
    def message_id(self) -> str:
        return id_of(self.number)

    def to_bytes(self) -> bytes:
        """Return it as it travels."""
        lines = [
            "From: Ann Author <ann@example.org>",
            "To: dev@lists.example.org",
            f"Subject: {self.subject}",
            f"Date: {format_datetime(self.sent_at)}",
            f"Message-ID: <{self.message_id}>",
            *([] if self.in_reply_to is None else [f"In-Reply-To: <{id_of(self.in_reply_to)}>"]),
            "List-Id: Developers <dev.lists.example.org>",
            "MIME-Version: 1.0",
            *([f"Content-Type: text/plain; charset={self.charset}"] if self.is_declared else []),
            "Content-Transfer-Encoding: 8bit",
        ]
        return "\n".join(lines).encode("ascii") + b"\n\n" + self.body.encode(self.charset)


def id_of(number: int) -> str:
    """Return the Message-ID of a letter."""
    return f"mail-{number}@example.org"


def letters(count: int, *, first: int = 0, start: datetime | None = None) -> tuple[Letter, ...]:
    """Write so many letters, half an hour apart."""
    begin = start or NOW - timedelta(days=20)
    return tuple(
        Letter(
            number=number,
            sent_at=begin + timedelta(minutes=30 * (number - first)),
            in_reply_to=number - 1 if number % 3 == 2 else None,
        )
        for number in range(first, first + count)
    )


def as_mbox(
    mails: Sequence[Letter], *, line: str = "From ann at example.org  Mon Nov 23 12:00:00 2026"
) -> bytes:
    """Put letters into an mbox, as archives do."""
    return b"".join(
        line.encode() + b"\n" + each.to_bytes().replace(b"\nFrom ", b"\n>From ") + b"\n" for each in mails
    )
